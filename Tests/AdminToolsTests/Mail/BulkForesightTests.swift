import AdminCore
import AdminTools
import TenantSimulator
import TestSupport
import Testing

/// A dry run of many mails foresees what the dry run of one does.
@Suite("What a dry run of run_bulk foresees")
struct BulkForesightTests {
  private func dryRun(_ harness: AdminHarness, _ items: [JSONValue]) async throws -> [String] {
    let answer = try await harness.call(
      "run_bulk", ["tool": "send_from_template", "items": .array(items), "dryRun": true])
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(await harness.counts()["mailSent"] == nil, "a dry run sends nothing")
    return answer["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  private func item(_ template: String, to address: String) -> JSONValue {
    .object(SendTests.arguments(template, to: [.string(address)]))
  }

  private func questions(_ harness: AdminHarness) -> Int {
    harness.transport.requests.count { $0.hasSuffix("/getMailTips") }
  }

  @Test("Who answers automatically and who is nobody is told with the item's own number; the same is told once")
  func tips() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    let unknown = "00000000-0000-7000-8000-000000000000"
    let warnings = try await dryRun(
      harness,
      [
        item(unknown, to: AdminHarness.nora), item(id, to: "priya.raman@harbourfinch.example"),
        item(id, to: AdminHarness.nora), item(id, to: "ghost@harbourfinch.example"),
        .object(SendTests.arguments(id, to: ["priya.raman@harbourfinch.example"], ["readReceipt": true])),
      ])
    #expect(warnings.contains { $0.hasPrefix("Item 1 will fail: TMPL_001") }, "\(warnings)")
    let away = warnings.filter { $0.contains("priya.raman") && $0.contains("away until Monday") }
    #expect(away.count == 1 && away[0].hasSuffix("(items 2, 5)"), "\(warnings)")
    #expect(
      warnings.contains { $0.contains("ghost@") && $0.contains("no such recipient") && $0.hasSuffix("(item 4)") },
      "\(warnings)")
    #expect(!warnings.contains { $0.contains("nora.keane") }, "there is nothing to tell of her: \(warnings)")
    #expect(questions(harness) == 4, "what will fail is not asked about")
  }

  @Test("Of many items the first twenty are looked at, and that is said")
  func many() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    let items = (1...25).map { item(id, to: "user\($0)@bank.example") }
    let warnings = try await dryRun(harness, items)
    #expect(questions(harness) == 20)
    #expect(warnings.last?.contains("was asked for the first 20 alone") == true, "\(warnings)")
    _ = try await dryRun(harness, Array(items.prefix(20)))
    #expect(questions(harness) == 40)
    let few = try await dryRun(harness, Array(items.prefix(2)))
    #expect(!few.contains { $0.contains("alone") }, "all of them were looked at: \(few)")
  }

  @Test("What is foreseen of many recipients stays a short answer")
  func bounded() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    let recipients = JSONValue.strings((1...60).map { "ghost\($0)@harbourfinch.example" })
    let warnings = try await dryRun(harness, [.object(SendTests.arguments(id, to: recipients))])
    #expect(warnings.count { $0.contains("no such recipient") } == 40, "\(warnings)")
    #expect(warnings.last == "… and 20 more; a dry run of a single item shows all of its own.", "\(warnings)")
  }

  @Test("What cannot be learnt fails nothing, and is told once for all items")
  func refused() async throws {
    let harness = try await AdminHarness(
      faults: FaultPlan([
        FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/users/*/getMailTips")
      ]))
    let id = try await harness.template(Samples.welcome)
    let warnings = try await dryRun(
      harness, [item(id, to: AdminHarness.nora), item(id, to: "owen.harbour@harbourfinch.example")])
    let told = warnings.filter { $0.contains("could not be looked at beforehand") }
    #expect(told.count == 1 && told[0].hasSuffix("(items 1, 2)"), "\(warnings)")
  }

  @Test("A tool that foresees nothing adds nothing, and a real run asks for nothing")
  func others() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "run_bulk",
      [
        "tool": "create_user", "dryRun": true,
        "items": [["email": .string("ada@\(harness.domain)"), "displayName": "Ada", "license": "BusinessStandard"]],
      ])
    #expect(answer["warnings"] == nil, "\(answer.json.text)")
    let id = try await harness.template(Samples.welcome)
    let sent = try await harness.call(
      "run_bulk", ["tool": "send_from_template", "items": [item(id, to: AdminHarness.nora)]])
    #expect(sent["completed"] == 1, "\(sent.json.text)")
    #expect(questions(harness) == 0)
  }
}
