import Access
import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("run_bulk")
struct BulkTests {
  private func users(_ domain: String, _ names: [String], license: String = "BusinessStandard") -> JSONValue {
    .array(
      names.map { name in
        ["email": .string("\(name)@\(domain)"), "displayName": .string(name), "license": .string(license)]
      })
  }

  @Test("Every item is an operation of its own; the answer has each one's result, passwords included, and progress")
  func completed() async throws {
    let harness = try await AdminHarness()
    let person = PretendPerson(.approve)
    let answer = try await harness.call(
      "run_bulk", ["tool": "create_user", "items": users(harness.domain, ["ada", "grace", "joan"])], as: person)
    #expect(answer["completed"] == 3, "\(answer.json.text)")
    #expect(answer["failed"] == 0)
    let results = answer["results"]?.arrayValue ?? []
    let passwords = results.compactMap { $0["output"]?["password"]?.stringValue }
    #expect(Set(passwords).count == 3)
    #expect(await harness.counts()["userCreated"] == 3)
    #expect(person.progress.contains { $0.message?.hasPrefix("2 of 3") == true })
    #expect(try await harness.store().audit.verify().isIntact)

    let first = try await harness.call("undo_operation", ["operationId": try #require(results[0]["operationId"])])
    #expect(!first.isError, "an item is undone by itself")
    #expect(await harness.user("ada@\(harness.domain)") == nil)
    #expect(try await harness.call("undo_operation", ["operationId": try #require(answer["operationId"])]).isError)
  }

  @Test("One dry run shows the whole plan and changes nothing")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "run_bulk",
      ["tool": "create_user", "items": users(harness.domain, ["ada", "nora.keane"]), "dryRun": true])
    let plan = try #require(answer["plan"])
    #expect(plan["facts"]?.arrayValue?.count == 1)
    #expect(answer["warnings"]?.text.contains("Item 2 will fail: USER_001") == true)
    #expect(await harness.counts() == [:])
  }

  @Test("One approval shows everything that is risky in any item")
  func approval() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let items = JSONValue.array(
      (1...25).map { number in
        [
          "templateId": .string(id), "to": [.string("user\(number)@harbourfinch.example")],
          "variables": .object(Samples.values),
        ]
      })
    let person = PretendPerson(.decline)
    let answer = try await harness.call("run_bulk", ["tool": "send_from_template", "items": items], as: person)
    #expect(answer.code == "CONF_001")
    #expect(person.questions.count == 1)
    for number in 1...25 { #expect(person.questions[0].contains("user\(number)@harbourfinch.example")) }
    #expect(person.questions[0].contains("IE64 IRCE 9205 0112 3456 78"))
    #expect(person.questions[0].contains("compare every bank detail. (items 1, 2, 3"), "\(person.questions[0])")
    #expect(await harness.counts()["mailSent"] == nil)
  }

  @Test("An item that fails leaves the others alone, or stops those after it", arguments: ["continue", "stop"])
  func failures(_ onError: String) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "run_bulk",
      [
        "tool": "create_user", "items": users(harness.domain, ["ada", "nora.keane", "joan"]),
        "onError": .string(onError),
      ])
    let states = answer["results"]?.arrayValue?.compactMap { $0["state"]?.stringValue }
    #expect(states == ["completed", "failed", onError == "stop" ? "skipped" : "completed"])
    #expect(answer["results"]?[1]?["error"]?["code"] == "USER_001")
    #expect(answer["failed"] == 1)
    #expect(await harness.counts()["userCreated"] == (onError == "stop" ? 1 : 2))
  }

  @Test("Operations are undone together, with one approval; one of which a part stays is not told as undone")
  func undone() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.call(
      "run_bulk", ["tool": "create_user", "items": users(harness.domain, ["ada", "grace"])])
    let changed = try await harness.call(
      "update_user", ["userEmail": .string(UpdateUserTests.lukas), "jobTitle": "Bookkeeper", "department": "Ledgers"])
    let ids = (made["results"]?.arrayValue ?? []).map { $0["operationId"] } + [changed["operationId"]]
    // It is refused once the plan has been made.
    harness.transport.onRequest("PATCH /v1.0/users/*") { [tenant = harness.tenant] in
      await tenant.setFaults(FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "PATCH")]))
    }
    let person = PretendPerson(.approve)
    let answer = try await harness.call(
      "run_bulk",
      ["tool": "undo_operation", "items": .array(ids.map { ["operationId": $0 ?? .null] })], as: person)
    #expect(person.questions.count == 1 && person.questions[0].contains("create_user"), "\(person.questions)")
    let states = answer["results"]?.arrayValue?.compactMap { $0["state"]?.stringValue }
    #expect(states == ["completed", "completed", "failed"], "\(answer.json.text)")
    #expect(answer["results"]?[2]?["error"]?["code"] == "WF_008", "\(answer.json.text)")
    #expect(answer["completed"] == 2 && answer["failed"] == 1)
    #expect(await harness.user("ada@\(harness.domain)") == nil)
  }

  @Test("What is asked for twice is done once: a mail to the same person, for one")
  func twice() async throws {
    let harness = try await AdminHarness()
    let item: JSONObject = [
      "templateId": .string(try await harness.template(Samples.welcome)), "to": [.string(UpdateUserTests.lukas)],
      "variables": .object(Samples.values),
    ]
    let answer = try await harness.call(
      "run_bulk", ["tool": "send_from_template", "items": [.object(item), .object(item)]])
    #expect(answer["completed"] == 1 && answer["failed"] == 1, "\(answer.json.text)")
    #expect(answer["results"]?[1]?["error"]?["message"]?.stringValue?.contains("same as item 1") == true)
    #expect(await harness.counts()["mailSent"] == 1)
  }

  @Test("A tool that reads, bulk itself and unknown names are refused")
  func refused() async throws {
    let harness = try await AdminHarness()
    for tool in ["find_users", "run_bulk", "create_usr"] {
      let answer = try await harness.call("run_bulk", ["tool": .string(tool), "items": [[:]]])
      #expect(answer.code == "VAL_001")
    }
    let reader = try await AdminHarness(roles: [.read, .provision])
    let templates = try await reader.call(
      "run_bulk", ["tool": "create_email_template", "items": [.object(Samples.welcome)]])
    #expect(templates.code == "PERM_001", "the role of the tool counts, not that of run_bulk alone")
  }

  @Test("A password that was given is used and written nowhere")
  func secrets() async throws {
    let harness = try await AdminHarness()
    let item: JSONObject = [
      "email": .string("ada@\(harness.domain)"), "displayName": "Ada", "license": "BusinessStandard",
      "password": "Canary-4711-Sesame",
    ]
    let answer = try await harness.call("run_bulk", ["tool": "create_user", "items": [.object(item)]])
    #expect(answer["completed"] == 1)
    #expect(!answer.json.text.contains("Canary"))
    let journal = try await harness.store().journal
    for record in try await journal.list().items {
      let detail = try await journal.operation(record.id)
      #expect(!detail.input.text.contains("Canary"))
    }
  }
}
