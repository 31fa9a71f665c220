import AdminCore
import AdminTools
import Store
import TenantSimulator
import TestSupport
import Testing

/// Whoever can change where a payment goes steals it. So a person sees every recipient and every bank detail, each time.
@Suite("Mail with bank details")
struct WireFraudTests {
  private static let nora = AdminHarness.nora

  private static func question(
    _ harness: AdminHarness, _ template: String, to: JSONValue, _ more: JSONObject = [:]
  ) async throws -> String {
    let person = PretendPerson(.decline)
    let answer = try await harness.call("send_from_template", SendTests.arguments(template, to: to, more), as: person)
    #expect(answer.code == "CONF_001", "\(answer.json.text)")
    return try #require(person.questions.first)
  }

  @Test("Every recipient stands in the approval, however many there are, blind copies too")
  func everyRecipient() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let to = (1...180).map { "person.number\($0)@harbourfinch.example" }
    let bcc = (1...180).map { "hidden.number\($0)@harbourfinch.example" }
    let question = try await Self.question(harness, id, to: .strings(to), ["bcc": .strings(bcc)])
    for address in to + bcc { #expect(question.contains(address)) }
    #expect(question.contains("To, continued") && question.contains("Bcc, continued"))
    #expect(!question.contains("…"), "nothing of it is cut")
  }

  @Test("All of the text stands in the approval, however long it is, and the bank details at its end")
  func wholeText() async throws {
    let harness = try await AdminHarness()
    let filling = String(repeating: "Please read this carefully. ", count: 400)
    let html = "<p>{{ name }} {{ amount }}</p><p>\(filling)</p><p>IBAN: DE89 3704 0044 0532 0130 00</p>"
    let id = try await harness.template(
      Samples.wiring.merging(["bodyHtml": .string(html), "bodyText": .null]))
    #expect(try await Self.question(harness, id, to: [.string(Self.nora)]).contains("DE89 3704 0044 0532 0130 00"))
  }

  @Test("What the HTML says otherwise than the text is shown beside it")
  func otherHTML() async throws {
    let harness = try await AdminHarness()
    let html = "<p>{{ name }} {{ amount }}</p><table><tr><td>IBAN</td><td>DE89 3704 0044 0532 0130 00</td></tr></table>"
    let id = try await harness.template(Samples.wiring.merging(["bodyHtml": .string(html)]))
    let question = try await Self.question(harness, id, to: [.string(Self.nora)])
    #expect(question.contains("IE64 IRCE 9205 0112 3456 78"))
    #expect(question.contains("Text of the HTML") && question.contains("DE89 3704 0044 0532 0130 00"), "\(question)")
    let same = try await harness.template(
      Samples.wiring.merging(["templateName": "Same", "bodyText": .null]))
    #expect(try await !Self.question(harness, same, to: [.string(Self.nora)]).contains("Text of the HTML"))
  }

  @Test("Bank details are guarded by what a mail says, whatever the category of its template")
  func byEffect() async throws {
    let harness = try await AdminHarness()
    let html = "<p>Hello {{ name }}, please pay {{ amount }}.</p><p>IBAN: DE89 3704 0044 0532 0130 00</p>"
    let id = try await harness.template(Samples.welcome.merging(["bodyHtml": .string(html)]))
    let question = try await Self.question(harness, id, to: [.string(Self.nora)])
    #expect(question.contains("sends bank details") && question.contains("DE89 3704 0044 0532 0130 00"))
    #expect(question.contains("is not of the category wiring"), "\(question)")
    #expect(await harness.counts()["mailSent"] == nil)
  }

  @Test("A template leaves the category wiring only when a person agrees, by update and by restoring")
  func declassified() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(
      Samples.wiring.merging([
        "category": "customer_communication", "bodyHtml": "<p>{{ name }} {{ amount }}</p>", "bodyText": nil,
      ]))
    let sharpened = try await harness.call("update_email_template", ["templateId": .string(id), "category": "wiring"])
    #expect(!sharpened.isError, "\(sharpened.json.text)")
    let calls: [(String, JSONObject)] = [
      ("update_email_template", ["templateId": .string(id), "category": "customer_communication"]),
      ("restore_template_version", ["templateId": .string(id), "version": 1]),
    ]
    for (tool, arguments) in calls {
      let person = PretendPerson(.decline)
      #expect(try await harness.call(tool, arguments, as: person).code == "CONF_001", "\(tool)")
      #expect(person.questions.first?.contains("guarded as one with bank details no longer") == true)
    }
    #expect(try await harness.call("get_email_template", ["templateId": .string(id)])["category"] == "wiring")
    let agreed = try await harness.call(calls[0].0, calls[0].1, as: PretendPerson(.approve))
    #expect(!agreed.isError, "\(agreed.json.text)")
  }

  @Test("An approval is for these recipients, and for one mail")
  func exactRecipients() async throws {
    let harness = try await AdminHarness(settings: [.tokenApproval: "true"])
    let id = try await harness.template(Samples.wiring)
    let nobody = PretendPerson()
    let before = await harness.sentMail().count
    let asked = try await harness.call(
      "send_from_template", SendTests.arguments(id, to: [.string(Self.nora)]), as: nobody)
    let token = try #require(asked["details"]?["confirmationToken"], "\(asked.json.text)")
    let swapped = try await harness.call(
      "send_from_template", SendTests.arguments(id, to: ["thief@bank.example"], ["confirm": token]), as: nobody)
    #expect(swapped.code == "CONF_001")
    #expect(await harness.sentMail().count == before)
    for expected in [nil, "CONF_001"] {
      let answer = try await harness.call(
        "send_from_template", SendTests.arguments(id, to: [.string(Self.nora)], ["confirm": token]), as: nobody)
      #expect(answer.code == expected, "\(answer.json.text)")
    }
    #expect(await harness.sentMail().count == before + 1)
  }

  @Test("An approval that was waiting while the template was changed is worth nothing")
  func changedMeanwhile() async throws {
    let harness = try await AdminHarness(settings: [.tokenApproval: "true"])
    let id = try await harness.template(Samples.wiring)
    let nobody = PretendPerson()
    let arguments = SendTests.arguments(id, to: [.string(Self.nora)])
    let asked = try await harness.call("send_from_template", arguments, as: nobody)
    let token = try #require(asked["details"]?["confirmationToken"])
    _ = try await harness.call(
      "update_email_template", ["templateId": .string(id), "description": "another description"])
    let answer = try await harness.call("send_from_template", arguments.merging(["confirm": token]), as: nobody)
    #expect(answer.code == "CONF_001", "\(answer.json.text)")
  }

  @Test("A template that was changed and put back is a changed one")
  func restored() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let arguments = SendTests.arguments(id, to: [.string(Self.nora)])
    _ = try await harness.call("send_from_template", arguments)
    _ = try await harness.call("update_email_template", ["templateId": .string(id), "subject": "Payment {{ amount }}"])
    _ = try await harness.call("restore_template_version", ["templateId": .string(id), "version": 1])
    #expect(try await Self.question(harness, id, to: [.string(Self.nora)]).contains("CHANGED since it was last sent"))
  }

  @Test(
    "No variable may stand for a bank detail",
    arguments: [
      "<p>{{ name }} {{ amount }}</p><p>IBAN: {{ iban }}</p>", "<p>{{ name }}</p><p>Account number {{ amount }}</p>",
      "<table><tr><td>SWIFT</td><td>{{ name }}</td></tr></table>", "<p>{{ name }}</p><p>BIC<br>{{ amount }}</p>",
    ])
  func variables(_ html: String) async throws {
    let harness = try await AdminHarness()
    let names = ["name", "amount", "iban"].filter { html.contains("{{ \($0) }}") }
    let answer = try await harness.call(
      "create_email_template",
      Samples.wiring.merging([
        "bodyHtml": .string(html), "bodyText": .null, "subject": "Payment", "variables": .strings(names),
      ]))
    #expect(answer.isError, "\(html)")
    #expect(answer.json.text.contains("bankField"), "\(answer.json.text)")
  }

  @Test("Many mails at once show each mail's own recipients")
  func bulk() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let items = ["a@one.example", "b@two.example", "c@three.example"].map {
      JSONValue.object(SendTests.arguments(id, to: [.string($0)]))
    }
    let person = PretendPerson(.decline)
    let answer = try await harness.call("run_bulk", ["tool": "send_from_template", "items": .array(items)], as: person)
    #expect(answer.code == "CONF_001")
    let question = try #require(person.questions.first)
    for words in [
      "a@one.example", "b@two.example", "c@three.example", "sends bank details", "IE64 IRCE 9205 0112 3456 78",
    ] {
      #expect(question.contains(words), "\(question)")
    }
  }

  @Test("Reading such a template, previewing it and its resource are each in the audit trail")
  func readingIsAudited() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let other = try await harness.template(Samples.welcome)
    func reads(_ body: () async throws -> Void) async throws -> Int {
      let before = try await harness.audit().count
      try await body()
      return try await harness.audit().count - before
    }
    #expect(try await reads { _ = try await harness.call("get_email_template", ["templateId": .string(id)]) } == 1)
    #expect(
      try await reads {
        _ = try await harness.call(
          "preview_email_template", ["templateId": .string(id), "variables": .object(Samples.values)])
      } == 1)
    #expect(try await reads { _ = try await harness.resource("m365://templates/\(id)") } == 1)
    #expect(try await reads { _ = try await harness.call("get_email_template", ["templateId": .string(other)]) } == 0)
    #expect(try await reads { _ = try await harness.call("list_email_templates") } == 0)
  }
}
