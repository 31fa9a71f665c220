import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing
import Workflows

@Suite("connect_service and list_service_connections")
struct ConnectServiceTests {
  private static func connect(_ source: String, _ target: String, _ configuration: JSONObject = [:]) -> JSONObject {
    [
      "sourceService": .string(source), "targetService": .string(target), "connectionConfig": .object(configuration),
    ]
  }

  private static let hook: JSONValue = "https://hooks.harbourfinch.example/m365"

  @Test("Names may be written in any case and with any joint")
  func names() throws {
    for (source, target) in [("Teams", "SharePoint"), ("exchange", "messageTrace"), ("externalData", "search")] {
      #expect(throws: Never.self) { try ConnectionCatalogue.find(from: source, to: target) }
    }
  }

  @Test("An unknown pair gets those that are near")
  func unknown() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("connect_service", Self.connect("teams", "planer"))
    #expect(answer.code == "FEAT_001")
    #expect(answer["message"]?.stringValue?.contains("teams to planner") == true)
    let other = try await harness.call("connect_service", Self.connect("fridge", "toaster"))
    #expect(other.code == "FEAT_001")
    #expect(other["details"]?["connections"]?.arrayValue?.count == ConnectionCatalogue.all.count)
  }

  @Test("The application does not put itself out of the tenant")
  func ownPrincipal() async throws {
    let harness = try await AdminHarness()
    let access = TenantAccess(try await harness.store().workflowServices)
    let own = try #require(GUID(harness.tenant.credentials.clientID))
    let principal = try #require(try await access.graph().servicePrincipal(appID: own))
    let error = await #expect(throws: AdminError.self) { try await access.deleteServicePrincipal(id: principal.id) }
    #expect(error?.details?["rule"] == "own_application", "\(error?.message ?? "")")
    #expect(await harness.counts() == [:])
  }

  @Test("Pairs that no application can connect get the reason", arguments: RefusedConnection.all.flatMap(\.services))
  func refused(_ service: String) async throws {
    let harness = try await AdminHarness()
    for (source, target) in [("teams", service), (service, "sharepoint")] {
      let answer = try await harness.call("connect_service", Self.connect(source, target))
      #expect(answer.code == "FEAT_002")
      #expect(answer["message"]?.stringValue?.count ?? 0 > 40)
    }
    #expect(harness.transport.requests.isEmpty)
  }

  @Test("Permissions for applications are off until the site allows them, and then still approved")
  func consent() async throws {
    let off = try await AdminHarness(seed: try FeatureSeed.forConnections())
    let app = try await off.otherApplication()
    let configuration: JSONObject = ["appId": .string(app), "role": "Sites.Selected"]
    let refused = try await off.call("connect_service", Self.connect("app", "graph", configuration))
    #expect(refused.code == "PERM_001")
    #expect(refused["message"]?.stringValue?.contains("M365_ALLOW_APP_CONSENT") == true)

    let on = try await AdminHarness(settings: [.appConsent: "true"], seed: try FeatureSeed.forConnections())
    let other = try await on.otherApplication()
    let person = PretendPerson(.decline)
    let declined = try await on.call(
      "connect_service", Self.connect("app", "graph", ["appId": .string(other), "role": "Sites.Selected"]), as: person)
    #expect(declined.code == "CONF_001")
    #expect(person.questions.first?.contains("grants access: Sites.Selected in the whole tenant") == true)
    let slip = try await on.call(
      "connect_service", Self.connect("app", "graph", ["appId": .string(other), "role": "Sites.Selcted"]))
    #expect(slip.code == "VAL_001" && slip.json.text.contains("did you mean Sites.Selected"), "\(slip.json.text)")
  }

  @Test("The application does not give itself anything", arguments: ["graph", "users", "sharepoint-site"])
  func promotion(_ target: String) async throws {
    let harness = try await AdminHarness(settings: [.appConsent: "true"], seed: try FeatureSeed.forConnections())
    var configuration: JSONObject = ["appId": .string(harness.tenant.credentials.clientID)]
    switch target {
    case "graph": configuration["role"] = "Mail.Read"
    case "users": configuration["scopes"] = ["Mail.Read"]
    default: configuration = configuration.merging(["siteId": "root", "role": "write"])
    }
    let answer = try await harness.call("connect_service", Self.connect("app", target, configuration))
    #expect(answer.code == "FEAT_002", "\(answer.json.text)")
    #expect(harness.writes.isEmpty)
  }

  @Test(
    "Notices go only to https addresses of public hosts",
    arguments: [
      "http://hooks.contoso.com/x", "https://localhost/x", "https://127.0.0.1/x", "https://10.1.2.3/x",
      "https://hooks/x",
      "https://[::1]/x", "https://printer.local/x", "https://hooks.contoso.com/x#y", "ftp://hooks.contoso.com",
      "https://169.254.169.254/metadata", "https://user@hooks.contoso.com/x",
    ])
  func addresses(_ url: String) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "connect_service", Self.connect("users", "webhook", ["notificationUrl": .string(url)]))
    #expect(answer.code == "VAL_001")
    #expect(harness.transport.requests.isEmpty)
  }

  @Test("The secret of a subscription is shown once, kept nowhere, and what the tenant was given")
  func clientState() async throws {
    let harness = try await AdminHarness()
    var arguments = Self.connect("users", "webhook", ["notificationUrl": Self.hook])
    arguments["idempotencyKey"] = "webhook-1"
    let made = try await harness.call("connect_service", arguments)
    let secret = try #require(made["clientState"]?.stringValue)
    #expect(secret.count >= 20)
    #expect(await harness.state("subscriptions").first?["clientState"] == .string(secret))
    #expect(try await harness.call("connect_service", arguments)["clientState"] == nil)
    arguments["idempotencyKey"] = nil
    #expect(try await harness.call("connect_service", arguments)["clientState"] == nil)
    #expect(try await !harness.auditBodies().contains(secret))
    let operation = try await harness.call("get_operation", ["operationId": made["operationId"] ?? .null])
    #expect(!operation.json.text.contains(secret))
  }

  @Test("A subscription is renewed in the second half of its time, and not before")
  func renewal() async throws {
    let harness = try await AdminHarness()
    let arguments = Self.connect("users", "webhook", ["notificationUrl": Self.hook, "days": 10])
    _ = try await harness.call("connect_service", arguments)
    func expiry() async -> String? { await harness.state("subscriptions").first?["expirationDateTime"]?.stringValue }
    let first = await expiry()
    try await harness.timekeeper.sleep(for: .seconds(4 * 86_400))
    #expect(try await harness.call("connect_service", arguments)["changed"] == false)
    #expect(await expiry() == first)
    try await harness.timekeeper.sleep(for: .seconds(2 * 86_400))
    let renewed = try await harness.call("connect_service", arguments)
    #expect(renewed["changed"] == true, "\(renewed.json.text)")
    #expect(await expiry() != first)
    let list = try await harness.call("list_service_connections")
    #expect(list["existing"]?[0]?["expiresAt"]?.stringValue == (await expiry()), "\(list.json.text)")
  }

  @Test("What is there otherwise than wanted is refused before anybody is asked")
  func conflict() async throws {
    let harness = try await AdminHarness()
    let team = try await harness.groupID("Closings")
    func tab(_ url: String) -> JSONObject {
      Self.connect("teams", "sharepoint", ["teamId": team, "title": "Files", "url": .string(url)])
    }
    #expect(try await harness.call("connect_service", tab("https://a.sharepoint.example/one"))["changed"] == true)
    let other = try await harness.call("connect_service", tab("https://a.sharepoint.example/two"))
    #expect(other.code == "VAL_001")
    #expect(other["message"]?.stringValue?.contains("there already") == true)
  }

  @Test("What the configuration names must be there")
  func missing() async throws {
    let harness = try await AdminHarness()
    let ghost = "00000000-1111-2222-3333-444444444444"
    let cases: [(String, String, JSONObject, String)] = [
      ("teams", "planner", ["teamId": .string(ghost), "title": "x"], "GRAPH_002"),
      ("group", "planner", ["groupId": try await harness.groupID("VPN Users"), "title": "x"], "VAL_001"),
      ("teams", "app", ["teamId": try await harness.groupID("Closings"), "teamsAppId": "Nothing"], "GRAPH_002"),
      (
        "teams", "sharepoint",
        ["teamId": try await harness.groupID("Closings"), "title": "x", "channel": "No such channel"], "GRAPH_002"
      ),
      ("group", "license", ["groupId": try await harness.groupID("Closings"), "license": "Nothing"], "LIC_001"),
      ("entra", "gallery-app", ["template": "Nothing"], "GRAPH_002"),
      ("drive", "webhook", ["notificationUrl": Self.hook], "VAL_001"),
      ("exchange", "smarthost", ["direction": "inbound", "name": "x", "senderDomains": ["*"]], "VAL_001"),
      ("mailbox", "delegate", ["mailbox": "x@y.example", "user": "z@y.example", "right": "sendAs"], "GRAPH_002"),
    ]
    for (source, target, configuration, code) in cases {
      let answer = try await harness.call("connect_service", Self.connect(source, target, configuration))
      #expect(answer.code == code, "\(source) to \(target): \(answer.json.text)")
    }
    #expect(harness.writes.isEmpty)
  }

  @Test("A failure in the middle takes back what was made before it")
  func rollback() async throws {
    let harness = try await AdminHarness()
    let start = await TenantSnapshot(harness)
    await harness.tenant.setFaults(
      FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/teams/*/channels/*/tabs")]))
    let team = try await harness.groupID("Closings")
    let answer = try await harness.call(
      "connect_service", Self.connect("teams", "planner", ["teamId": team, "title": "Work", "buckets": ["To do"]]))
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    #expect(answer["details"]?["undone"]?.text.contains("the plan Work was removed") == true, "\(answer.json.text)")
    let end = await TenantSnapshot(harness)
    #expect(end == start, "\(end.differences(to: start))")
  }

  @Test("The list is small, names what is needed, and says what could not be looked at")
  func list() async throws {
    let harness = try await AdminHarness()
    let list = try await harness.call("list_service_connections")
    #expect(list["count"] == .int(ConnectionCatalogue.all.count))
    let planner = list["items"]?.arrayValue?.first {
      $0["targetService"] == "planner" && $0["sourceService"] == "teams"
    }
    #expect(planner?["config"]?.stringValue == "teamId!, channel, title!, buckets")
    #expect(list["items"]?.arrayValue?.count { $0["off"] == true } == 2)
    let size = list.json.serialized.count / 4
    print("list_service_connections: \(size) tokens")
    #expect(size < 2000)

    let poor = try await AdminHarness(seed: try FeatureSeed.withoutPermissions())
    let partial = try await poor.call("list_service_connections")
    #expect(partial["unknown"] == ["external-data to search", "exchange to message-trace"], "\(partial.json.text)")
  }
}
