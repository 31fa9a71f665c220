package import AdminCore
import Cryptography

/// An order for a token of any kind, right or wrong: what `POST /tokens` takes.
///
/// A token starts as a good one of its kind; the order then changes claims and header members, and who signs.
package struct TokenOrder: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// An application's own token for an API of ours, version 2.0.
    case app
    /// A user's token for an API of ours, with scopes.
    case delegated
    /// An ID token, which is none of access.
    case id
    /// An application's token for Graph or for Exchange, as the token endpoint gives it.
    case graph, exchange
    /// What an outside issuer gives, for workload identity federation.
    case federated
  }

  package enum Signer: String, Sendable, CaseIterable {
    case tenant
    /// A key the tenant does not know, under the tenant's key id.
    case stranger
    /// No signature at all.
    case none
    /// HMAC with the tenant's public key as the secret: the confusion of algorithms.
    case hmac
    /// A key of 1024 bits, under its own key id; the fault `weak_keys` lists it among the tenant's.
    case weak
  }

  package enum Form: String, Sendable, CaseIterable {
    /// Three parts (RFC 7515).
    case compact
    /// Five parts, as an encrypted token has, with a good token inside (RFC 7516).
    case nested
  }

  package var kind: Kind
  package var signer: Signer
  package var form = Form.compact
  /// Laid over the claims of the kind; JSON null takes one away.
  package var claims: JSONObject
  /// The same for the header.
  package var header: JSONObject
  /// The claims as a text of its own, where they are to be something no JSON writer writes.
  package var claimsText: String?

  package init(
    _ kind: Kind = .app, signer: Signer = .tenant, claims: JSONObject = [:], header: JSONObject = [:],
    claimsText: String? = nil
  ) {
    self.kind = kind
    self.signer = signer
    self.claims = claims
    self.header = header
    self.claimsText = claimsText
  }

  init(json: JSONValue) throws(SeedError) {
    let object = try SeedObject(
      json, at: "", allowing: ["kind", "signedBy", "form", "claims", "header", "claimsText"])
    let kindName = try object.text("kind") ?? Kind.app.rawValue
    guard let kind = Kind(rawValue: kindName) else {
      throw SeedError("kind", "must be one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let signerName = try object.text("signedBy") ?? Signer.tenant.rawValue
    guard let signer = Signer(rawValue: signerName) else {
      throw SeedError("signedBy", "must be one of \(Signer.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard let claims = (object["claims"] ?? [:]).objectValue, let header = (object["header"] ?? [:]).objectValue else {
      throw SeedError("claims", "and header must be objects")
    }
    let formName = try object.text("form") ?? Form.compact.rawValue
    guard let form = Form(rawValue: formName) else {
      throw SeedError("form", "must be one of \(Form.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.init(kind, signer: signer, claims: claims, header: header, claimsText: try object.text("claimsText"))
    self.form = form
  }
}

extension SimulatedTenant {
  /// Makes the token that `order` describes.
  package func issueToken(_ order: TokenOrder) throws -> String {
    state.now = now()
    let claims = Self.changed(standardClaims(order.kind), by: order.claims)
    let isFederated = order.kind == .federated
    let key = try isFederated ? SharedKeys.federation() : SharedKeys.signing()
    let keyID =
      switch order.signer {
      case .weak: TokenIssuer.keyID(of: try SharedKeys.weak().publicKey())
      default: isFederated ? TokenIssuer.keyID(of: try key.publicKey()) : login.issuer.keyID
      }
    let algorithm =
      switch order.signer {
      case .tenant, .stranger, .weak: "RS256"
      case .none: "none"
      case .hmac: "HS256"
      }
    let header = Self.changed(["typ": "JWT", "alg": .string(algorithm), "kid": .string(keyID)], by: order.header)
    let payload = order.claimsText.map { Array($0.utf8) } ?? JSONValue.object(claims).serialized
    let input = "\(Base64.encode(JSONValue.object(header).serialized, .url)).\(Base64.encode(payload, .url))"
    let signature: [UInt8] =
      switch order.signer {
      case .tenant: try key.sign(Array(input.utf8), .rs256)
      case .stranger: try SharedKeys.stranger().sign(Array(input.utf8), .rs256)
      case .weak: try SharedKeys.weak().sign(Array(input.utf8), .rs256)
      case .none: []
      case .hmac: HMACSHA256.authenticate(Array(input.utf8), key: Secret(try key.publicKey().modulus))
      }
    let token = "\(input).\(Base64.encode(signature, .url))"
    switch order.form {
    case .compact: return token
    case .nested:
      let envelope: JSONObject = ["alg": "dir", "enc": "A256GCM", "cty": "JWT"]
      let outer = Base64.encode(JSONValue.object(envelope).serialized, .url)
      return "\(outer).a2V5.aXY.\(Base64.encode(Array(token.utf8), .url)).dGFn"
    }
  }

  private static func changed(_ object: JSONObject, by changes: JSONObject) -> JSONObject {
    var changed = object
    for member in changes { changed[member.key] = member.value.isNull ? Optional.none : member.value }
    return changed
  }

  private func standardClaims(_ kind: TokenOrder.Kind) -> JSONObject {
    let tenantID = state.organization.tenantID
    let clientID = state.application.clientID
    let time: JSONObject = [
      "iat": .int(state.now.seconds), "nbf": .int(state.now.seconds), "exp": .int(state.now.seconds + 3_600),
    ]
    let own: JSONObject = time.merging([
      "aud": .string(clientID), "iss": .string(login.issuer.cloud.issuerV2(tenantID: tenantID)),
      "tid": .string(tenantID), "ver": "2.0", "uti": .string(state.identifiers.token(bytes: 12)),
    ])
    let user = state.users.values.first { !$0.isGuest && $0.isEnabled }
    switch kind {
    case .app:
      let principal = JSONValue.string(state.application.servicePrincipalID)
      return own.merging([
        "azp": .string(clientID), "azpacr": "2", "idtyp": "app", "oid": principal, "sub": principal, "roles": [],
      ])
    case .delegated:
      return own.merging([
        "azp": .string(clientID), "azpacr": "1", "oid": .optional(user?.id), "sub": .optional(user?.id),
        "name": .optional(user?.displayName), "preferred_username": .optional(user?.userPrincipalName),
        "scp": "access_as_user", "roles": [],
      ])
    case .id:
      return own.merging([
        "oid": .optional(user?.id), "sub": .optional(user?.id), "name": .optional(user?.displayName),
        "preferred_username": .optional(user?.userPrincipalName), "nonce": "simulated",
      ])
    case .graph, .exchange:
      let isGraph = kind == .graph
      let audience =
        isGraph
        ? "https://\(login.issuer.cloud.graphHost)" : "https://\(login.issuer.cloud.exchangeHosts[0])"
      guard let resource = state.servicePrincipal(resource: audience) else { return own }
      return state.claims(for: resource, audience: audience, cloud: login.issuer.cloud, byCertificate: true)
    case .federated:
      let credential = state.application.federatedCredentials.first
      return time.merging([
        "iss": .optional(credential?.issuer), "sub": .optional(credential?.subject),
        "aud": .optional(credential?.audience), "jti": .string(state.identifiers.guid()),
      ])
    }
  }
}
