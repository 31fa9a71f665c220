import AdminCore
import AdminTools
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("send_from_template")
struct SendTests {
  static func arguments(_ template: String, to: JSONValue, _ more: JSONObject = [:]) -> JSONObject {
    let base: JSONObject = [
      "templateId": .string(template), "to": to, "variables": .object(Samples.values),
    ]
    return base.merging(more)
  }

  @Test("A mail is sent, found in Sent Items, and its use noted without its values")
  func sent() async throws {
    let harness = try await AdminHarness(lags: Lags())
    let id = try await harness.template(Samples.welcome)
    let before = await harness.sentMail().count
    let person = PretendPerson()
    let answer = try await harness.call(
      "send_from_template",
      Self.arguments(
        id, to: ["nora.keane@harbourfinch.example"],
        ["readReceipt": true, "deliveryReceipt": true, "cc": ["owen.harbour@harbourfinch.example"]]), as: person)
    #expect(answer["state"] == "sent")
    #expect(answer["verified"] == true)
    #expect(answer["recipients"] == 2)
    #expect(person.questions.isEmpty, "one mail inside needs no approval")

    let mail = try #require(await harness.newMail(since: before).first)
    #expect(mail["subject"] == "Welcome, Ada")
    #expect(mail["internetMessageId"] == answer["internetMessageId"])
    #expect(mail["from"]?.text.contains("test.user2@") == true)

    let usage = try await harness.store().templates.usage(of: try #require(LocalID(id)))
    #expect(usage.sends == 1)
    let noted = try await harness.database.read { connection in
      try connection.all("SELECT message_id, variables_used FROM template_usage") { row throws(StoreError) in
        [try row.next(String.self), try row.next(String.self)]
      }
    }
    #expect(noted.first?.first == answer["internetMessageId"]?.stringValue)
    #expect(noted.first?.last?.contains("amount") == true, "the names are noted")
    #expect(noted.first?.last?.contains("1,200") == false, "the values are not")
  }

  @Test("Both bodies go as multipart/alternative, with the operation's header and its receipts")
  func mime() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let before = await harness.sentMail().count
    let answer = try await harness.call(
      "send_from_template",
      Self.arguments(id, to: ["nora.keane@harbourfinch.example"], ["readReceipt": true]))
    #expect(answer["state"] == "sent")
    let mail = try #require(await harness.newMail(since: before).first)
    let text = mail.text
    #expect(text.contains("multipart/alternative"))
    #expect(text.lowercased().contains("x-m365admin-operation"))
    #expect(text.contains(try #require(answer["operationId"]?.stringValue)))
    #expect(text.contains("IE64 IRCE 9205 0112 3456 78"))
  }

  @Test("Bank details are sent only when a person has seen recipients and text, and a change is announced")
  func bankDetails() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let arguments = Self.arguments(id, to: ["nora.keane@harbourfinch.example"])
    let before = await harness.sentMail().count

    let refusing = PretendPerson(.decline)
    #expect(try await harness.call("send_from_template", arguments, as: refusing).code == "CONF_001")
    #expect(await harness.sentMail().count == before)

    let person = PretendPerson(.approve)
    #expect(try await harness.call("send_from_template", arguments, as: person)["state"] == "sent")
    let question = try #require(person.questions.first)
    for part in [
      "nora.keane@harbourfinch.example", "test.user2@", "IE64 IRCE 9205 0112 3456 78", "sends bank details",
      "has not been sent before", "Payment of EUR 1,200.00", "cannot be undone",
    ] { #expect(question.contains(part), "\(question)") }

    let html = "<p>{{ name }} {{ amount }}</p><table><tr><td>IBAN</td><td>DE89 3704 0044 0532 0130 00</td></tr></table>"
    let update = try await harness.call(
      "update_email_template",
      [
        "templateId": .string(id), "bodyHtml": .string(html),
        "bodyText": "Dear {{ name }},\n\nIBAN: DE89 3704 0044 0532 0130 00\n",
      ])
    #expect(!update.isError, "\(update.json.text)")
    let again = PretendPerson(.approve)
    _ = try await harness.call("send_from_template", arguments, as: again)
    #expect(again.questions.first?.contains("CHANGED since it was last sent") == true)
    let third = PretendPerson(.approve)
    _ = try await harness.call("send_from_template", arguments, as: third)
    #expect(third.questions.first?.contains("CHANGED") == false)
    #expect(third.questions.count == 1, "each sending of bank details is asked about")
  }

  @Test("Recipients outside, and more than ten, are asked about")
  func risks() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    let outside = PretendPerson(.approve)
    _ = try await harness.call("send_from_template", Self.arguments(id, to: ["buyer@bank.example"]), as: outside)
    #expect(outside.questions.first?.contains("bank.example") == true)

    let many = PretendPerson(.approve)
    let addresses = JSONValue.strings((1...11).map { "user\($0)@harbourfinch.example" })
    _ = try await harness.call("send_from_template", Self.arguments(id, to: addresses), as: many)
    #expect(many.questions.first?.contains("sends to 11 recipients") == true)

    let approved = try await AdminHarness(settings: [.approvedRecipientDomains: "bank.example"])
    let other = try await approved.template(Samples.welcome)
    let nobody = PretendPerson()
    let answer = try await approved.call(
      "send_from_template", Self.arguments(other, to: ["buyer@bank.example"]), as: nobody)
    #expect(answer["state"] == "sent")
  }

  @Test("Whoever stands twice gets the mail once")
  func duplicates() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    let answer = try await harness.call(
      "send_from_template",
      Self.arguments(
        id, to: ["nora.keane@harbourfinch.example", "Nora.Keane@HARBOURFINCH.example"],
        ["cc": ["nora.keane@harbourfinch.example"], "bcc": ["owen.harbour@harbourfinch.example"]]))
    #expect(answer["recipients"] == 2)
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let arguments: JSONObject
    let code: String
  }

  @Test(
    "What cannot be sent is refused before anything is done",
    arguments: [
      Bad(testDescription: "no address", arguments: ["to": ["nora.keane"]], code: "MAIL_001"),
      Bad(
        testDescription: "a header in an address", arguments: ["to": ["a@b.example\r\nBcc: c@d.example"]],
        code: "VAL_001"),
      Bad(testDescription: "nobody", arguments: ["to": []], code: "VAL_001"),
      Bad(
        testDescription: "a sender nobody knows", arguments: ["from": "ghost@harbourfinch.example"], code: "MAIL_002"),
      Bad(testDescription: "a missing variable", arguments: ["variables": ["name": "Ada"]], code: "TMPL_003"),
      Bad(
        testDescription: "a template nobody knows", arguments: ["templateId": "00000000-0000-7000-8000-000000000000"],
        code: "TMPL_001"),
      Bad(
        testDescription: "a line break in a value of the subject",
        arguments: ["variables": ["name": "Ada\r\nBcc: x@y.example", "amount": "1"]], code: "MAIL_001"),
      Bad(testDescription: "a file without a folder", arguments: ["attachments": ["a.pdf"]], code: "CFG_001"),
    ])
  func refused(_ item: Bad) async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    let before = await harness.sentMail().count
    let answer = try await harness.call(
      "send_from_template", Self.arguments(id, to: ["nora.keane@harbourfinch.example"], item.arguments))
    #expect(answer.code == item.code, "\(answer.json.text)")
    #expect(await harness.sentMail().count == before)
    #expect(await harness.counts()["draftCreated"] == nil)
  }

  @Test("Without a sender in call and settings it says what to set")
  func noSender() async throws {
    let harness = try await AdminHarness(settings: [.defaultSender: ""])
    let id = try await harness.template(Samples.welcome)
    let answer = try await harness.call(
      "send_from_template", Self.arguments(id, to: ["nora.keane@harbourfinch.example"]))
    #expect(answer.code == "MAIL_002")
    #expect(answer["message"]?.stringValue?.contains("M365_DEFAULT_SENDER") == true)
  }

  @Test("The seed template of wiring is not sent before its example details are replaced")
  func placeholders() async throws {
    let harness = try await AdminHarness()
    let html = "<p>{{ name }} {{ amount }}</p><table><tr><td>IBAN</td><td>REPLACE BEFORE USE: XX00</td></tr></table>"
    let id = try await harness.template(Samples.wiring.merging(["bodyHtml": .string(html), "bodyText": nil]))
    let answer = try await harness.call(
      "send_from_template", Self.arguments(id, to: ["nora.keane@harbourfinch.example"]))
    #expect(answer.isError)
    #expect(answer.json.text.contains("REPLACE BEFORE USE"))
  }

  @Test("Marketing mail shows the postal address and a way out, in the body and in the header")
  func marketing() async throws {
    let harness = try await AdminHarness(settings: [
      .postalAddress: "1 Quay Street, Galway", .unsubscribeURL: "https://harbourfinch.example/out",
    ])
    let id = try await harness.template(Samples.newsletter)
    let before = await harness.sentMail().count
    let answer = try await harness.call(
      "send_from_template", Self.arguments(id, to: ["nora.keane@harbourfinch.example"], ["variables": ["name": "N"]]))
    #expect(answer["state"] == "sent", "\(answer.json.text)")
    let text = try #require(await harness.newMail(since: before).first).text
    #expect(text.contains("List-Unsubscribe"))
    #expect(text.contains("List-Unsubscribe-Post"))
    #expect(text.contains("Quay Street"))

    let unset = try await AdminHarness()
    let other = try await unset.template(Samples.newsletter)
    let refused = try await unset.call(
      "send_from_template", Self.arguments(other, to: ["nora.keane@harbourfinch.example"], ["variables": ["name": "N"]])
    )
    #expect(refused.code == "CFG_001")
    #expect(refused["message"]?.stringValue?.contains("M365_POSTAL_ADDRESS") == true)
  }
}
