import AdminCore

/// A tag of the template language that the sanitizer keeps in its place.
struct TemplateTag: Sendable {
  /// What a tag does to the block structure of a template.
  enum Role: Equatable {
    case plain
    case opens(String)
    /// `elif` and `else`
    case divides
    case closes(String)
  }

  let source: String
  let role: Role
  /// Counted from 1.
  let line: Int
  let isOutput: Bool

  init(_ piece: TemplatePiece, line: Int) {
    source = piece.source
    self.line = line
    isOutput = piece.kind == .output
    role =
      switch piece.kind {
      case .statement(let name): Self.role(of: name, in: piece.source)
      default: .plain
      }
  }

  private static let blocks: Set<String> = [
    "autoescape", "block", "call", "filter", "for", "if", "macro", "raw", "with",
  ]

  private static func role(of name: String, in source: String) -> Role {
    if name == "elif" || name == "else" { return .divides }
    if name.hasPrefix("end") { return .closes(String(name.dropFirst(3))) }
    if name == "set" { return assigns(source) ? .plain : .opens(name) }
    return blocks.contains(name) ? .opens(name) : .plain
  }

  /// Whether a `set` has its value in the tag itself: an equals sign outside strings and parentheses.
  private static func assigns(_ source: String) -> Bool {
    var quote: UInt8?
    var depth = 0
    for byte in source.utf8 {
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "=") where depth == 0: return true
      default: break
      }
    }
    return false
  }

  /// The tag as a message names it.
  var shown: String { "\(VisibleText.excerpt(source, limit: 60)) on line \(line)" }
}

/// The tags of a template, each stood in for by an HTML comment that nobody can have written.
///
/// A comment is the one thing that stays where it is everywhere in HTML: between the rows of a table too, where text would
/// be moved out of it. Inside a quoted attribute value the same characters are text and stay as well. Wherever else a tag
/// stands, its comment does not come out whole, and the template is refused.
struct TemplatePlaceholders {
  private static let open = Array("<!--".utf8)
  private static let close = Array("-->".utf8)

  let tags: [TemplateTag]
  /// The template with each tag replaced.
  let html: [UInt8]
  /// What every placeholder's comment begins with.
  let nonce: [UInt8]

  init(_ pieces: [TemplatePiece], using random: inout some RandomNumberGenerator) {
    let nonce = Array("t\(Hex.encode((0..<12).map { _ in UInt8.random(in: 0...255, using: &random) })):".utf8)
    var tags: [TemplateTag] = []
    var html: [UInt8] = []
    var line = 1
    for piece in pieces.flatMap(Self.unfolded) {
      if piece.kind == .text {
        html += piece.source.utf8
      } else {
        html += Self.open + nonce + "\(tags.count)".utf8 + Self.close
        tags.append(TemplateTag(piece, line: line))
      }
      line += piece.source.utf8.count { $0 == UInt8(ascii: "\n") }
    }
    self.tags = tags
    self.html = html
    self.nonce = nonce
  }

  /// A raw block as its two tags and its text, in which nothing can be taken for a tag.
  private static func unfolded(_ piece: TemplatePiece) -> [TemplatePiece] {
    guard piece.kind == .raw else { return [piece] }
    guard let open = range(of: "%}", in: piece.source, first: true),
      let close = range(of: "{%", in: piece.source, first: false), open.upperBound <= close.lowerBound,
      isTag(piece.source[..<open.upperBound], named: "raw"), isTag(piece.source[close.lowerBound...], named: "endraw")
    else { return [TemplatePiece(.text, hidingBraces(piece.source[...]))] }
    return [
      TemplatePiece(.statement("raw"), String(piece.source[..<open.upperBound])),
      TemplatePiece(.text, hidingBraces(piece.source[open.upperBound..<close.lowerBound])),
      TemplatePiece(.statement("endraw"), String(piece.source[close.lowerBound...])),
    ]
  }

  private static func isTag(_ source: Substring, named name: String) -> Bool {
    let inner = source.unicodeScalars.dropFirst(2).dropLast(2)
    let signs: Set<Unicode.Scalar> = ["-", "+", " ", "\t", "\n", "\r"]
    return source.unicodeScalars.starts(with: "{%".unicodeScalars)
      && String(inner.filter { !signs.contains($0) }.map(Character.init)) == name
  }

  private static func hidingBraces(_ text: Substring) -> String {
    var hidden = ""
    for scalar in text.unicodeScalars {
      if scalar == "{" { hidden += "&#123;" } else { hidden.unicodeScalars.append(scalar) }
    }
    return hidden
  }

  private static func range(of pair: String, in text: String, first: Bool) -> Range<String.Index>? {
    let scalars = text.unicodeScalars
    let wanted = Array(pair.unicodeScalars)
    var found: Range<String.Index>?
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let next = scalars.index(after: index)
      if scalars[index] == wanted[0], next < scalars.endIndex, scalars[next] == wanted[1] {
        found = index..<scalars.index(after: next)
        if first { return found }
      }
      index = next
    }
    return found
  }

  // MARK: - Reading

  /// The number of the placeholder that begins at `position`, and its length.
  func placeholder(at position: Int, in bytes: some RandomAccessCollection<UInt8>) -> (index: Int, length: Int)? {
    let bytes = bytes.dropFirst(position)
    guard bytes.starts(with: Self.open), bytes.dropFirst(Self.open.count).starts(with: nonce) else { return nil }
    let digits = bytes.dropFirst(Self.open.count + nonce.count).prefix { $0 >= 0x30 && $0 <= 0x39 }
    let length = Self.open.count + nonce.count + digits.count + Self.close.count
    guard bytes.dropFirst(length - Self.close.count).starts(with: Self.close),
      let index = Int(String(decoding: digits, as: UTF8.self)), tags.indices.contains(index)
    else { return nil }
    return (index, length)
  }

  /// The number of the placeholder whose comment has exactly this text.
  func index(ofComment text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.starts(with: nonce), let index = Int(String(decoding: bytes.dropFirst(nonce.count), as: UTF8.self))
    else { return nil }
    return tags.indices.contains(index) ? index : nil
  }

  func comment(for index: Int) -> [UInt8] { Self.open + nonce + "\(index)".utf8 + Self.close }

  /// The template again: every placeholder replaced by its tag's source.
  func restored(_ html: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(html.count)
    var position = 0
    while position < html.count {
      if html[position] == UInt8(ascii: "<"), let found = placeholder(at: position, in: html) {
        output += tags[found.index].source.utf8
        position += found.length
      } else {
        output.append(html[position])
        position += 1
      }
    }
    return output
  }
}

extension TemplatePlaceholders {
  /// An attribute's value with each placeholder as a mark (`InlineTag`).
  func marked(_ value: String) -> String {
    let bytes = Array(value.utf8)
    guard bytes.contains(UInt8(ascii: "<")) else { return value }
    var marked: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "<"), let found = placeholder(at: position, in: bytes) {
        marked += InlineTag.mark(found.index).utf8
        position += found.length
      } else {
        marked.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: marked, as: UTF8.self)
  }
}
