package import AdminCore

/// An application as the tenant has it.
package struct ServicePrincipal: Hashable, Sendable {
  package let id: String
  package let appID: String
  package let displayName: String
  package let isEnabled: Bool

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let appID = json.text("appId") else { return nil }
    self.id = id
    self.appID = appID
    displayName = json.text("displayName") ?? ""
    isEnabled = json.flag("accountEnabled") ?? true
  }
}

/// A permission that an administrator has granted to an application.
package struct AppRoleAssignment: Hashable, Sendable {
  package let id: String
  package let roleID: String
  package let resourceID: String
  package let resourceName: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let roleID = json.text("appRoleId") else { return nil }
    self.id = id
    self.roleID = roleID.lowercased()
    resourceID = json.text("resourceId") ?? ""
    resourceName = json.text("resourceDisplayName") ?? ""
  }
}

extension GraphClient {
  /// What the application may do at Graph, by its own token: needs no permission at all.
  ///
  /// - Returns: `nil` when the token does not say.
  package func grantedRoles() async throws(AdminError) -> [String]? {
    TokenClaims(try await tokens.token(for: endpoints.graphAudience, within: nil))?.roles
  }

  /// `nil` where the tenant has none. Permission: Application.Read.All. Idempotent.
  package func servicePrincipal(appID: GUID) async throws(AdminError) -> ServicePrincipal? {
    let call = GraphCall.get(
      "/servicePrincipals(appId='\(argument: appID.text)')",
      GraphQuery(select: ["id", "appId", "displayName", "accountEnabled"]), permissions: [.applicationRead])
    do throws(AdminError) {
      return try await send(call).decode(call, ServicePrincipal.init)
    } catch  where error.graphFault == .notFound {
      return nil
    }
  }

  /// Permission: Application.Read.All. Idempotent.
  package func appRoleAssignments(ofServicePrincipal id: String) async throws(AdminError) -> [AppRoleAssignment] {
    let call = GraphCall.get("/servicePrincipals/\(id)/appRoleAssignments", permissions: [.applicationRead])
    return try await pages(call, reading(call, AppRoleAssignment.init)).collect(maximum: 5000)
  }
}
