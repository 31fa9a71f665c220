import AdminCore
import Testing

private func configuration(_ values: [Setting: String]) -> Configuration { Configuration(values, home: "/home/ada") }

private let tenantID = "3b555118-da6a-4418-894f-7df1e2096870"
private let clientID = "b1f3042b-a390-4b56-ab61-b88e7e767a97"

@Suite("Settings")
struct ConfigurationTests {
  // MARK: Defaults

  @Test("Without any setting the documented defaults hold and nothing is wrong yet")
  func defaults() {
    let settings = configuration([:])
    #expect(settings.problems.isEmpty)
    #expect(settings.tenant == nil)
    #expect(settings.clientID == nil)
    #expect(settings.credential == nil)
    #expect(settings.cloud == .global)
    #expect(settings.loginEndpoint == nil)
    #expect(settings.graphEndpoint == nil)
    #expect(settings.exchangeEndpoint == nil)
    #expect(settings.caFile == nil)
    #expect(settings.databasePath == "/home/ada/.local/share/m365-admin-mcp/store.db")
    #expect(settings.storeKey == nil)
    #expect(settings.confirmsOperations)
    #expect(!settings.allowsTokenApproval)
    #expect(!settings.isReadOnly)
    #expect(settings.toolsets == ["default"])
    #expect(settings.requestsPerMinute == 60)
    #expect(settings.auditedReads == .sensitive)
    #expect(settings.defaultUsageLocation == nil)
    #expect(settings.defaultSender == nil)
    #expect(settings.approvedRecipientDomains == nil)
    #expect(settings.attachmentFolder == nil)
    #expect(settings.postalAddress == nil)
    #expect(settings.unsubscribeURL == nil)
    #expect(settings.serverName == "m365-admin-mcp")
    #expect(settings.serverVersion == ProductVersion.current)
    #expect(settings.logLevel == .info)
    #expect(settings.logFile == nil)
    #expect(settings.leaseDuration == .seconds(60))
    #expect(settings.shutdownGrace == .milliseconds(1500))
  }

  @Test("An empty value counts as not set", arguments: Setting.allCases)
  func emptyValues(setting: Setting) {
    #expect(configuration([setting: ""]).problems.isEmpty)
  }

  @Test("The documented default of a setting is the one that holds", arguments: Setting.allCases)
  func documentedDefaults(setting: Setting) throws {
    let definition = setting.definition
    #expect(!definition.meaning.isEmpty)
    #expect(setting.isSecret == definition.isSecret)
    // These defaults are told in words.
    let told: Set<Setting> = [
      .approvedRecipientDomains, .tokenTools, .callerTenants, .tokenAudiences, .allowedClients,
    ]
    guard let value = definition.defaultValue, !told.contains(setting) else { return }
    let written = configuration([setting: value])
    #expect(written.problems.isEmpty)
    #expect("\(written)" == "\(configuration([:]))")
  }

  @Test("Exactly the passwords and keys are secrets")
  func secrets() {
    #expect(
      Setting.allCases.filter(\.isSecret) == [.certificatePassword, .clientSecret, .encryptionKey, .callerToken])
  }

  @Test("A configuration prints none of its secrets")
  func printsNoSecret() {
    for values in [
      [.clientSecret: "hunter2-hunter2"], [.certificatePath: "/c.pem", .certificatePassword: "hunter2-hunter2"],
      [.encryptionKey: "hunter2-hunter2-hunter2"], [.callerToken: "hunter2-hunter2"],
    ] as [[Setting: String]] {
      var dumped = ""
      dump(configuration(values), to: &dumped)
      #expect(!dumped.contains("hunter2"))
      #expect(!"\(configuration(values))".contains("hunter2"))
    }
  }

  // MARK: Good values

  @Test("Every setting is read")
  func goodValues() {
    let settings = configuration([
      .tenantID: tenantID.uppercased(), .clientID: clientID.uppercased(), .clientSecret: "secret value",
      .cloud: "USGov", .loginEndpoint: "https://login.example:8443/", .graphEndpoint: "http://127.0.0.1:1",
      .exchangeEndpoint: "https://exchange.example", .caFile: "~/ca.pem", .databasePath: "~/store.db",
      .encryptionKeyFile: "/run/key", .operationConfirmation: "false", .tokenApproval: "yes", .readOnly: "ON",
      .toolsets: " Core , workflow,,", .maxRequestsPerMinute: "5", .auditReads: "2", .defaultUsageLocation: "de",
      .defaultSender: "it@contoso.com", .approvedRecipientDomains: "Contoso.com, fabrikam.com", .attachmentFolder: "~",
      .postalAddress: "1 Main St, Springfield", .unsubscribeURL: "https://contoso.com/u?id=1", .serverName: "n",
      .serverVersion: "9", .logLevel: "Warn", .logFile: "/var/log/x", .leaseSeconds: "2", .shutdownGrace: "0",
      .breakGlassAccounts: "Rescue@contoso.com, \(clientID.uppercased())",
    ])
    #expect(settings.problems.isEmpty)
    #expect(settings.tenant == tenantID)
    #expect(settings.clientID?.text == clientID)
    #expect(settings.cloud == .usgov)
    #expect(settings.loginEndpoint?.description == "https://login.example:8443")
    #expect(settings.graphEndpoint?.isLoopback == true)
    #expect(settings.exchangeEndpoint == Origin(https: "exchange.example"))
    #expect(settings.caFile == "/home/ada/ca.pem")
    #expect(settings.databasePath == "/home/ada/store.db")
    #expect(!settings.confirmsOperations)
    #expect(settings.allowsTokenApproval)
    #expect(settings.isReadOnly)
    #expect(settings.toolsets == ["core", "workflow"])
    #expect(settings.requestsPerMinute == 5)
    #expect(settings.auditedReads == .all)
    #expect(settings.breakGlassAccounts == ["rescue@contoso.com", clientID])
    #expect(settings.defaultUsageLocation == "DE")
    #expect(settings.defaultSender == "it@contoso.com")
    #expect(settings.approvedRecipientDomains == ["contoso.com", "fabrikam.com"])
    #expect(settings.attachmentFolder == "/home/ada")
    #expect(settings.postalAddress == "1 Main St, Springfield")
    #expect(settings.unsubscribeURL == "https://contoso.com/u?id=1")
    #expect(settings.serverName == "n")
    #expect(settings.serverVersion == "9")
    #expect(settings.logLevel == .warning)
    #expect(settings.logFile == "/var/log/x")
    #expect(settings.leaseDuration == .seconds(2))
    #expect(settings.shutdownGrace == .zero)
  }

  @Test("A tenant may be named by a domain; a tilde inside a path is left alone")
  func otherGoodValues() {
    #expect(configuration([.tenantID: "Contoso.onmicrosoft.com"]).tenant == "contoso.onmicrosoft.com")
    #expect(configuration([.logFile: "/a/~b"]).logFile == "/a/~b")
    #expect(configuration([.logFile: "~b/c"]).logFile == "~b/c")
    #expect(configuration([.rateLimitEnabled: "0"]).requestsPerMinute == nil)
    #expect(configuration([.rateLimitEnabled: "off", .maxRequestsPerMinute: "5"]).requestsPerMinute == nil)
    #expect(configuration([.approvedRecipientDomains: ","]).approvedRecipientDomains == [])
    #expect(configuration([.auditReads: "0"]).auditedReads < .sensitive)
  }

  @Test(
    "Levels of the log have more than one name",
    arguments: zip(
      ["DEBUG", "trace", "Info", "NOTICE", "warning", "WARN", "error", "critical"],
      [.debug, .debug, .info, .info, .warning, .warning, .error, .error] as [LogLevel]))
  func logLevels(name: String, level: LogLevel) {
    #expect(configuration([.logLevel: name]).logLevel == level)
  }

  // MARK: Bad values

  @Test(
    "A wrong value is a problem that says what is right, and the default holds",
    arguments: [
      (.tenantID, "common", "must be the tenant's GUID or one of its verified domains"),
      (.tenantID, "Organizations", "must be the tenant's GUID or one of its verified domains"),
      (.tenantID, "contoso", "must be the tenant's GUID or one of its verified domains"),
      (.tenantID, "x/../y.z", "must be the tenant's GUID or one of its verified domains"),
      (.clientID, "my app", "must be a GUID such as 00000000-0000-0000-0000-000000000000"),
      (.cloud, "mars", "must be one of global, usgov, usgovdod, china"),
      (.loginEndpoint, "http://login.example", "must be an https origin without a path (http only for loopback)"),
      (.graphEndpoint, "https://graph.example/v1.0", "must be an https origin without a path (http only for loopback)"),
      (.exchangeEndpoint, "exchange", "must be an https origin without a path (http only for loopback)"),
      (.caFile, "/a\u{0}b", "holds control characters"), (.databasePath, "a\nb", "holds control characters"),
      (.encryptionKeyFile, "a\u{7F}", "holds control characters"),
      (.encryptionKey, "0123456789abcde\n", "holds control characters"),
      (
        .encryptionKey, "0123456789abcde",
        "is too short: give 64 hexadecimal digits, or a passphrase of 16 characters or more"
      ),
      (.clientSecret, "secret\n", "holds control characters"), (.certificatePath, "a\tb", "holds control characters"),
      (.federatedTokenFile, "\r", "holds control characters"), (.managedIdentity, "maybe", "must be true or false"),
      (.operationConfirmation, "no!", "must be true or false"), (.tokenApproval, "2", "must be true or false"),
      (.readOnly, "tru", "must be true or false"), (.rateLimitEnabled, "never", "must be true or false"),
      (.toolsets, "a\u{1}", "holds control characters"),
      (.maxRequestsPerMinute, "0", "must be a whole number from 1 to 1000000"),
      (.maxRequestsPerMinute, "many", "must be a whole number from 1 to 1000000"),
      (.maxRequestsPerMinute, "1e3", "must be a whole number from 1 to 1000000"),
      (.auditReads, "3", "must be a whole number from 0 to 2"),
      (
        .breakGlassAccounts, "rescue", "must hold sign-in names such as ann@contoso.com, or ids; neither is rescue"
      ),
      (.defaultUsageLocation, "USA", "must be a two-letter country code (ISO 3166-1 alpha-2)"),
      (.defaultUsageLocation, "é", "must be a two-letter country code (ISO 3166-1 alpha-2)"),
      (.defaultUsageLocation, "U1", "must be a two-letter country code (ISO 3166-1 alpha-2)"),
      (.defaultSender, "it", "must be a mail address"), (.defaultSender, "@contoso.com", "must be a mail address"),
      (.defaultSender, "it @contoso.com", "must be a mail address"), (.defaultSender, "it@", "must be a mail address"),
      (
        .approvedRecipientDomains, "contoso.com,*.fabrikam.com",
        "must hold domain names such as contoso.com; not one is *.fabrikam.com"
      ),
      (.attachmentFolder, "\u{1B}", "holds control characters"), (.postalAddress, "a\nb", "holds control characters"),
      (.unsubscribeURL, "http://contoso.com/u", "must be an https address"),
      (.unsubscribeURL, "https://", "must be an https address"),
      (.unsubscribeURL, "https://contoso.com/a b", "must be an https address"),
      (.unsubscribeURL, "https://contoso.com/<x>", "must be an https address"),
      (.unsubscribeURL, "https://contoso.com/é", "must be an https address"),
      (.unsubscribeURL, "https://" + String(repeating: "a", count: 2000), "must be an https address"),
      (.serverName, "a\u{8}", "holds control characters"), (.serverVersion, "\n", "holds control characters"),
      (.logLevel, "loud", "is not a known level; INFO is used (DEBUG, INFO, WARNING, ERROR)"),
      (.logFile, "a\u{2}", "holds control characters"),
      (.leaseSeconds, "1", "must be a whole number from 2 to 3600"),
      (.shutdownGrace, "-1", "must be a whole number from 0 to 600000"),
      (.shutdownGrace, "99999999999999999999", "must be a whole number from 0 to 600000"),
    ] as [(Setting, String, String)])
  func badValues(setting: Setting, value: String, message: String) {
    let settings = configuration([setting: value])
    #expect(settings.problems.map(\.setting) == [setting])
    #expect(settings.problems.map(\.message) == [message])
    guard setting != .approvedRecipientDomains else { return }
    // Apart from the problem itself nothing differs from what holds without the setting.
    #expect(withoutProblems(settings) == withoutProblems(configuration([:])))
  }

  private func withoutProblems(_ settings: Configuration) -> [String] {
    Mirror(reflecting: settings).children.filter { $0.label != "problems" }.map { "\($0.label ?? ""): \($0.value)" }
  }

  @Test("A certificate's password is read with the certificate only")
  func certificatePassword() {
    #expect(configuration([.certificatePassword: "a\nb"]).problems.isEmpty)
    let settings = configuration([.certificatePath: "/c.pfx", .certificatePassword: "a\nb"])
    #expect(settings.problems.map(\.setting) == [.certificatePassword])
  }

  @Test("All problems are collected")
  func collectsProblems() {
    let settings = configuration([
      .clientID: "x", .cloud: "x", .graphEndpoint: "x", .readOnly: "x", .auditReads: "x", .logLevel: "x",
    ])
    #expect(
      Set(settings.problems.map(\.setting)) == [.clientID, .cloud, .graphEndpoint, .readOnly, .auditReads, .logLevel])
  }

  @Test("The valid ones of several emergency accounts stay known")
  func partlyWrongAccounts() {
    let settings = configuration([.breakGlassAccounts: "rescue@contoso.com, everybody"])
    #expect(settings.breakGlassAccounts == ["rescue@contoso.com"])
    #expect(settings.problems.map(\.setting) == [.breakGlassAccounts])
  }

  @Test("The valid ones of several domains stay approved")
  func partlyWrongDomains() {
    let settings = configuration([.approvedRecipientDomains: "contoso.com, contoso, fabrikam.com"])
    #expect(settings.approvedRecipientDomains == ["contoso.com", "fabrikam.com"])
    #expect(settings.problems.count == 1)
  }
}
