import AdminCore
import AdminTools
import Foundation
import M365
import MCPProtocol
import Store
import TestSupport
import Testing

/// A tenant whose names, subjects and error texts are meant to do harm to whoever shows them, or to a model that reads
/// them: every tool answers it in plain words, within its size, and ends as it is said to end.
@Suite("A hostile tenant")
struct HostileTenantTests {
  @Test("Every tool there is, listed or not, is called with it")
  func everyTool() async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    let offered = Set(try AdminCatalogue.catalogue(harness.services).tools.map(\.name))
    let called = Set(try ExamplesDocument().examples.map(\.tool) + HostileStep.all.map(\.tool))
    #expect(offered.subtracting(called).sorted() == [], "add these to HostileStep")
    #expect(called.subtracting(offered).sorted() == [], "there are no such tools")
    #expect(Set(AdminCatalogue.tools.map { $0.name }).isSubset(of: called))
  }

  @Test("Whatever its texts are, every tool ends as it is said to, in plain words", arguments: HostileText.allCases)
  func tools(_ hostile: HostileText) async throws {
    let tenant = try await HostileTenant(hostile)
    try await ExamplesDocument().run(tenant.harness, as: tenant.person) { example, answer, _ in
      let place = "\(hostile), docs/examples.md:\(example.line), \(example.tool)"
      expect(answer, code: example.answer["code"]?.stringValue, at: place)
      let isPreview = example.tool == "preview_email_template"
      check(answer, at: place, verbatim: isPreview ? ["subject", "bodyHtml", "bodyText"] : [])
    }
    for (index, step) in HostileStep.all.enumerated() {
      let place = "\(hostile), step \(index + 1), \(step.tool)"
      let answer = try await tenant.harness.call(step.tool, step.arguments(tenant), as: tenant.person)
      expect(answer, code: step.code(for: hostile), at: place)
      check(answer, at: place, verbatim: step.verbatim, size: step.size)
      tenant.note(answer)
      try await tenant.harness.timekeeper.sleep(for: .seconds(20))
    }
    // What all that has left in the journal.
    let operations = try await tenant.harness.store().journal.list(limit: 200).items
    #expect(operations.count > 20)
    for operation in operations {
      let id = JSONValue.string(operation.id.text)
      let answer = try await tenant.harness.call("get_operation", ["operationId": id], as: tenant.person)
      let place = "\(hostile), get_operation of \(operation.tool)"
      expect(answer, code: nil, at: place)
      check(answer, at: place, size: 32_000)
    }
    expectPlainWords(tenant)
    #expect(try await tenant.harness.store().audit.verify().isIntact)
  }

  /// What a person was asked, and what whoever waits was told.
  private func expectPlainWords(_ tenant: HostileTenant) {
    #expect(tenant.person.questions.count > 5)
    for (index, question) in tenant.person.questions.enumerated() {
      HostileQuestion.check(question, at: "\(tenant.hostile), question \(index + 1)")
    }
    let told = tenant.person.progress.compactMap(\.message)
    #expect(!told.isEmpty)
    for message in told {
      // The session takes out what nobody sees; the length is for whoever writes the message.
      #expect(message.utf8.count < 4096, "\(tenant.hostile), progress: \(message.utf8.count) bytes")
    }
  }

  private func expect(_ answer: AdminHarness.Answer, code: String?, at place: String) {
    let ended = answer.isError ? answer.code ?? "no code" : "success"
    #expect(
      ended == code ?? "success",
      "\(place): \(ended): \(Harm.escaped(String((answer["message"]?.stringValue ?? answer.json.text).prefix(400))))")
  }

  private func check(
    _ answer: AdminHarness.Answer, at place: String, verbatim: Set<String> = [], size: Int = 8000
  ) {
    guard let result = answer.result else {
      Issue.record("\(place) gave no result")
      return
    }
    let harm = Harm.found(in: result, verbatim: verbatim)
    #expect(harm == [], "\(place)")
    let bytes = result.structured?.bytes.count ?? 0
    #expect(bytes < size, "\(place) answered \(bytes) bytes")
  }
}

/// What holds of every question that a person is to answer.
enum HostileQuestion {
  static func check(_ question: String, at place: String) {
    let first = Harm.escaped(String(question.prefix(80)))
    #expect(Harm.found(in: .string(question), longest: 16_000) == [], "\(place): \(first)")
    #expect(Harm.forgedLines(in: question) == [], "\(place): \(first)")
    #expect(question.contains("What will be done:"), "\(place): \(first)")
  }
}

/// Without a yes nothing is done, and what is shown instead of a question is as plain as the question.
@Suite("Approvals of a hostile tenant")
struct HostileApprovalTests {
  private static let calls: [HostileStep] = [
    HostileStep("delete_email_template") { ["templateId": .string($0.stored.templateID)] },
    HostileStep("offboard_user") { _ in OffboardTests.shared },
    HostileStep("enable_feature") { _ in ["featureName": "external_sender_tag", "scope": "organization"] },
    HostileStep("deploy_outlook_addin") { _ in DeployAddInTests.arguments() },
    HostileStep("update_persona_config") {
      $0.stored.persona.merging([
        "configurationsToUpdate": ["tone": .string($0.hostile.cut(500))], "updatedBy": "tests",
        "requireApproval": true,
      ])
    },
    HostileStep("send_from_template") {
      [
        "templateId": .string($0.stored.templateID), "to": ["buyer@customer.example"],
        "from": "aoife.walsh@harbourfinch.example", "variables": ["name": .string($0.hostile.cut(500))],
      ]
    },
  ]

  @Test("Asked in a dialog or told of a terminal, a person reads plain words", arguments: HostileText.allCases)
  func approvals(_ hostile: HostileText) async throws {
    let tenant = try await HostileTenant(hostile)
    // With a subject that can be sent.
    let id = JSONValue.string(tenant.stored.templateID)
    let updated = try await tenant.harness.call("update_email_template", ["templateId": id, "subject": "Hello"])
    #expect(!updated.isError, "\(hostile), update_email_template: \(Harm.escaped(updated.json.text))")
    let operations = try await tenant.harness.store().journal.list().count
    for step in Self.calls {
      let person = PretendPerson(.decline)
      let refused = try await tenant.harness.call(step.tool, step.arguments(tenant), as: person)
      check(refused, "\(hostile), \(step.tool) declined")
      #expect(person.questions.count == 1, "\(hostile), \(step.tool)")
      for question in person.questions { HostileQuestion.check(question, at: "\(hostile), \(step.tool)") }
      let nobody = try await tenant.harness.call(step.tool, step.arguments(tenant), as: PretendPerson())
      check(nobody, "\(hostile), \(step.tool) without a dialog")
      #expect(nobody["details"]?["planId"] != nil, "\(hostile), \(step.tool)")
      let plan = try await tenant.harness.call(
        step.tool, step.arguments(tenant).merging(["dryRun": true]), as: PretendPerson())
      #expect(!plan.isError, "\(hostile), \(step.tool) dry: \(Harm.escaped(String(plan.json.text.prefix(400))))")
      #expect(plan.result.map { Harm.found(in: $0) } == [], "\(hostile), \(step.tool) dry")
    }
    #expect(try await tenant.harness.store().journal.list().count == operations, "\(hostile): nothing was begun")
  }

  private func check(_ answer: AdminHarness.Answer, _ place: String) {
    #expect(answer.code == "CONF_001", "\(place): \(Harm.escaped(String(answer.json.text.prefix(400))))")
    #expect(answer.result.map { Harm.found(in: $0) } == [], "\(place)")
    #expect(answer.json.serialized.count < 16_000, "\(place): \(answer.json.serialized.count) bytes")
  }
}
