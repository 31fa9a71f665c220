/// The filters Jinja2 does not have: dates and amounts of money as an office writes them.
extension TemplateFilter {
  static let officeFilters: [TemplateFilter] = [
    TemplateFilter("date", parameters: ["format", "offset"]) { renderer, value, arguments throws(TemplateFault) in
      guard case .text(let text) = value else {
        if let undefined = value.undefined { throw undefined.fault }
        throw .value("'date' works on a date in the form '2026-01-31' or '2026-01-31T09:30:00Z', not on \(value.kind)")
      }
      guard case .text(let format) = arguments[0] ?? .text("%Y-%m-%d") else {
        if let undefined = arguments[0]?.undefined { throw undefined.fault }
        throw .value("'date' takes its format as a text, as in date(\"%d %B %Y\")")
      }
      var offset: String?
      if let given = arguments[1], !given.isNone { offset = try renderer.string(given) }
      try renderer.charge(500 + text.size + 100 * format.size)
      let date = try DateFormatting(reading: text.string, offset: offset)
      return .text(try date.text(format.string))
    },
    TemplateFilter("money", parameters: ["currency"], required: 1) { renderer, value, arguments throws(TemplateFault) in
      guard case .text(let code) = arguments.required(0) else {
        if let undefined = arguments.required(0).undefined { throw undefined.fault }
        throw .value("'money' takes the code of a currency as a text, as in money(\"USD\")")
      }
      try renderer.charge(1500)
      if case .text(let text) = value { try renderer.charge(4 * text.size) }
      return .text(try Money.text(of: value, currency: code.string))
    },
  ]
}
