import AdminCore
import Cryptography

/// Everything the login host serves, and the managed identity endpoints of a machine in the cloud.
struct LoginService: Sendable {
  let issuer: TokenIssuer
  let federationKey: RSAPublicKey

  init(cloud: Configuration.Cloud) throws(CryptographyError) {
    issuer = try TokenIssuer(cloud: cloud)
    federationKey = try SharedKeys.federation().publicKey()
  }

  /// - Returns: `nil` where the path is none of this service's.
  func answer(
    _ request: SimulatedRequest, _ target: RequestTarget, state: inout TenantState
  ) -> SimulatedResponse? {
    let parts = target.path.split(separator: "/").map { PercentEncoding.decode($0) ?? "" }
    switch (request.method, parts.count, parts.dropFirst().joined(separator: "/")) {
    case (_, 4, "oauth2/v2.0/token"):
      guard request.method == "POST" else {
        let refusal = TokenFailure(900_144, "The endpoint only accepts POST requests.")
        return TokenEndpoint.refusal(refusal, state: &state)
      }
      return TokenEndpoint(issuer: issuer, federationKey: federationKey)
        .answer(request, target, tenant: parts[0], state: &state)
    case ("GET", 4, "discovery/v2.0/keys"), ("GET", 3, "discovery/keys"):
      return .json(200, issuer.keySet(tenantID: state.organization.tenantID))
    case ("GET", 4, "v2.0/.well-known/openid-configuration"):
      return configuration(target, tenant: parts[0], &state)
    case ("GET", 4, "identity/oauth2/token") where parts[0] == "metadata":
      return managedIdentity(request, target, isMachine: true, &state)
    case ("GET", 2, "token") where parts[0] == "msi":
      return managedIdentity(request, target, isMachine: false, &state)
    default: return nil
    }
  }

  private func configuration(
    _ target: RequestTarget, tenant: String, _ state: inout TenantState
  ) -> SimulatedResponse {
    do throws(TokenFailure) {
      try TokenEndpoint.checkTenant(tenant, state)
    } catch {
      return TokenEndpoint.refusal(error, state: &state)
    }
    let tenantID = state.organization.tenantID
    return .json(
      200,
      [
        "token_endpoint": .string("\(target.origin)/\(tenantID)/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "jwks_uri": .string("\(target.origin)/\(tenantID)/discovery/v2.0/keys"),
        "issuer": .string(issuer.cloud.issuerV2(tenantID: tenantID)),
        "id_token_signing_alg_values_supported": ["RS256"], "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["pairwise"], "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com", "msgraph_host": .string(issuer.cloud.graphHost),
      ])
  }

  /// - Parameter isMachine: whether this is the metadata address of a virtual machine, which wants `Metadata: true`,
  ///   or that of an app service, which wants its secret header.
  private func managedIdentity(
    _ request: SimulatedRequest, _ target: RequestTarget, isMachine: Bool, _ state: inout TenantState
  ) -> SimulatedResponse {
    func refuse(_ status: Int, _ error: String, _ text: String) -> SimulatedResponse {
      .json(status, ["error": .string(error), "error_description": .string(text)])
    }
    if isMachine {
      guard request.headers["Metadata"]?.lowercased() == "true" else {
        return refuse(400, "invalid_request", "Required metadata header not specified")
      }
    } else {
      guard request.headers["X-IDENTITY-HEADER"] == state.application.identityHeader else {
        return refuse(401, "invalid_request", "The X-IDENTITY-HEADER header is missing or wrong.")
      }
    }
    let pairs = PercentEncoding.pairs(target.query ?? "") ?? []
    let version = pairs.first { $0.name == "api-version" }?.value
    guard version == (isMachine ? "2018-02-01" : "2019-08-01") else {
      return refuse(400, "invalid_request", "The api-version is missing or not supported.")
    }
    guard let name = pairs.first(where: { $0.name == "resource" })?.value,
      let resource = state.servicePrincipal(resource: name)
    else {
      return refuse(
        400, "invalid_resource",
        "AADSTS500011: The resource principal was not found in the tenant named \(state.organization.displayName).")
    }
    let audience = name.hasSuffix("/") ? String(name.dropLast()) : name
    let claims = state.claims(for: resource, audience: audience, cloud: issuer.cloud, byCertificate: true)
    guard let token = try? issuer.sign(claims) else { return refuse(500, "server_error", "Signing failed.") }
    let end = claims["exp"]?.intValue ?? 0
    let left = end - Int(state.now.seconds)
    return .json(
      200,
      [
        "access_token": .string(token), "client_id": .string(state.application.clientID),
        "expires_in": .string(String(left)), "expires_on": .string(String(end)),
        "ext_expires_in": .string(String(left)),
        "not_before": .string(String(state.now.seconds)), "resource": .string(name), "token_type": "Bearer",
      ])
  }
}

extension SimulatedResponse {
  static func json(_ status: Int, _ body: JSONObject, headers: HeaderFields = [:]) -> SimulatedResponse {
    var all: HeaderFields = ["Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store, no-cache"]
    all = all.merging(headers)
    return SimulatedResponse(status: status, headers: all, body: JSONValue.object(body).serialized)
  }
}
