import AdminCore
import AdminTools
import MCPProtocol
import Store
import TestSupport
import Testing

@Suite("Subscriptions to resources")
struct ResourceWatcherTests {
  private static let lukas = UpdateUserTests.lukas
  private static let health = "m365://health"
  private static let tracking = "m365://tracking-settings"

  /// A client that watches resources, and the clock by which they are looked at.
  private struct Watch: Sendable {
    let client: MCPTestClient
    let clock: VirtualTimekeeper

    private var told: [String] {
      client.notifications("notifications/resources/updated").compactMap { $0["params"]?["uri"]?.stringValue }
    }

    /// Lets the watcher look once more, and gives what it announces.
    func look() async throws -> [String] {
      let before = told.count
      #expect(await eventually { clock.sleeperCount == 1 })
      clock.advance(by: ResourceWatcher.interval)
      #expect(await eventually { clock.sleeperCount == 1 })
      try await client.settle()
      return Array(told.dropFirst(before))
    }
  }

  private static func watching<Result: Sendable>(
    _ uris: [String], in harness: AdminHarness, _ body: (Watch) async throws -> Result
  ) async throws -> Result {
    let server = try harness.mcpServer()
    // The harness's own clock stands still unless somebody sleeps on it; this one is moved by hand.
    let clock = VirtualTimekeeper(.manual, start: harness.timekeeper.now())
    let watcher = Task { [services = harness.services, changes = server.changes] in
      await ResourceWatcher(services, changes, timekeeper: clock).run()
    }
    defer { watcher.cancel() }
    return try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      for uri in uris {
        let answer = try await client.request("resources/subscribe", ["uri": .string(uri)])
        #expect(answer["error"] == nil, "\(answer.text)")
      }
      let watch = Watch(client: client, clock: clock)
      #expect(try await watch.look() == [], "what was before the first look is no news")
      return try await body(watch)
    }
  }

  // MARK: What the store keeps

  @Test("A template that was changed, deleted, brought back or sent is announced, each time once, and no other one is")
  func templates() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    let other = try await harness.template(Samples.welcome.merging(["templateName": "Other"]))
    let uri = "m365://templates/\(id)"
    let sender = "m365://users/test.user2@\(harness.domain)"
    try await Self.watching([uri, "m365://templates/\(other)", sender], in: harness) { watch in
      try await harness.call("update_email_template", ["templateId": .string(id), "subject": "Hello, {{ name }}"])
      #expect(try await watch.look() == [uri], "it was changed")
      #expect(try await watch.look() == [], "once for one change")
      let sent = try await harness.call(
        "send_from_template", SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"]))
      #expect(!sent.isError, "\(sent.json.text)")
      #expect(try await watch.look() == [uri], "it shows how often it was sent; its sender is as before")
      try await harness.call("delete_email_template", ["templateId": .string(id)])
      #expect(try await watch.look() == [uri], "it was deleted")
      try await harness.call("restore_template_version", ["templateId": .string(id), "version": 1])
      #expect(try await watch.look() == [uri], "it was brought back")
      try await harness.call("create_email_template", Samples.welcome.merging(["templateName": "A third one"]))
      #expect(try await watch.look() == [], "a new one is none of those that are watched")
    }
  }

  @Test("Changes of another process on the same store are announced like one's own")
  func otherProcess() async throws {
    let harness = try await AdminHarness()
    let other = try await AdminHarness(harness.tenant, harness.fixture, harness.timekeeper)
    let id = try await harness.template(Samples.welcome)
    let (template, user) = ("m365://templates/\(id)", "m365://users/\(Self.lukas)")
    try await Self.watching([template, user], in: harness) { watch in
      try await other.call("update_email_template", ["templateId": .string(id), "subject": "Hello, {{ name }}"])
      #expect(try await watch.look() == [template], "the other process has changed it")
      try await other.call("update_user", ["userEmail": .string(Self.lukas), "department": "Audit"])
      #expect(try await watch.look() == [user], "the other process has changed him")
    }
  }

  @Test("An operation is announced with every step, and health when the operation begins, changes its state or ends")
  func operations() async throws {
    let harness = try await AdminHarness()
    let journal = try await harness.store().journal
    let new = NewOperation(
      name: "provision", tool: "create_user", requestedBy: AuditActor(.local, "ada"), correlationID: "c-1", input: [:],
      inputHash: journal.hash(ofInput: [:]))
    let lease = LeaseTerms(owner: "another process", duration: .seconds(60))
    guard case .created(let record, let fence?) = try await journal.create(new, lease: lease) else {
      Issue.record("the operation was not created")
      return
    }
    let uri = "m365://operations/\(record.id)"
    let other = "m365://operations/00000000-0000-7000-8000-000000000000"
    try await Self.watching([uri, other, Self.health], in: harness) { watch in
      try await journal.advance(fence, to: .running)
      #expect(try await watch.look() == [Self.health, uri], "it has begun")
      _ = try await journal.startStep(fence, StepStart("one", attempt: 1, idempotencyKey: "k"))
      #expect(try await watch.look() == [uri], "a step is no news to health")
      try await journal.finishStep(fence, "one", .succeeded(output: [:]))
      #expect(try await watch.look() == [uri], "the step has ended")
      try await journal.finish(fence, .completed, output: [:])
      #expect(try await watch.look() == [Self.health, uri], "it has ended")
      #expect(try await watch.look() == [], "an end comes once")
    }
  }

  @Test("An operation at its end stays as it is: neither a repeated call nor an undoing announces it")
  func endedOperation() async throws {
    let harness = try await AdminHarness()
    let call: JSONObject = [
      "userEmail": .string(Self.lukas), "department": "Audit", "idempotencyKey": "watched-operation-1",
    ]
    let answer = try await harness.call("update_user", call)
    let id = try #require(answer["operationId"]?.stringValue, "\(answer.json.text)")
    try await Self.watching(["m365://operations/\(id)"], in: harness) { watch in
      try await harness.call("update_user", call)
      #expect(try await watch.look() == [], "a repeated call does nothing again")
      try await harness.undo(answer)
      #expect(try await watch.look() == [], "undoing is an operation of its own")
    }
  }

  // MARK: What operations change in the tenant

  @Test("A user whom an operation has changed is announced by sign-in name and by id, in any case and encoding")
  func users() async throws {
    let harness = try await AdminHarness()
    let id = try #require(await harness.user(Self.lukas)?["id"]?.stringValue, "the tenant has the user")
    let uris = [
      "m365://users/\(id)", "m365://users/Lukas.Meyer@harbourfinch.example",
      "m365://users/lukas.meyer%40harbourfinch.example",
    ]
    try await Self.watching(uris + ["m365://users/\(UpdateUserTests.emma)"], in: harness) { watch in
      let wish: JSONObject = ["userEmail": .string(Self.lukas), "department": "Audit"]
      let answer = try await harness.call("update_user", wish)
      #expect(try await watch.look() == uris.sorted(), "\(answer.json.text)")
      try await harness.call("update_user", wish)
      #expect(try await watch.look() == [], "nothing was left to change")
      try await harness.call("update_user", wish.merging(["department": "Legal", "dryRun": true]))
      #expect(try await watch.look() == [], "a dry run changes nothing")
      try await harness.undo(answer)
      #expect(try await watch.look() == uris.sorted(), "the change was taken back")
    }
  }

  @Test("A mailbox shows with its user, and a part of a bulk is announced like a call of its own")
  func mailboxes() async throws {
    let harness = try await AdminHarness()
    let (daniel, nora) = ("m365://users/\(AdminHarness.daniel)", "m365://users/\(AdminHarness.nora)")
    try await Self.watching([daniel, nora, Self.tracking], in: harness) { watch in
      let answer = try await harness.call(
        "configure_mailbox",
        ["userEmail": .string(AdminHarness.daniel), "settings": ["timeZone": "Tokyo Standard Time"]])
      #expect(!answer.isError, "\(answer.json.text)")
      #expect(try await watch.look() == [daniel], "his time zone was set")
      let items: JSONValue = [
        ["userEmail": .string(AdminHarness.daniel), "department": "Audit"],
        ["userEmail": .string(AdminHarness.nora), "department": "Audit"],
      ]
      let bulk = try await harness.call("run_bulk", ["tool": "update_user", "items": items])
      #expect(bulk["completed"] == 2, "\(bulk.json.text)")
      #expect(try await watch.look() == [daniel, nora], "both were changed")
    }
  }

  @Test("A team and the people in it are announced when it was made and when it is undone")
  func teams() async throws {
    let harness = try await AdminHarness()
    let nora = "m365://users/\(AdminHarness.nora)"
    let answer = try await Self.watching([nora], in: harness) { watch in
      let answer = try await harness.call("create_teams_group", CreateTeamTests.arguments())
      #expect(try await watch.look() == [nora], "she owns a team more: \(answer.json.text)")
      return answer
    }
    let id = try #require(answer["teamId"]?.stringValue, "\(answer.json.text)")
    let team = "m365://teams/\(id)"
    try await Self.watching([team, nora, "m365://teams/00000000-0000-7000-8000-000000000000"], in: harness) { watch in
      try await harness.undo(answer)
      #expect(try await watch.look() == [team, nora], "the team is gone")
    }
  }

  @Test("The tracking settings are announced when the organisation's were changed, and not those of one mailbox")
  func trackingSettings() async throws {
    let harness = try await AdminHarness()
    try await Self.watching([Self.tracking], in: harness) { watch in
      let whole = ConfigureTrackingTests.organization(["messageTracking": true])
      let answer = try await harness.call("configure_tracking", whole)
      #expect(answer["changed"] == true, "\(answer.json.text)")
      #expect(try await watch.look() == [Self.tracking], "they were changed")
      try await harness.call("configure_tracking", whole)
      #expect(try await watch.look() == [], "they were so already")
      let one: JSONObject = ["scope": "user", "targetEmail": .string(AdminHarness.daniel), "messageTracking": false]
      let user = try await harness.call("configure_tracking", one)
      #expect(user["changed"] == true, "\(user.json.text)")
      #expect(try await watch.look() == [], "they show no single mailbox")
      try await harness.undo(answer)
      #expect(try await watch.look() == [Self.tracking], "they were put back")
    }
  }

  @Test(
    "Features that the tracking settings show are announced with them, and others are not",
    arguments: [
      ("read_tracking", true), ("external_delivery_reports", true), ("external_automatic_replies", true),
      ("block_external_forwarding", true), ("mailbox_audit", true), ("unified_audit_log", true), ("report_names", true),
      ("external_sender_tag", false),
    ])
  func features(_ feature: String, _ isShown: Bool) async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.withEverything())
    try await Self.watching([Self.tracking], in: harness) { watch in
      var changes = 0
      for isEnabled in [true, false] {
        let answer = try await harness.call(
          "enable_feature",
          ["featureName": .string(feature), "scope": "organization", "enabled": .bool(isEnabled)])
        #expect(!answer.isError, "\(answer.json.text)")
        if answer["changed"] == true { changes += 1 }
      }
      #expect(changes > 0, "one of the two is no news to the tenant, not both")
      #expect(try await watch.look() == (isShown ? [Self.tracking] : []), "\(feature)")
    }
  }

  // MARK: What is said and not said

  @Test("Without a change nothing is announced, whatever is read")
  func nothing() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let uris = ["m365://templates/\(id)", "m365://users/\(Self.lukas)", Self.health, Self.tracking]
    try await Self.watching(uris, in: harness) { watch in
      for uri in uris { _ = try await harness.resource(uri) }
      try await harness.call("get_email_template", ["templateId": .string(id)])
      try await harness.call("find_users", ["query": "lukas"])
      #expect(try await watch.look() == [], "reading, which the audit trail keeps, is no change")
      #expect(try await watch.look() == [], "nor is the passing of time")
    }
  }

  @Test("Subscriptions are advertised, and changes of the list are not, because nobody tells of them")
  func capabilities() async throws {
    let harness = try await AdminHarness()
    let mcp = try harness.mcp()
    let answer = try await mcp.client.initialize()
    let offered = answer["result"]?["capabilities"]?["resources"]
    #expect(offered == ["subscribe": true], "\(answer.text)")
    await mcp.finish()
  }
}
