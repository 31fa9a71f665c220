import AdminCore

/// A header field as its name and the pieces between which its line may be folded (RFC 5322, section 2.2.3).
///
/// Fields are made from checked values only, and a piece holds printable ASCII: no value can end a line.
struct HeaderField {
  private static let preferredLength = 76

  let name: String
  private let pieces: [String]

  /// Pieces are written with a blank between them.
  init(_ name: String, pieces: [String]) {
    self.name = name
    self.pieces = pieces
  }

  /// An unstructured field, such as the subject.
  init(_ name: String, text: HeaderText) {
    self.name = name
    let text = text.text
    let isSafe =
      text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains("=?") && !text.contains("  ")
      && !text.hasPrefix(" ") && !text.hasSuffix(" ")
    pieces =
      isSafe
      ? text.split(separator: " ").map(String.init) : EncodedWord.words(text, firstLineIndent: name.utf8.count + 2)
  }

  /// A field of addresses.
  init(_ name: String, mailboxes: [Mailbox]) {
    self.name = name
    var pieces: [String] = []
    for (index, mailbox) in mailboxes.enumerated() {
      var words = Self.words(of: mailbox, indent: pieces.isEmpty ? name.utf8.count + 2 : 1)
      if index < mailboxes.count - 1 { words[words.count - 1] += "," }
      pieces += words
    }
    self.pieces = pieces
  }

  private static func words(of mailbox: Mailbox, indent: Int) -> [String] {
    guard let name = mailbox.name?.text else { return [mailbox.address.text] }
    return phrase(name, indent: indent) + ["<\(mailbox.address.text)>"]
  }

  /// A display name: words where they are atoms, a quoted string where they are ASCII, else encoded words.
  private static func phrase(_ name: String, indent: Int) -> [String] {
    func isAtom(_ word: Substring) -> Bool {
      !word.isEmpty
        && word.utf8.allSatisfy { AttributeValue.isAlphanumeric($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
    }
    guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), !name.contains("=?") else {
      return EncodedWord.words(name, firstLineIndent: indent)
    }
    let words = name.split(separator: " ", omittingEmptySubsequences: false)
    if words.allSatisfy(isAtom) { return words.map(String.init) }
    var quoted = "\""
    for character in name.unicodeScalars {
      if character == "\"" || character == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(character)
    }
    return [quoted + "\""]
  }

  /// The field with its line ends.
  var lines: String {
    var output = ""
    var line = "\(name):"
    for (index, piece) in pieces.enumerated() {
      // The first piece stays on the field's own line: a line of nothing but a name confuses old readers.
      if index > 0, line.utf8.count + 1 + piece.utf8.count > Self.preferredLength {
        output += line + "\r\n"
        line = ""
      }
      line += " " + piece
    }
    return output + line + "\r\n"
  }
}

/// Parameters of `Content-Type` and `Content-Disposition` whose value is a file's name (RFC 2231).
enum FileNameParameter {
  /// As much of a value as one continuation holds.
  private static let chunkLength = 60

  /// The parameter as pieces of a header field. Beyond ASCII, or when long, it is the extended form alone: two forms of one
  /// parameter in a mail are read differently by every program.
  static func pieces(_ parameter: String, _ name: String) -> [String] {
    if name.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), name.utf8.count <= chunkLength {
      return ["\(parameter)=\(quoted(name))"]
    }
    var chunks: [String] = [""]
    var room = chunkLength - "utf-8''".utf8.count
    // Between characters only: some readers decode each continuation alone.
    for scalar in name.unicodeScalars {
      let encoded = String(scalar).utf8.map(encoded).joined()
      if chunks[chunks.count - 1].utf8.count + encoded.utf8.count > room {
        chunks.append("")
        room = chunkLength
      }
      chunks[chunks.count - 1] += encoded
    }
    guard chunks.count > 1 else { return ["\(parameter)*=utf-8''\(chunks[0])"] }
    return chunks.enumerated().map { index, chunk in
      "\(parameter)*\(index)*=\(index == 0 ? "utf-8''" : "")\(chunk)" + (index < chunks.count - 1 ? ";" : "")
    }
  }

  /// The name in ASCII for programs that know no RFC 2231.
  static func fallback(_ name: String) -> String {
    var ascii = ""
    for scalar in name.unicodeScalars.prefix(chunkLength) {
      ascii.unicodeScalars.append(scalar.isASCII && scalar != "\"" && scalar != "\\" ? scalar : "_")
    }
    return quoted(ascii)
  }

  private static func quoted(_ name: String) -> String {
    var quoted = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  private static func encoded(_ byte: UInt8) -> String {
    if AttributeValue.isAlphanumeric(byte) || "!#$&+-.^_`|~".utf8.contains(byte) {
      return String(Unicode.Scalar(byte))
    }
    return "%" + Hex.encode([byte]).uppercased()
  }
}
