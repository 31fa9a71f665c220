/// A role of the directory that somebody can hold. Its id is the same in every tenant; once it is in use, the tenant has
/// an object for it under an id of its own.
struct DirectoryRole: Sendable, Hashable {
  let templateID: String
  let name: String

  static let globalAdministrator = DirectoryRole("62e90394-69f5-4237-9190-012177145e10", "Global Administrator")
  static let exchangeAdministrator = DirectoryRole("29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator")
  static let globalReader = DirectoryRole("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader")
  static let helpdeskAdministrator = DirectoryRole("729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator")
  static let securityAdministrator = DirectoryRole("194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator")
  static let complianceAdministrator = DirectoryRole("17315797-102d-40b4-93e0-432062caca18", "Compliance Administrator")
  static let exchangeRecipientAdministrator = DirectoryRole(
    "31392ffb-586c-42d1-9346-e59415a2cc4e", "Exchange Recipient Administrator")
  static let securityReader = DirectoryRole("5d6b6bb7-de71-4623-b4af-96380a352509", "Security Reader")

  /// The roles an administrator meets, under the ids Microsoft gave them.
  static let all = [
    globalAdministrator, exchangeAdministrator, exchangeRecipientAdministrator, securityReader,
    DirectoryRole("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"),
    helpdeskAdministrator,
    DirectoryRole("f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator"),
    DirectoryRole("69091246-20e8-4a56-aa4d-066075b2a7a8", "Teams Administrator"),
    DirectoryRole("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"),
    DirectoryRole("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator"),
    globalReader,
    securityAdministrator,
    complianceAdministrator,
    DirectoryRole("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator"),
    DirectoryRole("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator"),
    DirectoryRole("fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator"),
    DirectoryRole("4d6ac14f-3453-41d0-bef9-a3e0c569773a", "License Administrator"),
    DirectoryRole("b0f54661-2d74-4c50-afa3-1ec803f12efe", "Billing Administrator"),
    DirectoryRole("95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter"),
    DirectoryRole("88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers"),
  ]

  init(_ templateID: String, _ name: String) {
    self.templateID = templateID
    self.name = name
  }

  static func named(_ name: String) -> DirectoryRole? { all.first { $0.name == name } }

  static func template(_ id: String) -> DirectoryRole? { all.first { $0.templateID == id.lowercased() } }

  /// The id of the tenant's own object.
  func id(in tenantID: String) -> String { IdentifierSource.derivedGUID("role \(templateID) \(tenantID)") }
}
