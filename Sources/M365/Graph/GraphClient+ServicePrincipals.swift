package import AdminCore

/// An application as the tenant has it.
package struct ServicePrincipal: Hashable, Sendable {
  package let id: String
  package let appID: String
  package let displayName: String
  package let isEnabled: Bool
  /// What it offers to other applications, where it was asked for.
  package let appRoles: [AppRole]
  /// The template of the gallery that it was made from, where that was asked for.
  package let templateID: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let appID = json.text("appId") else { return nil }
    self.id = id
    self.appID = appID
    displayName = json.text("displayName") ?? ""
    isEnabled = json.flag("accountEnabled") ?? true
    appRoles = json.objects("appRoles").compactMap(AppRole.init)
    templateID = json.text("applicationTemplateId")?.lowercased()
  }

  fileprivate static let properties = ["id", "appId", "displayName", "accountEnabled"]
}

/// A permission that an application offers to other applications.
package struct AppRole: Hashable, Sendable {
  package let id: String
  /// The name that portals and tokens use.
  package let value: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id.lowercased()
    value = json.text("value") ?? ""
  }
}

/// A permission that an administrator has granted to an application.
package struct AppRoleAssignment: Hashable, Sendable {
  package let id: String
  package let roleID: String
  package let principalID: String
  package let resourceID: String
  package let resourceName: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let roleID = json.text("appRoleId") else { return nil }
    self.id = id
    self.roleID = roleID.lowercased()
    principalID = json.text("principalId") ?? ""
    resourceID = json.text("resourceId") ?? ""
    resourceName = json.text("resourceDisplayName") ?? ""
  }
}

/// That an application may act on behalf of users.
package struct PermissionGrant: Hashable, Sendable {
  package let id: String
  package let clientID: String
  package let resourceID: String
  /// The one user it holds for; `nil` for all.
  package let principalID: String?
  package let scopes: [String]

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let client = json.text("clientId"), let resource = json.text("resourceId") else {
      return nil
    }
    self.id = id
    clientID = client
    resourceID = resource
    principalID = json.text("principalId")
    scopes = (json.text("scope") ?? "").split(separator: " ").map(String.init)
  }
}

/// An application of the gallery.
package struct ApplicationTemplate: Hashable, Sendable {
  package let id: String
  package let displayName: String
  package let publisher: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? ""
    publisher = json.text("publisher")
  }
}

extension GraphClient {
  // MARK: Reading

  /// What the application may do at Graph, by its own token: needs no permission at all.
  ///
  /// - Returns: `nil` when the token does not say.
  package func grantedRoles() async throws(AdminError) -> [String]? {
    TokenClaims(try await tokens.token(for: endpoints.graphAudience, within: nil))?.roles
  }

  /// `nil` where the tenant has none. Permission: Application.Read.All. Idempotent.
  ///
  /// - Parameter withRoles: whether to ask for what it offers to other applications, which can be hundreds.
  package func servicePrincipal(appID: GUID, withRoles: Bool = false) async throws(AdminError) -> ServicePrincipal? {
    let call = GraphCall.get(
      "/servicePrincipals(appId='\(argument: appID.text)')",
      GraphQuery(select: ServicePrincipal.properties + (withRoles ? ["appRoles"] : [])),
      permissions: [.applicationRead])
    return try await ifPresent { () async throws(AdminError) in
      try await send(call).decode(call, ServicePrincipal.init)
    }
  }

  /// `nil` where the tenant has none. Permission: Application.Read.All. Idempotent.
  package func servicePrincipal(id: String) async throws(AdminError) -> ServicePrincipal? {
    let call = GraphCall.get(
      "/servicePrincipals/\(id)", GraphQuery(select: ServicePrincipal.properties), permissions: [.applicationRead])
    return try await ifPresent { () async throws(AdminError) in
      try await send(call).decode(call, ServicePrincipal.init)
    }
  }

  /// The applications of a name, with the templates they were made from. Permission: Application.Read.All. Idempotent.
  package func servicePrincipals(named name: String) async throws(AdminError) -> [ServicePrincipal] {
    var query = GraphQuery(select: ServicePrincipal.properties + ["applicationTemplateId"])
    query.filter = "displayName eq \(name)"
    let call = GraphCall.get("/servicePrincipals", query, permissions: [.applicationRead])
    return try await pages(call, reading(call, ServicePrincipal.init)).collect(maximum: 1000)
  }

  // MARK: Letting applications in

  /// Lets an application of somebody else into the tenant: a service of Microsoft, or a vendor's. One that is in already
  /// stays. Permissions: Application.ReadWrite.OwnedBy, Application.Read.All. To be checked after an unclear end by
  /// `servicePrincipal(appID:)`.
  package func createServicePrincipal(appID: GUID) async throws(AdminError) -> ServicePrincipal {
    let call = GraphCall.post(
      "/servicePrincipals", .json(["appId": .string(appID.text)]), permissions: [.applicationReadWriteOwned],
      safety: .checkFirst)
    do throws(AdminError) {
      return try await send(call).decode(call, ServicePrincipal.init)
    } catch  where [.alreadyThere, .conflict].contains(error.graphFault) {
      guard let known = try await servicePrincipal(appID: appID) else { throw error }
      return known
    }
  }

  /// Puts an application out with all it was granted. One that is out already is as good. Permission:
  /// Application.ReadWrite.OwnedBy for one made by this application, otherwise Application.ReadWrite.All. Idempotent.
  package func deleteServicePrincipal(id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(.delete("/servicePrincipals/\(id)", permissions: [.applicationReadWriteOwned]))
    }
  }

  /// The applications of the gallery with a name. Permission: Application.Read.All. Idempotent.
  package func applicationTemplates(named name: String) async throws(AdminError) -> [ApplicationTemplate] {
    var query = GraphQuery(select: ["id", "displayName", "publisher"])
    query.filter = "displayName eq \(name)"
    let call = GraphCall.get("/applicationTemplates", query, permissions: [.applicationRead])
    return try await pages(call, reading(call, ApplicationTemplate.init)).collect(maximum: 1000)
  }

  /// Makes an application of the tenant's own from the gallery. Its service principal can be found some seconds later, by
  /// `servicePrincipals(named:)`. Permission: Application.ReadWrite.OwnedBy. To be checked after an unclear end in the
  /// same way.
  package func instantiate(template id: String, named name: String) async throws(AdminError) {
    _ = try await send(
      .post(
        "/applicationTemplates/\(id)/instantiate", .json(["displayName": .string(name)]),
        permissions: [.applicationReadWriteOwned], safety: .checkFirst))
  }

  // MARK: What applications may do

  /// Permission: Application.Read.All. Idempotent.
  package func appRoleAssignments(ofServicePrincipal id: String) async throws(AdminError) -> [AppRoleAssignment] {
    let call = GraphCall.get("/servicePrincipals/\(id)/appRoleAssignments", permissions: [.applicationRead])
    return try await pages(call, reading(call, AppRoleAssignment.init)).collect(maximum: 5000)
  }

  /// Grants an application a role of another one. Who may do this may grant itself everything. Permissions:
  /// AppRoleAssignment.ReadWrite.All, Application.Read.All. Idempotent: what is granted already is found.
  package func grantAppRole(
    _ role: String, ofResource resource: String, toServicePrincipal id: String
  ) async throws(AdminError) -> AppRoleAssignment {
    let call = GraphCall.post(
      "/servicePrincipals/\(resource)/appRoleAssignedTo",
      .json(["principalId": .string(id), "resourceId": .string(resource), "appRoleId": .string(role)]),
      permissions: [.appRoleAssignmentReadWrite, .applicationRead], safety: .checkFirst)
    do throws(AdminError) {
      return try await send(call).decode(call, AppRoleAssignment.init)
    } catch  where error.graphFault == .alreadyThere || error.code == .outcomeUnknown {
      let known = try await appRoleAssignments(ofServicePrincipal: id)
        .first { $0.resourceID == resource && $0.roleID == role.lowercased() }
      guard let known else { throw error }
      return known
    }
  }

  /// One that is gone already is as good. Permission: AppRoleAssignment.ReadWrite.All. Idempotent.
  package func revokeAppRole(assignment: String, ofResource resource: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete(
          "/servicePrincipals/\(resource)/appRoleAssignedTo/\(assignment)",
          permissions: [.appRoleAssignmentReadWrite]))
    }
  }

  /// What an application may do on behalf of users. Permission: DelegatedPermissionGrant.ReadWrite.All. Idempotent.
  package func permissionGrants(ofClient id: String) async throws(AdminError) -> [PermissionGrant] {
    var query = GraphQuery()
    query.filter = "clientId eq \(id)"
    let call = GraphCall.get("/oauth2PermissionGrants", query, permissions: [.permissionGrantReadWrite])
    return try await pages(call, reading(call, PermissionGrant.init)).collect(maximum: 5000)
  }

  /// Sets what an application may do on behalf of all users at one resource, as a whole. Permission:
  /// DelegatedPermissionGrant.ReadWrite.All. Idempotent: what is there is changed.
  ///
  /// - Parameter scopes: none takes the grant away.
  /// - Returns: the scopes before, to be given back; empty where there was no grant.
  @discardableResult
  package func setPermissionGrant(
    ofClient client: String, atResource resource: String, scopes: [String]
  ) async throws(AdminError) -> [String] {
    let known = try await permissionGrants(ofClient: client)
      .first { $0.resourceID == resource && $0.principalID == nil }
    switch (known, scopes.isEmpty) {
    case (let known?, true):
      try await ignoringAbsence { () async throws(AdminError) in
        try await send(
          .delete("/oauth2PermissionGrants/\(known.id)", permissions: [.permissionGrantReadWrite]))
      }
    case (let known?, false):
      guard Set(known.scopes) != Set(scopes) else { break }
      _ = try await send(
        .patch(
          "/oauth2PermissionGrants/\(known.id)", ["scope": .string(scopes.joined(separator: " "))],
          permissions: [.permissionGrantReadWrite]))
    case (nil, true): break
    case (nil, false): try await createPermissionGrant(client, resource, scopes)
    }
    return known?.scopes ?? []
  }

  private func createPermissionGrant(
    _ client: String, _ resource: String, _ scopes: [String]
  ) async throws(AdminError) {
    let call = GraphCall.post(
      "/oauth2PermissionGrants",
      .json([
        "clientId": .string(client), "consentType": "AllPrincipals", "resourceId": .string(resource),
        "scope": .string(scopes.joined(separator: " ")),
      ]), permissions: [.permissionGrantReadWrite], safety: .checkFirst)
    do throws(AdminError) {
      _ = try await send(call)
    } catch  where error.graphFault == .alreadyThere || error.code == .outcomeUnknown {
      // There is at most one such grant, so looking again tells.
      let grants = try await permissionGrants(ofClient: client)
      guard grants.contains(where: { $0.resourceID == resource && Set($0.scopes) == Set(scopes) }) else { throw error }
    }
  }
}
