import AdminCore
import AdminTools
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// Whatever is lost on the way, a mail goes out at most once, and the answer says what is known.
@Suite("send_from_template under faults")
struct SendFaultTests {
  private static let drafts = "/v1.0/users/*/messages"
  private static let sending = "/v1.0/users/*/messages/*/send"

  private func send(
    _ faults: FaultPlan, lags: Lags = Lags(), template: JSONObject = Samples.welcome
  ) async throws -> (AdminHarness, AdminHarness.Answer, Int) {
    let harness = try await AdminHarness(lags: lags)
    let id = try await harness.template(template)
    let before = await harness.sentMail().count
    await harness.tenant.setFaults(faults)
    let answer = try await harness.call(
      "send_from_template", SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"]))
    return (harness, answer, await harness.sentMail().count - before)
  }

  @Test(
    "A reply that is lost, before or after the effect, ends in one mail, in both forms of a draft",
    arguments: [drafts, sending],
    [Fault.dropAfter, .dropBefore, .status(503, retryAfter: nil), .status(429, retryAfter: 3)])
  func lostReply(path: String, fault: Fault) async throws {
    // With both bodies the draft is MIME, and found again by the header in it.
    for (template, isMIME) in [(Samples.welcome, false), (Samples.wiring, true)] {
      let (harness, answer, count) = try await send(
        FaultPlan([FaultRule(fault, method: "POST", path: path, times: 1)]), template: template)
      #expect(answer["state"] == "sent", "\(answer.json.text)")
      #expect(count == 1)
      #expect(await harness.counts()["draftCreated"] == 1)
      #expect(await harness.state("earlyRequests").isEmpty)
      #expect(await harness.sentMail().last?.text.contains("multipart/alternative") == isMIME)
    }
  }

  @Test("When Exchange does not show the mail yet, it is queued, and the answer says so")
  func queued() async throws {
    let (_, answer, count) = try await send(FaultPlan(), lags: Lags(delivery: .seconds(600)))
    #expect(answer["state"] == "queued")
    #expect(answer["verified"] == false)
    #expect(answer["pending"]?.arrayValue?.first?.stringValue?.contains("Sent Items") == true)
    #expect(count <= 1)
  }

  @Test("When nobody can tell whether it was sent, the answer is unknown, and nothing is sent again")
  func unknown() async throws {
    // The reply to sending is lost, and then neither draft nor sent mail can be found.
    let (harness, answer, count) = try await send(
      FaultPlan([FaultRule(.dropAfter, method: "POST", path: Self.sending, times: 1)]),
      lags: Lags(delivery: .seconds(3600)))
    #expect(answer.code == "MAIL_003", "\(answer.json.text)")
    #expect(answer["details"]?["state"] == "unknown")
    #expect(answer["message"]?.stringValue?.contains("Sent Items") == true)
    #expect(count <= 1)
    let health = try await harness.resource("m365://health")
    #expect(health?["status"] == "degraded")
    #expect(health?["pendingOperations"]?.arrayValue?.first?["state"] == "blocked")
  }

  @Test(
    "What a person has found ends it: sent, and noted as sent; or not sent, and nothing is left",
    arguments: [true, false])
  func resolved(_ tookEffect: Bool) async throws {
    let (harness, answer, _) = try await send(
      FaultPlan([FaultRule(.dropAfter, method: "POST", path: Self.sending, times: 1)]),
      lags: Lags(delivery: .seconds(3600)))
    let text = try #require(answer["details"]?["operationId"]?.stringValue)
    let id = try #require(LocalID(text))
    #expect(answer["message"]?.stringValue?.contains("m365-admin-mcp resolve \(id) happened") == true)
    let report = try await harness.store().runner.resolve(id, tookEffect: tookEffect, by: .system)
    #expect(report.state == (tookEffect ? .completed : .failed))
    let templates = try await harness.call("list_email_templates")["items"]?.arrayValue ?? []
    #expect(templates.compactMap { $0["sends"]?.intValue }.reduce(0, +) == (tookEffect ? 1 : 0))
    #expect(await harness.counts()["draftCreated"] == 1)
    #expect(try await harness.resource("m365://health")?["status"] == "healthy")
  }

  @Test("A sending that is refused for good deletes its draft", arguments: [403])
  func refused(_ status: Int) async throws {
    let (harness, answer, count) = try await send(
      FaultPlan([FaultRule(.status(status, retryAfter: nil), method: "POST", path: Self.sending)]))
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    #expect(answer["details"]?["undone"] == ["the draft was deleted"])
    #expect(count == 0)
    #expect(await harness.counts()["messageDeleted"] == 1)
  }

  @Test("The same idempotency key sends once", arguments: [Fault.dropAfter, nil])
  func repeated(_ fault: Fault?) async throws {
    let harness = try await AdminHarness(lags: Lags())
    let id = try await harness.template(Samples.welcome)
    let before = await harness.sentMail().count
    await harness.tenant.setFaults(
      FaultPlan(fault.map { [FaultRule($0, method: "POST", path: Self.sending, times: 1)] } ?? []))
    let arguments = SendTests.arguments(
      id, to: ["nora.keane@harbourfinch.example"], ["idempotencyKey": "closing-2214"])
    let first = try await harness.call("send_from_template", arguments)
    let second = try await harness.call("send_from_template", arguments)
    #expect(second["operationId"] == first["operationId"])
    #expect(second["internetMessageId"] == first["internetMessageId"])
    #expect(await harness.sentMail().count - before == 1)
  }

  @Test("With 5 % of all calls faulted every mail goes out once or is said to be unknown", arguments: 1...6)
  func randomFaults(_ seed: Int) async throws {
    let harness = try await AdminHarness(lags: Lags())
    let id = try await harness.template(Samples.welcome)
    let before = await harness.sentMail().count
    await harness.tenant.setFaults(FaultPlan([], random: RandomFaults(rate: 0.05, seed: UInt64(seed))))
    var sent = 0
    for number in 1...8 {
      let answer = try await harness.call(
        "send_from_template",
        SendTests.arguments(
          id, to: ["nora.keane@harbourfinch.example"], ["variables": ["name": .int(number), "amount": "1"]]))
      if answer["state"] == "sent" || answer["state"] == "queued" { sent += 1 }
    }
    let subjects = await harness.newMail(since: before).compactMap { $0["subject"]?.stringValue }
    #expect(Set(subjects).count == subjects.count, "no mail goes out twice")
    #expect(subjects.count >= sent)
    #expect(sent >= 7)
  }
}
