#!/usr/bin/env bash
# Registers the application in Microsoft Entra ID by Microsoft Graph, through a signed-in Azure CLI (az login): the
# registration with a certificate, exactly the permissions that the chosen toolsets need, and the consent to them.
# Needs az, openssl and m365-admin-mcp; nothing else of this repository.
set -euo pipefail

readonly GRAPH_APP=00000003-0000-0000-c000-000000000000
readonly EXCHANGE_APP=00000002-0000-0ff1-ce00-000000000000
readonly TRACE_APP=8bd644d1-64a1-4d4b-ae52-2e0cbf64e373
readonly EXCHANGE_ADMINISTRATOR=29232cdf-9323-42fd-ade2-1d097af3e4de

name=m365-admin-mcp toolsets=default certificate='' days=365 program='' dry_run=false
with_optional=false update=false consent=true exchange_role=true

usage() {
  cat <<'HELP'
Usage: setup_azure_ad.sh [options]
  --name NAME         of the application (default m365-admin-mcp)
  --toolsets LIST     whose permissions are wanted, as in M365_TOOLSETS (default: default)
  --optional          also those that only some uses of a tool need
  --certificate FILE  PEM; without it client.pem (key and certificate) is made here
  --days N            how long a certificate made here holds (default 365)
  --program FILE      m365-admin-mcp (default: the one of this repository, or on the PATH)
  --update            bring an application of that name to exactly these permissions, and take back the Exchange role
                      where no toolset needs it; its certificates stay
  --no-consent        ask for the permissions only; an administrator opens the consent address later
  --no-exchange-role  leave the role Exchange Administrator alone: neither give it, where a toolset works with Exchange,
                      nor take it back
  --dry-run           show every request, and send none
Sign in first: az login --allow-no-subscriptions. Registering takes the Entra role Application Administrator;
consent and the Exchange role take Privileged Role Administrator or Global Administrator.
HELP
}

say() { printf '%s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

value_of() { [[ $# -ge 2 && -n $2 ]] || fail "$1 needs a value"; }

while [[ $# -gt 0 ]]; do
  case $1 in
    --name) value_of "$@"; name=$2; shift ;;
    --toolsets) value_of "$@"; toolsets=$2; shift ;;
    --certificate) value_of "$@"; certificate=$2; shift ;;
    --days) value_of "$@"; days=$2; shift ;;
    --program) value_of "$@"; program=$2; shift ;;
    --optional) with_optional=true ;;
    --update) update=true ;;
    --no-consent) consent=false ;;
    --no-exchange-role) exchange_role=false ;;
    --dry-run) dry_run=true ;;
    -h | --help) usage; exit 0 ;;
    *) fail "unknown option $1; --help lists them" ;;
  esac
  shift
done
# What goes into JSON and into filters is checked here, so that nothing has to be escaped there.
[[ $name =~ ^[A-Za-z0-9][A-Za-z0-9\ ._-]{0,119}$ ]] || fail "--name takes letters, digits, spaces and . _ - only"
[[ $toolsets =~ ^[a-z_,]+$ ]] || fail "--toolsets takes names with commas between them"
[[ $days =~ ^[1-9][0-9]{0,3}$ ]] || fail "--days takes a number of days"

if [[ -z $program ]]; then
  program="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.build/release/m365-admin-mcp"
  [[ -x $program ]] || program=$(command -v m365-admin-mcp) ||
    fail "m365-admin-mcp is not there: build it with scripts/build, or name it with --program"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 1. What is needed: no line is guessed, the program says it.
: >"$work/none.env"
env -i PATH="$PATH" M365_TOOLSETS="$toolsets" "$program" doctor --needs --env-file "$work/none.env" >"$work/needs" ||
  fail "$program does not say which permissions it needs"
graph_permissions=() exchange_permissions=() needs_trace=false
while read -r kind permission resource; do
  [[ $kind == needed || $with_optional == true ]] || continue
  case $resource in
    "Office 365 Exchange Online"*) exchange_permissions+=("$permission") ;;
    *) graph_permissions+=("$permission") ;;
  esac
  [[ $permission == ExchangeMessageTrace.* ]] && needs_trace=true
done <"$work/needs"
[[ ${#graph_permissions[@]} -gt 0 ]] || fail "the toolsets $toolsets need no permission"
say "Permissions of the toolsets $toolsets:"
printf '  Microsoft Graph             %s\n' "${graph_permissions[@]}"
[[ ${#exchange_permissions[@]} -eq 0 ]] || printf '  Office 365 Exchange Online  %s\n' "${exchange_permissions[@]}"

# Makes key and certificate where none is named.
make_certificate() {
  [[ -z $certificate ]] || return 0
  certificate=client.pem
  if [[ $dry_run == true ]]; then
    say "Would make the key and the certificate $certificate, for $days days."
    return 0
  fi
  [[ ! -e $certificate ]] || fail "$certificate is there already: name it with --certificate, or move it away"
  (
    umask 077
    openssl req -x509 -newkey rsa:3072 -sha256 -days "$days" -nodes -subj "/CN=$name" \
      -keyout "$work/key.pem" -out "$work/crt.pem" 2>/dev/null
    cat "$work/key.pem" "$work/crt.pem" >"$certificate"
  )
  say "Made $certificate: key and certificate, for $days days. It stays on this machine."
}

# Sends a request by the Azure CLI; a dry run shows it. Further arguments go to az.
request() {
  local method=$1 path=$2 body=$3
  shift 3
  if [[ $dry_run == true ]]; then
    say "$method $graph/v1.0$path" >&2
    [[ -z $body ]] || say "  $body" >&2
    return 0
  fi
  local arguments=(rest --only-show-errors --method "$method" --uri "$graph/v1.0$path")
  if [[ -n $body ]]; then
    printf '%s' "$body" >"$work/body"
    arguments+=(--headers Content-Type=application/json --body "@$work/body")
  fi
  az "${arguments[@]}" "$@"
}

# Makes what may be there already. Where it fails otherwise, $work/errors says why.
ensure() {
  if [[ $dry_run == true ]]; then
    request POST "$1" "$2"
  else
    request POST "$1" "$2" >/dev/null 2>"$work/errors" || grep -qi 'conflict\|already' "$work/errors"
  fi
}

graph=https://graph.microsoft.com login=https://login.microsoftonline.com tenant='<tenant id>'
if [[ $dry_run == false ]]; then
  command -v az >/dev/null || fail "the Azure CLI (az) is not installed; docs/setup.md has the same steps as plain requests"
  tenant=$(az account show --query tenantId --output tsv) || fail "sign in first: az login --allow-no-subscriptions"
  graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv) graph=${graph%/}
  login=$(az cloud show --query endpoints.activeDirectory --output tsv) login=${login%/}
fi

# 2. The ids of the permissions: Microsoft's, read from the tenant.
resource_id() {
  local found
  found=$(request GET "/servicePrincipals(appId='$1')?\$select=id" '' --query id --output tsv)
  printf '%s' "${found:-<id of the service principal of $1>}"
}
role_ids() {
  request GET "/servicePrincipals(appId='$1')?\$select=appRoles" '' --query 'appRoles[].[value,id]' --output tsv
}
role_id() {
  local found=''
  if [[ $dry_run == true ]]; then
    found="<id of $2>"
  else
    found=$(awk -F '\t' -v name="$2" '$1 == name { print $2 }' "$1")
  fi
  [[ -n $found ]] || fail "this tenant does not know the permission $2"
  printf '%s' "$found"
}

graph_resource=$(resource_id "$GRAPH_APP")
role_ids "$GRAPH_APP" >"$work/graph"
exchange_resource=''
if [[ ${#exchange_permissions[@]} -gt 0 ]]; then
  exchange_resource=$(resource_id "$EXCHANGE_APP")
  role_ids "$EXCHANGE_APP" >"$work/exchange"
fi

# Lines of resource and role, and the same as Graph wants them in a registration.
: >"$work/wanted"
access() {
  local app=$1 resource=$2 ids=$3 permission id list=''
  shift 3
  for permission in "$@"; do
    id=$(role_id "$ids" "$permission")
    printf '%s\t%s\t%s\n' "$resource" "$id" "$permission" >>"$work/wanted"
    list+="${list:+, }{\"id\": \"$id\", \"type\": \"Role\"}"
  done
  printf '{"resourceAppId": "%s", "resourceAccess": [%s]}' "$app" "$list"
}
required=$(access "$GRAPH_APP" "$graph_resource" "$work/graph" "${graph_permissions[@]}")
if [[ ${#exchange_permissions[@]} -gt 0 ]]; then
  required+=", $(access "$EXCHANGE_APP" "$exchange_resource" "$work/exchange" "${exchange_permissions[@]}")"
fi

# 3. The application, with its certificate.
known=$(request GET "/applications?\$filter=displayName%20eq%20'${name// /%20}'&\$select=id,appId" '' \
  --query 'value[].[id,appId]' --output tsv)
[[ $(printf '%s' "$known" | grep -c .) -le 1 ]] || fail "several applications are called $name; give another --name"
if [[ -n $known || ($dry_run == true && $update == true) ]]; then
  [[ $update == true ]] || fail "an application called $name is there already: --update brings it to these permissions"
  read -r object_id app_id <<<"${known:-<id> <appId>}"
  request PATCH "/applications/$object_id" "{\"requiredResourceAccess\": [$required]}" >/dev/null
else
  [[ $update == false ]] || fail "there is no application called $name"
  make_certificate
  key='<the certificate, base64 of its DER form>'
  [[ $dry_run == true && ! -e $certificate ]] || key=$(openssl x509 -in "$certificate" -outform DER | base64 | tr -d '\n')
  made=$(request POST /applications "{\"displayName\": \"$name\", \"signInAudience\": \"AzureADMyOrg\", \
\"requiredResourceAccess\": [$required], \"keyCredentials\": [{\"type\": \"AsymmetricX509Cert\", \
\"usage\": \"Verify\", \"displayName\": \"CN=$name\", \"key\": \"$key\"}]}" --query '[[id,appId]]' --output tsv)
  read -r object_id app_id <<<"${made:-<id> <appId>}"
fi

# 4. Its service principal. A registration that is seconds old may not be known everywhere.
principal=$(request GET "/servicePrincipals?\$filter=appId%20eq%20'$app_id'&\$select=id" '' \
  --query 'value[].id' --output tsv)
for pause in 0 3 6 12 24; do
  [[ -z $principal ]] || break
  sleep "$pause"
  principal=$(request POST /servicePrincipals "{\"appId\": \"$app_id\"}" --query id --output tsv) || true
  [[ $dry_run == false ]] || principal='<id of our service principal>'
done
[[ -n $principal ]] || fail "the service principal could not be made; run this again with --update"

# 5. Consent: exactly what is wanted, each once; what is no longer needed is taken back.
refused=false kept=false
if [[ $consent == true ]]; then
  request GET "/servicePrincipals/$principal/appRoleAssignments?\$top=999" '' \
    --query 'value[].[resourceId,appRoleId,id]' --output tsv >"$work/granted"
  while IFS=$'\t' read -r resource role permission; do
    grep -qF "$resource"$'\t'"$role"$'\t' "$work/granted" && continue
    if request POST "/servicePrincipals/$principal/appRoleAssignments" \
      "{\"principalId\": \"$principal\", \"resourceId\": \"$resource\", \"appRoleId\": \"$role\"}" >/dev/null; then
      [[ $dry_run == true ]] || say "granted $permission"
    else
      refused=true
      break
    fi
  done <"$work/wanted"
  # A dry run has asked nobody what is granted.
  [[ $dry_run == false || $update == false ]] ||
    printf '<resource>\t<permission>\t<id of each grant that is not needed>\n' >"$work/granted"
  while IFS=$'\t' read -r resource role assignment; do
    [[ -z $assignment ]] || grep -qF "$resource"$'\t'"$role"$'\t' "$work/wanted" && continue
    if ! request DELETE "/servicePrincipals/$principal/appRoleAssignments/$assignment" '' >/dev/null; then
      kept=true
      say "A permission that the toolsets do not need could not be taken back ($role)."
    elif [[ $dry_run == true ]]; then
      say "Would take back each permission that the toolsets do not need."
    else
      say "took back a permission that the toolsets do not need ($role)"
    fi
  done <"$work/granted"
fi

# 6. What Exchange wants besides.
if [[ $needs_trace == true ]]; then
  # Message trace is a service of Microsoft's that a tenant lets in once; it may be there already.
  ensure /servicePrincipals "{\"appId\": \"$TRACE_APP\"}" ||
    say "Message trace could not be let in: $(head -c 300 "$work/errors")"
fi

# The Exchange role of this application alone: nobody else's is touched, and no other role that it holds.
roles=/roleManagement/directory/roleAssignments assignment='' looked=true
if [[ $exchange_role == true && (${#exchange_permissions[@]} -gt 0 || $update == true) ]]; then
  request GET "$roles?\$filter=principalId%20eq%20'$principal'" '' \
    --query 'value[].[principalId,roleDefinitionId,id,directoryScopeId]' --output tsv >"$work/roles" || looked=false
  while IFS=$'\t' read -r holder role id scope; do
    [[ $holder != "$principal" || $role != "$EXCHANGE_ADMINISTRATOR" || $scope != / ]] || assignment=$id
  done <"$work/roles"
  if [[ ${#exchange_permissions[@]} -gt 0 ]]; then
    body="{\"principalId\": \"$principal\", \"roleDefinitionId\": \"$EXCHANGE_ADMINISTRATOR\", \
\"directoryScopeId\": \"/\"}"
    [[ -n $assignment ]] || ensure "$roles" "$body" || {
      refused=true
      say "The Exchange role could not be given: $(head -c 300 "$work/errors")"
    }
  elif [[ $dry_run == true ]]; then
    request DELETE "$roles/<id of its Exchange Administrator assignment>" ''
    say "Would take back the role Exchange Administrator, if the application holds it: no toolset works with Exchange."
  elif [[ $looked == false ]] ||
    { [[ -n $assignment ]] && ! request DELETE "$roles/$assignment" '' >/dev/null; }; then
    kept=true
    say "The role Exchange Administrator, which no toolset needs, could not be taken back."
  elif [[ -n $assignment ]]; then
    say "took back the role Exchange Administrator: no toolset works with Exchange"
  fi
fi

say ""
say "AZURE_TENANT_ID=$tenant"
say "AZURE_CLIENT_ID=$app_id"
[[ $update == true ]] || say "AZURE_CERTIFICATE_PATH=$certificate"
say ""
say "Consent address, for an administrator: $login/$tenant/adminconsent?client_id=$app_id"
if [[ $refused == true ]]; then
  say "You may not consent yourself: send this address to somebody who may, then run m365-admin-mcp doctor."
else
  say "Check with: m365-admin-mcp doctor"
fi
[[ $kept == false ]] ||
  fail "the application may still do more than its toolsets need: run this again as a Privileged Role Administrator"
