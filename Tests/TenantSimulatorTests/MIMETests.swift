import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Messages in MIME form")
struct MIMETests {
  /// A message as a careful sender writes one: two bodies, an attachment, headers that JSON cannot carry.
  static let complete = """
    From: Aoife Walsh <aoife.walsh@harbourfinch.example>
    To: "Buyer, The" <buyer@bank.example>,
     =?utf-8?B?VG9tw6FzIEJyZW5uYW4=?= <tomas.brennan@harbourfinch.example>
    Cc: nora.keane@harbourfinch.example
    Reply-To: closings@harbourfinch.example
    Subject: =?utf-8?Q?Wire_instructions_=E2=80=93_?= =?utf-8?Q?closing_77?=
    Message-ID: <closing-77@harbourfinch.example>
    Date: Mon, 05 Jan 2026 08:00:00 +0000
    MIME-Version: 1.0
    Importance: high
    Disposition-Notification-To: aoife.walsh@harbourfinch.example
    Return-Receipt-To: aoife.walsh@harbourfinch.example
    List-Unsubscribe: <mailto:stop@harbourfinch.example>
    x-m365admin-operation: op-77
    Content-Type: multipart/mixed; boundary="outer"

    --outer
    Content-Type: multipart/alternative; boundary=inner

    --inner
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    Grüße=
    """.replacing("Grüße", with: "Gr=C3=BC=C3=9Fe") + "\n" + """
      , closing 77=20
      --inner
      Content-Type: text/html; charset=utf-8
      Content-Transfer-Encoding: base64

      PHA+R3LDvMOfZTwvcD4=
      --inner--

      --outer
      Content-Type: text/plain; name="terms.txt"
      Content-Disposition: attachment; filename="terms.txt"
      Content-Transfer-Encoding: base64

      VGhlIHRlcm1z
      --outer
      Content-Type: image/png
      Content-Disposition: inline
      Content-ID: <logo>
      Content-Transfer-Encoding: base64

      iVBORw0KGgo=
      --outer--

      """

  private static func crlf(_ text: String) -> String { text.replacing("\n", with: "\r\n") }

  private static func post(
    _ fixture: TenantFixture, _ text: String, to path: String = "messages"
  ) async throws -> TenantFixture.Reply {
    try await fixture.graph(
      "POST", "\(MessageTests.sender)/\(path)", text: Base64.encode(Array(crlf(text).utf8)), type: "text/plain")
  }

  @Test("A complete message becomes a draft with everything in its place")
  func complete() async throws {
    let fixture = try await TenantFixture()
    let draft = try await Self.post(fixture, Self.complete)
    #expect(draft.status == 201, "\(draft.message)")
    #expect(draft.json["subject"] == "Wire instructions – closing 77")
    #expect(draft.json["internetMessageId"] == "<closing-77@harbourfinch.example>")
    #expect(draft.json["toRecipients"]?[0]?["emailAddress"]?["name"] == "Buyer, The")
    #expect(draft.json["toRecipients"]?[1]?["emailAddress"]?["name"] == "Tomás Brennan")
    #expect(draft.json["body"]?["content"] == "<p>Grüße</p>")
    #expect(draft.json["importance"] == "high")
    #expect(draft.json["isReadReceiptRequested"] == true)
    #expect(draft.json["isDeliveryReceiptRequested"] == true)
    #expect(draft.json["hasAttachments"] == true)
    let path = "\(MessageTests.sender)/messages/\(draft.id)"
    let headers = try await fixture.graph("GET", "\(path)?$select=internetMessageHeaders")
    #expect(
      headers.json["internetMessageHeaders"]?.arrayValue?.map { $0["name"] }
        == ["List-Unsubscribe", "x-m365admin-operation"])
    #expect(try await fixture.graph("POST", "\(path)/send").status == 202)
    let mail = await fixture.tenant.report("sentMail")?[0]
    #expect(mail?["form"] == "mime")
    #expect(mail?["text"] == "Grüße, closing 77 ")
    #expect(mail?["mime"]?.stringValue == Self.crlf(Self.complete))
    #expect(mail?["attachments"]?.arrayValue?.map { $0["isInline"] } == [false, true])
    #expect(mail?["attachments"]?[1]?["contentId"] == "logo")
  }

  @Test("A MIME message is sent at once, base64 in lines or not")
  func sendMail() async throws {
    let fixture = try await TenantFixture()
    let text = "To: a@bank.example\nSubject: plain\n\nHello\n"
    #expect(try await Self.post(fixture, text, to: "sendMail").status == 202)
    let encoded = Base64.encode(Array(Self.crlf(text).utf8))
    let lines = encoded.prefix(20) + "\r\n" + encoded.dropFirst(20)
    let reply = try await fixture.graph(
      "POST", "\(MessageTests.sender)/sendMail", text: String(lines), type: "text/plain; charset=utf-8")
    #expect(reply.status == 202)
    #expect(try await Self.post(fixture, "To: a@bank.example\nSubject: no more", to: "sendMail").status == 202)
    let mails = await fixture.tenant.report("sentMail")?.arrayValue ?? []
    #expect(mails.map { $0["text"] } == ["Hello", "Hello", ""])
    #expect(mails[0]["from"] == "aoife.walsh@harbourfinch.example")
    #expect(mails[0]["html"] == .null)
  }

  @Test("Another sender in the header is no more allowed than in JSON")
  func sendAs() async throws {
    let fixture = try await TenantFixture()
    let text = "From: boss@bank.example\nTo: a@bank.example\n\nHello\n"
    #expect(try await Self.post(fixture, text, to: "sendMail").outcome == "403 ErrorSendAsDenied")
  }

  @Test("What is not base64 is refused", arguments: ["", "%%%", "SGVsbG8"])
  func notBase64(_ body: String) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("POST", "\(MessageTests.sender)/sendMail", text: body, type: "text/plain")
    #expect(reply.outcome == "400 ErrorMimeContentInvalidBase64String")
  }

  private static let head = "To: a@bank.example\nMIME-Version: 1.0\n"

  @Test(
    "A message against the standards is refused with the reason",
    arguments: [
      ("To: a@bank.example\n\nHello\rthere\n", "does not end in CRLF"),
      ("To: a@bank.example\nSubject: Grüße\n\nx\n", "not printable ASCII"),
      ("To: a@bank.example\nno colon here\n\nx\n", "is not 'Name: value'"),
      ("To: a@bank.example\nBad name: x\n\nx\n", "is not 'Name: value'"),
      (" folded: x\n\nx\n", "continuation line"),
      ("To: a@bank.example\nTo: b@bank.example\n\nx\n", "more than once"),
      ("To: a@bank.example\nContent-Type: text/plain\n\nx\n", "MIME-Version"),
      (head + "Content-Type: text\n\nx\n", "malformed"),
      (head + "Content-Type: multipart/mixed\n\nx\n", "no boundary"),
      (head + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n", "not closed"),
      (head + "Content-Type: multipart/mixed; boundary=b\n\n--b--\n", "has no part"),
      (head + "Content-Type: text/plain; charset=utf-16\n\nx\n", "charset 'utf-16' is not supported"),
      (head + "Content-Type: text/plain; charset=utf-8\n\nGrüße\n", "bytes beyond ASCII"),
      (head + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n*\n", "not valid base64"),
      (
        head + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
          + String(repeating: "QUJD", count: 20) + "\n", "longer than 76"
      ),
      (head + "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n=ZZ\n", "malformed escape"),
      (head + "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nü\n", "must be escaped"),
      (
        head + "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
          + String(repeating: "x", count: 77) + "\n", "longer than 76"
      ),
      (head + "Content-Type: text/plain\nContent-Transfer-Encoding: uuencode\n\nx\n", "'uuencode' is not supported"),
      (
        head + "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: quoted-printable\n\n=FF\n",
        "not valid us-ascii"
      ),
      ("To: nobody\n\nx\n", "'nobody' is not an address"),
      ("To: \"open <a@bank.example>\n\nx\n", "does not end"),
      ("To: a@bank.example\nMessage-ID: 77\n\nx\n", "Message-ID '77' is malformed"),
      ("To: a@bank.example\nSubject: =?utf-8?B?*?=\n\nx\n", "encoded word is malformed"),
      ("To: a@bank.example\nSubject: =?utf-8?Q?=Z?=\n\nx\n", "encoded word is malformed"),
      (
        "To: a@bank.example\nSubject: =?utf-8?Q?" + String(repeating: "x", count: 70) + "?=\n\nx\n",
        "longer than 75 characters"
      ),
      ("To: a@bank.example\nX: " + String(repeating: "x", count: 1_000) + "\n\nx\n", "longer than 998 bytes"),
    ])
  func refusals(_ text: String, _ reason: String) async throws {
    let fixture = try await TenantFixture()
    let reply = try await Self.post(fixture, text)
    #expect(reply.outcome == "400 ErrorMimeContentInvalid")
    #expect(reply.message.contains(reason), "\(reply.message)")
    #expect(await fixture.count("draftCreated") == 0)
  }

  @Test("Parts within parts have a bound")
  func nesting() async throws {
    let fixture = try await TenantFixture()
    var text = "Content-Type: text/plain\n\nx\n"
    for depth in 0..<12 {
      text = "Content-Type: multipart/mixed; boundary=b\(depth)x\n\n--b\(depth)x\n\(text)--b\(depth)x--\n"
    }
    let reply = try await Self.post(fixture, Self.head + text)
    #expect(reply.message.contains("too many parts"))
  }

  @Test(
    "What looks like an encoded word and is none stays as it is; Latin-1 and eight bits are read",
    arguments: [
      ("a =?b", "a =?b"), ("=?utf-8?X?abc", "=?utf-8?X?abc"), ("=?iso-8859-1?Q?Gr=FC=DFe?=", "Grüße"),
      ("=?utf-8?q?a?= b =?utf-8?b?Yw==?=", "a b c"),
    ])
  func encodedWords(_ subject: String, _ read: String) async throws {
    let fixture = try await TenantFixture()
    let text =
      "To: a@bank.example\nSubject: \(subject)\nMIME-Version: 1.0\nImportance: low\n"
      + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n"
    let reply = try await Self.post(fixture, text)
    #expect(reply.json["subject"] == .string(read))
    #expect(reply.json["body"]?["content"] == "Grüße")
    #expect(reply.json["importance"] == "low")
  }

  @Test("Changing a draft that came as MIME makes it an ordinary one")
  func change() async throws {
    let fixture = try await TenantFixture()
    let draft = try await Self.post(fixture, "To: \"The \\\"A\\\"\" <a@bank.example>\nSubject: x\n\nHello\n")
    #expect(draft.json["toRecipients"]?[0]?["emailAddress"]?["name"] == "The \"A\"")
    let path = "\(MessageTests.sender)/messages/\(draft.id)"
    #expect(try await fixture.graph("PATCH", path, json: ["subject": "y"]).status == 200)
    #expect(try await fixture.graph("POST", "\(path)/send").status == 202)
    #expect(await fixture.tenant.report("sentMail")?[0]?["form"] == "json")
  }
}
