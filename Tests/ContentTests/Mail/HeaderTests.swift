import AdminCore
import Content
import Testing

@Suite("Subjects and names")
struct HeaderTests {
  @Test(
    "A subject is one visible line",
    arguments: [
      ("", HeaderText.Problem.empty), ("   ", .empty), ("a\nb", .lineBreak), ("a\rb", .lineBreak),
      ("a\r\nBcc: x@example.com", .lineBreak), ("a\u{85}b", .lineBreak), ("a\u{2028}b", .lineBreak),
      ("a\u{2029}b", .lineBreak), ("a\0b", .control), ("a\tb", .control), ("a\u{1B}[31mb", .control),
      ("a\u{7F}b", .control),
      ("a\u{9B}b", .control), ("a\u{202E}b", .direction), ("a\u{2066}b", .direction), ("a\u{200F}b", .direction),
      ("a\u{61C}b", .direction), ("a\u{FEFF}b", .control), ("a\u{E0041}b", .control), ("a\u{FFF9}b", .control),
      (String(repeating: "x", count: 256), .tooLong),
    ])
  func refused(_ text: String, _ problem: HeaderText.Problem) {
    #expect(throws: problem) { try MailSubject(text) }
    do {
      _ = try MailSubject.parse(text)
      Issue.record("accepted")
    } catch {
      #expect(error.code == .invalidAddress)
      #expect(error.message.contains(problem.rawValue))
    }
  }

  @Test(
    "Any visible text may be a subject",
    arguments: [
      "Hello", "Grüße aus Köln", "見積書の件", "Sale 🎉 50% off", "a  b", " a ", "=?UTF-8?Q?x?=",
      String(repeating: "x", count: 255),
      "مرحبا", "👨‍👩‍👧",
    ])
  func accepted(_ text: String) throws {
    #expect(try MailSubject.parse(text).description == text)
  }

  @Test("A name is checked like a subject, an address like an address")
  func mailboxes() throws {
    #expect(try Mailbox.parse("a@example.com", name: "Jane").name?.text == "Jane")
    #expect(try Mailbox.parse("a@example.com", name: "").name == nil)
    #expect(try Mailbox.parse("a@example.com").name == nil)
    #expect(throws: AdminError.self) { try Mailbox.parse("a@example.com", name: "x\r\ny") }
    #expect(throws: AdminError.self) { try Mailbox.parse("a", name: "x") }
    #expect(throws: AdminError.self) { try Mailbox.parse("a@example.com", name: String(repeating: "x", count: 257)) }
  }

  @Test(
    "A header of our own begins with X-",
    arguments: [
      ("X-M365Admin-Operation", true), ("x-a", true), ("X-", false), ("Subject", false), ("X-A B", false),
      ("X-A:", false),
      ("X-A\r\nB", false), ("X-\(String(repeating: "a", count: 80))", false), ("X-Ü", false),
    ])
  func customHeaders(_ name: String, _ isFine: Bool) throws {
    let header = MIMEMessage.CustomHeader(name: name, value: try HeaderText("1"))
    #expect((header != nil) == isFine)
  }

  @Test(
    "An attachment is named by a file name",
    arguments: [
      ("report.pdf", true), ("Übersicht 2026.xlsx", true), ("a b (1).txt", true), ("../etc/passwd", false),
      ("a/b", false),
      ("a\\b", false), ("C:x", false), ("", false), (".", false), ("..", false), ("a\nb", false),
      ("a\u{202E}fdp.exe", false),
      ("a/\u{301}b", false), (String(repeating: "a", count: 256), false),
    ])
  func attachmentNames(_ name: String, _ isFine: Bool) {
    do {
      _ = try MailAttachment(name: name, bytes: [])
      #expect(isFine, "\(name)")
    } catch {
      #expect(!isFine, "\(name)")
      #expect(error.code == .invalidAddress)
    }
  }

  @Test(
    "The type follows the extension; what could run is plain bytes",
    arguments: [
      ("a.pdf", "application/pdf"), ("a.PDF", "application/pdf"), ("a.tar.jpg", "image/jpeg"),
      ("a.html", "application/octet-stream"),
      ("a.svg", "application/octet-stream"), ("a.js", "application/octet-stream"), ("pdf", "application/octet-stream"),
      ("a.", "application/octet-stream"), (".pdf", "application/pdf"), ("a.eml", "application/octet-stream"),
    ])
  func mediaTypes(_ name: String, _ type: String) {
    #expect(MediaType(forFileName: name).text == type)
  }

  @Test(
    "Content ids",
    arguments: [
      ("logo", true), ("logo@mail.example", true), ("a.b-c_d+e", true), ("", false), ("@a", false), ("a@b@c", false),
      ("a b", false), ("<a>", false), (".a", false), ("a..b", false), ("a\r\nb", false),
    ])
  func contentIDs(_ text: String, _ isFine: Bool) {
    #expect((ContentID(text) != nil) == isFine)
  }

  @Test("Only images are shown within a mail")
  func inlineImages() throws {
    let id = try #require(ContentID("a"))
    #expect(throws: AdminError.self) { try InlineImage(contentID: id, file: MailAttachment(name: "a.pdf", bytes: [])) }
    #expect(try InlineImage(contentID: id, file: MailAttachment(name: "a.png", bytes: [])).contentID == id)
  }

  @Test("Unsubscribing needs an https address or a mailbox")
  func unsubscribe() throws {
    let address = try EmailAddress.parse("leave+list@example.com")
    #expect(throws: AdminError.self) { try Unsubscribe(url: nil, address: nil) }
    for bad in [
      "http://a.example/", "javascript:x", "https://a@b.example/", "https://a.example/,x", "mailto:a@b.example",
      "https://a.example/" + String(repeating: "x", count: 900),
    ] {
      do {
        _ = try Unsubscribe(url: bad, address: nil)
        Issue.record("\(bad) accepted")
      } catch {
        #expect(error.code == .misconfigured)
      }
    }
    #expect(try Unsubscribe(url: "https://a.example/u?x=1", address: address).link == "https://a.example/u?x=1")
    #expect(try Unsubscribe(url: nil, address: address).link == "mailto:leave+list@example.com?subject=unsubscribe")
    let quoted = try EmailAddress.parse("\"a b\"@example.com")
    #expect(try Unsubscribe(url: nil, address: quoted).link == "mailto:%22a%20b%22@example.com?subject=unsubscribe")
  }
}
