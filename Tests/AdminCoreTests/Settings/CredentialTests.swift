import AdminCore
import Testing

private func configuration(_ values: [Setting: String]) -> Configuration { Configuration(values, home: "/home/ada") }

/// The credential in words, so that it can be compared.
private func credential(_ values: [Setting: String]) -> String? {
  switch configuration(values).credential {
  case .federatedToken(let file): "federated \(file)"
  case .managedIdentity: "managed"
  case .certificate(let file, let password): "certificate \(file) \(password?.reveal() ?? "-")"
  case .clientSecret(let secret): "secret \(secret.reveal())"
  case nil: nil
  }
}

private let tenantID = "3b555118-da6a-4418-894f-7df1e2096870"
private let clientID = "b1f3042b-a390-4b56-ab61-b88e7e767a97"

@Suite("Credentials among the settings")
struct CredentialTests {
  @Test("The first credential present is taken")
  func precedence() {
    var values: [Setting: String] = [
      .federatedTokenFile: "/token", .managedIdentity: "true", .certificatePath: "~/c.pem", .certificatePassword: "pw",
      .clientSecret: "s3cret",
    ]
    #expect(credential(values) == "federated /token")
    values[.federatedTokenFile] = nil
    #expect(credential(values) == "managed")
    values[.managedIdentity] = "false"
    #expect(credential(values) == "certificate /home/ada/c.pem pw")
    values[.certificatePassword] = nil
    #expect(credential(values) == "certificate /home/ada/c.pem -")
    values[.certificatePath] = nil
    #expect(credential(values) == "secret s3cret")
    values[.clientSecret] = nil
    #expect(credential(values) == nil)
  }

  @Test(
    "A credential that is wrong is not replaced by a weaker one",
    arguments: [Setting.federatedTokenFile, .certificatePath])
  func noFallback(setting: Setting) {
    let values: [Setting: String] = [
      .tenantID: tenantID, .clientID: clientID, setting: "a\nb", .clientSecret: "s3cret",
    ]
    #expect(credential(values) == nil)
    #expect(configuration(values).signInProblems.map(\.setting) == [setting])
  }

  @Test("Everything that is missing for signing in is named at once")
  func missing() {
    let problems = configuration([:]).signInProblems
    #expect(problems.map(\.setting) == [.tenantID, .clientID, .certificatePath])
    let error = AdminError.misconfigured(problems)
    #expect(error.code == .misconfigured)
    for name in [
      "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CERTIFICATE_PATH", "AZURE_CLIENT_SECRET",
      "AZURE_FEDERATED_TOKEN_FILE",
      "AZURE_MANAGED_IDENTITY",
    ] {
      #expect(error.message.contains(name))
    }
    #expect(
      error.details?.arrayValue?.map { $0["path"] } == ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CERTIFICATE_PATH"])
    #expect(error.details?[0]?["rule"] == "setting")
  }

  @Test("What is wrong is named beside what is missing, and nothing twice")
  func wrongAndMissing() {
    let settings = configuration([.tenantID: "common", .cloud: "mars", .logLevel: "loud"])
    #expect(settings.signInProblems.map(\.setting) == [.tenantID, .cloud, .clientID, .certificatePath])
  }

  @Test("A complete sign-in has no problems, whatever is wrong elsewhere")
  func complete() {
    var values: [Setting: String] = [
      .tenantID: "contoso.com", .clientID: clientID, .clientSecret: "s", .logLevel: "loud", .encryptionKey: "short",
    ]
    #expect(configuration(values).signInProblems.isEmpty)
    values = [.tenantID: tenantID, .managedIdentity: "true"]
    #expect(configuration(values).signInProblems.isEmpty)
    values = [.tenantID: tenantID, .federatedTokenFile: "/t"]
    #expect(configuration(values).signInProblems.map(\.setting) == [.clientID])
  }

  @Test("The key's file comes before the key itself")
  func storeKey() throws {
    guard
      case .file("/home/ada/key") = configuration([.encryptionKeyFile: "~/key", .encryptionKey: "0123456789abcdef"])
        .storeKey
    else {
      Issue.record("not the file")
      return
    }
    guard case .value(let secret) = configuration([.encryptionKey: "0123456789abcdef"]).storeKey else {
      Issue.record("not the key")
      return
    }
    #expect(secret.reveal() == "0123456789abcdef")
    #expect(configuration([.encryptionKeyFile: "a\nb", .encryptionKey: "0123456789abcdef"]).storeKey == nil)
  }

  @Test("The store's problems name a missing key beside a wrong path, and a wrong key once")
  func storeProblems() {
    #expect(configuration([:]).storeProblems.map(\.setting) == [.encryptionKey])
    #expect(configuration([.databasePath: "a\nb"]).storeProblems.map(\.setting) == [.databasePath, .encryptionKey])
    #expect(configuration([.encryptionKey: "short"]).storeProblems.map(\.setting) == [.encryptionKey])
    #expect(configuration([.encryptionKeyFile: "a\nb"]).storeProblems.map(\.setting) == [.encryptionKeyFile])
    #expect(configuration([.encryptionKeyFile: "/key"]).storeProblems.isEmpty)
    #expect(configuration([.encryptionKey: "0123456789abcdef", .clientID: "x"]).storeProblems.isEmpty)
    #expect(configuration([:]).storeProblems.first?.message.contains("init") == true)
  }
}
