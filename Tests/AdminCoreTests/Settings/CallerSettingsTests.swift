import AdminCore
import Testing

private func configuration(_ values: [Setting: String]) -> Configuration { Configuration(values, home: "/home/ada") }

private let tenantID = "3b555118-da6a-4418-894f-7df1e2096870"
private let clientID = "b1f3042b-a390-4b56-ab61-b88e7e767a97"

@Suite("Settings of callers")
struct CallerSettingsTests {
  @Test("Without any setting whoever may run the program has the roles that change no persona and approve nothing")
  func defaults() {
    let callers = configuration([:]).callers
    #expect(callers.mode == .local)
    #expect(callers.localRoles == Role.standardLocal)
    let withheld: [Role] = [
      .writePersonas, .administerPersonas, .writeSettings, .manageTenants, .allTenants, .eraseAudit, .approveWorkflows,
    ]
    #expect(withheld.allSatisfy { !callers.localRoles.contains($0) })
    #expect(callers.tokenTools == nil && callers.allowedClients == nil && callers.signingKeysFile == nil)
    #expect(callers.tenants.isEmpty && callers.audiences.isEmpty)
    #expect(configuration([:]).callerProblems.isEmpty)
  }

  @Test("Tenant and audiences follow from the application where nothing else is said")
  func derived() {
    let callers = configuration([.tenantID: tenantID, .clientID: clientID]).callers
    #expect(callers.tenants.map(\.text) == [tenantID])
    #expect(callers.audiences == [clientID, "api://\(clientID)"])
    // A domain names a tenant to people; tokens hold its id.
    #expect(configuration([.tenantID: "contoso.com"]).callers.tenants.isEmpty)
  }

  @Test("Every setting is read")
  func read() throws {
    let settings = configuration([
      .authMode: "Mixed", .localRoles: "M365.Read, PersonaConfig.Admin", .tokenTools: "create_user,get_persona_config",
      .callerTokenFile: "~/token", .callerToken: "x.y.z", .callerTenants: tenantID.uppercased(),
      .tokenAudiences: "\(clientID.uppercased()), api://Persona-API", .allowedClients: clientID,
      .signingKeysFile: "~/keys.json",
    ])
    #expect(settings.problems.isEmpty && settings.callerProblems.isEmpty)
    let callers = settings.callers
    #expect(callers.mode == .mixed)
    #expect(callers.localRoles == [.read, .administerPersonas])
    #expect(callers.tokenTools == ["create_user", "get_persona_config"])
    #expect(callers.tenants.map(\.text) == [tenantID])
    #expect(callers.audiences == [clientID, "api://Persona-API"])
    #expect(callers.allowedClients?.map(\.text) == [clientID])
    #expect(callers.signingKeysFile == "/home/ada/keys.json")
    guard case .file("/home/ada/token")? = callers.token else {
      Issue.record("the file comes before the token itself")
      return
    }
    guard case .value(let token)? = configuration([.callerToken: "x.y.z"]).callers.token else {
      Issue.record("no token")
      return
    }
    #expect(token.reveal() == "x.y.z")
  }

  @Test(
    "A slip of the pen keeps everybody out, and says what it is",
    arguments: [
      (.authMode, "tokens", "must be one of local, token, mixed"),
      (.localRoles, "M365.Raed,Cheese", "names roles that there are not: M365.Raed (M365.Read?), Cheese"),
      (.callerTenants, "contoso.com", "must hold GUIDs such as 00000000-0000-0000-0000-000000000000"),
      (.allowedClients, ",", "must hold GUIDs such as 00000000-0000-0000-0000-000000000000"),
      (
        .tokenAudiences, "persona",
        "must hold client ids (GUIDs) and App ID URIs such as api://00000000-0000-0000-0000-000000000000"
      ),
    ] as [(Setting, String, String)])
  func slips(setting: Setting, value: String, message: String) {
    let settings = configuration([setting: value])
    #expect(settings.callerProblems == [Configuration.Problem(setting: setting, message: message)])
  }

  @Test("Tokens that are asked for can be checked, or nobody is let in")
  func tokensNeedTenantAndAudience() {
    for mode in ["token", "mixed"] {
      let problems = configuration([.authMode: mode]).callerProblems
      #expect(problems.map(\.setting) == [.callerTenants, .tokenAudiences])
      #expect(configuration([.authMode: mode, .tenantID: tenantID, .clientID: clientID]).callerProblems.isEmpty)
    }
    #expect(configuration([:]).tokenProblems.count == 2)
  }

  @Test("Settings that were refused as a whole let nobody in, since they may have asked for tokens")
  func refused() {
    let settings = Configuration(refused: "others can read it")
    #expect(settings.callerProblems.map(\.setting) == [.authMode])
  }

  @Test("A role contains what it says, and nothing else")
  func roles() {
    #expect(Role.expanding([.administerPersonas]) == [.administerPersonas, .writePersonas, .readPersonas])
    #expect(Role.expanding([.writePersonas]) == [.writePersonas])
    #expect(
      Set(Role.allCases.filter(\.isReading))
        == [.read, .readPersonas, .readWorkflows, .readServer, .readTenants, .readAudit])
  }
}
