import AdminCore
import Content
import Foundation
import TestSupport
import Testing

@Suite("MIME messages")
struct MIMEMessageTests {
  private static func message(text: String = "Hello", html: String? = nil) throws -> MIMEMessage {
    MIMEMessage(
      from: try Mailbox.parse("sender@example.com", name: "Sender"), to: [try Mailbox.parse("to@example.com")],
      subject: try MailSubject.parse("Hello"), date: Timestamp(milliseconds: 1_767_600_000_000), text: text, html: html)
  }

  private static func rendered(_ message: MIMEMessage, seed: UInt64 = 1) throws -> String {
    var random = SeededRandom(seed: seed)
    return String(decoding: try message.rendered(using: &random), as: UTF8.self)
  }

  @Test("A text mail is one part")
  func plain() throws {
    let expected = """
      Date: Mon, 5 Jan 2026 08:00:00 +0000\r
      From: Sender <sender@example.com>\r
      To: to@example.com\r
      Subject: Hello\r
      MIME-Version: 1.0\r
      Content-Type: text/plain; charset=utf-8\r
      Content-Transfer-Encoding: quoted-printable\r
      \r
      Hello
      """
    #expect(try Self.rendered(Self.message()) == expected)
  }

  @Test("The same random numbers give the same bytes, others other boundaries")
  func deterministic() throws {
    let message = try Self.message(html: "<p>Hello</p>")
    #expect(try Self.rendered(message, seed: 1) == Self.rendered(message, seed: 1))
    #expect(try Self.rendered(message, seed: 1) != Self.rendered(message, seed: 2))
  }

  @Test(
    "Quoted-printable text keeps to 76 columns and to what survives the way",
    arguments: [
      ("a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd"), ("a = b", "a =3D b"), ("x \ny\t\n ", "x=20\r\ny=09\r\n=20"),
      ("é", "=C3=A9"),
      ("From x\n.dot\n.", "=46rom x\r\n=2Edot\r\n=2E"), ("From", "From"), ("a\0b", "a=00b"), ("", ""),
      (String(repeating: "x", count: 76), String(repeating: "x", count: 76)),
      (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx"),
      (String(repeating: "x", count: 75) + "é", String(repeating: "x", count: 75) + "=\r\n=C3=A9"),
    ])
  func quotedPrintable(_ text: String, _ expected: String) throws {
    let written = try Self.rendered(Self.message(text: text))
    #expect(written.hasSuffix("\r\n\r\n" + expected), "\(written)")
  }

  @Test("No recipient, and one content id twice, are refused")
  func refused() throws {
    var none = try Self.message()
    none.to = []
    #expect(throws: AdminError.self) { try Self.rendered(none) }
    none.bcc = [try Mailbox.parse("b@example.com")]
    #expect(try Self.rendered(none).contains("\r\nBcc: b@example.com\r\n"))
    var twice = try Self.message(html: "<p>x</p>")
    let image = try InlineImage(contentID: #require(ContentID("a")), file: MailAttachment(name: "a.png", bytes: [1]))
    twice.inlineImages = [image, image]
    #expect(throws: AdminError.self) { try Self.rendered(twice) }
  }

  @Test("A mail too big for Exchange is refused")
  func tooBig() throws {
    var message = try Self.message()
    message.attachments = [try MailAttachment(name: "a.bin", bytes: [UInt8](repeating: 0, count: 120 << 20))]
    do {
      _ = try Self.rendered(message)
      Issue.record("accepted")
    } catch let error as AdminError {
      #expect(error.code == .tooLarge)
    }
  }

  @Test("Marketing headers; one click only with an address to post to")
  func unsubscribe() throws {
    var message = try Self.message()
    message.unsubscribe = try Unsubscribe(url: "https://a.example/u", address: EmailAddress.parse("u@example.com"))
    var written = try Self.rendered(message)
    #expect(
      written.contains(
        "\r\nList-Unsubscribe: <https://a.example/u>,\r\n <mailto:u@example.com?subject=unsubscribe>\r\n"))
    #expect(written.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"))
    message.unsubscribe = try Unsubscribe(url: nil, address: EmailAddress.parse("u@example.com"))
    written = try Self.rendered(message)
    #expect(written.contains("\r\nList-Unsubscribe: <mailto:u@example.com?subject=unsubscribe>\r\n"))
    #expect(!written.contains("List-Unsubscribe-Post"))
  }

  @Test("Long headers are folded before 78 columns and stay seven-bit")
  func folding() throws {
    var message = try Self.message()
    message.subject = try MailSubject.parse(String(repeating: "Überraschung ", count: 18) + "!")
    message.to = try (0..<40).map { try Mailbox.parse("recipient\($0)@example.com", name: "Empfänger, \($0)") }
    message.cc = try (0..<10).map { try Mailbox.parse("c\($0)@example.com", name: "Dr. \"Q\" \\ \($0)") }
    let written = try Self.rendered(message)
    let head = written.components(separatedBy: "\r\n\r\n")[0]
    for line in head.components(separatedBy: "\r\n") { #expect(line.utf8.count <= 78, "\(line)") }
    #expect(written.utf8.allSatisfy { $0 < 0x80 })
    for word in head.split(whereSeparator: \.isWhitespace) where word.hasPrefix("=?") {
      #expect(word.utf8.count <= 75, "\(word)")
    }
  }

  @Test("Message ids are made of a local id and a domain")
  func messageID() throws {
    var random = SeededRandom(seed: 1)
    let id = LocalID.make(at: Timestamp(milliseconds: 1), using: &random)
    var message = try Self.message()
    message.messageID = MIMEMessage.MessageID(left: id, domain: try DomainName(checking: "example.com"))
    message.sender = try Mailbox.parse("b@example.com")
    let written = try Self.rendered(message)
    #expect(written.contains("\r\nMessage-ID: <\(id.text)@example.com>\r\n"))
    #expect(written.contains("\r\nSender: b@example.com\r\n"))
  }
}

@Suite(
  "MIME messages as Python reads them",
  .enabled(if: PythonReference.isAvailable(for: "mails as Python reads them", modules: ["email"])))
struct MIMEReferenceTests {
  static let names = [
    "Jane Doe", "Doe, Jane", "Jürgen Müller", "O'Neil \"Bob\" \\ Co.", "田中 太郎", "🎉 Party", "=?UTF-8?Q?x?=", "a  b",
    String(repeating: "Lang ", count: 30) + "x", "(comment)", "a@b", "Dr. Who", "émile", ";:,<>[]",
  ]

  static let subjects = [
    "Hello", "Grüße aus Köln – 50 % günstiger", "見積書をお送りいたします。ご確認をお願いいたします。見積書をお送りいたします。ご確認をお願いいたします。", "a  b",
    " a ", "=?UTF-8?Q?x?= y", String(repeating: "word ", count: 50) + "end", String(repeating: "x", count: 200),
    "🎉👨‍👩‍👧🇩🇪 " + String(repeating: "🎉", count: 60), "a=b_c?d", "Re: [x] (y) \"z\"", "é", String(repeating: "é", count: 255),
  ]

  static let texts = [
    "Hello\n", "Grüße\n\n  indented \n\ttab\t\n", "From here\n.\n..\n", String(repeating: "x", count: 5_000) + "\n",
    String(repeating: "wörd ", count: 500) + "\n", "--=_boundary\n--\n", "a=b=3D\n", "😀\u{A0}\u{200D}\n",
  ]

  static let fileNames = [
    "report.pdf", "Übersicht 2026.xlsx", "a \"quoted\" name.txt", "見積書.pdf",
    String(repeating: "lang ", count: 40) + ".csv",
    "emoji 🎉.png", "semi;colon=equals.zip", "100%.txt", "it's.doc", String(repeating: "ü", count: 100) + ".docx",
  ]

  @Test("Everything comes back as it was given")
  func roundTrip() throws {
    let directory = try TemporaryDirectory()
    var messages: [MIMEMessage] = []
    let count = max(Self.names.count, Self.subjects.count, Self.texts.count, Self.fileNames.count) * 4
    var random = SeededRandom(seed: 7)
    for index in 0..<count {
      func mailbox(_ offset: Int) throws -> Mailbox {
        try Mailbox.parse(
          "m\(offset)+x@example.com", name: offset % 5 == 4 ? nil : Self.names[(index + offset) % Self.names.count])
      }
      var message = MIMEMessage(
        from: try mailbox(0), to: try (1...3).map(mailbox),
        subject: try MailSubject.parse(Self.subjects[index % Self.subjects.count]),
        date: Timestamp(milliseconds: Int64(index) * 86_400_123), text: Self.texts[index % Self.texts.count])
      message.cc = try (4..<6).map(mailbox)
      message.bcc = index % 2 == 0 ? [try mailbox(7)] : []
      message.replyTo = index % 3 == 0 ? [try mailbox(8)] : []
      message.customHeaders = [
        try #require(MIMEMessage.CustomHeader(name: "X-M365Admin-Operation", value: HeaderText("op \(index) ü")))
      ]
      if index % 4 > 0 { message.html = "<p>" + Self.texts[(index + 3) % Self.texts.count] + "</p>" }
      if index % 4 > 1 {
        let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        message.inlineImages = [
          try InlineImage(
            contentID: #require(ContentID("img@x")), file: MailAttachment(name: "ä \(index).png", bytes: bytes))
        ]
      }
      if index % 4 != 1 {
        message.attachments = try (0...(index % 3)).map { offset in
          let bytes = (0..<Int.random(in: 0...5_000, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
          }
          return try MailAttachment(name: Self.fileNames[(index + offset) % Self.fileNames.count], bytes: bytes)
        }
      }
      if index % 5 == 0 {
        message.readReceiptTo = message.from
        message.deliveryReceiptTo = message.from
        message.unsubscribe = try Unsubscribe(url: "https://a.example/u", address: EmailAddress.parse("u@example.com"))
      }
      messages.append(message)
      try Data(message.rendered(using: &random)).write(to: URL(fileURLWithPath: directory.file("\(index).eml")))
    }
    let output = try PythonReference.run(
      script: "mime_reference.py", arguments: messages.indices.map { directory.file("\($0).eml") })
    let found = try JSONParser.parse(Array(output))
    for (index, message) in messages.enumerated() {
      let mail = try #require(found[index])
      try compare(message, mail, index)
    }
  }

  private func compare(_ message: MIMEMessage, _ mail: JSONValue, _ index: Int) throws {
    #expect(mail["subject"]?.stringValue == message.subject.description, "\(index)")
    func addresses(_ mailboxes: [Mailbox]) -> JSONValue {
      .array(mailboxes.map { [.string($0.name?.text ?? ""), .string($0.address.text)] })
    }
    #expect(mail["from"] == addresses([message.from]), "\(index)")
    #expect(mail["to"] == addresses(message.to), "\(index)")
    #expect(mail["cc"] == addresses(message.cc), "\(index)")
    #expect(mail["bcc"] == addresses(message.bcc), "\(index)")
    #expect(mail["replyTo"] == addresses(message.replyTo), "\(index)")
    #expect(mail["date"]?.stringValue == message.date.iso8601Seconds.dropLast() + "+00:00", "\(index)")
    #expect(mail["custom"]?["X-M365Admin-Operation"] == .string("op \(index) ü"), "\(index)")
    #expect(mail["sevenBit"] == true && mail["bareLineEnds"] == 0, "\(index)")
    #expect((mail["longestLine"]?.intValue ?? 0) <= 998, "\(index)")
    #expect(mail["defects"] == [], "\(index): \(mail["defects"]?.text ?? "")")
    #expect(mail["structure"] == structure(of: message), "\(index): \(mail["structure"]?.text ?? "")")
    if message.unsubscribe != nil {
      #expect(mail["listUnsubscribe"] == "<https://a.example/u>, <mailto:u@example.com?subject=unsubscribe>")
      #expect(mail["listUnsubscribePost"] == "List-Unsubscribe=One-Click")
    }
    let leaves = mail["leaves"]?.arrayValue ?? []
    #expect(leaves.first?["text"]?.stringValue == message.text, "\(index)")
    if let html = message.html { #expect(leaves[1]["text"]?.stringValue == html, "\(index)") }
    let files = message.inlineImages.map(\.file) + message.attachments
    for (leaf, file) in zip(leaves.suffix(files.count), files) {
      #expect(leaf["filename"]?.stringValue == file.name, "\(index)")
      #expect(leaf["bytes"]?.stringValue == Base64.encode(file.bytes), "\(index)")
      #expect(leaf["type"]?.stringValue == file.mediaType.text, "\(index)")
    }
    for (leaf, image) in zip(leaves.filter { $0["disposition"] == "inline" }, message.inlineImages) {
      #expect(leaf["contentId"]?.stringValue == "<\(image.contentID.text)>", "\(index)")
    }
  }

  private func structure(of message: MIMEMessage) -> JSONValue {
    var structure: JSONValue = "text/plain"
    if message.html != nil {
      let images = message.inlineImages.map { JSONValue.string($0.file.mediaType.text) }
      let shown: JSONValue = images.isEmpty ? "text/html" : ["multipart/related", .array(["text/html"] + images)]
      structure = ["multipart/alternative", [structure, shown]]
    }
    guard !message.attachments.isEmpty else { return structure }
    return ["multipart/mixed", .array([structure] + message.attachments.map { .string($0.mediaType.text) })]
  }
}
