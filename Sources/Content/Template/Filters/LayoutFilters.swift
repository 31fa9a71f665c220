/// Filters that lay a text out in lines and columns.
extension TemplateFilter {
  static let layoutFilters: [TemplateFilter] = [
    TemplateFilter("center", parameters: ["width"]) { renderer, value, arguments throws(TemplateFault) in
      let width = try renderer.index(arguments[0], default: 80, of: "width")
      return .text(try center(renderer.text(value), width, &renderer))
    },
    TemplateFilter("indent", parameters: ["width", "first", "blank"]) {
      renderer, value, arguments throws(TemplateFault) in
      try indent(value, arguments, &renderer)
    },
    TemplateFilter("truncate", parameters: ["length", "killwords", "end", "leeway"]) {
      renderer, value, arguments throws(TemplateFault) in
      try truncate(value, arguments, &renderer)
    },
    TemplateFilter(
      "wordwrap", parameters: ["width", "break_long_words", "wrapstring", "break_on_hyphens"]
    ) { renderer, value, arguments throws(TemplateFault) in
      .text(try wrap(value, arguments, &renderer))
    },
  ]

  private static func center(
    _ text: TemplateText, _ width: Int64, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateText {
    let count = Int64(text.count)
    guard width > count else { return text }
    let padding = width - count
    try renderer.chargeText(text.size + Int(padding))
    // When the spaces cannot be shared evenly, Python gives the left side the odd one in a field of odd width.
    let left = padding / 2 + (padding & width & 1)
    let string = String(repeating: " ", count: Int(left)) + text.string
    return TemplateText(string + String(repeating: " ", count: Int(padding - left)), isMarkup: text.isMarkup)
  }

  // MARK: indent

  private static func indent(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    guard case .text(let text) = value else {
      if let undefined = value.undefined { throw undefined.fault }
      throw .value("'indent' works on a text, not on \(value.kind)")
    }
    var indentation: TemplateText
    if case .text(let given)? = arguments[0] {
      indentation = given
    } else {
      let width = max(0, try renderer.index(arguments[0], default: 4, of: "width"))
      try renderer.chargeText(Int(width))
      indentation = TemplateText(String(repeating: " ", count: Int(width)))
    }
    var newline = TemplateText("\n")
    if text.isMarkup {
      indentation = TemplateText(indentation.string, isMarkup: true)
      newline = TemplateText("\n", isMarkup: true)
    }
    let breaks = text.string.utf8.count { (0x0A...0x0D).contains($0) || (0x1C...0x1E).contains($0) || $0 > 0x7F }
    try renderer.charge(100 + 4 * text.size + 200 * breaks)
    // The line end that Jinja2 appends first makes sure that there is a line, and keeps an empty last one.
    let lines = PythonText.lines(text.string + "\n").map { TemplateText($0, isMarkup: text.isMarkup) }
    let isBlankIndented = try renderer.flag(arguments[2])
    var result: TemplateText
    if isBlankIndented {
      result = try renderer.join(lines, separator: renderer.concatenate(newline, indentation))
    } else {
      var rest: [TemplateText] = []
      for line in lines.dropFirst() {
        rest.append(line.size > 0 ? try renderer.concatenate(indentation, line) : line)
      }
      result = lines[0]
      if !rest.isEmpty {
        let tail = try renderer.concatenate(newline, renderer.join(rest, separator: newline))
        result = try renderer.concatenate(result, tail)
      }
    }
    if try renderer.flag(arguments[1]) { result = try renderer.concatenate(indentation, result) }
    return .text(result)
  }

  // MARK: truncate

  private static func truncate(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    try renderer.charge(200)
    let length = arguments[0] ?? .integer(255)
    let end = arguments[2] ?? .text("...")
    var leeway = arguments[3] ?? .none
    if leeway.isNone { leeway = .integer(5) }
    let endLength = TemplateValue.integer(Int64(try renderer.length(of: end)))
    guard try renderer.compare(.greaterOrEqual, length, endLength) else {
      throw .value("'truncate' needs a length that has room for what it puts at the end")
    }
    guard try renderer.compare(.greaterOrEqual, leeway, .integer(0)) else {
      throw .value("'truncate' needs a leeway of zero or more")
    }
    let count = TemplateValue.integer(Int64(try renderer.length(of: value)))
    if try renderer.compare(.lessOrEqual, count, renderer.binary(.add, length, leeway)) { return value }
    let kept = try renderer.binary(.subtract, length, endLength)
    let start = try renderer.slice(value, lower: .none, upper: kept, step: .none)
    if try renderer.flag(arguments[1]) { return try renderer.binary(.add, start, end) }
    guard case .text(let text) = start else { throw .value("'truncate' works on a text, not on \(value.kind)") }
    var words = text
    if let space = text.string.utf8.lastIndex(of: UInt8(ascii: " ")) {
      words = TemplateText(String(text.string[..<space]), isMarkup: text.isMarkup)
    }
    return try renderer.binary(.add, .text(words), end)
  }

  // MARK: wordwrap

  private static func wrap(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateText {
    guard case .text(let text) = value else {
      if let undefined = value.undefined { throw undefined.fault }
      throw .value("'wordwrap' works on a text, not on \(value.kind)")
    }
    let separator: TemplateText
    switch arguments.required(2) {
    case .none: separator = TemplateText("\n")
    case .text(let given): separator = given
    default: throw .value("'wordwrap' puts a text between the lines, not \(arguments.required(2).kind)")
    }
    try renderer.charge(600 + 150 * text.size)
    let lines = PythonText.lines(text.string)
    guard !lines.isEmpty else { return TemplateText("", isMarkup: separator.isMarkup) }
    let width = try renderer.index(arguments[0], default: 79, of: "width")
    guard width > 0 else { throw .value("'wordwrap' needs a width of one or more") }
    // Python splits at hyphens only when told `True` itself.
    var splitsAtHyphens = true
    if let given = arguments[3] {
      if case .boolean(true) = given { splitsAtHyphens = true } else { splitsAtHyphens = false }
    }
    let wrapping = PythonWrapping(
      width: Int(min(width, Int64(Int32.max))), breaksLongWords: try renderer.flag(arguments[1], default: true),
      splitsAtHyphens: splitsAtHyphens, prefersHyphens: try renderer.flag(arguments[3], default: true))
    var paragraphs: [TemplateText] = []
    for line in lines {
      let wrapped = wrapping.wrap(line).map { TemplateText($0) }
      paragraphs.append(try renderer.join(wrapped, separator: separator))
    }
    return try renderer.join(paragraphs, separator: separator)
  }
}
