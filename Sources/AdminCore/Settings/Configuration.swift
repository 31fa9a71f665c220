/// The settings as the program uses them: typed, with defaults applied. A value that is wrong never stops anything by
/// itself; it stands among the problems, and whatever needs it says so.
package struct Configuration: Sendable {
  /// A setting that is missing or wrong, and what to do about it.
  package struct Problem: Hashable, Sendable {
    package let setting: Setting
    package let message: String

    package init(setting: Setting, message: String) {
      self.setting = setting
      self.message = message
    }
  }

  package enum Cloud: String, CaseIterable, Sendable {
    case global, usgov, usgovdod, china
  }

  /// How the server proves that it is the application, in the order in which the first one present is taken.
  package enum Credential: Sendable {
    case federatedToken(file: String)
    case managedIdentity
    case certificate(file: String, password: Secret<String>?)
    case clientSecret(Secret<String>)
  }

  package enum StoreKey: Sendable {
    case value(Secret<String>)
    case file(String)
  }

  package enum ReadAudit: Int, Sendable, Comparable {
    case none = 0
    case sensitive = 1
    case all = 2

    package static func < (left: ReadAudit, right: ReadAudit) -> Bool { left.rawValue < right.rawValue }
  }

  package var tenant: String?
  package var clientID: GUID?
  package var credential: Credential?
  package var cloud: Cloud
  package var loginEndpoint: Origin?
  package var graphEndpoint: Origin?
  package var exchangeEndpoint: Origin?
  package var caFile: String?

  package var databasePath: String
  package var storeKey: StoreKey?

  package var confirmsOperations: Bool
  package var allowsTokenApproval: Bool
  package var isReadOnly: Bool
  package var allowsAppConsent: Bool
  package var toolsets: [String]
  /// `nil` where no limit holds.
  package var requestsPerMinute: Int?
  package var auditedReads: ReadAudit
  /// Sign-in names or ids, in lower case.
  package var breakGlassAccounts: [String]
  package var requiresIfMatch: Bool

  package var callers: CallerSettings

  package var defaultUsageLocation: String?
  package var defaultSender: String?
  package var approvedRecipientDomains: [String]?
  package var attachmentFolder: String?
  package var postalAddress: String?
  package var unsubscribeURL: String?

  package var serverName: String
  package var serverVersion: String
  package var logLevel: LogLevel
  package var logFile: String?
  package var leaseDuration: Duration
  package var shutdownGrace: Duration

  package private(set) var problems: [Problem]

  /// - Parameters:
  ///   - values: what was set; an empty text counts as not set.
  ///   - home: the directory that a leading `~` stands for.
  package init(_ values: [Setting: String], home: String) {
    var reader = SettingsReader(values: values, home: home)
    tenant = reader.tenant()
    clientID = reader.guid(.clientID)
    credential = reader.credential()
    cloud = reader.choice(.cloud, default: .global)
    loginEndpoint = reader.origin(.loginEndpoint)
    graphEndpoint = reader.origin(.graphEndpoint)
    exchangeEndpoint = reader.origin(.exchangeEndpoint)
    caFile = reader.path(.caFile)
    databasePath = reader.path(.databasePath) ?? home + "/.local/share/m365-admin-mcp/store.db"
    storeKey = reader.storeKey()
    confirmsOperations = reader.flag(.operationConfirmation, default: true)
    allowsTokenApproval = reader.flag(.tokenApproval, default: false)
    isReadOnly = reader.flag(.readOnly, default: false)
    allowsAppConsent = reader.flag(.appConsent, default: false)
    toolsets = reader.list(.toolsets) ?? ["default"]
    let limited = reader.flag(.rateLimitEnabled, default: true)
    let limit = reader.integer(.maxRequestsPerMinute, default: 60, in: 1...1_000_000)
    requestsPerMinute = limited ? limit : nil
    auditedReads = ReadAudit(rawValue: reader.integer(.auditReads, default: 1, in: 0...2)) ?? .sensitive
    breakGlassAccounts = reader.accounts(.breakGlassAccounts) ?? []
    requiresIfMatch = reader.flag(.requireIfMatch, default: false)
    callers = CallerSettings(&reader, tenant: tenant, clientID: clientID)
    defaultUsageLocation = reader.country(.defaultUsageLocation)
    defaultSender = reader.address(.defaultSender)
    approvedRecipientDomains = reader.domains(.approvedRecipientDomains)
    attachmentFolder = reader.path(.attachmentFolder)
    postalAddress = reader.text(.postalAddress)
    unsubscribeURL = reader.httpsURL(.unsubscribeURL)
    serverName = reader.text(.serverName) ?? ProductVersion.name
    serverVersion = reader.text(.serverVersion) ?? ProductVersion.current
    logLevel = reader.logLevel()
    logFile = reader.path(.logFile)
    leaseDuration = .seconds(reader.integer(.leaseSeconds, default: 60, in: 2...3600))
    shutdownGrace = .milliseconds(reader.integer(.shutdownGrace, default: 1500, in: 0...600_000))
    problems = reader.problems
  }

  /// The configuration of a server whose settings as a whole were refused: everything that needs one says why. Among
  /// them may have been the one that asks callers for tokens, so nobody is let in.
  package init(refused reason: String) {
    self.init([:], home: "/")
    problems = [.tenantID, .encryptionKey, .authMode].map { Problem(setting: $0, message: "is not known: \(reason)") }
  }

  /// What is missing or wrong for signing in to the tenant: everything at once, so that one correction is enough.
  package var signInProblems: [Problem] {
    var found = problems.filter { $0.setting.definition.section == .tenant }
    func require(_ setting: Setting, _ isPresent: Bool, _ remedy: String) {
      guard !isPresent, !found.contains(where: { $0.setting == setting }) else { return }
      found.append(Problem(setting: setting, message: "is not set: " + remedy))
    }
    require(.tenantID, tenant != nil, "use the Directory (tenant) ID of your Entra overview page")
    if case .managedIdentity = credential {
    } else {
      require(.clientID, clientID != nil, "use the Application (client) ID of the app registration")
    }
    let credentials: Set<Setting> = [.federatedTokenFile, .managedIdentity, .certificatePath, .clientSecret]
    require(
      .certificatePath, credential != nil || found.contains { credentials.contains($0.setting) },
      "give a certificate here, or AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE or AZURE_MANAGED_IDENTITY=true")
    return found
  }

  /// What is missing or wrong for opening the store.
  package var storeProblems: [Problem] {
    var found = problems.filter { $0.setting.definition.section == .store }
    if storeKey == nil, !found.contains(where: { $0.setting != .databasePath }) {
      found.append(
        Problem(setting: .encryptionKey, message: "is not set: run `m365-admin-mcp init`, which makes key and store"))
    }
    return found
  }
}

extension AdminError {
  /// The error that names every setting of `problems` at once.
  package static func misconfigured(_ problems: [Configuration.Problem]) -> AdminError {
    let texts = problems.map { "\($0.setting.rawValue) \($0.message)" }
    return AdminError(
      .misconfigured, texts.joined(separator: "; "),
      details: .array(
        problems.map {
          ["path": .string($0.setting.rawValue), "rule": "setting", "message": .string($0.message)]
        }))
  }
}
