import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// What there is already is looked at as it is: not taken for what is wanted, and not listed once it is gone.
@Suite("What connections find in the tenant")
struct ConnectionStateTests {
  private static func connect(_ source: String, _ target: String, _ configuration: JSONObject = [:]) -> JSONObject {
    [
      "sourceService": .string(source), "targetService": .string(target), "connectionConfig": .object(configuration),
    ]
  }

  /// An application with what connections need, save the permissions that begin so, and a tenant without message trace.
  private static func seed(without prefix: String) throws -> Seed {
    var json = try JSONParser.parse(Seed.standardText).objectValue ?? [:]
    json["exchange"] = ["messageTrace": false]
    let others = ["User.Read.All", "Group.ReadWrite.All", "Organization.Read.All"]
    let roles = Set(ConnectionCatalogue.all.flatMap(\.permissions).map(\.rawValue) + others)
    var application = json["application"]?.objectValue ?? [:]
    application["roles"] = .strings(roles.filter { !$0.hasPrefix(prefix) }.sorted())
    json["application"] = .object(application)
    return try Seed(text: JSONValue.object(json).text)
  }

  /// Has the answers to requests whose path ends so replaced by a refusal.
  private static func refuse(_ harness: AdminHarness, _ ending: String, status: Int, _ message: String) {
    let body: JSONValue = ["error": ["code": "UnknownError", "message": .string(message)]]
    let transport = harness.transport
    transport.rewriteAnswers { [weak transport] response in
      guard transport?.sent.last?.url.path.hasSuffix(ending) == true else { return response }
      return HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: body.serialized)
    }
  }

  // MARK: Planner

  @Test("A plan of a group that Planner does not know yet is waited for", arguments: ["group", "teams"])
  func newGroup(_ source: String) async throws {
    var lags = Lags.none
    lags.site = .seconds(120)
    let harness = try await AdminHarness(lags: lags)
    let group = try await harness.newGroup("Fresh")
    if source == "teams" {
      let team = try await harness.call("connect_service", Self.connect("group", "teams", ["groupId": .string(group)]))
      try #require(!team.isError, "\(team.json.text)")
    }
    let key = source == "teams" ? "teamId" : "groupId"
    let arguments = Self.connect(
      source, "planner", [key: .string(group), "title": "Work", "buckets": ["To do", "Done"]])
    let dry = try await harness.call("connect_service", arguments.merging(["dryRun": true]))
    #expect(!dry.isError && dry["plan"] != nil, "a new group can be planned for: \(dry.json.text)")
    let made = try await harness.call("connect_service", arguments)
    #expect(made["changed"] == true && made["verified"] == true, "\(made.json.text)")
    #expect(harness.writes.count { $0 == "POST /v1.0/planner/plans" } > 1, "it was asked for until Planner knew it")
    #expect(await harness.counts()["planCreated"] == 1, "it was made once")
    try await harness.undo(made)
    #expect(await harness.state("plans").isEmpty, "it was removed")
  }

  @Test("That the application lacks the permission for plans is said of new groups and of old ones")
  func noPermission() async throws {
    var lags = Lags.none
    lags.site = .seconds(120)
    let harness = try await AdminHarness(lags: lags, seed: try Self.seed(without: "Tasks."))
    for group in [try await harness.groupID("Management"), .string(try await harness.newGroup("Fresh"))] {
      let answer = try await harness.call(
        "connect_service", Self.connect("group", "planner", ["groupId": group, "title": "Work"]))
      #expect(answer.code == "PERM_001", "\(answer.json.text)")
      #expect(answer["message"]?.stringValue?.contains("lacks Tasks.Read") == true, "\(answer.json.text)")
    }
    #expect(!harness.writes.contains { $0.contains("/planner/") }, "nothing was tried")
  }

  @Test("A group that Planner does not find has no plans; an old one that it refuses is an error, at once")
  func oldGroup() async throws {
    let harness = try await AdminHarness()
    let arguments = Self.connect(
      "group", "planner", ["groupId": try await harness.groupID("Management"), "title": "Work"])
    Self.refuse(harness, "/planner/plans", status: 404, "The requested item is not found.")
    let dry = try await harness.call("connect_service", arguments.merging(["dryRun": true]))
    #expect(!dry.isError, "\(dry.json.text)")
    Self.refuse(harness, "/planner/plans", status: 403, "You do not have the required permissions.")
    let start = harness.timekeeper.now()
    let refused = try await harness.call("connect_service", arguments)
    #expect(refused.code == "PERM_001", "\(refused.json.text)")
    #expect(refused["message"]?.stringValue?.contains("protected") == true, "\(refused.json.text)")
    #expect(harness.timekeeper.now() - start < .seconds(60), "nobody waited for it")
    #expect(await harness.counts()["planCreated"] == nil, "nothing was made")
  }

  // MARK: There already, and otherwise

  @Test("A list with other columns is not taken for the one that is wanted")
  func columns() async throws {
    let harness = try await AdminHarness()
    let group = try await harness.groupID("Closings")
    func connect(_ columns: JSONValue?) async throws -> AdminHarness.Answer {
      var configuration: JSONObject = ["groupId": group, "list": "Lenders"]
      configuration["columns"] = columns
      return try await harness.call("connect_service", Self.connect("group", "sharepoint-list", configuration))
    }
    let kinds = ["text", "note", "number", "dateTime", "boolean", "person", "link"]
    let plain = kinds.map { kind -> JSONValue in ["name": .string("A \(kind)"), "type": .string(kind)] }
    let choice: JSONValue = ["name": "Rating", "type": "choice", "choices": ["A", "B"], "required": true]
    let made = try await connect(.array(plain + [choice]))
    #expect(made["changed"] == true && made["verified"] == true, "\(made.json.text)")

    let others: [JSONValue] = [
      [["name": "A text", "type": "note"]], [["name": "A number", "type": "text"]],
      [["name": "Country", "type": "text"]], [choice, ["name": "Country", "type": "text"]],
      [["name": "A link", "type": "link", "required": true]],
      [["name": "Rating", "type": "choice", "choices": ["A", "B"]]],
      [["name": "Rating", "type": "choice", "choices": ["A", "C"], "required": true]],
    ]
    for columns in others {
      let answer = try await connect(columns)
      #expect(answer.code == "VAL_001", "\(columns.text): \(answer.json.text)")
      #expect(answer["message"]?.stringValue?.contains("there already") == true, "\(answer.json.text)")
    }
    let same: [JSONValue] = [
      .array([choice] + plain.reversed()), .array(plain), [["name": "a TEXT", "type": "text"]],
    ]
    for columns in same {
      let answer = try await connect(columns)
      #expect(answer["changed"] == false, "\(columns.text): \(answer.json.text)")
    }
    #expect(try await connect(nil)["changed"] == false, "whoever names no columns takes the list as it is")
    #expect(await harness.counts()["listCreated"] == 1, "the list was made once")
  }

  @Test("An application of the wanted name that is not of the wanted template is not taken for it")
  func gallery() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.forConnections())
    let other = try OtherAdministrator(harness)
    let template = try #require(try await other.graph.applicationTemplates(named: "Salesforce").first)
    try await other.graph.instantiate(template: template.id, named: "Signing")
    func connect(_ template: String, _ name: String) async throws -> AdminHarness.Answer {
      try await harness.call(
        "connect_service",
        Self.connect("entra", "gallery-app", ["template": .string(template), "name": .string(name)]))
    }
    for name in ["Signing", "M365 Admin MCP", "Microsoft Graph"] {
      let answer = try await connect("DocuSign", name)
      #expect(answer.code == "VAL_001", "\(name): \(answer.json.text)")
      #expect(answer["message"]?.stringValue?.contains("there already") == true, "\(answer.json.text)")
    }
    #expect(try await connect("Salesforce", "Signing")["changed"] == false, "that one is as wanted")
    #expect(harness.writes.isEmpty, "nothing was made: \(harness.writes)")

    // Of two of one name, the one from the template counts.
    let docuSign = try #require(try await other.graph.applicationTemplates(named: "DocuSign").first)
    try await other.graph.instantiate(template: docuSign.id, named: "Signing")
    #expect(try await connect("DocuSign", "Signing")["changed"] == false, "now there is one")
  }

  @Test("Of a search connection that is ready, nobody says that its schema is the one given")
  func schema() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.forConnections())
    func arguments(_ property: String) -> JSONObject {
      Self.connect(
        "external-data", "search",
        [
          "id": "archive", "name": "Archive", "description": "Closed files.",
          "schema": [["name": .string(property), "type": "string"]],
        ])
    }
    let warning = "schema is not compared with the one given"
    let made = try await harness.call("connect_service", arguments("title"))
    #expect(made["changed"] == true && made["verified"] == true, "\(made.json.text)")
    #expect(!made.json.text.contains(warning), "it has just been registered: \(made.json.text)")
    let dry = try await harness.call("connect_service", arguments("author").merging(["dryRun": true]))
    #expect(dry["plan"]?["warnings"]?.text.contains(warning) == true, "\(dry.json.text)")
    let other = try await harness.call("connect_service", arguments("author"))
    #expect(other["changed"] == false && other["warnings"]?.text.contains(warning) == true, "\(other.json.text)")
  }

  @Test("A page and a list for the same tab are refused, and both are named")
  func twoPages() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "connect_service",
      Self.connect(
        "teams", "sharepoint",
        [
          "teamId": try await harness.groupID("Closings"), "title": "Files", "url": "https://a.sharepoint.example/one",
          "listId": "Documents",
        ]))
    #expect(answer.code == "VAL_001", "\(answer.json.text)")
    let message = answer["message"]?.stringValue ?? ""
    #expect(message.contains("url") && message.contains("listId"), "\(message)")
    #expect(harness.writes.isEmpty, "nothing was made")
  }

  // MARK: The list

  private static func list(_ harness: AdminHarness, of answer: AdminHarness.Answer) async throws -> [JSONValue] {
    let list = try await harness.call("list_service_connections", ["limit": 100])
    #expect(!list.isError, "\(list.json.text)")
    return (list["existing"]?.arrayValue ?? []).filter { $0["operationId"] == answer["operationId"] }
  }

  @Test("What somebody has taken away is not listed any more, and what is there in part is told so")
  func takenAway() async throws {
    let harness = try await AdminHarness(
      settings: [.appConsent: "true"], seed: try FeatureSeed.forConnections())
    let graph = try OtherAdministrator(harness).graph
    let team = try await harness.groupID("Closings")
    let app = try await harness.otherApplication()
    let planning = Self.connect("teams", "planner", ["teamId": team, "title": "Work", "buckets": ["To do"]])
    let planner = try await harness.call("connect_service", planning)
    let consent = try await harness.call(
      "connect_service", Self.connect("app", "users", ["appId": .string(app), "scopes": ["User.Read"]]))
    for made in [planner, consent] {
      let rows = try await Self.list(harness, of: made)
      #expect(rows.count == 1 && rows.first?["note"] == nil, "\(made.json.text): \(rows)")
    }

    try await graph.deletePlan(id: try #require(planner["objects"]?["plan"]?.stringValue))
    let partly = try await Self.list(harness, of: planner)
    #expect(partly.first?["note"]?.stringValue?.contains("No longer as it was made") == true, "\(partly)")
    let teamID = team.stringValue ?? ""
    try await graph.deleteTab(
      id: try #require(planner["objects"]?["tab"]?.stringValue),
      ofChannel: try await graph.primaryChannel(ofTeam: teamID).id, team: teamID)
    #expect(try await Self.list(harness, of: planner).isEmpty, "plan and tab are gone")

    let application = try #require(GUID(app))
    let client = try #require(try await graph.servicePrincipal(appID: application)).id
    let grant = try #require(try await graph.permissionGrants(ofClient: client).first)
    try await graph.setPermissionGrant(ofClient: client, atResource: grant.resourceID, scopes: [])
    #expect(try await Self.list(harness, of: consent).isEmpty, "the consent is gone")

    let again = try await harness.call("connect_service", planning)
    #expect(again["changed"] == true, "\(again.json.text)")
    #expect(try await Self.list(harness, of: again).count == 1, "it is there again")
    #expect(try await Self.list(harness, of: planner).isEmpty, "it stands there once")
  }

  @Test("What belonged to a team goes from the list with the team")
  func teamGone() async throws {
    let harness = try await AdminHarness()
    let group = try await harness.newGroup("Shortlived")
    let team = try await harness.call("connect_service", Self.connect("group", "teams", ["groupId": .string(group)]))
    let planner = try await harness.call(
      "connect_service", Self.connect("teams", "planner", ["teamId": .string(group), "title": "Work"]))
    let tab = try await harness.call(
      "connect_service",
      Self.connect(
        "teams", "sharepoint",
        ["teamId": .string(group), "title": "Page", "url": "https://a.sharepoint.example/one"]))
    for made in [team, planner, tab] {
      #expect(try await Self.list(harness, of: made).count == 1, "\(made.json.text)")
    }
    try await OtherAdministrator(harness).graph.deleteGroup(id: group)
    for made in [team, planner, tab] {
      let rows = try await Self.list(harness, of: made)
      #expect(rows.isEmpty, "\(rows)")
    }
  }

  @Test("What cannot be looked for stays in the list, and the list says so")
  func unreadable() async throws {
    let harness = try await AdminHarness()
    let tab = try await harness.call(
      "connect_service",
      Self.connect(
        "teams", "sharepoint",
        [
          "teamId": try await harness.groupID("Closings"), "title": "Page", "url": "https://a.sharepoint.example/one",
        ]))
    await harness.tenant.setFaults(
      FaultPlan([
        FaultRule(.status(403, retryAfter: nil), method: "GET", path: "/v1.0/teams/*/channels/*/tabs")
      ]))
    let rows = try await Self.list(harness, of: tab)
    #expect(rows.count == 1, "\(rows)")
    #expect(rows.first?["note"]?.stringValue?.contains("Could not be looked for") == true, "\(rows)")
  }

  @Test("Of many connections the newest are listed, and the list says that there are more")
  func many() async throws {
    let harness = try await AdminHarness()
    let team = try await harness.groupID("Closings")
    var newest = ""
    for number in 1...60 {
      let made = try await harness.call(
        "connect_service",
        Self.connect(
          "teams", "sharepoint",
          [
            "teamId": team, "title": .string("Page number \(number)"),
            "url": .string("https://a.sharepoint.example/\(number)"),
          ]))
      try #require(made["changed"] == true, "\(made.json.text)")
      newest = made["operationId"]?.stringValue ?? ""
    }
    let list = try await harness.call("list_service_connections")
    #expect(list["truncated"] == true, "\(list.json.text)")
    let shown = list["existing"]?.arrayValue ?? []
    #expect(shown.count == 12, "\(shown.count) are shown")
    #expect(shown.contains { $0["operationId"] == .string(newest) }, "the newest is among them")
    #expect(list.json.serialized.count / 4 < 2_000, "\(list.json.serialized.count) bytes")

    let whole = try await harness.call("list_service_connections", ["limit": 100])
    #expect(whole["truncated"] == false, "all are shown")
    let made = (whole["existing"]?.arrayValue ?? []).count { $0["operationId"] != nil }
    #expect(made == 60, "\(made) are shown")
  }

  // MARK: Message trace

  private static let trace = "/v1.0/admin/exchange/tracing/messageTraces"

  private static func hasTracePrincipal(_ harness: AdminHarness) async -> Bool {
    await harness.state("servicePrincipals").contains { $0["appId"] == .string(MessageTraceService.appID) }
  }

  @Test("Message trace is asked for a row: while it does not answer it is pending, and nothing is taken back")
  func messageTrace() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.forConnections())
    Self.refuse(
      harness, "/messageTraces", status: 401,
      "Service principal-less authentication failed: the service principal was not found.")
    let made = try await harness.call("connect_service", Self.connect("exchange", "message-trace"))
    #expect(made["changed"] == true && made["verified"] == false, "\(made.json.text)")
    let pending = made["pending"]?.text ?? ""
    #expect(pending.contains("does not answer yet") && pending.contains("up to some hours"), "\(pending)")
    #expect(harness.transport.requests.contains("GET \(Self.trace)"), "it was asked")
    #expect(await Self.hasTracePrincipal(harness), "the service principal stays")

    let early = try await harness.call("connect_service", Self.connect("exchange", "message-trace"))
    #expect(early["changed"] == false && early["verified"] == false, "not claimed to be so: \(early.json.text)")
    harness.transport.rewriteAnswers { $0 }
    let late = try await harness.call("connect_service", Self.connect("exchange", "message-trace"))
    #expect(late["changed"] == false && late["verified"] == true, "\(late.json.text)")
    #expect(await harness.counts()["servicePrincipalCreated"] == 1, "it was made once")

    try await harness.undo(made)
    #expect(await !Self.hasTracePrincipal(harness), "the service principal is gone")
  }

  @Test("Message trace that answers is verified; one that may not be asked is pending with the reason")
  func answeringTrace() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.forConnections())
    let made = try await harness.call("connect_service", Self.connect("exchange", "message-trace"))
    #expect(made["changed"] == true && made["verified"] == true, "\(made.json.text)")
    #expect(harness.transport.requests.contains("GET \(Self.trace)"), "it was asked")

    let poor = try await AdminHarness(seed: try Self.seed(without: "ExchangeMessageTrace."))
    let unasked = try await poor.call("connect_service", Self.connect("exchange", "message-trace"))
    #expect(unasked["changed"] == true && unasked["verified"] == false, "\(unasked.json.text)")
    #expect(unasked["pending"]?.text.contains("lacks ExchangeMessageTrace.Read.All") == true, "\(unasked.json.text)")
    #expect(await Self.hasTracePrincipal(poor), "the service principal stays")
  }
}
