/// Filters about values as such: what stands in for a missing one, and JSON.
extension TemplateFilter {
  static let dataFilters: [TemplateFilter] = [
    TemplateFilter("default", "d", parameters: ["default_value", "boolean"]) {
      renderer, value, arguments throws(TemplateFault) in
      let replacement = arguments[0] ?? .text("")
      if case .undefined = value { return replacement }
      guard try renderer.flag(arguments[1]) else { return value }
      return try renderer.isTrue(value) ? value : replacement
    },
    TemplateFilter("tojson", parameters: ["indent"]) { renderer, value, arguments throws(TemplateFault) in
      var writer = TemplateJSONWriter()
      switch arguments.required(0) {
      case .none: break
      case .text(let text): writer.indentation = TemplateJSONWriter.escaped(text.string)
      case let other:
        let width = max(0, try renderer.index(other, default: 0, of: "indent"))
        try renderer.chargeText(Int(width))
        writer.indentation = String(repeating: " ", count: Int(width))
      }
      try writer.append(value, &renderer)
      return .markup(String(decoding: writer.bytes, as: UTF8.self))
    },
  ]
}

/// Writes JSON as Python's `json.dumps` does with sorted keys, and with the characters escaped that HTML could take for
/// its own.
private struct TemplateJSONWriter {
  private(set) var bytes: [UInt8] = []
  /// `nil` for all on one line.
  var indentation: String?
  private var depth = 0

  mutating func append(_ value: TemplateValue, _ renderer: inout TemplateRenderer) throws(TemplateFault) {
    switch value {
    case .none: bytes.append(contentsOf: "null".utf8)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .float(let value): bytes.append(contentsOf: Self.text(value).utf8)
    case .text(let text):
      try renderer.charge(24 * text.size)
      append(text.string)
    case .list(let sequence), .tuple(let sequence):
      try appendAll(sequence.elements, "[", "]", &renderer) { writer, element, renderer throws(TemplateFault) in
        try writer.append(element, &renderer)
      }
    case .mapping(let mapping):
      try renderer.charge(200 + 60 * mapping.count)
      let entries = try sorted(mapping.entries, &renderer)
      try appendAll(entries, "{", "}", &renderer) { writer, entry, renderer throws(TemplateFault) in
        writer.append(try Self.name(of: entry.key))
        writer.bytes.append(contentsOf: ": ".utf8)
        try writer.append(entry.value, &renderer)
      }
    case .undefined(let undefined):
      guard !undefined.isLenient else { throw .value("'tojson' does not work on \(value.kind)") }
      throw undefined.fault
    case .iterator: throw .value("a sequence made by a filter is no JSON; put '|list' before '|tojson'")
    case .loop: throw .value("'tojson' does not work on the loop")
    }
    try renderer.charge(60)
    guard bytes.count <= renderer.limits.valueBytes else {
      throw .bound("a text would be longer than \(renderer.limits.valueBytes) bytes")
    }
  }

  private mutating func appendAll<Element>(
    _ elements: [Element], _ open: String, _ close: String, _ renderer: inout TemplateRenderer,
    _ append: (inout TemplateJSONWriter, Element, inout TemplateRenderer) throws(TemplateFault) -> Void
  ) throws(TemplateFault) {
    bytes.append(contentsOf: open.utf8)
    depth += 1
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(contentsOf: (indentation == nil ? ", " : ",").utf8) }
      try newLine(&renderer)
      try append(&self, element, &renderer)
    }
    depth -= 1
    if !elements.isEmpty { try newLine(&renderer) }
    bytes.append(contentsOf: close.utf8)
  }

  private mutating func newLine(_ renderer: inout TemplateRenderer) throws(TemplateFault) {
    guard let indentation else { return }
    try renderer.chargeText(bytes.count / 64 + indentation.utf8.count * depth)
    bytes.append(0x0A)
    for _ in 0..<depth { bytes.append(contentsOf: indentation.utf8) }
  }

  private func sorted(
    _ entries: [TemplateMapping.Entry], _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> [TemplateMapping.Entry] {
    let keyed = entries.map { (key: $0.key, value: $0) }
    return try TemplateFilter.sorted(keyed, isReversed: false, &renderer)
  }

  private static func name(of key: TemplateValue) throws(TemplateFault) -> String {
    switch key {
    case .text(let text): return text.string
    case .none: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .float(let value): return text(value)
    default: throw .value("\(key.kind) cannot be a name in JSON")
    }
  }

  private static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return PythonNumber.text(value)
  }

  private mutating func append(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    for unit in string.utf16 {
      switch unit {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(UInt8(unit))
      case 0x22: bytes.append(contentsOf: #"\""#.utf8)
      case 0x5C: bytes.append(contentsOf: #"\\"#.utf8)
      case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
      case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
      case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
      case 0x0C: bytes.append(contentsOf: #"\f"#.utf8)
      case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
      // `<`, `>`, `&` and `'`, so that the text is safe within HTML.
      case 0x3C, 0x3E, 0x26, 0x27: appendEscape(unit)
      case 0x20..<0x7F: bytes.append(UInt8(unit))
      default: appendEscape(unit)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Text that stands outside the strings, with HTML's characters escaped as within.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<", ">", "&", "'":
        result.append(contentsOf: "\\u00\(String(scalar.value, radix: 16))".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private mutating func appendEscape(_ unit: UInt16) {
    let hex = String(unit, radix: 16)
    bytes.append(contentsOf: #"\u"#.utf8)
    bytes.append(contentsOf: String(repeating: "0", count: 4 - hex.utf8.count).utf8)
    bytes.append(contentsOf: hex.utf8)
  }
}
