/// Writes the sanitizer's tree as HTML, in one form: double quotes, names in lower case, no tag left out.
struct HTMLWriter {
  private var output: [UInt8] = []
  private let placeholders: TemplatePlaceholders?

  /// With `placeholders`, text is written so that it cannot be taken for a tag of the template language.
  static func write(_ nodes: [HTMLNode], placeholders: TemplatePlaceholders? = nil, reserving size: Int = 0) -> [UInt8]
  {
    var writer = HTMLWriter(placeholders: placeholders)
    writer.output.reserveCapacity(size)
    writer.nodes(nodes)
    return writer.output
  }

  private init(placeholders: TemplatePlaceholders?) { self.placeholders = placeholders }

  private mutating func nodes(_ nodes: [HTMLNode]) {
    for node in nodes {
      switch node {
      case .text(let text): escaped(text, isAttribute: false)
      case .tag(let index): tag(index)
      case .element(let element): self.element(element)
      }
    }
  }

  private mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { output.append(contentsOf: $0) }
  }

  private mutating func tag(_ index: Int) {
    if let placeholders { output += placeholders.comment(for: index) }
  }

  private mutating func element(_ element: HTMLElement) {
    raw("<")
    output += element.tag.rawValue.utf8
    for attribute in element.attributes {
      raw(" ")
      output += attribute.name.rawValue.utf8
      raw("=\"")
      if InlineTag.isContained(in: attribute.value) {
        for part in InlineTag.parts(of: attribute.value) {
          switch part {
          case .literal(let text): escaped(text, isAttribute: true)
          case .tag(let index): tag(index)
          }
        }
      } else {
        escaped(attribute.value, isAttribute: true)
      }
      raw("\"")
    }
    raw(">")
    guard !element.tag.isVoid else { return }
    // The parser drops a line feed that comes first.
    if element.tag == .pre, case .text(let text)? = element.children.first, text.utf8.first == 0x0A { raw("\n") }
    nodes(element.children)
    raw("</")
    output += element.tag.rawValue.utf8
    raw(">")
  }

  private mutating func escaped(_ text: String, isAttribute: Bool) {
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      var index = 0
      while index < bytes.count {
        if let (reference, length) = reference(for: bytes, at: index, isAttribute: isAttribute) {
          output.append(contentsOf: bytes[start..<index])
          raw(reference)
          index += length
          start = index
        } else {
          index += 1
        }
      }
      output.append(contentsOf: bytes[start...])
    }
  }

  /// What is written instead of the character at `index`, and how many bytes that has.
  private func reference(
    for bytes: UnsafeBufferPointer<UInt8>, at index: Int, isAttribute: Bool
  ) -> (StaticString, length: Int)? {
    switch bytes[index] {
    case UInt8(ascii: "&"): return ("&amp;", 1)
    case UInt8(ascii: "<"): return ("&lt;", 1)
    case UInt8(ascii: ">"): return ("&gt;", 1)
    case UInt8(ascii: "\""): return isAttribute ? ("&quot;", 1) : nil
    case UInt8(ascii: "{"): return placeholders != nil && Self.couldOpenTag(bytes, index) ? ("&#123;", 1) : nil
    case 0xC2 where index + 1 < bytes.count: return Self.name(twoBytes: bytes[index + 1]).map { ($0, 2) }
    case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80:
      return Self.name(ofMark: bytes[index + 2]).map { ($0, 3) }
    default: return nil
    }
  }

  /// At the end of the text a tag may follow, whose brace would join this one.
  private static func couldOpenTag(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    guard index + 1 < bytes.count else { return true }
    let next = bytes[index + 1]
    return next == UInt8(ascii: "{") || next == UInt8(ascii: "%") || next == UInt8(ascii: "#")
  }

  /// Characters nobody sees are written by name, so that whoever reads the source does.
  private static func name(twoBytes second: UInt8) -> StaticString? {
    switch second {
    case 0xA0: "&nbsp;"
    case 0xAD: "&shy;"
    default: nil
    }
  }

  /// U+200B to U+200F, without the joiner, which is part of many emoji.
  private static func name(ofMark third: UInt8) -> StaticString? {
    switch third {
    case 0x8B: "&#8203;"
    case 0x8C: "&zwnj;"
    case 0x8E: "&lrm;"
    case 0x8F: "&rlm;"
    default: nil
    }
  }
}
