import AdminCore

/// A permission that a resource offers to applications.
struct AppRole: Sendable, Hashable {
  let id: String
  let value: String
  let displayName: String

  /// - Note: apart from the few ids everybody knows, ids are derived from the name and differ from Microsoft's. A client
  ///   that looks roles up by `value`, as it should, does not notice.
  init(_ value: String, id: String? = nil) {
    self.value = value
    displayName = value
    self.id = id ?? IdentifierSource.derivedGUID("app role \(value)")
  }
}

/// An application as the tenant knows it: our own, or one of the services it may call.
struct ServicePrincipal: Sendable {
  let id: String
  let appID: String
  var displayName: String
  var isEnabled = true
  /// The identifiers that scopes and audiences name it by.
  var names: [String]
  var appRoles: [AppRole]
  /// Names of directory roles.
  var roles: [String] = []
  var requiresAssignment = false
  /// The template of the gallery it was made from.
  var templateID: String?
  /// The application that made it, and may therefore change it with a narrow permission.
  var ownerID: String?
  /// From when on it can be found.
  var visibleFrom = Timestamp(seconds: 0)

  var json: JSONObject {
    [
      "id": .string(id), "accountEnabled": .bool(isEnabled), "appDisplayName": .string(displayName),
      "appId": .string(appID), "appOwnerOrganizationId": .null,
      "appRoleAssignmentRequired": .bool(requiresAssignment), "applicationTemplateId": .optional(templateID),
      "appRoles": .array(
        appRoles.map {
          [
            "allowedMemberTypes": ["Application"], "description": .string($0.displayName),
            "displayName": .string($0.displayName), "id": .string($0.id), "isEnabled": true, "origin": "Application",
            "value": .string($0.value),
          ]
        }),
      "displayName": .string(displayName), "servicePrincipalNames": .strings([appID] + names),
      "servicePrincipalType": "Application", "signInAudience": "AzureADMyOrg",
    ]
  }
}

/// That an application holds a role of a resource.
struct AppRoleAssignment: Sendable {
  let id: String
  let principalID: String
  let resourceID: String
  let appRoleID: String
  let createdAt: Timestamp
}
