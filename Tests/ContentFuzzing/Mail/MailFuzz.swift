import AdminCore
import Content
import TestRandom

/// What must hold for whatever is given as an address, a subject, a name or a file's name.
enum MailFuzz {
  private static let alphabet: [Unicode.Scalar] =
    Array("ab.@\"\\ <>()[],;:é\r\n\t\0-_+ü。．=?".unicodeScalars) + ["\u{202E}", "\u{200D}", "\u{300}", "\u{1F600}", "/"]

  /// Of these alone something valid comes out now and then.
  private static let tameAlphabet = Array("abcXYZ019.-_+=".unicodeScalars)

  static func text(seed: UInt64) -> String {
    var random = SeededRandom(seed: seed)
    var text = String.UnicodeScalarView()
    let alphabet = Bool.random(using: &random) ? alphabet : tameAlphabet
    for _ in 0..<Int.random(in: 1...24, using: &random) {
      text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
    }
    if Bool.random(using: &random) { text.append(contentsOf: "@a.example".unicodeScalars) }
    return String(text)
  }

  static func faults(in text: String) -> [String] { address(text) + message(text) }

  private static func address(_ text: String) -> [String] {
    guard let address = EmailAddress(text) else { return [] }
    let written = address.text
    var faults: [String] = []
    if !written.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) || written.utf8.count > 254 {
      faults.append("an address that does not fit a header: \(written.debugDescription)")
    }
    if EmailAddress(written) != address { faults.append("an address that is another one when written: \(written)") }
    return faults
  }

  private static let fields: Set<String> = [
    "Date", "From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding",
  ]

  /// Nothing that is given can end a line or a part of a message.
  private static func message(_ text: String) -> [String] {
    guard let subject = try? MailSubject(text), let address = EmailAddress("a@example.com"),
      let name = try? HeaderText(text)
    else { return [] }
    var message = MIMEMessage(
      from: Mailbox(address, name: name), to: [Mailbox(address)], subject: subject, date: Timestamp(milliseconds: 0),
      text: text)
    if let file = try? MailAttachment(name: text, bytes: Array(text.utf8)) { message.attachments = [file] }
    var random = SeededRandom(seed: 1)
    guard let bytes = try? message.rendered(using: &random) else { return ["a message that cannot be written"] }
    var faults: [String] = []
    if !bytes.allSatisfy({ $0 < 0x80 }) { faults.append("a message beyond seven bits") }
    var previous: UInt8 = 0
    for byte in bytes {
      if (byte == 0x0A) != (previous == 0x0D) { faults.append("a line end that is none") }
      previous = byte
    }
    let head = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
      .prefix { !$0.isEmpty }
    for line in head where !line.hasPrefix(" ") {
      if !fields.contains(String(line.prefix { $0 != ":" })) { faults.append("the field \(line)") }
    }
    return faults
  }
}
