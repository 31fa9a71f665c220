/// Turns a template's source into tokens, by the rules of Jinja2's lexer with its default settings: `trim_blocks` and
/// `lstrip_blocks` off, one trailing newline dropped.
///
/// Text and tags are told apart here, the inside of tags is read in `TemplateLexer+Tags.swift`.
struct TemplateLexer {
  let source: TemplateSource
  let bytes: [UInt8]
  let end: Int
  let limits: TemplateLimits
  var position = 0
  private(set) var tokens: [TemplateToken] = []
  private(set) var segments: [(kind: TemplateSegment.Kind, range: Range<Int>)] = []
  /// Where a tag opens that has no end. The parser says with better words what is missing.
  var unclosedTag: Int?

  init(_ source: TemplateSource, limits: TemplateLimits) {
    self.source = source
    bytes = source.bytes
    end = source.contentEnd
    self.limits = limits
  }

  mutating func run() throws(TemplateFault) {
    guard bytes.count <= limits.sourceBytes else {
      throw TemplateFault(.bound, "the template is longer than \(limits.sourceBytes) bytes; shorten it", at: 0)
    }
    tokens.reserveCapacity(bytes.count / 12 + 8)
    var segmentStart = 0
    while let open = nextTag(from: position) {
      guard tokens.count < limits.tokens else {
        throw TemplateFault(
          .bound, "the template has more than \(limits.tokens) parts; shorten it, or repeat with '{% for %}'", at: open)
      }
      emitText(upTo: open, before: open + 2)
      if open > segmentStart { segments.append((.text, segmentStart..<open)) }
      let (kind, close) = try tag(at: open)
      segments.append((kind, open..<close))
      segmentStart = close
    }
    emitData(position..<end)
    if segmentStart < bytes.count { segments.append((.text, segmentStart..<bytes.count)) }
    emit(.end, at: end)
  }

  mutating func emit(_ kind: TemplateToken.Kind, at offset: Int) {
    tokens.append(TemplateToken(kind: kind, offset: offset))
  }

  func byte(at index: Int) -> UInt8? { index < end ? bytes[index] : nil }

  // MARK: Text

  private func nextTag(from start: Int) -> Int? {
    var index = start
    while index + 1 < end {
      if bytes[index] == UInt8(ascii: "{") {
        switch bytes[index + 1] {
        case UInt8(ascii: "{"), UInt8(ascii: "%"), UInt8(ascii: "#"): return index
        default: break
        }
      }
      index += 1
    }
    return nil
  }

  /// - Parameter sign: where the tag that follows may have its sign; a minus takes the white space before the tag.
  private mutating func emitText(upTo open: Int, before sign: Int) {
    let trims = byte(at: sign) == UInt8(ascii: "-")
    emitData(position..<(trims ? Whitespace.trimEnd(of: bytes, from: position, to: open) : open))
  }

  private mutating func emitData(_ range: Range<Int>) {
    if !range.isEmpty { emit(.data(source.text(range)), at: range.lowerBound) }
  }

  // MARK: Tags

  /// Reads the tag at `open`, leaving `position` where text goes on, which is behind the white space the tag takes.
  ///
  /// - Returns: what it is and where its closing mark ends.
  private mutating func tag(at open: Int) throws(TemplateFault) -> (TemplateSegment.Kind, close: Int) {
    var inner = open + 2
    if let sign = byte(at: inner), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { inner += 1 }
    switch bytes[open + 1] {
    case UInt8(ascii: "#"):
      return (.comment, try comment(from: inner, at: open))
    case UInt8(ascii: "{"):
      emit(.outputBegin, at: open)
      return (.output, try inside(.output, from: inner, at: open))
    default:
      if let body = rawOpening(from: inner) { return (.raw, try raw(from: body, at: open)) }
      emit(.statementBegin, at: open)
      let first = tokens.count
      let close = try inside(.statement, from: inner, at: open)
      if first < tokens.count, case .name(let name) = tokens[first].kind { return (.statement(name), close) }
      return (.statement(""), close)
    }
  }

  private mutating func comment(from start: Int, at open: Int) throws(TemplateFault) -> Int {
    var index = start
    while index + 1 < end {
      if bytes[index] == UInt8(ascii: "#"), bytes[index + 1] == UInt8(ascii: "}") {
        let trims = index > start && bytes[index - 1] == UInt8(ascii: "-")
        position = trims ? Whitespace.skip(in: bytes, from: index + 2, to: end) : index + 2
        return index + 2
      }
      index += 1
    }
    // Jinja2 forgives a comment that opens at the very end.
    guard start >= end else { throw .syntax("the comment that starts here is not closed; end it with '#}'", at: open) }
    position = end
    return bytes.count
  }

  /// Where the text of a raw block starts, when the tag whose inside starts at `inner` opens one.
  private func rawOpening(from inner: Int) -> Int? {
    guard let name = word("raw", from: Whitespace.skip(in: bytes, from: inner, to: end)) else { return nil }
    let index = Whitespace.skip(in: bytes, from: name, to: end)
    if let close = mark("-%}", from: index) { return Whitespace.skip(in: bytes, from: close, to: end) }
    return mark("%}", from: index)
  }

  private mutating func raw(from start: Int, at open: Int) throws(TemplateFault) -> Int {
    var index = start
    while index + 1 < end {
      if bytes[index] == UInt8(ascii: "{"), bytes[index + 1] == UInt8(ascii: "%"), let tail = rawClosing(at: index) {
        let trims = byte(at: index + 2) == UInt8(ascii: "-")
        emitData(start..<(trims ? Whitespace.trimEnd(of: bytes, from: start, to: index) : index))
        position = tail.next
        return tail.close
      }
      index += 1
    }
    guard start >= end else {
      throw .syntax("the raw block that starts here is not closed; end it with '{% endraw %}'", at: open)
    }
    position = end
    return bytes.count
  }

  private func rawClosing(at open: Int) -> (close: Int, next: Int)? {
    var index = open + 2
    if let sign = byte(at: index), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
    guard let name = word("endraw", from: Whitespace.skip(in: bytes, from: index, to: end)) else { return nil }
    return closing(.statement, from: Whitespace.skip(in: bytes, from: name, to: end))
  }

  // MARK: Marks

  enum Tag { case output, statement }

  /// The closing mark of a tag at `index`: where it ends, and where text goes on.
  func closing(_ tag: Tag, from index: Int) -> (close: Int, next: Int)? {
    let (plain, trimming): (StaticString, StaticString) =
      switch tag {
      case .output: ("}}", "-}}")
      case .statement: ("%}", "-%}")
      }
    if let close = mark(trimming, from: index) { return (close, Whitespace.skip(in: bytes, from: close, to: end)) }
    if case .statement = tag, let close = mark("+%}", from: index) { return (close, close) }
    return mark(plain, from: index).map { ($0, $0) }
  }

  private func mark(_ mark: StaticString, from index: Int) -> Int? {
    let length = mark.utf8CodeUnitCount
    guard index + length <= end else { return nil }
    for offset in 0..<length where bytes[index + offset] != mark.utf8Start[offset] { return nil }
    return index + length
  }

  private func word(_ word: StaticString, from index: Int) -> Int? { mark(word, from: index) }
}
