import AdminCore
import Cryptography

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
    self.id = id ?? Self.derivedID(value)
  }

  private static func derivedID(_ value: String) -> String {
    var bytes = Array(SHA256.hash(Array("app role \(value)".utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array(Hex.encode(bytes).utf8)
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
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

  var json: JSONObject {
    [
      "id": .string(id), "accountEnabled": .bool(isEnabled), "appDisplayName": .string(displayName),
      "appId": .string(appID), "appOwnerOrganizationId": .null, "appRoleAssignmentRequired": false,
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
