import Access
import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

/// A person's word on a risky plan, by every way it can be had.
@Suite("Approval")
struct ApprovalTests {
  /// A harness with a template whose sending needs approval, and the call.
  private func prepared(
    _ settings: [Setting: String] = [:]
  ) async throws -> (harness: AdminHarness, call: JSONObject, sent: Int) {
    let harness = try await AdminHarness(settings: settings)
    let id = try await harness.template(Samples.wiring)
    return (
      harness, SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"]), await harness.sentMail().count
    )
  }

  private func sent(_ harness: AdminHarness, since count: Int) async -> Int { await harness.sentMail().count - count }

  @Test(
    "Without a clear yes nothing is done, and the refusal is in the audit trail",
    arguments: [PretendPerson.Answer.decline, .cancel, .uncheck])
  func refused(_ answer: PretendPerson.Answer) async throws {
    let (harness, call, count) = try await prepared()
    let result = try await harness.call("send_from_template", call, as: PretendPerson(answer))
    #expect(result.code == "CONF_001")
    #expect(await sent(harness, since: count) == 0)
    #expect(await harness.counts()["draftCreated"] == nil)
    #expect(try await harness.audit().contains { $0.kind == "approval" && $0.status == .denied })
    #expect(try await harness.store().journal.list().count == 1, "only the template was stored")
  }

  @Test(
    "confirm: true from a model is no approval, and neither is a text it makes up",
    arguments: [JSONValue.bool(true), "approved"])
  func confirmIsNoApproval(_ confirm: JSONValue) async throws {
    let (harness, call, count) = try await prepared()
    let result = try await harness.call(
      "send_from_template", call.merging(["confirm": confirm]), as: PretendPerson())
    #expect(result.code == "CONF_001")
    #expect(await sent(harness, since: count) == 0)
  }

  // MARK: In a terminal

  @Test("Where nobody can be asked, the plan waits for a terminal; approved there, the same call goes through once")
  func terminal() async throws {
    let (harness, call, count) = try await prepared()
    let asked = try await harness.call("send_from_template", call, as: PretendPerson())
    #expect(asked.code == "CONF_001")
    let details = try #require(asked["details"])
    #expect(details["plan"]?["risks"] == ["sends bank details"])
    #expect(details["confirmationToken"] == nil, "tokens are for sites that allow them")
    #expect(asked["message"]?.stringValue?.contains("m365-admin-mcp approve") == true)
    let id = try #require(details["planId"]?.stringValue.flatMap(LocalID.init))
    _ = try await harness.store().approvals.approve(id, by: "local:1000:tester")

    #expect(try await harness.call("send_from_template", call, as: PretendPerson())["state"] == "sent")
    #expect(try await harness.call("send_from_template", call, as: PretendPerson()).code == "CONF_001")
    #expect(await sent(harness, since: count) == 1)
  }

  @Test("An approval is for these arguments and this state, and for ten minutes")
  func bound() async throws {
    let (harness, call, count) = try await prepared()
    func approve(_ answer: AdminHarness.Answer) async throws {
      let id = try #require(answer["details"]?["planId"]?.stringValue.flatMap(LocalID.init))
      _ = try await harness.store().approvals.approve(id, by: "local:1000:tester")
    }
    // Other arguments.
    try await approve(try await harness.call("send_from_template", call, as: PretendPerson()))
    let other = call.merging(["to": ["owen.harbour@harbourfinch.example"]])
    #expect(try await harness.call("send_from_template", other, as: PretendPerson()).code == "CONF_001")
    // Another state: the template was changed meanwhile.
    let id = try #require(call["templateId"])
    let change = try await harness.call("update_email_template", ["templateId": id, "subject": "Other {{ amount }}"])
    #expect(!change.isError)
    #expect(try await harness.call("send_from_template", call, as: PretendPerson()).code == "CONF_001")
    // Another time.
    try await approve(try await harness.call("send_from_template", call, as: PretendPerson()))
    try await harness.timekeeper.sleep(for: .seconds(601))
    #expect(try await harness.call("send_from_template", call, as: PretendPerson()).code == "CONF_001")
    #expect(await sent(harness, since: count) == 0)
  }

  @Test("A plan that a person refused in a terminal stays refused")
  func deniedInTerminal() async throws {
    let (harness, call, count) = try await prepared()
    let asked = try await harness.call("send_from_template", call, as: PretendPerson())
    let id = try #require(asked["details"]?["planId"]?.stringValue.flatMap(LocalID.init))
    _ = try await harness.store().approvals.deny(id, by: "local:1000:tester")
    #expect(try await harness.call("send_from_template", call, as: PretendPerson()).code == "CONF_001")
    #expect(await sent(harness, since: count) == 0)
  }

  // MARK: By token

  @Test("A token works once, for its own plan, and only where the site allows tokens")
  func token() async throws {
    let (harness, call, count) = try await prepared([.tokenApproval: "true"])
    let asked = try await harness.call("send_from_template", call, as: PretendPerson())
    let token = try #require(asked["details"]?["confirmationToken"])
    let other = call.merging(["to": ["owen.harbour@harbourfinch.example"], "confirm": token])
    #expect(try await harness.call("send_from_template", other, as: PretendPerson()).code == "CONF_001")
    let confirmed = call.merging(["confirm": token])
    #expect(try await harness.call("send_from_template", confirmed, as: PretendPerson())["state"] == "sent")
    #expect(try await harness.call("send_from_template", confirmed, as: PretendPerson()).code == "CONF_001")
    #expect(await sent(harness, since: count) == 1)
    #expect(try await !harness.auditBodies().contains(try #require(token.stringValue)))
  }

  // MARK: Switched off

  @Test("ENABLE_OPERATION_CONFIRMATION=false lifts every approval, and audit and health say so")
  func switchedOff() async throws {
    let (harness, call, count) = try await prepared([.operationConfirmation: "false"])
    #expect(try await harness.call("send_from_template", call, as: PretendPerson())["state"] == "sent")
    #expect(await sent(harness, since: count) == 1)
    #expect(try await harness.auditBodies().contains("unapproved"))
    let health = try await harness.resource("m365://health")
    #expect(health?["warnings"]?.text.contains("ENABLE_OPERATION_CONFIRMATION") == true)
  }
}

/// The same over the protocol, in the modern era, where each round is a request of its own.
@Suite("Approval in rounds")
struct ApprovalRoundTests {
  private static let dress = MCPTestClient.Dress.modern(capabilities: ["elicitation": [:]])

  private func call(_ arguments: JSONObject, _ more: JSONObject = [:]) -> JSONObject {
    let base: JSONObject = ["name": "send_from_template", "arguments": .object(arguments)]
    return base.merging(more)
  }

  private func answer(_ approve: JSONValue, _ round: JSONValue) -> JSONObject {
    [
      "inputResponses": ["approve": ["action": "accept", "content": ["approve": approve]]],
      "requestState": round["requestState"] ?? .null,
    ]
  }

  private func prepared() async throws -> (AdminHarness, MCPHarness, JSONObject, Int) {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let arguments = SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"])
    return (harness, try harness.mcp(), arguments, await harness.sentMail().count)
  }

  @Test("The plan is shown as a question; the answer with the sealed state lets it be done, once")
  func approved() async throws {
    let (harness, mcp, arguments, count) = try await prepared()
    let round = try await mcp.client.result("tools/call", call(arguments), as: Self.dress)
    #expect(round["resultType"] == "input_required")
    let question = round["inputRequests"]?["approve"]?["params"]
    #expect(question?["message"]?.stringValue?.contains("IE64 IRCE 9205 0112 3456 78") == true)
    #expect(question?["requestedSchema"]?["properties"]?["approve"]?["type"] == "boolean")

    let done = try await mcp.client.result("tools/call", call(arguments, answer(true, round)), as: Self.dress)
    #expect(done["structuredContent"]?["state"] == "sent")
    let again = try await mcp.client.result("tools/call", call(arguments, answer(true, round)), as: Self.dress)
    #expect(again["isError"] == true)
    #expect(again["structuredContent"]?["code"] == "CONF_001")
    #expect(await harness.sentMail().count - count == 1)
    await mcp.finish()
  }

  @Test("An answer to another question, or to a plan that has changed, approves nothing")
  func forged() async throws {
    let (harness, mcp, arguments, count) = try await prepared()
    let round = try await mcp.client.result("tools/call", call(arguments), as: Self.dress)
    // The answer without the state: a question that was never put.
    let bare = try await mcp.client.result(
      "tools/call",
      call(arguments, ["inputResponses": ["approve": ["action": "accept", "content": ["approve": true]]]]),
      as: Self.dress)
    #expect(bare["resultType"] == "input_required")
    // Other recipients than those that were shown.
    let other = arguments.merging(["to": ["thief@bank.example"]])
    let moved = try await mcp.client.request("tools/call", call(other, answer(true, round)), as: Self.dress)
    #expect(moved["error"]?["code"] == -32602)
    // A template that was changed after the question.
    _ = try await harness.call(
      "update_email_template", ["templateId": try #require(arguments["templateId"]), "subject": "New {{ amount }}"])
    let changed = try await mcp.client.result("tools/call", call(arguments, answer(true, round)), as: Self.dress)
    #expect(changed["structuredContent"]?["code"] == "CONF_001")
    #expect(await harness.sentMail().count == count)
    await mcp.finish()
  }

  @Test("What one caller was asked, another does not answer")
  func otherCaller() async throws {
    let (harness, mcp, arguments, count) = try await prepared()
    let token = try await harness.tenant.issueToken(TokenOrder(.app, claims: ["roles": ["M365.Send"]]))
    let bearer = MCPTestClient.Dress.modern(
      capabilities: ["elicitation": [:]], extra: [CallerAuthenticator.metaKey: .string("Bearer \(token)")])
    let round = try await mcp.client.result("tools/call", call(arguments), as: bearer)
    #expect(round["resultType"] == "input_required", "\(round.text)")
    let stolen = try await mcp.client.result("tools/call", call(arguments, answer(true, round)), as: Self.dress)
    #expect(stolen["structuredContent"]?["code"] == "CONF_001", "\(stolen.text)")
    #expect(await harness.sentMail().count == count)
    let own = try await mcp.client.result("tools/call", call(arguments, answer(true, round)), as: bearer)
    #expect(own["structuredContent"]?["state"] == "sent", "\(own.text)")
    await mcp.finish()
  }

  @Test("A no ends it; an answer of the wrong shape is asked for again")
  func declined() async throws {
    let (harness, mcp, arguments, count) = try await prepared()
    let round = try await mcp.client.result("tools/call", call(arguments), as: Self.dress)
    let unchecked = try await mcp.client.result("tools/call", call(arguments, answer(false, round)), as: Self.dress)
    #expect(unchecked["structuredContent"]?["code"] == "CONF_001")
    let second = try await mcp.client.result("tools/call", call(arguments), as: Self.dress)
    let odd = try await mcp.client.result("tools/call", call(arguments, answer("yes", second)), as: Self.dress)
    #expect(odd["resultType"] == "input_required" || odd["structuredContent"]?["code"] == "CONF_001")
    #expect(await harness.sentMail().count == count)
    await mcp.finish()
  }

  @Test("A client that cannot ask gets the plan for a terminal, in the same session as one that can")
  func withoutElicitation() async throws {
    let (_, mcp, arguments, _) = try await prepared()
    let asked = try await mcp.client.result("tools/call", call(arguments), as: .modern())
    #expect(asked["structuredContent"]?["code"] == "CONF_001")
    #expect(asked["structuredContent"]?["details"]?["planId"]?.stringValue != nil)
    await mcp.finish()
  }
}
