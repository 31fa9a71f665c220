/// Filters that change the characters of a text. Those that Python's `str` has keep markup as markup.
extension TemplateFilter {
  static let caseFilters: [TemplateFilter] = [
    TemplateFilter("upper") { renderer, value, _ throws(TemplateFault) in
      .text(try mapped(value, &renderer, PythonText.uppercased))
    },
    TemplateFilter("lower") { renderer, value, _ throws(TemplateFault) in
      .text(try mapped(value, &renderer, PythonText.lowercased))
    },
    TemplateFilter("capitalize") { renderer, value, _ throws(TemplateFault) in
      .text(try mapped(value, &renderer, PythonText.capitalized))
    },
    TemplateFilter("title") { renderer, value, _ throws(TemplateFault) in
      let text = try renderer.text(value)
      try renderer.chargeCharacters(text)
      try renderer.charge(100 + 40 * text.size)
      return .text(PythonText.titlecased(text.string))
    },
    TemplateFilter("trim", parameters: ["chars"]) { renderer, value, arguments throws(TemplateFault) in
      let characters = arguments.required(0)
      switch characters {
      case .none:
        return .text(try mapped(value, &renderer) { PythonText.trimmed($0) })
      case .text(let characters):
        let set = Set(characters.scalars)
        return .text(try mapped(value, &renderer) { PythonText.trimmed($0, where: set.contains) })
      default: throw .value("'trim' takes the characters to remove as a text, not \(characters.kind)")
      }
    },
    TemplateFilter("replace", parameters: ["old", "new", "count"], required: 2) {
      renderer, value, arguments throws(TemplateFault) in
      var count = Int64(-1)
      if let given = arguments[2], !given.isNone { count = try renderer.index(given, default: -1, of: "count") }
      let limit = count < 0 ? Int.max : Int(count)
      return .text(try replace(value, arguments.required(0), with: arguments.required(1), limit, &renderer))
    },
    TemplateFilter("string") { renderer, value, _ throws(TemplateFault) in .text(try renderer.text(value)) },
    TemplateFilter("wordcount") { renderer, value, _ throws(TemplateFault) in
      let text = try renderer.text(value)
      try renderer.chargeCharacters(text)
      return .integer(Int64(PythonText.wordCount(text.string)))
    },
    TemplateFilter(open: "format", isFoldable: true) { renderer, value, arguments throws(TemplateFault) in
      guard arguments.positional.isEmpty || arguments.keywords.isEmpty else {
        throw .value("'format' takes plain or named values, not both")
      }
      let format = try renderer.text(value)
      if arguments.keywords.isEmpty {
        return .text(try renderer.format(format, with: renderer.tuple(arguments.positional)))
      }
      let entries = arguments.keywords.map { TemplateMapping.Entry(key: .text($0.name), value: $0.value) }
      return .text(try renderer.format(format, with: renderer.mapping(entries)))
    },
  ]

  private static func mapped(
    _ value: TemplateValue, _ renderer: inout TemplateRenderer, _ transform: (String) -> String
  ) throws(TemplateFault) -> TemplateText {
    let text = try renderer.text(value)
    try renderer.chargeCharacters(text)
    return TemplateText(transform(text.string), isMarkup: text.isMarkup)
  }

  private static func replace(
    _ value: TemplateValue, _ old: TemplateValue, with new: TemplateValue, _ limit: Int,
    _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateText {
    guard renderer.escapes else {
      let (text, old, new) = (try renderer.string(value), try renderer.string(old), try renderer.string(new))
      return TemplateText(try replace(text, old, with: new, limit, &renderer))
    }
    // As Jinja2 has it: markup to look for escapes the text; markup to put in does so unless the text is markup, which
    // then escapes whatever else is put in.
    var text = try renderer.text(value)
    if old.isMarkup || (new.isMarkup && !text.isMarkup) { text = try renderer.escaped(text) }
    let pattern = try renderer.string(old)
    let replacement = text.isMarkup ? try renderer.escaped(new).string : try renderer.string(new)
    let result = try replace(text.string, pattern, with: replacement, limit, &renderer)
    return TemplateText(result, isMarkup: text.isMarkup)
  }

  private static func replace(
    _ text: String, _ old: String, with new: String, _ limit: Int, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> String {
    try renderer.charge(150 + 8 * (text.utf8.count + old.utf8.count))
    let bytes = Array(text.utf8)
    let matches = TextSearch(old).matches(in: bytes, limit: limit)
    guard !matches.isEmpty else { return text }
    let (growth, overflow) = new.utf8.count.multipliedReportingOverflow(by: matches.count)
    try renderer.chargeText(overflow ? .max : bytes.count + growth)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + growth)
    var start = 0
    for match in matches {
      result.append(contentsOf: bytes[start..<match])
      result.append(contentsOf: new.utf8)
      start = match + old.utf8.count
    }
    result.append(contentsOf: bytes[start...])
    return String(decoding: result, as: UTF8.self)
  }
}

extension TemplateValue {
  var isNone: Bool {
    if case .none = self { true } else { false }
  }

  var isMarkup: Bool {
    if case .text(let text) = self { text.isMarkup } else { false }
  }
}
