#!/usr/bin/env python3
"""The Azure CLI as far as scripts/setup_azure_ad.sh uses it, over a tenant that is a file.

PRETEND_AZ_STATE names the file; beside it lies record.jsonl, what was exchanged, one JSON line for each request.
PRETEND_AZ_REFUSES=consent plays somebody who may register applications and not consent, PRETEND_AZ_REFUSES=roles
somebody who may not give and take directory roles.
"""

import json
import os
import re
import sys
import uuid
from pathlib import Path
from urllib.parse import unquote, urlsplit

STATE = Path(os.environ["PRETEND_AZ_STATE"])
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
EXCHANGE_APP = "00000002-0000-0ff1-ce00-000000000000"
TENANT = "0f0e0d0c-0000-4000-8000-000000000001"


def guid(text):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def app_roles(app):
    """Every permission of the names given, with an id of its own."""
    names = json.loads(os.environ["PRETEND_AZ_PERMISSIONS"])[app]
    return [
        {"id": guid(app + name), "value": name, "displayName": name, "description": name, "isEnabled": True,
         "allowedMemberTypes": ["Application"], "origin": "Application"}
        for name in names
    ]


def principal(app, name, roles=()):
    return {"id": guid("principal " + app), "appId": app, "displayName": name, "appRoles": list(roles)}


def load():
    if STATE.exists():
        return json.loads(STATE.read_text())
    return {
        "applications": [],
        "principals": {
            app: principal(app, name, app_roles(app))
            for app, name in [(GRAPH_APP, "Microsoft Graph"), (EXCHANGE_APP, "Office 365 Exchange Online")]
        },
        "grants": [], "roles": [], "early": 1,
    }


def select(value, query):
    """The queries that the script makes."""
    if query == "id":
        return [[value["id"]]]
    if query == "[[id,appId]]":
        return [[value["id"], value["appId"]]]
    if query == "value[].id":
        return [[item["id"]] for item in value["value"]]
    names = re.fullmatch(r"(\w+)\[\]\.\[([\w,]+)\]", query)
    return [[item[name] for name in names[2].split(",")] for item in value[names[1]]]


def answer(state, method, path, options, body):
    """Status and body, as Graph answers."""
    context = "https://graph.microsoft.com/v1.0/$metadata#"
    if method == "GET" and (found := re.fullmatch(r"/servicePrincipals\(appId='([^']+)'\)", path)):
        whole = state["principals"][found[1]]
        wanted = options["$select"].split(",")
        return 200, {"@odata.context": context + "servicePrincipals/$entity", **{key: whole[key] for key in wanted}}
    if method == "GET" and path == "/servicePrincipals":
        app = re.fullmatch(r"appId eq '([^']+)'", options["$filter"])[1]
        found = [{"id": item["id"]} for item in state["principals"].values() if item["appId"] == app]
        return 200, {"@odata.context": context + "servicePrincipals(id)", "value": found}
    if method == "GET" and path == "/applications":
        name = re.fullmatch(r"displayName eq '([^']+)'", options["$filter"])[1]
        found = [{"id": item["id"], "appId": item["appId"]} for item in state["applications"]
                 if item["displayName"] == name]
        return 200, {"@odata.context": context + "applications(id,appId)", "value": found}
    if method == "POST" and path == "/applications":
        made = {**body, "id": guid("object " + body["displayName"]), "appId": guid("app " + body["displayName"])}
        made["keyCredentials"] = [{**key, "key": None} for key in body["keyCredentials"]]
        state["applications"].append(made)
        return 201, {"@odata.context": context + "applications/$entity", **made}
    if method == "PATCH" and path.startswith("/applications/"):
        for item in state["applications"]:
            if item["id"] == path.split("/")[2]:
                item.update(body)
        return 204, None
    if method == "POST" and path == "/servicePrincipals":
        if state["early"] and body["appId"] not in (GRAPH_APP, EXCHANGE_APP):
            state["early"] = 0
            return refusal(400, "Request_BadRequest", "The appId does not reference a valid application object.")
        if body["appId"] in state["principals"]:
            return refusal(409, "Request_MultipleObjectsWithSameKeyValue", "A conflicting object is there already.")
        made = principal(body["appId"], "made")
        state["principals"][body["appId"]] = made
        return 201, {"@odata.context": context + "servicePrincipals/$entity", **made}
    if found := re.fullmatch(r"/servicePrincipals/([^/]+)/appRoleAssignments(?:/([^/]+))?", path):
        if method == "GET":
            return 200, {"@odata.context": context + "appRoleAssignments",
                         "value": [item for item in state["grants"] if item["principalId"] == found[1]]}
        if method == "DELETE":
            state["grants"] = [item for item in state["grants"] if item["id"] != found[2]]
            return 204, None
        if os.environ.get("PRETEND_AZ_REFUSES") == "consent":
            return refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        made = {"id": guid(json.dumps(body)), "principalType": "ServicePrincipal", **body}
        state["grants"].append(made)
        return 201, {"@odata.context": context + "appRoleAssignments/$entity", **made}
    if found := re.fullmatch(r"/roleManagement/directory/roleAssignments(?:/([^/]+))?", path):
        if method == "GET":
            holder = re.fullmatch(r"principalId eq '([^']+)'", options["$filter"])[1]
            return 200, {"@odata.context": context + "roleManagement/directory/roleAssignments",
                         "value": [item for item in state["roles"] if item["principalId"] == holder]}
        if os.environ.get("PRETEND_AZ_REFUSES") == "roles":
            return refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        if method == "DELETE":
            state["roles"] = [item for item in state["roles"] if item["id"] != found[1]]
            return 204, None
        made = {"id": guid(json.dumps(body)), **body}
        if made in state["roles"]:
            return refusal(400, "Request_BadRequest", "A conflicting object is present in the directory.")
        state["roles"].append(made)
        return 201, {"@odata.context": context + "roleManagement/directory/roleAssignments/$entity", **made}
    raise SystemExit(f"pretend_az does not know {method} {path}")


def refusal(status, code, message):
    return status, {"error": {"code": code, "message": message, "innerError": {
        "date": "2026-01-01T00:00:00", "request-id": guid(message), "client-request-id": guid(message)}}}


def main(arguments):
    if arguments[:2] == ["account", "show"]:
        return print(TENANT)
    if arguments[:2] == ["cloud", "show"]:
        is_graph = "endpoints.microsoftGraphResourceId" in arguments
        return print("https://graph.microsoft.com/" if is_graph else "https://login.microsoftonline.com")
    given = {key: value for key, value in zip(arguments, arguments[1:]) if key.startswith("--")}
    url = urlsplit(given["--uri"])
    path = url.path.removeprefix("/v1.0")
    options = dict(part.split("=", 1) for part in unquote(url.query).split("&")) if url.query else {}
    body = None
    if "--body" in given:
        assert given["--headers"] == "Content-Type=application/json"
        body = json.loads(Path(given["--body"].removeprefix("@")).read_text())
    state = load()
    status, result = answer(state, given["--method"], path, options, body)
    STATE.write_text(json.dumps(state))
    with STATE.with_name("record.jsonl").open("a") as record:
        # Both are the Azure CLI's own doing.
        headers = {"authorization": "Bearer pretended", "client-request-id": guid(given["--uri"])}
        if body is not None:
            headers["content-type"] = "application/json"
        record.write(json.dumps({
            "method": given["--method"], "url": given["--uri"], "requestHeaders": headers, "requestBody": body,
            "status": status, "responseBody": result}) + "\n")
    if status >= 400:
        raise SystemExit(f"ERROR: {result['error']['code']}({json.dumps(result)})")
    if "--query" in given:
        for row in select(result, given["--query"]):
            print("\t".join(row))
    elif result is not None:
        print(json.dumps(result))


main(sys.argv[1:])
