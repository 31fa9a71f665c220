import AdminCore
import M365
import TestSupport
import Testing

@Suite("Mail", .timeLimit(.minutes(1)))
struct GraphMailTests {
  private let fixture = GraphFixture()
  private let mailbox: UserReference = "sales@contoso.com"
  private let path = "/v1.0/users/sales@contoso.com"

  private func mail(_ id: String, _ more: JSONObject = [:]) -> JSONValue {
    .object((["id": .string(id), "internetMessageId": "<\(id)@x>", "isDraft": true] as JSONObject).merging(more))
  }

  private var message: OutgoingMessage {
    var message = OutgoingMessage(
      subject: "Hello", body: .html("<p>Hi</p>"), to: [MailAddress("ann@x.com", name: "Ann"), MailAddress("bob@x.com")])
    message.cc = [MailAddress("cc@x.com")]
    message.bcc = [MailAddress("bcc@x.com")]
    message.replyTo = [MailAddress("reply@x.com")]
    message.from = MailAddress("other@contoso.com")
    message.requestsReadReceipt = true
    message.requestsDeliveryReceipt = true
    message.headers = [.init(name: OutgoingMessage.operationHeader, value: "op-1")]
    message.attachments = [MailAttachment(name: "a.txt", contentType: "text/plain", bytes: Array("hi".utf8))]
    return message
  }

  @Test("A draft holds all that the mail is to have")
  func draft() async throws {
    fixture.transport.on(.post, path + "/messages", .json(201, mail("d1")))
    let draft = try await fixture.graph.createDraft(in: mailbox, message)
    #expect(draft.id == "d1")
    #expect(draft.internetMessageID == "<d1@x>")
    #expect(draft.isDraft)
    #expect(
      fixture.requests[0].json == [
        "subject": "Hello", "body": ["contentType": "html", "content": "<p>Hi</p>"],
        "toRecipients": [
          ["emailAddress": ["address": "ann@x.com", "name": "Ann"]], ["emailAddress": ["address": "bob@x.com"]],
        ],
        "ccRecipients": [["emailAddress": ["address": "cc@x.com"]]],
        "bccRecipients": [["emailAddress": ["address": "bcc@x.com"]]],
        "replyTo": [["emailAddress": ["address": "reply@x.com"]]],
        "from": ["emailAddress": ["address": "other@contoso.com"]],
        "isReadReceiptRequested": true, "isDeliveryReceiptRequested": true,
        "internetMessageHeaders": [["name": "x-m365admin-operation", "value": "op-1"]],
        "attachments": [
          [
            "@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentType": "text/plain",
            "contentBytes": "aGk=",
          ]
        ],
      ])
    #expect(fixture.requests[0].request.headers["Prefer"] == #"IdType="ImmutableId""#)
  }

  @Test("A plain mail says no more than it must")
  func plainDraft() async throws {
    fixture.transport.on(.post, path + "/messages", .json(201, mail("d1")))
    let plain = OutgoingMessage(subject: "S", body: .text("T"), to: [MailAddress("a@x.com")])
    _ = try await fixture.graph.createDraft(in: mailbox, plain)
    #expect(
      fixture.requests[0].json == [
        "subject": "S", "body": ["contentType": "text", "content": "T"],
        "toRecipients": [["emailAddress": ["address": "a@x.com"]]],
      ])
  }

  @Test("A MIME draft goes as base64 text")
  func mimeDraft() async throws {
    fixture.transport.on(.post, path + "/messages", .json(201, mail("d1")))
    _ = try await fixture.graph.createDraft(in: mailbox, mime: Array("Subject: x\r\n\r\ny".utf8))
    #expect(fixture.requests[0].request.headers["Content-Type"] == "text/plain")
    #expect(Base64.decode(fixture.requests[0].body) == Array("Subject: x\r\n\r\ny".utf8))
  }

  @Test("A draft is sent, read back and deleted")
  func lifecycle() async throws {
    fixture.transport.on(.post, path + "/messages/d1/send", .status(202))
    try await fixture.graph.sendDraft("d1", in: mailbox)
    #expect(fixture.requests[0].request.body.isEmpty)
    fixture.transport.on(
      .get, path + "/messages/d1", GraphFixture.error(404, "ErrorItemNotFound"),
      .json(200, mail("d1", ["isDraft": false, "sentDateTime": "2026-01-05T08:00:00Z", "parentFolderId": "sent"])))
    #expect(try await adminError { _ = try await fixture.graph.message("d1", in: mailbox) }.code == .notFound)
    let sent = try await fixture.graph.message("d1", in: mailbox)
    #expect(!sent.isDraft)
    #expect(sent.sentAt == Timestamp(iso8601: "2026-01-05T08:00:00Z"))
    #expect(sent.folderID == "sent")
    fixture.transport.on(
      .delete, path + "/messages/d1", .status(204), GraphFixture.error(404, "ErrorItemNotFound"))
    try await fixture.graph.deleteDraft("d1", in: mailbox)
    try await fixture.graph.deleteDraft("d1", in: mailbox)
  }

  @Test("A lost reply to sending is an unknown outcome, and the mail is sent once")
  func lostReply() async throws {
    fixture.transport.always(.post, path + "/messages/d1/send", .failure(HTTPFailure(.interrupted, .maybeSent)))
    #expect(try await adminError { try await fixture.graph.sendDraft("d1", in: mailbox) }.code == .outcomeUnknown)
    fixture.transport.always(.post, path + "/sendMail", .status(502))
    let error = try await adminError { try await fixture.graph.sendMail(from: mailbox, message) }
    #expect(error.code == .mailOutcomeUnknown)
    #expect(error.message.contains("sales@contoso.com"))
    #expect(fixture.requests.count == 2)
  }

  @Test("A mail without a draft is sent in either form, again only when it was throttled")
  func sendMail() async throws {
    fixture.transport.on(
      .post, path + "/sendMail", GraphFixture.error(429, "ApplicationThrottled", headers: ["Retry-After": "1"]),
      .status(202), .status(202))
    try await fixture.graph.sendMail(from: mailbox, message)
    #expect(fixture.requests.count == 2)
    #expect(fixture.requests[1].json?["saveToSentItems"] == true)
    #expect(fixture.requests[1].json?["message"]?["subject"] == "Hello")
    try await fixture.graph.sendMail(from: mailbox, mime: [0x61])
    #expect(fixture.requests[2].body == "YQ==")
  }

  @Test("A sender that may not send is told why")
  func refusedSender() async throws {
    fixture.transport.on(
      .post, path + "/sendMail", GraphFixture.error(403, "ErrorSendAsDenied"),
      GraphFixture.error(403, "ErrorAccessDenied"))
    #expect(try await adminError { try await fixture.graph.sendMail(from: mailbox, message) }.code == .senderRefused)
    let denied = try await adminError { try await fixture.graph.sendMail(from: mailbox, message) }
    #expect(denied.code == .permissionDenied)
    #expect(denied.message.contains("Mail.Send"))
  }

  @Test("The mail of an operation is found by its field, in drafts and in what was sent")
  func finds() async throws {
    func headers(_ name: String, _ value: String) -> JSONObject {
      ["internetMessageHeaders": [["name": .string(name), "value": .string(value)]]]
    }
    fixture.transport.on(
      .get, path + "/mailFolders/drafts/messages",
      .json(
        200,
        [
          "value": [
            mail("1", headers("X-M365Admin-Operation", "op-1")), mail("2", headers("x-m365admin-operation", "op-2")),
          ]
        ]
      ))
    fixture.transport.on(
      .get, path + "/mailFolders/sentitems/messages",
      .json(200, ["value": [mail("3"), mail("4", headers("x-m365admin-operation", "op-1"))]]))
    let found = try await fixture.graph.findMail(
      ofOperation: "op-1", in: mailbox, since: try #require(Timestamp(iso8601: "2026-01-05T08:00:00Z")))
    #expect(found.drafts.map(\.id) == ["1"])
    #expect(found.sent.map(\.id) == ["4"])
    #expect(fixture.requests[0].target.contains("$filter=createdDateTime%20ge%202026-01-05T07:55:00Z"))
    #expect(fixture.requests[0].target.contains("internetMessageHeaders"))
  }

  @Test("Mail tips are asked for a hundred recipients at a time")
  func mailTips() async throws {
    fixture.transport.on(
      .post, path + "/getMailTips",
      .json(
        200,
        [
          "value": [
            [
              "emailAddress": ["address": "a@x.com"], "mailboxFull": true, "deliveryRestricted": true,
              "automaticReplies": ["message": "away"],
            ],
            [
              "emailAddress": ["address": "b@x.com"], "automaticReplies": ["message": ""],
              "error": ["message": "no\u{202E}"],
            ],
          ]
        ]), .json(200, ["value": []]))
    let tips = try await fixture.graph.mailTips(for: (0..<101).map { "u\($0)@x.com" }, from: mailbox)
    #expect(tips.map(\.address) == ["a@x.com", "b@x.com"])
    #expect(tips[0].isMailboxFull && tips[0].isDeliveryRestricted && tips[0].hasAutomaticReply)
    #expect(!tips[1].hasAutomaticReply)
    #expect(tips[1].error == "no")
    #expect(fixture.requests.map { $0.json?["emailAddresses"]?.arrayValue?.count } == [100, 1])
  }

  // MARK: Attachments

  private let upload = "https://outlook.office.com/api/v2.0/up?authtoken=secret"

  private func large(_ size: Int) -> MailAttachment {
    MailAttachment(
      name: "big.pdf", contentType: "application/pdf", bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0) },
      contentID: "c1")
  }

  @Test("A small file goes within a request")
  func smallFile() async throws {
    fixture.transport.on(.post, path + "/messages/d1/attachments", .json(201, ["id": "a"]))
    try await fixture.graph.attach(
      MailAttachment(name: "i.png", contentType: "image/png", bytes: [1], contentID: "logo"), to: "d1", in: mailbox)
    #expect(fixture.requests[0].json?["isInline"] == true)
    #expect(fixture.requests[0].json?["contentId"] == "logo")
  }

  @Test("A large file goes up in parts, without a token, to Outlook only")
  func largeFile() async throws {
    let file = large(7_000_000)
    fixture.transport.on(
      .post, path + "/messages/d1/attachments/createUploadSession",
      .json(201, ["uploadUrl": .string(upload), "nextExpectedRanges": ["0-"]]))
    fixture.transport.on(.put, upload, .json(200, [:]), .json(200, [:]), .status(201))
    try await fixture.graph.attach(file, to: "d1", in: mailbox)
    let parts = fixture.transport.requests.filter { $0.method == .put }
    #expect(
      parts.map { $0.request.headers["Content-Range"] } == [
        "bytes 0-3276799/7000000", "bytes 3276800-6553599/7000000", "bytes 6553600-6999999/7000000",
      ])
    #expect(parts.allSatisfy { $0.request.headers["Authorization"] == nil })
    #expect(parts.flatMap(\.request.body) == file.bytes)
    #expect(
      fixture.requests[0].json?["attachmentItem"] == [
        "attachmentType": "file", "name": "big.pdf", "size": 7_000_000, "contentType": "application/pdf",
        "isInline": true, "contentId": "c1",
      ])
    #expect(fixture.log.records.last?.template == "/{uploadUrl}")
  }

  @Test("A part that was refused is taken up where the service says")
  func resumes() async throws {
    fixture.transport.on(
      .post, path + "/messages/d1/attachments/createUploadSession", .json(201, ["uploadUrl": .string(upload)]))
    fixture.transport.on(
      .put, upload, .json(200, [:]), .status(416), .failure(HTTPFailure(.interrupted, .maybeSent)), .status(201))
    fixture.transport.on(.get, upload, .json(200, ["nextExpectedRanges": ["3276800-3999999"]]))
    try await fixture.graph.attach(large(4_000_000), to: "d1", in: mailbox)
    let ranges = fixture.transport.requests.filter { $0.method == .put }
      .map { $0.request.headers["Content-Range"] }
    #expect(ranges.suffix(3) == Array(repeating: "bytes 3276800-3999999/4000000", count: 3)[...])
  }

  @Test("A session that is over, or that asks for what there is not, ends the upload")
  func endedSession() async throws {
    for (status, body) in [(404, "{}"), (200, "{}"), (200, #"{"nextExpectedRanges":["9999999-"]}"#)] {
      let fixture = GraphFixture()
      fixture.transport.on(
        .post, path + "/messages/d1/attachments/createUploadSession", .json(201, ["uploadUrl": .string(upload)]))
      fixture.transport.always(.put, upload, .status(400))
      fixture.transport.always(.get, upload, .text(status, body))
      let error = try await adminError { try await fixture.graph.attach(large(3_000_001), to: "d1", in: mailbox) }
      #expect(error.code == .graphFailed)
      #expect(!JSONValue.object(error.json).text.contains("authtoken"))
    }
    let stubborn = GraphFixture()
    stubborn.transport.on(
      .post, path + "/messages/d1/attachments/createUploadSession", .json(201, ["uploadUrl": .string(upload)]))
    stubborn.transport.always(.put, upload, .status(400))
    stubborn.transport.always(.get, upload, .json(200, ["nextExpectedRanges": ["0-"]]))
    _ = try await adminError { try await stubborn.graph.attach(large(3_000_001), to: "d1", in: mailbox) }
    #expect(stubborn.transport.requests.filter { $0.method == .put }.count == 6)
  }

  @Test(
    "An upload address that is not Outlook's gets nothing",
    arguments: [
      "https://evil.example/up", "http://127.0.0.1/up", "https://outlook.office.com.evil.example/", "nonsense",
    ])
  func foreignUpload(address: String) async throws {
    fixture.transport.on(
      .post, path + "/messages/d1/attachments/createUploadSession", .json(201, ["uploadUrl": .string(address)]))
    let error = try await adminError { try await fixture.graph.attach(large(3_000_001), to: "d1", in: mailbox) }
    #expect(error.code == .graphFailed)
    #expect(error.message.contains("not Outlook's"))
    #expect(fixture.transport.requests.allSatisfy { $0.method != .put })
  }

  @Test("A file beyond what Exchange takes is refused before anything is asked")
  func hugeFile() async throws {
    let file = MailAttachment(
      name: "x", contentType: "a/b", bytes: [UInt8](repeating: 0, count: MailAttachment.largest + 1))
    let error = try await adminError { try await fixture.graph.attach(file, to: "d1", in: mailbox) }
    #expect(error.code == .tooLarge)
    #expect(fixture.requests.isEmpty)
  }
}
