/// Filters between text and markup.
extension TemplateFilter {
  static let markupFilters: [TemplateFilter] = [
    TemplateFilter("escape", "e") { renderer, value, _ throws(TemplateFault) in .text(try renderer.escaped(value)) },
    TemplateFilter("safe") { renderer, value, _ throws(TemplateFault) in .markup(try renderer.string(value)) },
    TemplateFilter("striptags") { renderer, value, _ throws(TemplateFault) in
      let text = try renderer.string(value)
      // Each ampersand costs a few looks into the table of names.
      try renderer.charge(200 + (text.utf8.contains(UInt8(ascii: "&")) ? 80 : 16) * text.utf8.count)
      return .text(stripTags(text))
    },
    TemplateFilter("urlencode") { renderer, value, _ throws(TemplateFault) in
      switch value {
      case .text, .none, .boolean, .integer, .float: return .text(try quoted(value, isQuery: false, &renderer))
      default: return .text(try query(value, &renderer))
      }
    },
  ]

  // MARK: striptags

  /// As MarkupSafe's `striptags`: comments and whatever is between angle brackets are left out, white space becomes
  /// single spaces, and character references become characters.
  private static func stripTags(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    var start = 0
    while let open = bytes[start...].firstIndex(of: UInt8(ascii: "<")) {
      guard let end = endOfTag(bytes, at: open) else { break }
      kept.append(contentsOf: bytes[start..<open])
      start = end
    }
    kept.append(contentsOf: bytes[start...])
    return CharacterReferences.decode(PythonText.collapsingWhitespace(String(decoding: kept, as: UTF8.self)))
  }

  private static func endOfTag(_ bytes: [UInt8], at open: Int) -> Int? {
    let isComment = bytes[open...].starts(with: "<!--".utf8)
    guard isComment else { return bytes[open...].firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } }
    var index = open + 4
    while index + 2 < bytes.count {
      if bytes[index] == UInt8(ascii: "-"), bytes[index + 1] == UInt8(ascii: "-"),
        bytes[index + 2] == UInt8(ascii: ">")
      {
        return index + 3
      }
      index += 1
    }
    return nil
  }

  // MARK: urlencode

  private static func quoted(
    _ value: TemplateValue, isQuery: Bool, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> String {
    let text = try renderer.string(value)
    try renderer.chargeText(3 * text.utf8.count)
    try renderer.charge(200 + 6 * text.utf8.count)
    var result: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "~"):
        result.append(byte)
      case UInt8(ascii: "/") where !isQuery: result.append(byte)
      case UInt8(ascii: " ") where isQuery: result.append(UInt8(ascii: "+"))
      default: result.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func query(
    _ value: TemplateValue, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> String {
    var parts: [TemplateText] = []
    if case .mapping(let mapping) = value {
      for entry in mapping.entries { parts.append(try part(entry.key, entry.value, &renderer)) }
    } else {
      for pair in try renderer.elements(of: value) {
        let elements = try renderer.elements(of: pair)
        guard elements.count == 2 else { throw .value("'urlencode' takes a text, a mapping, or pairs") }
        parts.append(try part(elements[0], elements[1], &renderer))
      }
    }
    return try renderer.join(parts, separator: TemplateText("&")).string
  }

  private static func part(
    _ name: TemplateValue, _ value: TemplateValue, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateText {
    let name = try quoted(name, isQuery: true, &renderer)
    return TemplateText(name + "=" + (try quoted(value, isQuery: true, &renderer)))
  }
}
