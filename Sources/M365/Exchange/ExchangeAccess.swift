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

  /// Those among them that Exchange takes for a role of its own.
  package var knownRoles: [RoleTemplate] { directoryRoles.compactMap(RoleTemplate.init(rawValue:)) }

  /// What surely stands in the way, as far as the token tells: a role group of Exchange's own does not show in it.
  package func obstacle(to endpoint: ExchangeEndpoint) -> Obstacle? {
    guard let roles else { return nil }
    guard roles.contains(GraphPermission.exchangeManageAsApp.rawValue) else { return .permissionMissing }
    switch endpoint {
    case .exchange: return knownRoles.isEmpty ? .roleMissing("Exchange Administrator") : nil
    case .compliance:
      let opening: [RoleTemplate] = [.globalAdministrator, .complianceAdministrator, .globalReader]
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
