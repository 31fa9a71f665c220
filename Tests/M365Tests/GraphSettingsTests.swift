import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

@Suite("Settings, policies and reports of the tenant", .timeLimit(.minutes(1)))
struct GraphSettingsTests {
  private let fixture = GraphFixture()

  struct Wish: Sendable, CustomTestStringConvertible {
    let setting: TenantSetting
    let value: JSONObject
    var testDescription: String { setting.path.text }
  }

  static let wishes: [Wish] = [
    Wish(setting: .securityDefaults, value: ["isEnabled": true]),
    Wish(
      setting: .authorization,
      value: [
        "allowInvitesFrom": "adminsAndGuestInviters", "defaultUserRolePermissions": ["allowedToCreateApps": false],
      ]
    ),
    Wish(
      setting: .adminConsentRequests,
      value: [
        "isEnabled": true, "requestDurationInDays": 14,
        "reviewers": [["query": "/users/x", "queryType": "MicrosoftGraph", "queryRoot": .null]],
      ]),
    Wish(
      setting: .authenticationMethods,
      value: ["registrationEnforcement": ["authenticationMethodsRegistrationCampaign": ["state": "enabled"]]]),
    Wish(setting: .crossTenantDefault, value: ["inboundTrust": ["isMfaAccepted": true]]),
    Wish(setting: .sharePoint, value: ["isLoopEnabled": false, "sharingCapability": "disabled"]),
    Wish(setting: .itemInsights, value: ["isEnabledInOrganization": false]),
    Wish(setting: .pronouns, value: ["isEnabledInOrganization": true]),
    Wish(setting: .reports, value: ["displayConcealedNames": false]),
    Wish(setting: .installationOptions, value: ["appsForWindows": ["isProjectEnabled": true]]),
    Wish(setting: .domain("harbourfinch.example"), value: ["passwordValidityPeriodInDays": 2_147_483_647]),
    Wish(setting: .authenticationMethod(.fido2), value: ["state": "enabled"]),
    Wish(setting: .authenticationMethod(.microsoftAuthenticator), value: ["state": "disabled"]),
    Wish(setting: .authenticationMethod(.sms), value: ["state": "disabled"]),
    Wish(setting: .authenticationMethod(.temporaryAccessPass), value: ["state": "enabled", "isUsableOnce": true]),
    Wish(setting: .authenticationMethod(.softwareOath), value: ["state": "disabled"]),
    Wish(setting: .authenticationMethod(.voice), value: ["state": "enabled"]),
    Wish(setting: .authenticationMethod(.email), value: ["state": "disabled"]),
  ]

  @Test("Every declared setting is tried")
  func everySetting() {
    let declared = TenantSetting.all(domain: "harbourfinch.example")
    #expect(Set(Self.wishes.map(\.setting)) == Set(declared))
    #expect(declared.count == Set(declared.map(\.path.text)).count)
  }

  @Test("A setting is changed and put back exactly", arguments: wishes)
  func roundTrip(_ wish: Wish) async throws {
    let world = try TenantGraph()
    let graph = world.graph
    let start = try await graph.value(of: wish.setting)
    #expect(!start.isEmpty)
    #expect(try await !graph.shows(wish.value, in: wish.setting))
    let change = try await graph.change(wish.setting, to: wish.value)
    #expect(change.isWritten)
    #expect(try await graph.shows(wish.value, in: wish.setting))
    let again = try await graph.change(wish.setting, to: wish.value)
    #expect(!again.isWritten)
    try await graph.write(change.before, to: wish.setting)
    #expect(try await graph.shows(change.before, in: wish.setting))
    let end = try await graph.value(of: wish.setting)
    for name in start.keys where !["version", "lastModifiedDateTime", "isServiceDefault"].contains(name) {
      #expect(end[name] == start[name], "\(name)")
    }
  }

  @Test("A setting that shows late is waited for, with an end")
  func waiting() async throws {
    let world = try TenantGraph(lags: Lags(settings: .seconds(20)))
    let wish: JSONObject = ["isEnabledInOrganization": true]
    #expect(try await world.graph.change(.pronouns, to: wish).isWritten)
    #expect(try await !world.graph.shows(wish, in: .pronouns))
    #expect(try await !world.graph.waitFor(.pronouns, toShow: wish, deadline: .seconds(5)))
    #expect(try await world.graph.waitFor(.pronouns, toShow: wish, deadline: .seconds(60)))
  }

  @Test("Values are compared as services give them back")
  func comparison() {
    let value: JSONObject = [
      "state": "Enabled", "list": ["a", "B"], "inner": ["x": 1, "y": 2], "none": .null, "number": 3,
    ]
    for wanted: JSONObject in [
      [:], ["state": "enabled"], ["list": ["b", "A"]], ["inner": ["x": 1]], ["none": .null], ["absent": .null],
      ["number": 3],
    ] { #expect(value.shows(wanted), "\(JSONValue.object(wanted).text)") }
    for wanted: JSONObject in [
      ["state": "disabled"], ["list": ["a"]], ["list": ["a", "a"]], ["inner": ["x": 2]], ["inner": 5], ["none": 0],
      ["absent": false], ["number": "3"],
    ] { #expect(!value.shows(wanted), "\(JSONValue.object(wanted).text)") }
    #expect(
      JSONValue.object(value.reduced(to: ["inner": ["y": 0, "z": 0], "list": [], "absent": 1]))
        == ["inner": ["y": 2], "list": ["a", "B"]])
  }

  @Test("A premium feature without the plan is told as a missing licence")
  func licenseLacking() async throws {
    fixture.transport.on(
      .post, "/v1.0/identity/conditionalAccess/policies",
      GraphFixture.error(
        403, "AccessDenied", "Your tenant does not have a license for this feature (Microsoft Entra ID P1)."))
    let error = try await adminError { _ = try await fixture.graph.createConditionalAccessPolicy([:]) }
    #expect(error.code == .licenseLacking)
  }

  // MARK: Policies

  @Test("A policy of conditional access is made, changed and deleted")
  func conditionalAccess() async throws {
    let world = try TenantGraph()
    let policy: JSONObject = [
      "displayName": "MFA", "state": "enabledForReportingButNotEnforced",
      "conditions": [
        "clientAppTypes": ["all"], "applications": ["includeApplications": ["All"]],
        "users": ["includeUsers": ["All"]],
      ], "grantControls": ["operator": "OR", "builtInControls": ["mfa"]],
    ]
    let made = try await world.graph.createConditionalAccessPolicy(policy)
    #expect(made.state == "enabledForReportingButNotEnforced")
    #expect(made.json.shows(policy))
    try await world.graph.updateConditionalAccessPolicy(id: made.id, ["state": "disabled"])
    #expect(try await world.graph.conditionalAccessPolicies().map(\.state) == ["disabled"])
    for _ in 0..<2 { try await world.graph.deleteConditionalAccessPolicy(id: made.id) }
    #expect(try await world.graph.conditionalAccessPolicies().isEmpty)
  }

  @Test("Idle sessions end by one policy")
  func timeouts() async throws {
    let world = try TenantGraph()
    let made = try await world.graph.createTimeoutPolicy("Idle", minutes: 95)
    let definition = made.json["definition"]?[0]?.stringValue.flatMap { try? JSONParser.parse($0) }
    let application = definition?["ActivityBasedTimeoutPolicy"]?["ApplicationPolicies"]?[0]
    #expect(application?["WebSessionIdleTimeout"] == "01:35:00")
    #expect(try await world.graph.timeoutPolicies().map(\.id) == [made.id])
    for _ in 0..<2 { try await world.graph.deleteTimeoutPolicy(id: made.id) }
    #expect(try await world.graph.timeoutPolicies().isEmpty)
  }

  @Test("The policy for the expiry of groups is made once, changed, and taken away")
  func lifecycle() async throws {
    let plan = FaultPlan([FaultRule(.dropAfter, method: "POST", path: "/v1.0/groupLifecyclePolicies", times: 1)])
    let world = try TenantGraph(faults: plan)
    #expect(try await world.graph.groupLifecyclePolicy() == nil)
    let made = try await world.graph.setGroupLifecycle(days: 180, types: "Selected", emails: "it@x.example")
    #expect(made.lifetimeInDays == 180)
    let changed = try await world.graph.setGroupLifecycle(days: 365, types: "Selected", emails: nil)
    #expect(changed.id == made.id)
    #expect(changed.lifetimeInDays == 365)
    #expect(changed.notificationEmails == nil)
    let group = try await world.groupID("Closings")
    for isSelected in [true, true, false, false] {
      try await world.graph.setSelected(isSelected, group: group, inLifecyclePolicy: made.id)
    }
    for _ in 0..<2 { try await world.graph.deleteGroupLifecyclePolicy(id: made.id) }
    #expect(try await world.graph.groupLifecyclePolicy() == nil)
    #expect(await world.count("policyCreated") == 1)
  }

  // MARK: Reports

  @Test("Service health is told with what is open, messages without their texts")
  func health() async throws {
    let world = try TenantGraph()
    let health = try await world.graph.serviceHealth(within: .seconds(5))
    let exchange = try #require(health.first { $0.service == "Exchange Online" })
    #expect(!exchange.isOperational)
    #expect(exchange.openIssues.map(\.id) == ["EX912345"])
    let teams = try #require(health.first { $0.service == "Microsoft Teams" })
    #expect(teams.isOperational)
    #expect(teams.openIssues.isEmpty)
    #expect(try await world.graph.serviceIssues().map(\.classification) == ["advisory"])
    #expect(try await world.graph.serviceIssues(openOnly: false).count == 2)
    let first = try await world.graph.serviceMessagePage(size: 1)
    #expect(first.items.map(\.isMajorChange) == [true])
    let link = try #require(first.next)
    let second = try await world.graph.serviceMessagePage(size: 1, continuing: link)
    #expect(second.items.map(\.id) == ["MC700002"])
    #expect(second.next == nil)
  }

  @Test("The directory's log is asked by time, activity, category and target")
  func audits() async throws {
    let world = try TenantGraph()
    let start = world.timekeeper.now()
    let nora = try await world.userID("nora.keane")
    var changes = UserChanges()
    changes.jobTitle = "Head of IT"
    try await world.graph.updateUser(UserReference(nora), changes)
    try await world.graph.revokeSessions(of: UserReference(nora))
    let all = try await world.graph.directoryAuditPage(DirectoryAuditFilter(since: start))
    #expect(all.items.map(\.activity) == ["Update StsRefreshTokenValidFrom Timestamp", "Update user"])
    #expect(all.items[1].initiator == "M365 Admin MCP")
    #expect(all.items[1].targets.map(\.name) == ["nora.keane@harbourfinch.example"])
    var filter = DirectoryAuditFilter(since: start - .seconds(60))
    filter.end = start + .seconds(60)
    filter.activity = "Update user"
    filter.category = "UserManagement"
    filter.target = nora
    #expect(try await world.graph.directoryAuditPage(filter).items.count == 1)
    filter.target = "o'neil' or 1 eq 1"
    #expect(try await world.graph.directoryAuditPage(filter).items.isEmpty)
    #expect(try await world.graph.directoryAuditPage(DirectoryAuditFilter(since: start + .seconds(1))).items.isEmpty)
  }
}
