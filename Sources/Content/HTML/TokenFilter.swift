import AdminCore

/// Prepares HTML for the parser: one pass over its tokens (HTML standard, section 13.2.5), linear in its length.
///
/// What the parser gets holds only text, placeholders of template tags, and tags of elements in `HTMLTag`. Comments,
/// declarations, scripts and everything whose content is not parsed as HTML are gone, so the parser never leaves the state
/// in which `<` begins a tag: the two cannot disagree about where one is. Nesting and attributes are counted on the way, and
/// too much of either is refused, because both make Gumbo quadratic.
struct TokenFilter {
  static let maximumSize = 512 << 10
  static let maximumDepth = 256
  static let maximumAttributes = 100

  private let input: [UInt8]
  private let placeholders: TemplatePlaceholders?
  private var position = 0
  private var output: [UInt8] = []
  private var nesting = NestingModel()
  private(set) var removals: RemovalLog
  private(set) var problems: TagProblems

  init(_ input: [UInt8], placeholders: TemplatePlaceholders?, removals: RemovalLog) {
    self.input = input
    self.placeholders = placeholders
    self.removals = removals
    problems = TagProblems(placeholders)
    // An explicit body takes part of the document's frame away; the document type selects the standard's own mode.
    output = Array("<!DOCTYPE html><body>".utf8)
    output.reserveCapacity(input.count + 64)
  }

  mutating func run() throws(AdminError) -> [UInt8] {
    guard input.count <= Self.maximumSize else {
      throw AdminError(
        .templateBound, "The HTML has \(input.count) bytes; at most \(Self.maximumSize) are accepted. Shorten it.")
    }
    while position < input.count {
      if input[position] == UInt8(ascii: "<") {
        try markup()
      } else {
        text()
      }
    }
    return output
  }

  private func byte(_ offset: Int = 0) -> UInt8? {
    position + offset < input.count ? input[position + offset] : nil
  }

  private mutating func text() {
    let start = position
    while position < input.count, input[position] != UInt8(ascii: "<") { position += 1 }
    if nesting.isBetweenCells, !input[start..<position].allSatisfy(Self.isWhiteSpace) {
      problems.refuseMovedContent(input[start..<position])
    }
    copy(start..<position)
  }

  private mutating func copy(_ range: Range<Int>) {
    let slice = input[range]
    if slice.contains(where: Self.isControl) {
      output.append(contentsOf: slice.filter { !Self.isControl($0) })
    } else {
      output.append(contentsOf: slice)
    }
  }

  /// What has no place in HTML at all. White space stays.
  private static func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 ? !isWhiteSpace(byte) : byte == 0x7F
  }

  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x0C
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

  // MARK: - Markup

  private mutating func markup() throws(AdminError) {
    switch byte(1) {
    case let next? where Self.isLetter(next): try startTag()
    case UInt8(ascii: "/"):
      switch byte(2) {
      case let next? where Self.isLetter(next): try endTag()
      case UInt8(ascii: ">"): position += 3
      case nil: literal()
      default: declaration()
      }
    case UInt8(ascii: "!"):
      if byte(2) == UInt8(ascii: "-"), byte(3) == UInt8(ascii: "-") { comment() } else { declaration() }
    case UInt8(ascii: "?"): declaration()
    default: literal()
    }
  }

  /// A `<` that begins nothing. Written as a reference, so that nothing can make a tag of it later.
  private mutating func literal() {
    output += Array("&lt;".utf8)
    position += 1
    if byte() == UInt8(ascii: "<"), placeholders?.placeholder(at: position, in: input) != nil {
      problems.refuse(in: input[position...].prefix(64), "would decide the name of an HTML element")
    }
  }

  private mutating func comment() {
    if let placeholder = placeholders?.placeholder(at: position, in: input) {
      output += input[position..<(position + placeholder.length)]
      position += placeholder.length
      return
    }
    let start = position
    position = endOfComment(from: position + 4)
    problems.refuse(in: input[start..<position], "stands inside an HTML comment, which is not kept")
    let content = input[min(start + 4, position)..<position].drop(while: Self.isWhiteSpace)
    removals.record(content.first == UInt8(ascii: "[") ? .conditionalComment : .comment)
  }

  private func endOfComment(from start: Int) -> Int {
    var index = start
    if index < input.count, input[index] == UInt8(ascii: ">") { return index + 1 }
    if input[index...].starts(with: [UInt8(ascii: "-"), UInt8(ascii: ">")]) { return index + 2 }
    while index + 2 < input.count {
      if input[index] == UInt8(ascii: "-"), input[index + 1] == UInt8(ascii: "-") {
        if input[index + 2] == UInt8(ascii: ">") { return index + 3 }
        if input[index + 2] == UInt8(ascii: "!"), index + 3 < input.count, input[index + 3] == UInt8(ascii: ">") {
          return index + 4
        }
      }
      index += 1
    }
    return input.count
  }

  /// Up to the next `>`: document types, processing instructions, CDATA and what is none of them.
  private mutating func declaration() {
    let start = position
    while position < input.count, input[position] != UInt8(ascii: ">") { position += 1 }
    position = min(position + 1, input.count)
    problems.refuse(in: input[start..<position], "stands inside a declaration, which is not kept")
    let text = String(decoding: input[start..<position].prefix(16), as: UTF8.self).lowercased()
    guard !text.hasPrefix("<!doctype") else { return }
    removals.record(text.hasPrefix("<![") && !text.hasPrefix("<![cdata[") ? .conditionalComment : .declaration)
  }

  // MARK: - Tags

  private struct Tag {
    let name: String
    /// From behind the name to before the closing `>`.
    let attributes: Range<Int>
    let range: Range<Int>
  }

  private mutating func startTag() throws(AdminError) {
    guard let tag = try readTag(nameOffset: 1) else { return }
    let selfClosing = !tag.attributes.isEmpty && input[tag.attributes.upperBound - 1] == UInt8(ascii: "/")
    switch TagTreatment.of(tag.name) {
    case .keep(let kept):
      if nesting.isBetweenCells, kept != .table, !kept.isTablePart { problems.refuseMovedContent(input[tag.range]) }
      write(kept.rawValue, tag)
      nesting.open(kept, key: kept.isFormatting ? Self.hash(input[tag.range]) : 0)
      try checkDepth()
    case .document: write(tag.name, tag)
    case .ignore: break
    case .unwrap: removals.record(.elementOnly, element: tag.name)
    case .dropVoid: removals.record(.elementWithContent, element: tag.name)
    case .dropText:
      removals.record(.elementWithContent, element: tag.name)
      dropText(of: tag.name)
    case .drop:
      removals.record(.elementWithContent, element: tag.name)
      guard !selfClosing else { return }
      output += Array("<x-\(tag.name)>".utf8)
      nesting.open(nil, key: 0)
      try checkDepth()
    }
  }

  private mutating func endTag() throws(AdminError) {
    guard let tag = try readTag(nameOffset: 2) else { return }
    switch TagTreatment.of(tag.name) {
    case .keep(let kept):
      output += Array("</\(kept.rawValue)>".utf8)
      nesting.close(kept)
    case .drop:
      output += Array("</x-\(tag.name)>".utf8)
      nesting.close(nil)
    default: break
    }
  }

  private func checkDepth() throws(AdminError) {
    guard nesting.depth > Self.maximumDepth else { return }
    throw AdminError(
      .templateBound,
      "The HTML nests its elements deeper than \(Self.maximumDepth). Close the elements that are left open, or flatten it."
    )
  }

  private mutating func write(_ name: String, _ tag: Tag) {
    output.append(UInt8(ascii: "<"))
    output += Array(name.utf8)
    copy(tag.attributes)
    output.append(UInt8(ascii: ">"))
  }

  /// FNV-1a, the same in every run, so that what is refused once is refused always.
  private static func hash(_ bytes: some Sequence<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash)
  }

  /// Reads a tag to its end. `nil` when the document ends first: such a tag is none, and goes.
  private mutating func readTag(nameOffset: Int) throws(AdminError) -> Tag? {
    let start = position
    position += nameOffset
    let nameStart = position
    while let byte = byte(), !Self.isWhiteSpace(byte), byte != UInt8(ascii: "/"), byte != UInt8(ascii: ">") {
      position += 1
    }
    let nameEnd = position
    problems.refuse(in: input[nameStart..<nameEnd], "would decide the name of an HTML element")
    guard try readAttributes() else {
      position = input.count
      problems.refuse(in: input[start...], "stands inside a tag that is never closed")
      removals.record(.unfinishedTag)
      return nil
    }
    position += 1
    return Tag(
      name: Self.name(input[nameStart..<nameEnd]), attributes: nameEnd..<(position - 1), range: start..<position)
  }

  /// A name in lower case (ASCII, as HTML has it) and without controls.
  private static func name(_ bytes: ArraySlice<UInt8>) -> String {
    var name: [UInt8] = []
    for byte in bytes where !isControl(byte) { name.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) }
    return String(decoding: name, as: UTF8.self)
  }

  /// - Returns: whether the tag ends; the position is then at its `>`.
  private mutating func readAttributes() throws(AdminError) -> Bool {
    var count = 0
    while true {
      while let byte = byte(), Self.isWhiteSpace(byte) || byte == UInt8(ascii: "/") { position += 1 }
      guard let first = byte() else { return false }
      if first == UInt8(ascii: ">") { return true }
      count += 1
      guard count <= Self.maximumAttributes else {
        throw AdminError(.templateBound, "An HTML tag has more than \(Self.maximumAttributes) attributes. Remove some.")
      }
      let nameStart = position
      repeat { position += 1 } while byte().map { !Self.endsAttributeName($0) } ?? false
      problems.refuse(
        in: input[nameStart..<position],
        "stands inside a tag but not in a quoted attribute value; write two versions of the element, or put the condition"
          + " inside the quotes")
      while let byte = byte(), Self.isWhiteSpace(byte) { position += 1 }
      guard byte() == UInt8(ascii: "=") else { continue }
      position += 1
      guard readValue() else { return false }
    }
  }

  private static func endsAttributeName(_ byte: UInt8) -> Bool {
    isWhiteSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=")
  }

  private mutating func readValue() -> Bool {
    while let byte = byte(), Self.isWhiteSpace(byte) { position += 1 }
    guard let first = byte() else { return false }
    let start = position
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      repeat { position += 1 } while byte().map { $0 != first } ?? false
      guard byte() != nil else { return false }
      problems.checkBlocks(in: input[start..<position])
      position += 1
    case UInt8(ascii: ">"): break
    default:
      while let byte = byte(), !Self.isWhiteSpace(byte), byte != UInt8(ascii: ">") { position += 1 }
      problems.refuse(in: input[start..<position], "stands in an attribute value without quotes; quote the value")
    }
    return true
  }

  // MARK: - Text that is no HTML

  private mutating func dropText(of name: String) {
    let start = position
    let wanted = Array("</\(name)".utf8)
    while position < input.count {
      if input[position] == UInt8(ascii: "<"), position + wanted.count <= input.count,
        zip(input[position...], wanted).allSatisfy({ ($0 | ($0 >= 0x41 && $0 <= 0x5A ? 0x20 : 0)) == $1 })
      {
        let after = byte(wanted.count)
        if after.map({ Self.isWhiteSpace($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") }) ?? true { break }
      }
      position += 1
    }
    // The end tag itself is read like any other and, being of no use alone, goes.
    if name == "title" {
      problems.checkBlocks(in: input[start..<position])
    } else {
      problems.refuse(in: input[start..<position], "stands inside <\(name)>, which is removed with its content")
    }
  }
}
