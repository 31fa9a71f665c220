/// The services that every tenant has, by the ids Microsoft gave them.
enum WellKnownApps {
  static let graph = "00000003-0000-0000-c000-000000000000"
  static let exchange = "00000002-0000-0ff1-ce00-000000000000"
  /// What message trace by Graph rests on.
  static let messageTrace = "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"

  /// The application permissions of Graph that this product may come to use.
  static let graphRoles = [
    "AppCatalog.Read.All", "AppCatalog.ReadWrite.All", "Application.Read.All", "Application.ReadWrite.All",
    "Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All", "AuditLog.Read.All",
    "AuditLogsQuery-Exchange.Read.All", "Channel.Create", "Channel.Delete.All", "Channel.ReadBasic.All",
    "ChannelMember.Read.All", "ChannelMember.ReadWrite.All", "ChannelSettings.Read.All",
    "ChannelSettings.ReadWrite.All", "DelegatedPermissionGrant.Read.All", "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All", "Directory.ReadWrite.All", "Domain.Read.All", "Domain.ReadWrite.All",
    "ExchangeMessageTrace.Read.All", "ExternalConnection.Read.All", "ExternalConnection.ReadWrite.All",
    "ExternalConnection.ReadWrite.OwnedBy", "Files.Read.All", "Files.ReadWrite.All", "Group.Create", "Group.Read.All",
    "Group.ReadWrite.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All", "GroupSettings.Read.All",
    "GroupSettings.ReadWrite.All", "LicenseAssignment.Read.All", "LicenseAssignment.ReadWrite.All", "Mail.Read",
    "Mail.ReadBasic.All", "Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read", "MailboxSettings.ReadWrite",
    "Organization.Read.All", "Organization.ReadWrite.All", "OrgSettings-Microsoft365Install.Read.All",
    "OrgSettings-Microsoft365Install.ReadWrite.All", "PeopleSettings.Read.All", "PeopleSettings.ReadWrite.All",
    "Policy.Read.All", "Policy.Read.AuthenticationMethod", "Policy.ReadWrite.ApplicationConfiguration",
    "Policy.ReadWrite.AuthenticationMethod", "Policy.ReadWrite.Authorization", "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.ConsentRequest", "Policy.ReadWrite.CrossTenantAccess", "Policy.ReadWrite.SecurityDefaults",
    "Reports.Read.All", "ReportSettings.Read.All", "ReportSettings.ReadWrite.All", "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory", "ServiceHealth.Read.All", "ServiceMessage.Read.All",
    "SharePointTenantSettings.Read.All", "SharePointTenantSettings.ReadWrite.All", "Sites.FullControl.All",
    "Sites.Manage.All", "Sites.Read.All", "Sites.ReadWrite.All", "Sites.Selected", "Tasks.Read.All",
    "Tasks.ReadWrite.All", "Team.Create", "Team.ReadBasic.All", "TeamMember.Read.All", "TeamMember.ReadWrite.All",
    "TeamMember.ReadWriteNonOwnerRole.All", "TeamsAppInstallation.Read.All", "TeamsAppInstallation.ReadForTeam.All",
    "TeamsAppInstallation.ReadForUser.All", "TeamsAppInstallation.ReadWriteAndConsentForUser.All",
    "TeamsAppInstallation.ReadWriteForTeam.All", "TeamsAppInstallation.ReadWriteForUser.All", "TeamSettings.Read.All",
    "TeamSettings.ReadWrite.All", "TeamsTab.Create", "TeamsTab.Read.All", "TeamsTab.ReadWrite.All",
    "TeamsTab.ReadWriteForTeam.All", "User-PasswordProfile.ReadWrite.All", "User.DeleteRestore.All",
    "User.EnableDisableAccount.All", "User.Invite.All", "User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All",
    "User.RevokeSessions.All",
  ].map { AppRole($0) }

  static let exchangeRoles = [
    AppRole("Exchange.ManageAsApp", id: "dc50a0fb-09a3-484d-be87-e023b12c6440"),
    AppRole("Exchange.ManageAsAppV2"),
    AppRole("MailboxSettings.ReadWrite", id: "f9156939-25cd-4ba8-abfe-7fabcf003749"),
  ]

  /// What the application of the default seed has consent for: what the product's own tools need, and nothing that would
  /// let it promote itself.
  static let grantedRoles = [
    "AppCatalog.Read.All", "Application.Read.All", "Application.ReadWrite.OwnedBy", "AuditLog.Read.All",
    "AuditLogsQuery-Exchange.Read.All", "Channel.Create", "Channel.Delete.All", "Channel.ReadBasic.All",
    "ChannelMember.ReadWrite.All", "ChannelSettings.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.ReadWrite.All", "Domain.ReadWrite.All", "ExchangeMessageTrace.Read.All",
    "ExternalConnection.ReadWrite.OwnedBy", "Files.ReadWrite.All", "Group.ReadWrite.All", "GroupMember.ReadWrite.All",
    "GroupSettings.ReadWrite.All", "LicenseAssignment.ReadWrite.All", "Mail.ReadWrite", "Mail.Send",
    "MailboxSettings.ReadWrite", "Organization.Read.All", "OrgSettings-Microsoft365Install.ReadWrite.All",
    "PeopleSettings.ReadWrite.All", "Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration",
    "Policy.ReadWrite.AuthenticationMethod", "Policy.ReadWrite.Authorization", "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.ConsentRequest", "Policy.ReadWrite.CrossTenantAccess", "Policy.ReadWrite.SecurityDefaults",
    "Reports.Read.All", "ReportSettings.ReadWrite.All", "RoleManagement.Read.Directory", "ServiceHealth.Read.All",
    "ServiceMessage.Read.All", "SharePointTenantSettings.ReadWrite.All", "Sites.FullControl.All", "Sites.Manage.All",
    "Sites.Read.All", "Tasks.ReadWrite.All", "Team.Create", "TeamMember.ReadWrite.All",
    "TeamsAppInstallation.ReadWriteForTeam.All", "TeamsAppInstallation.ReadWriteForUser.All",
    "TeamSettings.ReadWrite.All", "TeamsTab.ReadWrite.All", "User-PasswordProfile.ReadWrite.All",
    "User.DeleteRestore.All", "User.Invite.All", "User.ReadWrite.All", "User.RevokeSessions.All",
    "Exchange.ManageAsApp",
  ]
}
