package import AdminCore

/// What an application may do in Exchange Online: it needs the permission to sign in as itself, and a role that says
/// what it may do there.
package struct ExchangeAccess: Hashable, Sendable {
  package enum Obstacle: Hashable, Sendable {
    case permissionMissing
    /// No role of the token's opens this endpoint; the name is of one that would.
    case roleMissing(String)
  }

  /// `nil` when the token does not say.
  package let roles: [String]?
  /// Ids of the directory roles' templates.
  package let directoryRoles: [String]

  package init(_ claims: TokenClaims?) {
    roles = claims?.roles
    directoryRoles = claims?.directoryRoles.map { $0.lowercased() } ?? []
  }

  /// The directory roles that Exchange takes for a role of its own, by the ids of their templates.
  package enum DirectoryRole: String, CaseIterable, Sendable {
    case globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"
    case exchangeAdministrator = "29232cdf-9323-42fd-ade2-1d097af3e4de"
    case exchangeRecipientAdministrator = "31392ffb-586c-42d1-9346-e59415a2cc4e"
    case securityAdministrator = "194ae4cb-b126-40b2-bd5b-6091b380977d"
    case complianceAdministrator = "17315797-102d-40b4-93e0-432062caca18"
    case globalReader = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
    case helpdeskAdministrator = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
  }

  package var knownRoles: [DirectoryRole] { directoryRoles.compactMap(DirectoryRole.init(rawValue:)) }

  /// What surely stands in the way, as far as the token tells: a role group of Exchange's own does not show in it.
  package func obstacle(to endpoint: ExchangeEndpoint) -> Obstacle? {
    guard let roles else { return nil }
    guard roles.contains(GraphPermission.exchangeManageAsApp.rawValue) else { return .permissionMissing }
    switch endpoint {
    case .exchange: return knownRoles.isEmpty ? .roleMissing("Exchange Administrator") : nil
    case .compliance:
      let opening: [DirectoryRole] = [.globalAdministrator, .complianceAdministrator, .globalReader]
      return knownRoles.contains(where: opening.contains) ? nil : .roleMissing("Compliance Administrator")
    }
  }
}

extension ExchangeClient {
  /// What the application may do, by its own token: needs no call.
  package func access(to endpoint: ExchangeEndpoint = .exchange) async throws(AdminError) -> ExchangeAccess {
    ExchangeAccess(TokenClaims(try await tokens.token(for: audience(of: endpoint), within: nil)))
  }

  /// Names of all cmdlets that the application's roles hold: what a permission check compares with what is needed.
  /// Idempotent.
  package func grantedCmdlets() async throws(AdminError) -> Set<String> {
    let version = Self.moduleVersion
    let answer = try await get(
      "/adminapi/v1.0/\(try await tenantID(for: .exchange))/EXOModuleFile?Version=\(version)",
      headers: ["CommandName": "*"], name: "EXOModuleFile")
    guard let list = answer["value"]?[0]?["exportedCmdlets"]?.stringValue else {
      throw AdminError(.exchangeRefused, "Exchange Online answered EXOModuleFile in a form this program does not know.")
    }
    return Set(list.split(separator: ",").map { name in String(name.filter { !$0.isWhitespace }) })
  }

  /// The version of Microsoft's own module that the catalogue of cmdlets is asked for.
  private static let moduleVersion = "3.9.2"
}
