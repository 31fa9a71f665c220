/// An application permission of Microsoft Graph, or of Exchange Online, by the name that portals and tokens use.
package enum GraphPermission: String, CaseIterable, Sendable {
  case organizationRead = "Organization.Read.All"
  case domainRead = "Domain.Read.All"
  case userRead = "User.Read.All"
  case userReadWrite = "User.ReadWrite.All"
  case userDeleteRestore = "User.DeleteRestore.All"
  case userPasswordProfile = "User-PasswordProfile.ReadWrite.All"
  case userRevokeSessions = "User.RevokeSessions.All"
  case userInvite = "User.Invite.All"
  case roleRead = "RoleManagement.Read.Directory"
  case licenseRead = "LicenseAssignment.Read.All"
  case licenseReadWrite = "LicenseAssignment.ReadWrite.All"
  case mailboxSettingsRead = "MailboxSettings.Read"
  case mailboxSettingsReadWrite = "MailboxSettings.ReadWrite"
  case mailRead = "Mail.Read"
  case mailReadWrite = "Mail.ReadWrite"
  case mailSend = "Mail.Send"
  case teamReadBasic = "Team.ReadBasic.All"
  case applicationRead = "Application.Read.All"
  case applicationReadWrite = "Application.ReadWrite.All"
  case messageTraceRead = "ExchangeMessageTrace.Read.All"
  /// Of Office 365 Exchange Online, not of Graph: lets the application call cmdlets as far as its role there goes.
  case exchangeManageAsApp = "Exchange.ManageAsApp"
  /// Of Office 365 Exchange Online as well: what deploying add-ins takes since 2026. Graph has one of the same name.
  case exchangeMailboxSettings = "MailboxSettings.ReadWrite (Office 365 Exchange Online)"
  case groupRead = "Group.Read.All"
  case groupReadWrite = "Group.ReadWrite.All"
  case groupMemberRead = "GroupMember.Read.All"
  case groupMemberReadWrite = "GroupMember.ReadWrite.All"
  case groupSettingsRead = "GroupSettings.Read.All"
  case groupSettingsReadWrite = "GroupSettings.ReadWrite.All"
  case teamCreate = "Team.Create"
  case teamSettingsReadWrite = "TeamSettings.ReadWrite.All"
  case teamMemberRead = "TeamMember.Read.All"
  case teamMemberReadWrite = "TeamMember.ReadWrite.All"
  case channelReadBasic = "Channel.ReadBasic.All"
  case channelCreate = "Channel.Create"
  case channelDelete = "Channel.Delete.All"
  case channelSettingsReadWrite = "ChannelSettings.ReadWrite.All"
  case channelMemberRead = "ChannelMember.Read.All"
  case channelMemberReadWrite = "ChannelMember.ReadWrite.All"
  case tabRead = "TeamsTab.Read.All"
  case tabReadWrite = "TeamsTab.ReadWrite.All"
  case appCatalogRead = "AppCatalog.Read.All"
  case teamAppRead = "TeamsAppInstallation.ReadForTeam.All"
  case teamAppReadWrite = "TeamsAppInstallation.ReadWriteForTeam.All"
  case userAppRead = "TeamsAppInstallation.ReadForUser.All"
  case userAppReadWrite = "TeamsAppInstallation.ReadWriteForUser.All"
  case sitesRead = "Sites.Read.All"
  case sitesManage = "Sites.Manage.All"
  case sitesFullControl = "Sites.FullControl.All"
  case filesRead = "Files.Read.All"
  case filesReadWrite = "Files.ReadWrite.All"
  case tasksRead = "Tasks.Read.All"
  case tasksReadWrite = "Tasks.ReadWrite.All"
  case applicationReadWriteOwned = "Application.ReadWrite.OwnedBy"
  case appRoleAssignmentReadWrite = "AppRoleAssignment.ReadWrite.All"
  case permissionGrantReadWrite = "DelegatedPermissionGrant.ReadWrite.All"
  case externalConnectionReadWriteOwned = "ExternalConnection.ReadWrite.OwnedBy"
  case serviceHealthRead = "ServiceHealth.Read.All"
  case serviceMessageRead = "ServiceMessage.Read.All"
  case auditLogRead = "AuditLog.Read.All"
  case directoryReadWrite = "Directory.ReadWrite.All"
  case domainReadWrite = "Domain.ReadWrite.All"
  case policyRead = "Policy.Read.All"
  case policySecurityDefaults = "Policy.ReadWrite.SecurityDefaults"
  case policyAuthorization = "Policy.ReadWrite.Authorization"
  case policyAuthenticationMethod = "Policy.ReadWrite.AuthenticationMethod"
  case policyConsentRequest = "Policy.ReadWrite.ConsentRequest"
  case policyConditionalAccess = "Policy.ReadWrite.ConditionalAccess"
  case policyCrossTenantAccess = "Policy.ReadWrite.CrossTenantAccess"
  case policyApplicationConfiguration = "Policy.ReadWrite.ApplicationConfiguration"
  case sharePointSettings = "SharePointTenantSettings.ReadWrite.All"
  case peopleSettings = "PeopleSettings.ReadWrite.All"
  case reportSettings = "ReportSettings.ReadWrite.All"
  case installationOptions = "OrgSettings-Microsoft365Install.ReadWrite.All"

  /// Wider permissions that do as well, as Microsoft's permission catalogue has them.
  package var wider: [String] { Self.wider[self] ?? [] }

  private static let directoryReaders = ["Directory.Read.All", "Directory.ReadWrite.All"]
  private static let groupReaders = ["Group.Read.All", "Group.ReadWrite.All"] + directoryReaders
  private static let groupWriters = ["Group.ReadWrite.All", "Directory.ReadWrite.All"]
  private static let siteReaders = ["Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"]

  private static let wider: [GraphPermission: [String]] = [
    .organizationRead: ["Organization.ReadWrite.All"] + directoryReaders,
    .domainRead: ["Domain.ReadWrite.All", "Directory.Read.All"],
    .userRead: ["User.ReadWrite.All"] + directoryReaders,
    .userReadWrite: ["Directory.ReadWrite.All"],
    .userDeleteRestore: ["User.ReadWrite.All"],
    .userRevokeSessions: ["User.ReadWrite.All", "Directory.ReadWrite.All"],
    .userInvite: ["User.ReadWrite.All", "Directory.ReadWrite.All"],
    .roleRead: ["RoleManagement.ReadWrite.Directory"] + directoryReaders,
    .licenseRead: [
      "LicenseAssignment.ReadWrite.All", "Organization.Read.All", "Organization.ReadWrite.All",
    ] + directoryReaders,
    .licenseReadWrite: ["User.ReadWrite.All", "Directory.ReadWrite.All"],
    .mailboxSettingsRead: ["MailboxSettings.ReadWrite"],
    .mailRead: ["Mail.ReadWrite"],
    .teamReadBasic: [
      "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", "User.Read.All", "User.ReadWrite.All",
    ] + directoryReaders,
    .applicationReadWrite: ["Directory.ReadWrite.All"],
    .applicationRead: ["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"] + directoryReaders,
    .groupRead: ["Group.ReadWrite.All"] + directoryReaders,
    .groupReadWrite: ["Directory.ReadWrite.All"],
    .groupMemberRead: ["GroupMember.ReadWrite.All"] + groupReaders,
    .groupMemberReadWrite: groupWriters,
    .groupSettingsRead: ["GroupSettings.ReadWrite.All"] + groupReaders,
    .groupSettingsReadWrite: ["Directory.ReadWrite.All"],
    .teamCreate: groupWriters,
    .teamSettingsReadWrite: groupWriters,
    .teamMemberRead: ["TeamMember.ReadWrite.All"],
    .channelReadBasic: ["ChannelSettings.Read.All", "ChannelSettings.ReadWrite.All"] + groupReaders,
    .channelCreate: groupWriters,
    .channelDelete: groupWriters,
    .channelSettingsReadWrite: groupWriters,
    .channelMemberRead: ["ChannelMember.ReadWrite.All"],
    .tabRead: ["TeamsTab.ReadWrite.All", "TeamsTab.ReadWriteForTeam.All"] + groupReaders,
    .tabReadWrite: ["TeamsTab.ReadWriteForTeam.All"] + groupWriters,
    .appCatalogRead: ["AppCatalog.ReadWrite.All"],
    .teamAppRead: ["TeamsAppInstallation.ReadWriteForTeam.All", "TeamsAppInstallation.Read.All"] + groupReaders,
    .teamAppReadWrite: groupWriters,
    .userAppRead: ["TeamsAppInstallation.ReadWriteForUser.All", "TeamsAppInstallation.Read.All"],
    .userAppReadWrite: ["TeamsAppInstallation.ReadWriteAndConsentForUser.All"],
    .sitesRead: siteReaders,
    .sitesManage: ["Sites.ReadWrite.All", "Sites.FullControl.All"],
    .filesRead: ["Files.ReadWrite.All", "Sites.Read.All"] + siteReaders,
    .filesReadWrite: ["Sites.ReadWrite.All"],
    .tasksRead: ["Tasks.ReadWrite.All"],
    .applicationReadWriteOwned: ["Application.ReadWrite.All", "Directory.ReadWrite.All"],
    .permissionGrantReadWrite: ["Directory.ReadWrite.All"],
    .externalConnectionReadWriteOwned: ["ExternalConnection.ReadWrite.All"],
    .auditLogRead: ["Directory.Read.All", "Directory.ReadWrite.All"],
    .policySecurityDefaults: ["Policy.ReadWrite.ConditionalAccess"],
  ]

  private static let exchange = "Office 365 Exchange Online"

  /// Whether it stands in the token for Exchange Online, and not in that for Graph.
  package var isOfExchange: Bool { self == .exchangeManageAsApp || self == .exchangeMailboxSettings }

  /// The application that the permission belongs to, as portals name it.
  package var resource: String { isOfExchange ? Self.exchange : "Microsoft Graph" }

  /// What it is called there.
  package var name: String {
    let addition = " (\(resource))"
    return rawValue.hasSuffix(addition) ? String(rawValue.dropLast(addition.count)) : rawValue
  }

  /// A role of the application's token for Exchange Online, told apart from one of Graph's that is called the same.
  package static func ofExchange(_ role: String) -> String {
    role.hasPrefix("Exchange.") ? role : "\(role) (\(exchange))"
  }

  /// Whether a token with these roles has the permission.
  package func isGranted(by roles: some Collection<String>) -> Bool {
    roles.contains(rawValue) || wider.contains { roles.contains($0) }
  }
}
