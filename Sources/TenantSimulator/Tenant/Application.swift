import AdminCore

/// An application that is registered in the tenant.
struct Application: Sendable {
  let id: String
  let appID: String
  let displayName: String
  let templateID: String?
  let createdAt: Timestamp

  var json: JSONObject {
    [
      "id": .string(id), "appId": .string(appID), "displayName": .string(displayName),
      "createdDateTime": .string(createdAt.iso8601Seconds), "applicationTemplateId": .optional(templateID),
      "signInAudience": "AzureADMyOrg",
    ]
  }
}

/// That an application may act on behalf of users.
struct PermissionGrant: Sendable {
  let id: String
  let clientID: String
  let resourceID: String
  /// `nil` for everybody.
  let principalID: String?
  var scope: String

  var json: JSONObject {
    [
      "id": .string(id), "clientId": .string(clientID), "resourceId": .string(resourceID),
      "consentType": .string(principalID == nil ? "AllPrincipals" : "Principal"),
      "principalId": .optional(principalID), "scope": .string(scope),
    ]
  }
}

/// An application of the gallery, of which the tenant can have one of its own.
struct ApplicationTemplate: Sendable {
  let id: String
  let displayName: String
  let publisher: String
  let categories: [String]

  /// A few of the gallery's thousands; the last one, under Microsoft's own id, is for applications not in the gallery.
  static let all = [
    ApplicationTemplate("Salesforce", "salesforce.com", ["crm"]),
    ApplicationTemplate("ServiceNow", "ServiceNow", ["itService"]),
    ApplicationTemplate("DocuSign", "DocuSign", ["productivity"]),
    ApplicationTemplate("Dropbox Business", "Dropbox", ["contentManagement"]),
    ApplicationTemplate("Custom", "", [], id: "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"),
  ]

  private init(_ name: String, _ publisher: String, _ categories: [String], id: String? = nil) {
    self.id = id ?? IdentifierSource.derivedGUID("application template \(name)")
    displayName = name
    self.publisher = publisher
    self.categories = categories
  }

  var json: JSONObject {
    [
      "id": .string(id), "displayName": .string(displayName), "publisher": .string(publisher),
      "categories": .strings(categories), "description": .string("\(displayName) by \(publisher)."),
      "homePageUrl": .null, "logoUrl": .null, "supportedSingleSignOnModes": ["saml", "password"],
    ]
  }
}
