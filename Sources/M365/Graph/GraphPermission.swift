/// An application permission of Microsoft Graph, by the name that portals and tokens use.
package enum GraphPermission: String, CaseIterable, Sendable {
  case organizationRead = "Organization.Read.All"
  case domainRead = "Domain.Read.All"
  case userRead = "User.Read.All"
  case userReadWrite = "User.ReadWrite.All"
  case userDeleteRestore = "User.DeleteRestore.All"
  case userPasswordProfile = "User-PasswordProfile.ReadWrite.All"
  case licenseRead = "LicenseAssignment.Read.All"
  case licenseReadWrite = "LicenseAssignment.ReadWrite.All"
  case mailboxSettingsRead = "MailboxSettings.Read"
  case mailboxSettingsReadWrite = "MailboxSettings.ReadWrite"
  case mailRead = "Mail.Read"
  case mailReadWrite = "Mail.ReadWrite"
  case mailSend = "Mail.Send"
  case teamReadBasic = "Team.ReadBasic.All"
  case applicationRead = "Application.Read.All"

  /// Wider permissions that do as well, as Microsoft's permission catalogue has them.
  package var wider: [String] {
    switch self {
    case .organizationRead: ["Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
    case .domainRead: ["Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
    case .userRead: ["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
    case .userReadWrite: ["Directory.ReadWrite.All"]
    case .userDeleteRestore: ["User.ReadWrite.All"]
    case .userPasswordProfile: []
    case .licenseRead:
      [
        "LicenseAssignment.ReadWrite.All", "Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All",
        "Directory.ReadWrite.All",
      ]
    case .licenseReadWrite: ["User.ReadWrite.All", "Directory.ReadWrite.All"]
    case .mailboxSettingsRead: ["MailboxSettings.ReadWrite"]
    case .mailRead: ["Mail.ReadWrite"]
    case .mailboxSettingsReadWrite, .mailReadWrite, .mailSend: []
    case .teamReadBasic:
      [
        "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", "User.Read.All", "User.ReadWrite.All",
        "Directory.Read.All", "Directory.ReadWrite.All",
      ]
    case .applicationRead: ["Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
    }
  }

  /// Whether a token with these roles has the permission.
  package func isGranted(by roles: some Collection<String>) -> Bool {
    roles.contains(rawValue) || wider.contains { roles.contains($0) }
  }
}
