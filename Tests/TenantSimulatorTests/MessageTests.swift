import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Messages")
struct MessageTests {
  static let sender = "/users/aoife.walsh@harbourfinch.example"
  static let immutable: HeaderFields = ["Prefer": "IdType=\"ImmutableId\""]

  static func message(_ subject: String = "Closing 77", changing changes: JSONObject = [:]) -> JSONValue {
    let standard: JSONObject = [
      "subject": .string(subject), "body": ["contentType": "html", "content": "<p>Dear <b>client</b>,</p>"],
      "toRecipients": [recipient("buyer@bank.example"), recipient("nora.keane@harbourfinch.example")],
    ]
    return .object(standard.merging(changes))
  }

  static func recipient(_ address: String) -> JSONValue { ["emailAddress": ["address": .string(address)]] }

  @Test("A draft is sent, lies in Sent Items under the same immutable id, and reaches those who live here")
  func draftAndSend() async throws {
    let fixture = try await TenantFixture()
    let body = Self.message(changing: [
      "internetMessageHeaders": [["name": "x-m365admin-operation", "value": "op-1"]], "isReadReceiptRequested": true,
      "bccRecipients": [Self.recipient("owen.harbour@harbourfinch.example")],
    ])
    let draft = try await fixture.graph("POST", "\(Self.sender)/messages", json: body, headers: Self.immutable)
    #expect(draft.status == 201)
    #expect(draft.json["isDraft"] == true)
    #expect(draft.json["from"]?["emailAddress"]?["address"] == "aoife.walsh@harbourfinch.example")
    #expect(draft.json["bodyPreview"] == "Dear client,")
    #expect(draft.json["internetMessageHeaders"] == nil)
    #expect(draft.headers["Preference-Applied"] == "IdType=\"ImmutableId\"")
    let path = "\(Self.sender)/messages/\(draft.id)"
    #expect(try await fixture.graph("POST", "\(path)/send").status == 202)
    let select = "?$select=internetMessageId,sentDateTime,isDraft,parentFolderId,internetMessageHeaders"
    let sent = try await fixture.graph("GET", path + select, headers: Self.immutable)
    #expect(sent.json["isDraft"] == false)
    #expect(sent.json["internetMessageId"] == draft.json["internetMessageId"])
    #expect(sent.json["internetMessageHeaders"]?[0]?["value"] == "op-1")
    let folder = try await fixture.graph("GET", "\(Self.sender)/mailFolders/sentitems")
    #expect(sent.json["parentFolderId"] == folder.json["id"])
    let inbox = try await fixture.graph(
      "GET",
      "/users/nora.keane@harbourfinch.example/mailFolders/inbox/messages?$select=subject,isRead,bccRecipients,isReadReceiptRequested"
    )
    #expect(inbox.values[0]["subject"] == "Closing 77")
    #expect(inbox.values[0]["isRead"] == false)
    #expect(inbox.values[0]["bccRecipients"] == [])
    #expect(inbox.values[0]["isReadReceiptRequested"] == true)
    #expect(await fixture.count("mailSent") == 1)
    let trace = await fixture.tenant.report("trace")?.arrayValue?.suffix(3).map { $0["recipientAddress"] }
    #expect(
      trace == ["buyer@bank.example", "nora.keane@harbourfinch.example", "owen.harbour@harbourfinch.example"])
  }

  @Test("Without the preference an id is good until the message moves")
  func mutableIDs() async throws {
    let fixture = try await TenantFixture()
    let draft = try await fixture.graph("POST", "\(Self.sender)/messages", json: Self.message())
    let path = "\(Self.sender)/messages/\(draft.id)"
    #expect(try await fixture.graph("GET", path).status == 200)
    #expect(try await fixture.graph("POST", "\(path)/send").status == 202)
    #expect(try await fixture.graph("GET", path).outcome == "404 ErrorItemNotFound")
  }

  @Test("A message that was sent cannot be sent again, nor its text changed")
  func sentIsFinal() async throws {
    let fixture = try await TenantFixture()
    let draft = try await fixture.graph(
      "POST", "\(Self.sender)/messages", json: Self.message(), headers: Self.immutable)
    let path = "\(Self.sender)/messages/\(draft.id)"
    #expect(try await fixture.graph("POST", "\(path)/send").status == 202)
    #expect(try await fixture.graph("POST", "\(path)/send").outcome == "400 ErrorInvalidRequest")
    #expect(
      try await fixture.graph("PATCH", path, json: ["subject": "Other"]).outcome == "400 ErrorInvalidPropertySet")
    let read = try await fixture.graph("PATCH", path, json: ["isRead": false, "categories": ["Closings"]])
    #expect(read.json["categories"] == ["Closings"])
    #expect(
      try await fixture.graph("POST", "\(path)/attachments", json: AttachmentTests.file).outcome
        == "400 ErrorInvalidOperation")
    #expect(await fixture.count("mailSent") == 1)
  }

  @Test("A draft is changed and deleted; then nobody finds it")
  func changeAndDelete() async throws {
    let fixture = try await TenantFixture()
    let draft = try await fixture.graph("POST", "\(Self.sender)/messages", json: Self.message())
    let path = "\(Self.sender)/messages/\(draft.id)"
    let changes: JSONValue = [
      "subject": "New", "ccRecipients": [Self.recipient("a@b.example")], "replyTo": [Self.recipient("c@d.example")],
      "importance": "HIGH", "flag": ["flagStatus": "flagged"],
      "body": ["contentType": "text", "content": "Plain now"],
    ]
    let changed = try await fixture.graph("PATCH", path, json: changes)
    #expect(changed.status == 200)
    #expect(changed.json["importance"] == "high")
    #expect(changed.json["body"]?["contentType"] == "text")
    #expect(changed.json["flag"]?["flagStatus"] == "flagged")
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("GET", path).outcome == "404 ErrorItemNotFound")
    #expect(try await fixture.graph("DELETE", path).outcome == "404 ErrorItemNotFound")
    #expect(await fixture.count("draftChanged") == 1)
    #expect(await fixture.count("messageDeleted") == 1)
  }

  @Test("sendMail sends at once and keeps a copy unless told not to")
  func sendMail() async throws {
    let fixture = try await TenantFixture()
    let kept: JSONValue = ["message": Self.message("Kept"), "saveToSentItems": true]
    let reply = try await fixture.graph("POST", "\(Self.sender)/sendMail", json: kept)
    #expect(reply.status == 202)
    #expect(reply.body.isEmpty)
    let gone: JSONValue = ["Message": Self.message("Not kept"), "SaveToSentItems": false]
    #expect(try await fixture.graph("POST", "\(Self.sender)/sendMail", json: gone).status == 202)
    let sent = try await fixture.graph("GET", "\(Self.sender)/mailFolders/SentItems/messages?$select=subject&$top=2")
    #expect(sent.values.map { $0["subject"] } == ["Kept", "Closing 2214 moves to Thursday"])
    let mails = await fixture.tenant.report("sentMail")?.arrayValue ?? []
    #expect(mails.map { $0["subject"] } == ["Kept", "Not kept"])
    #expect(mails[0]["way"] == "sendMail")
    #expect(mails[0]["html"] == "<p>Dear <b>client</b>,</p>")
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let body: JSONValue
    let outcome: String
    var message = ""
    var testDescription: String { name }
  }

  static let refusals: [Refusal] = [
    Refusal(
      name: "unknown property", body: message(changing: ["recipients": []]), outcome: "400 RequestBodyRead",
      message: "The property 'recipients' does not exist on type 'microsoft.graph.message'. Make sure to only use "
        + "property names that are defined by the type."),
    Refusal(
      name: "wrong type", body: message(changing: ["isReadReceiptRequested": "yes"]), outcome: "400 RequestBodyRead",
      message: "Cannot convert the literal '\"yes\"' of property 'isReadReceiptRequested' to the expected type "
        + "'Edm.Boolean'."),
    Refusal(
      name: "unknown value", body: message(changing: ["importance": "urgent"]), outcome: "400 RequestBodyRead",
      message: "Requested value 'urgent' was not found."),
    Refusal(
      name: "read-only", body: message(changing: ["isDraft": false]), outcome: "400 ErrorInvalidPropertySet",
      message: "The property 'isDraft' is read-only."),
    Refusal(
      name: "subject too long", body: message(String(repeating: "x", count: 256)),
      outcome: "400 ErrorPropertyValidationFailure", message: "The property 'subject' is longer than 255 characters."),
    Refusal(
      name: "header without x-",
      body: message(changing: ["internetMessageHeaders": [["name": "List-Unsubscribe", "value": "<mailto:a@b.c>"]]]),
      outcome: "400 InvalidInternetMessageHeader",
      message: "The internet message header name 'List-Unsubscribe' should start with 'x-' or 'X-'."),
    Refusal(
      name: "header with a line break",
      body: message(changing: ["internetMessageHeaders": [["name": "x-a", "value": "b\r\nBcc: c@d.example"]]]),
      outcome: "400 InvalidInternetMessageHeader", message: "The internet message header 'x-a' is invalid."),
    Refusal(
      name: "six headers",
      body: message(changing: [
        "internetMessageHeaders": .array((1...6).map { ["name": .string("x-\($0)"), "value": "v"] })
      ]), outcome: "400 InvalidInternetMessageHeaderCollection",
      message: "Maximum number of headers in one message should be less than or equal to 5."),
    Refusal(
      name: "recipient without address", body: message(changing: ["toRecipients": [["emailAddress": [:]]]]),
      outcome: "400 ErrorInvalidRecipients", message: "At least one recipient isn't valid., It has no address."),
    Refusal(
      name: "message id without brackets", body: message(changing: ["internetMessageId": "a@b"]),
      outcome: "400 ErrorInvalidInternetMessageId", message: "The internet message id 'a@b' is invalid."),
    Refusal(
      name: "attachment without content",
      body: message(changing: ["attachments": [["@odata.type": "#microsoft.graph.fileAttachment", "name": "a"]]]),
      outcome: "400 ErrorInvalidRequest", message: "An attachment needs 'name' and 'contentBytes'."),
    Refusal(
      name: "null in a list", body: message(changing: ["categories": [.null]]), outcome: "400 RequestBodyRead"),
    Refusal(name: "null for a list", body: message(changing: ["categories": .null]), outcome: "400 RequestBodyRead"),
    Refusal(name: "a list", body: [], outcome: "400 BadRequest"),
  ]

  @Test("A draft Exchange would not take is refused", arguments: refusals)
  func refusesDraft(_ refusal: Refusal) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("POST", "\(Self.sender)/messages", json: refusal.body)
    #expect(reply.outcome == refusal.outcome)
    if !refusal.message.isEmpty { #expect(reply.message == refusal.message) }
    #expect(await fixture.count("draftCreated") == 0)
  }

  static let sendRefusals: [Refusal] = [
    Refusal(
      name: "no recipient", body: message(changing: ["toRecipients": []]), outcome: "400 ErrorInvalidRecipients",
      message: "At least one recipient isn't valid., A message can't be sent because it contains no recipients."),
    Refusal(
      name: "address that is none", body: message(changing: ["ccRecipients": [recipient("nobody")]]),
      outcome: "400 ErrorInvalidRecipients",
      message: "At least one recipient isn't valid., Recipient 'nobody' isn't resolved."),
    Refusal(
      name: "501 recipients",
      body: message(changing: ["toRecipients": .array((0...500).map { recipient("r\($0)@bank.example") })]),
      outcome: "400 ErrorInvalidRecipients",
      message: "At least one recipient isn't valid., The message has more than 500 recipients."),
    Refusal(
      name: "in another's name",
      body: message(changing: ["from": recipient("maeve.finch@harbourfinch.example")]),
      outcome: "403 ErrorSendAsDenied",
      message: "The user account which was used to submit this request does not have the right to send mail on behalf "
        + "of the specified sending account., Cannot submit message."),
    Refusal(
      name: "in a stranger's name", body: message(changing: ["from": recipient("ceo@bank.example")]),
      outcome: "403 ErrorSendAsDenied"),
  ]

  @Test("A message that cannot go out stays where it is", arguments: sendRefusals)
  func refusesSending(_ refusal: Refusal) async throws {
    let fixture = try await TenantFixture()
    let direct = try await fixture.graph("POST", "\(Self.sender)/sendMail", json: ["message": refusal.body])
    #expect(direct.outcome == refusal.outcome)
    if !refusal.message.isEmpty { #expect(direct.message == refusal.message) }
    let draft = try await fixture.graph("POST", "\(Self.sender)/messages", json: refusal.body)
    let sent = try await fixture.graph("POST", "\(Self.sender)/messages/\(draft.id)/send")
    #expect(sent.outcome == refusal.outcome)
    #expect(try await fixture.graph("GET", "\(Self.sender)/messages/\(draft.id)").json["isDraft"] == true)
    #expect(await fixture.count("mailSent") == 0)
  }

  @Test("Who may send in a mailbox's name does")
  func sendAs() async throws {
    let fixture = try await TenantFixture()
    let body: JSONValue = [
      "message": Self.message(changing: ["from": Self.recipient("closings@harbourfinch.example")])
    ]
    #expect(try await fixture.graph("POST", "\(Self.sender)/sendMail", json: body).status == 202)
  }

  @Test("Ten thousand recipients a day are the most; the next day goes on")
  func dailyLimit() async throws {
    let fixture = try await TenantFixture()
    let many: JSONValue = [
      "message": Self.message(changing: [
        "toRecipients": .array((1...500).map { Self.recipient("r\($0)@bank.example") })
      ])
    ]
    for _ in 0..<20 {
      #expect(try await fixture.graph("POST", "\(Self.sender)/sendMail", json: many).status == 202)
    }
    let one: JSONValue = ["message": Self.message()]
    #expect(
      try await fixture.graph("POST", "\(Self.sender)/sendMail", json: one).outcome == "403 ErrorExceededMessageLimit")
    await fixture.tenant.advanceClock(by: .seconds(86_400))
    let token = try await fixture.tenant.issueToken(TokenOrder(.graph))
    #expect(try await fixture.graph("POST", "\(Self.sender)/sendMail", json: one, token: token).status == 202)
  }

  @Test(
    "What sendMail does not take is refused",
    arguments: [
      (["saveToSentItems": true], "400 BadRequest"), (["message": [:], "save": true], "400 BadRequest"),
      (["message": MessageTests.message(), "saveToSentItems": "no"], "400 RequestBodyRead"),
      (["message": "text"], "400 BadRequest"),
    ] as [(JSONValue, String)])
  func badSendMail(_ body: JSONValue, _ outcome: String) async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("POST", "\(Self.sender)/sendMail", json: body).outcome == outcome)
  }

  @Test("Sending takes no body")
  func sendWithBody() async throws {
    let fixture = try await TenantFixture()
    let draft = try await fixture.graph("POST", "\(Self.sender)/messages", json: Self.message())
    let reply = try await fixture.graph("POST", "\(Self.sender)/messages/\(draft.id)/send", json: ["comment": "x"])
    #expect(reply.outcome == "400 BadRequest")
  }

  @Test(
    "An address is one by the standards, or no mail goes to it",
    arguments: [
      ("a@b.example", true), ("first.last+tag@sub.b-c.example", true), ("\"two words\"@b.example", true),
      ("o'neil@b.example", true), ("a@b", false), ("@b.example", false), ("a@-b.example", false),
      ("a@b_c.example", false),
      ("a..b@c.example", false), (".a@b.example", false), ("a b@c.example", false), ("\"a\"b\"@c.example", false),
      ("zoë@b.example", false), ("a@zoë.example", false), ("a@b@c.example", false),
      (String(repeating: "a", count: 65) + "@b.example", false),
    ])
  func addresses(_ address: String, _ isOne: Bool) async throws {
    let fixture = try await TenantFixture()
    let body: JSONValue = ["message": Self.message(changing: ["toRecipients": [Self.recipient(address)]])]
    let reply = try await fixture.graph("POST", "\(Self.sender)/sendMail", json: body)
    #expect(reply.outcome == (isOne ? "202" : "400 ErrorInvalidRecipients"))
  }

  @Test("Mail for an address that nobody here has is traced as failed")
  func unknownRecipient() async throws {
    let fixture = try await TenantFixture()
    let body: JSONValue = [
      "message": Self.message(changing: ["toRecipients": [Self.recipient("nobody@harbourfinch.example")]])
    ]
    #expect(try await fixture.graph("POST", "\(Self.sender)/sendMail", json: body).status == 202)
    #expect(await fixture.tenant.report("trace")?.arrayValue?.last?["status"] == "failed")
  }
}
