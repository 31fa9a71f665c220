import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Inbox rules")
struct InboxRuleTests {
  private static let nora = TenantFixture.address("nora.keane")
  private static let emma = TenantFixture.address("emma.nolan")
  private static let path = "/users/\(nora)/mailFolders/inbox/messageRules"

  private static func recipients(_ addresses: String...) -> JSONValue {
    .array(addresses.map { ["emailAddress": ["address": .string($0)]] })
  }

  private static func rule(_ name: String, _ actions: JSONObject, conditions: JSONValue = nil) -> JSONValue {
    ["displayName": .string(name), "actions": .object(actions), "conditions": conditions, "isEnabled": true]
  }

  private func send(_ fixture: TenantFixture, _ subject: String) async throws {
    let message: JSONValue = [
      "subject": .string(subject), "body": ["contentType": "text", "content": "The body"],
      "toRecipients": Self.recipients(Self.nora),
    ]
    let reply = try await fixture.graph(
      "POST", "/users/\(TenantFixture.address("lukas.meyer"))/sendMail", json: ["message": message])
    #expect(reply.status == 202)
  }

  private func trace(_ fixture: TenantFixture) async -> [String] {
    (await fixture.tenant.report("trace")?.arrayValue ?? []).suffix(3).map { row in
      [row["subject"], row["senderAddress"], row["recipientAddress"], row["status"]]
        .compactMap { $0?.stringValue?.split(separator: "@").first }.joined(separator: " ")
    }
  }

  @Test("Rules are made, read, changed and deleted")
  func life() async throws {
    let fixture = try await TenantFixture()
    let made = try await fixture.graph(
      "POST", Self.path, json: Self.rule("Closings", ["forwardTo": Self.recipients(Self.emma)]))
    #expect(made.status == 201)
    #expect(made.json["sequence"] == 1)
    #expect(made.json["hasError"] == false)
    let second = try await fixture.graph("POST", Self.path, json: Self.rule("B", ["markAsRead": true]))
    #expect(second.json["sequence"] == 2)
    #expect(try await fixture.graph("GET", Self.path).values.count == 2)
    let one = "\(Self.path)/\(made.id)"
    #expect(try await fixture.graph("GET", one).json["displayName"] == "Closings")
    let changed = try await fixture.graph("PATCH", one, json: ["isEnabled": false, "sequence": 5])
    #expect(changed.json["isEnabled"] == false)
    #expect(try await fixture.graph("GET", Self.path).values.map { $0["displayName"] } == ["B", "Closings"])
    #expect(try await fixture.graph("DELETE", one).status == 204)
    #expect(try await fixture.graph("GET", one).outcome == "404 ErrorItemNotFound")
    #expect(await fixture.count("inboxRuleCreated") == 2)
    #expect(await fixture.count("inboxRuleChanged") == 1)
    #expect(await fixture.count("inboxRuleDeleted") == 1)
  }

  @Test(
    "Rules that are none are refused",
    arguments: [
      ["actions": ["markAsRead": true]], ["displayName": "x"], ["displayName": "x", "actions": [:]],
      ["displayName": "x", "actions": ["forwardTo": [["emailAddress": ["address": "nobody"]]]]],
      ["displayName": "x", "actions": ["markAsRead": true], "sequence": 0],
      ["displayName": "x", "actions": ["moveToFolder": "x"]], ["displayName": "x", "actions": ["nonsense": 1]],
      ["displayName": "x", "actions": ["markAsRead": true], "conditions": ["nonsense": ["x"]]],
      ["displayName": "x", "actions": ["markAsRead": true], "hasError": true],
    ] as [JSONValue])
  func refused(_ body: JSONValue) async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("POST", Self.path, json: body).status == 400)
    #expect(await fixture.count("inboxRuleCreated") == 0)
  }

  @Test("Only the inbox has rules, for whoever may see settings")
  func access() async throws {
    let fixture = try await TenantFixture()
    let body = Self.rule("x", ["markAsRead": true])
    #expect(try await fixture.graph("POST", Self.path.replacing("inbox", with: "drafts"), json: body).status == 400)
    #expect(try await fixture.graph("GET", Self.path.replacing("inbox", with: "x")).status == 404)
    let reader = try await TenantFixture.holding(["MailboxSettings.Read"])
    #expect(try await reader.graph("GET", Self.path).status == 200)
    #expect(try await reader.graph("POST", Self.path, json: body).outcome == "403 ErrorAccessDenied")
    let long = Self.rule("x", ["assignCategories": [.string(String(repeating: "x", count: 300_000))]])
    #expect(try await fixture.graph("POST", Self.path, json: long).outcome == "400 ErrorInboxRulesValidationError")
  }

  @Test("A forwarded message is a new one, a redirected one the same")
  func forwarding() async throws {
    let fixture = try await TenantFixture()
    _ = try await fixture.graph("POST", Self.path, json: Self.rule("F", ["forwardTo": Self.recipients(Self.emma)]))
    try await send(fixture, "One")
    #expect(
      await trace(fixture).suffix(2) == [
        "One lukas.meyer nora.keane delivered", "FW: One nora.keane emma.nolan delivered",
      ])
    let rules = try await fixture.graph("GET", Self.path).values
    _ = try await fixture.graph("DELETE", "\(Self.path)/\(rules[0]["id"]?.stringValue ?? "")")
    _ = try await fixture.graph("POST", Self.path, json: Self.rule("R", ["redirectTo": Self.recipients(Self.emma)]))
    try await send(fixture, "Two")
    #expect(
      await trace(fixture).suffix(2) == [
        "Two lukas.meyer nora.keane delivered", "Two lukas.meyer emma.nolan delivered",
      ])
    #expect(await fixture.count("mailForwarded") == 2)
  }

  @Test("To outside a rule forwards only where the policy lets it")
  func outside() async throws {
    let fixture = try await TenantFixture()
    _ = try await fixture.graph(
      "POST", Self.path, json: Self.rule("F", ["forwardTo": Self.recipients("n@home.example")]))
    try await send(fixture, "Out")
    #expect(await trace(fixture).last == "FW: Out nora.keane n failed")
    // The mailbox that forwards is the sender, and hears of it.
    let inbox = try await fixture.graph("GET", "/users/\(Self.nora)/mailFolders/inbox/messages?$select=subject")
    #expect(inbox.values.map { $0["subject"] }.contains("Undeliverable: FW: Out"))
  }

  @Test(
    "Conditions and exceptions decide, and a rule can be the last one",
    arguments: [
      ("subjectContains", ["urgent"], true), ("subjectContains", ["other"], false), ("bodyContains", ["BODY"], true),
      ("bodyOrSubjectContains", ["urgent"], true), ("senderContains", ["lukas"], true),
      ("recipientContains", ["nora"], true),
      ("fromAddresses", [["emailAddress": ["address": "LUKAS.MEYER@harbourfinch.example"]]], true),
      ("sentToAddresses", [["emailAddress": ["address": "x@y.example"]]], false), ("hasAttachments", false, true),
      ("importance", "high", false),
    ] as [(String, JSONValue, Bool)])
  func conditions(_ name: String, _ value: JSONValue, _ applies: Bool) async throws {
    let fixture = try await TenantFixture()
    let conditions: JSONValue = .object(JSONObject([JSONObject.Member(key: name, value: value)]))
    _ = try await fixture.graph(
      "POST", Self.path,
      json: Self.rule("A", ["markAsRead": true, "stopProcessingRules": true], conditions: conditions))
    _ = try await fixture.graph("POST", Self.path, json: Self.rule("B", ["delete": true]))
    try await send(fixture, "An urgent matter")
    let folder = applies ? "inbox" : "deleteditems"
    let found = try await fixture.graph(
      "GET", "/users/\(Self.nora)/mailFolders/\(folder)/messages?$select=subject,isRead")
    #expect(found.values.first { $0["subject"] == "An urgent matter" }?["isRead"] == .bool(applies))
    let patch: JSONValue = ["exceptions": conditions]
    let rules = try await fixture.graph("GET", Self.path).values
    _ = try await fixture.graph("PATCH", "\(Self.path)/\(rules[0]["id"]?.stringValue ?? "")", json: patch)
    try await send(fixture, "An urgent matter again")
    let deleted = try await fixture.graph(
      "GET", "/users/\(Self.nora)/mailFolders/deleteditems/messages?$select=subject")
    #expect(deleted.values.contains { $0["subject"] == "An urgent matter again" })
  }
}
