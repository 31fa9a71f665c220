import AdminCore

/// The cmdlets that holders of directory roles have.
enum ExchangeRoles {
  static func holds(_ role: DirectoryRole, _ cmdlet: Cmdlet, atCompliance: Bool) -> Bool {
    switch role {
    case .globalAdministrator: true
    case .exchangeAdministrator: !atCompliance
    case .complianceAdministrator: atCompliance
    case .globalReader: cmdlet.isReading
    case .exchangeRecipientAdministrator: !atCompliance && cmdlet.area == .recipients
    case .securityAdministrator: !atCompliance && (cmdlet.isReading || cmdlet.area == .security)
    case .securityReader: cmdlet.isReading && cmdlet.area == .security
    case .helpdeskAdministrator: cmdlet.isReading && cmdlet.area == .recipients
    default: false
    }
  }

  /// Those that Exchange takes for its own.
  static let all: Set<DirectoryRole> = [
    .globalAdministrator, .exchangeAdministrator, .complianceAdministrator, .globalReader,
    .exchangeRecipientAdministrator, .securityAdministrator, .securityReader, .helpdeskAdministrator,
  ]
}

/// An application at Exchange's door.
struct ExchangeCaller: Sendable {
  let token: AccessToken
  let isForCompliance: Bool
  private let roles: [DirectoryRole]

  init(_ token: AccessToken) {
    self.token = token
    isForCompliance = token.audience.contains(".compliance.protection.")
    roles = token.directoryRoles.compactMap(DirectoryRole.template).filter(ExchangeRoles.all.contains)
  }

  /// It needs the permission to be here as itself, and a role that says what for.
  var mayEnter: Bool { token.roles.contains("Exchange.ManageAsApp") && !roles.isEmpty }

  func holds(_ cmdlet: Cmdlet) -> Bool {
    roles.contains { ExchangeRoles.holds($0, cmdlet, atCompliance: isForCompliance) }
  }
}
