/// Values as texts: Python's `str` and `repr`, and texts put together under the rules of markup.
extension TemplateRenderer {
  /// `str(value)`.
  mutating func string(_ value: TemplateValue) throws(TemplateFault) -> String {
    switch value {
    case .text(let text): return text.string
    case .undefined(let undefined):
      guard undefined.isLenient else { throw undefined.fault }
      return ""
    default:
      try charge(40)
      return try representation(value)
    }
  }

  /// `soft_str(value)`: a text as it is, markup included, anything else as its text.
  mutating func text(_ value: TemplateValue) throws(TemplateFault) -> TemplateText {
    if case .text(let text) = value { return text }
    return TemplateText(try string(value))
  }

  /// `escape(value)`.
  mutating func escaped(_ value: TemplateValue) throws(TemplateFault) -> TemplateText {
    try escaped(text(value))
  }

  mutating func escaped(_ text: TemplateText) throws(TemplateFault) -> TemplateText {
    guard !text.isMarkup else { return text }
    try charge(16 + (HTMLEscaping.needsEscaping(text.string) ? 16 : 1) * text.size)
    return TemplateText(HTMLEscaping.escaped(text.string), isMarkup: true)
  }

  /// `left + right`: when one of them is markup, the other is escaped and the result is markup.
  mutating func concatenate(_ left: TemplateText, _ right: TemplateText) throws(TemplateFault) -> TemplateText {
    let isMarkup = left.isMarkup || right.isMarkup
    let (left, right) = isMarkup ? (try escaped(left), try escaped(right)) : (left, right)
    try chargeText(left.size + right.size)
    return TemplateText(left.string + right.string, isMarkup: isMarkup)
  }

  /// `separator.join(parts)`: a separator that is markup escapes the parts; parts that are markup change nothing.
  mutating func join(_ parts: [TemplateText], separator: TemplateText) throws(TemplateFault) -> TemplateText {
    var parts = parts
    if separator.isMarkup {
      for index in parts.indices { parts[index] = try escaped(parts[index]) }
    }
    var size = separator.size * max(0, parts.count - 1)
    for part in parts { size += part.size }
    try chargeText(size)
    try charge(40 * parts.count)
    var result = ""
    result.reserveCapacity(size)
    for (index, part) in parts.enumerated() {
      if index > 0 { result += separator.string }
      result += part.string
    }
    return TemplateText(result, isMarkup: separator.isMarkup)
  }

  // MARK: repr

  mutating func representation(_ value: TemplateValue) throws(TemplateFault) -> String {
    switch value {
    case .none: return "None"
    case .boolean(let value): return value ? "True" : "False"
    case .integer(let value): return String(value)
    case .float(let value):
      try charge(400)
      return PythonNumber.text(value)
    default:
      var bytes: [UInt8] = []
      try appendRepresentation(value, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  private mutating func appendRepresentation(
    _ value: TemplateValue, to bytes: inout [UInt8]
  ) throws(TemplateFault) {
    switch value {
    case .undefined: bytes.append(contentsOf: "Undefined".utf8)
    case .none, .boolean, .integer, .float: bytes.append(contentsOf: try representation(value).utf8)
    case .text(let text): try appendRepresentation(text, to: &bytes)
    case .list(let sequence): try append(sequence.elements, in: ("[", "]"), to: &bytes)
    case .tuple(let sequence):
      try append(sequence.elements, in: ("(", sequence.elements.count == 1 ? ",)" : ")"), to: &bytes)
    case .mapping(let mapping):
      bytes.append(UInt8(ascii: "{"))
      for (index, entry) in mapping.entries.enumerated() {
        if index > 0 { bytes.append(contentsOf: ", ".utf8) }
        try appendRepresentation(entry.key, to: &bytes)
        bytes.append(contentsOf: ": ".utf8)
        try appendRepresentation(entry.value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    case .iterator:
      throw .value("a sequence made by a filter cannot be printed; put '|list' or '|join' behind the filter")
    case .loop(let number):
      let length = try loopLength(number)
      bytes.append(contentsOf: "<LoopContext \(loops[number].index0 + 1)/\(length)>".utf8)
    }
    guard bytes.count <= limits.valueBytes else {
      throw .bound("a text would be longer than \(limits.valueBytes) bytes")
    }
    try charge(60)
  }

  private mutating func append(
    _ elements: [TemplateValue], in brackets: (String, String), to bytes: inout [UInt8]
  ) throws(TemplateFault) {
    bytes.append(contentsOf: brackets.0.utf8)
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(contentsOf: ", ".utf8) }
      try appendRepresentation(element, to: &bytes)
    }
    bytes.append(contentsOf: brackets.1.utf8)
  }

  private mutating func appendRepresentation(_ text: TemplateText, to bytes: inout [UInt8]) throws(TemplateFault) {
    // An escaped character takes ten bytes at most.
    try charge(2 * text.size)
    if text.isMarkup { bytes.append(contentsOf: "Markup(".utf8) }
    bytes.append(contentsOf: Self.literal(text.string, isASCII: false).utf8)
    if text.isMarkup { bytes.append(UInt8(ascii: ")")) }
  }

  /// A string literal of Python that reads back as `string`.
  ///
  /// - Parameter isASCII: whether characters beyond ASCII are escaped too, as `ascii` does.
  static func literal(_ string: String, isASCII: Bool) -> String {
    let hasSingleQuote = string.utf8.contains(UInt8(ascii: "'"))
    let quote: Unicode.Scalar = hasSingleQuote && !string.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    var result = TextBuilder(reserving: string.utf8.count + 2)
    result.append(quote)
    for scalar in string.unicodeScalars {
      switch scalar {
      case quote, "\\":
        result.append("\\")
        result.append(scalar)
      case "\n": result.append("\\n")
      case "\r": result.append("\\r")
      case "\t": result.append("\\t")
      case _ where PythonText.isPrintable(scalar) && (scalar.isASCII || !isASCII): result.append(scalar)
      default: result.append(numericEscape(scalar))
      }
    }
    result.append(quote)
    return result.text
  }

  private static func numericEscape(_ scalar: Unicode.Scalar) -> String {
    let hex = String(scalar.value, radix: 16)
    let (mark, width) = scalar.value < 0x100 ? ("\\x", 2) : scalar.value < 0x1_0000 ? ("\\u", 4) : ("\\U", 8)
    return mark + String(repeating: "0", count: width - hex.utf8.count) + hex
  }
}
