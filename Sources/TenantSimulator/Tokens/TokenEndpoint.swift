import AdminCore
import Cryptography

/// `POST /{tenant}/oauth2/v2.0/token` for the client credentials grant.
struct TokenEndpoint {
  let issuer: TokenIssuer
  let federationKey: RSAPublicKey

  func answer(
    _ request: SimulatedRequest, _ target: RequestTarget, tenant: String, state: inout TenantState
  ) -> SimulatedResponse {
    do throws(TokenFailure) {
      try Self.checkTenant(tenant, state)
      let form = try Self.form(request)
      let byCertificate = try authenticate(form, target, tenant, &state)
      let (resource, audience) = try Self.resource(form, state)
      return .json(200, try grant(resource, audience, form["claims"], byCertificate, &state))
    } catch {
      return Self.refusal(error, state: &state)
    }
  }

  static func refusal(_ failure: TokenFailure, state: inout TenantState) -> SimulatedResponse {
    let body = failure.json(
      at: state.now, traceID: state.identifiers.guid(), correlationID: state.identifiers.guid())
    return .json(failure.status, body)
  }

  static func checkTenant(_ tenant: String, _ state: TenantState) throws(TokenFailure) {
    switch tenant.lowercased() {
    case state.organization.tenantID: return
    case "common", "organizations", "consumers": throw TokenFailure(50_059)
    case let name where state.organization.isVerified(name): return
    case let name where GUID(name) != nil || name.contains("."):
      throw TokenFailure(
        90_002,
        "Tenant '\(VisibleText.excerpt(tenant, limit: 80))' not found. "
          + "Check to make sure you have the correct tenant ID and are signing into the correct cloud.")
    default:
      throw TokenFailure(
        900_023,
        "Specified tenant identifier '\(VisibleText.excerpt(tenant, limit: 80))' is neither a valid DNS "
          + "name, nor a valid external domain.")
    }
  }

  private static func form(_ request: SimulatedRequest) throws(TokenFailure) -> [String: String] {
    let type = request.headers["Content-Type"] ?? ""
    guard type.lowercased().hasPrefix("application/x-www-form-urlencoded"),
      let pairs = PercentEncoding.pairs(String(decoding: request.body, as: UTF8.self))
    else { throw missing("grant_type") }
    let form = Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    guard let grant = form["grant_type"] else { throw missing("grant_type") }
    guard grant == "client_credentials" else {
      throw TokenFailure(70_003, "The app requested an unsupported grant type '\(VisibleText.excerpt(grant))'.")
    }
    return form
  }

  private static func missing(_ name: String) -> TokenFailure {
    TokenFailure(900_144, "The request body must contain the following parameter: '\(name)'.")
  }

  /// - Returns: whether a certificate or another's word was the proof, rather than a secret.
  private func authenticate(
    _ form: [String: String], _ target: RequestTarget, _ tenant: String, _ state: inout TenantState
  ) throws(TokenFailure) -> Bool {
    let application = state.application
    guard let clientID = form["client_id"] else { throw Self.missing("client_id") }
    guard clientID.lowercased() == application.clientID else {
      throw TokenFailure(
        700_016,
        "Application with identifier '\(VisibleText.excerpt(clientID))' was not found in the directory "
          + "'\(state.organization.displayName)'.")
    }
    guard let principal = state.servicePrincipals[application.servicePrincipalID] else {
      throw TokenFailure(7_000_229)
    }
    guard principal.isEnabled else { throw TokenFailure(7_000_112) }
    if let assertion = form["client_assertion"] {
      guard form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" else {
        throw Self.missing("client_assertion_type")
      }
      let check = ClientAssertionCheck(
        application: application, now: state.now, audiences: audiences(target, tenant, state),
        federationKey: federationKey)
      if let id = try check.check(assertion) { try Self.use(id, &state) }
      return true
    }
    guard let secret = form["client_secret"] else { throw TokenFailure(7_000_216) }
    guard let known = application.secrets.first(where: { $0.value == secret }) else { throw TokenFailure(7_000_215) }
    if let end = known.expiresAt, end <= state.now { throw TokenFailure(7_000_222) }
    return false
  }

  /// An assertion serves once. Entra ID is more lenient; a client that reuses one has not read RFC 7523.
  private static func use(_ id: String, _ state: inout TenantState) throws(TokenFailure) {
    let now = state.now
    state.usedAssertions = state.usedAssertions.filter { $0.value > now }
    let end = now + ClientAssertionCheck.longestLife + ClientAssertionCheck.skew + ClientAssertionCheck.skew
    guard state.usedAssertions.updateValue(end, forKey: id) == nil else {
      throw TokenFailure(50_027, "JWT token is invalid: its 'jti' was used before.")
    }
  }

  private func audiences(_ target: RequestTarget, _ tenant: String, _ state: TenantState) -> Set<String> {
    let tenants = [state.organization.tenantID, tenant]
    return Set(
      tenants.flatMap { tenant in
        [
          "https://\(issuer.cloud.loginHost)/\(tenant)/oauth2/v2.0/token",
          "https://\(issuer.cloud.loginHost)/\(tenant)/v2.0", "\(target.origin)/\(tenant)/oauth2/v2.0/token",
        ]
      })
  }

  private static func resource(
    _ form: [String: String], _ state: TenantState
  ) throws(TokenFailure) -> (ServicePrincipal, audience: String) {
    guard let scope = form["scope"], !scope.isEmpty else { throw missing("scope") }
    let scopes = scope.split(separator: " ")
    guard scopes.count == 1 else {
      throw TokenFailure(70_011, "The provided value for the input parameter 'scope' names more than one resource.")
    }
    guard scope.hasSuffix("/.default") else { throw TokenFailure(1_002_012) }
    let name = String(scope.dropLast("/.default".count))
    guard let resource = state.servicePrincipal(resource: name) else {
      throw TokenFailure(
        500_011,
        "The resource principal named \(VisibleText.excerpt(name)) was not found in the tenant named "
          + "\(state.organization.displayName).")
    }
    return (resource, name.hasSuffix("/") ? String(name.dropLast()) : name)
  }

  private func grant(
    _ resource: ServicePrincipal, _ audience: String, _ claimsRequest: String?, _ byCertificate: Bool,
    _ state: inout TenantState
  ) throws(TokenFailure) -> JSONObject {
    let claims = state.claims(
      for: resource, audience: audience, cloud: issuer.cloud, byCertificate: byCertificate)
    if let text = claimsRequest {
      guard let wanted = try? JSONParser.parse(text), wanted.objectValue != nil else {
        throw TokenFailure(90_014, "The 'claims' parameter is not valid JSON.")
      }
      if wanted == state.challenge?.claims, let id = claims["uti"]?.stringValue {
        state.challenge?.satisfiedBy.insert(id)
      }
    }
    let lifetime = (claims["exp"]?.intValue ?? 0) - (claims["iat"]?.intValue ?? 0)
    guard let token = try? issuer.sign(claims) else { throw TokenFailure(50_000) }
    return [
      "token_type": "Bearer", "expires_in": .int(lifetime), "ext_expires_in": .int(lifetime),
      "access_token": .string(token),
    ]
  }
}
