/// The values a filter, a test or one of the loop's functions is called with.
struct TemplateCallArguments: Sendable {
  struct Keyword: Sendable {
    let name: String
    let value: TemplateValue
  }

  var positional: [TemplateValue] = []
  var keywords: [Keyword] = []

  static let none = TemplateCallArguments()

  var isEmpty: Bool { positional.isEmpty && keywords.isEmpty }

  subscript(keyword name: String) -> TemplateValue? { keywords.first { $0.name == name }?.value }

  /// Adds the members of a mapping, as `**mapping` does.
  mutating func add(keywords value: TemplateValue) throws(TemplateFault) {
    guard case .mapping(let mapping) = value else {
      if let undefined = value.undefined { throw undefined.fault }
      throw .value("'**' needs a mapping, not \(value.kind)")
    }
    for entry in mapping.entries {
      guard case .text(let name) = entry.key else { throw .value("the names of arguments must be texts") }
      guard self[keyword: name.string] == nil else { throw .value("the argument '\(name.string)' is given twice") }
      keywords.append(Keyword(name: name.string, value: entry.value))
    }
  }

  /// The values in the order of `parameters`, as Python binds them.
  func bound(to signature: TemplateSignature, of callee: String) throws(TemplateFault) -> TemplateBoundArguments {
    let parameters = signature.parameters
    guard positional.count <= parameters.count else {
      throw .value("'\(callee)' takes \(parameters.count) arguments at most, not \(positional.count)")
    }
    if keywords.isEmpty, positional.count >= signature.required {
      return TemplateBoundArguments(values: positional)
    }
    var values: [TemplateValue?] = positional
    values += Array(repeating: nil, count: parameters.count - positional.count)
    for keyword in keywords {
      guard let place = parameters.firstIndex(of: keyword.name) else {
        throw .value("'\(callee)' has no argument '\(keyword.name)'")
      }
      guard values[place] == nil else { throw .value("'\(callee)' is given '\(keyword.name)' twice") }
      values[place] = keyword.value
    }
    for place in 0..<signature.required where values[place] == nil {
      throw .value("'\(callee)' needs the argument '\(parameters[place])'")
    }
    return TemplateBoundArguments(values: values)
  }
}

/// The names of a filter's parameters, behind the value it is applied to. The first ones may be required.
struct TemplateSignature: Sendable {
  let parameters: [String]
  let required: Int

  static let none = TemplateSignature([])

  init(_ parameters: [String], required: Int = 0) {
    self.parameters = parameters
    self.required = required
  }
}

/// Arguments by the place of their parameter.
struct TemplateBoundArguments: Sendable {
  let values: [TemplateValue?]

  /// The value of the parameter at `place`; `nil` when it was not given.
  subscript(place: Int) -> TemplateValue? { place < values.count ? values[place] : nil }

  func required(_ place: Int) -> TemplateValue { self[place] ?? .none }
}

extension TemplateRenderer {
  /// A parameter that counts as true or false.
  mutating func flag(_ value: TemplateValue?, default missing: Bool = false) throws(TemplateFault) -> Bool {
    guard let value else { return missing }
    return try isTrue(value)
  }

  /// A parameter that Python uses as an index: a whole number or a truth value.
  func index(_ value: TemplateValue?, default missing: Int64, of name: String) throws(TemplateFault) -> Int64 {
    switch value {
    case nil: return missing
    case .integer(let value): return value
    case .boolean(let value): return value ? 1 : 0
    case .undefined(let undefined): throw undefined.fault
    case .some(let value): throw .value("'\(name)' must be a whole number, not \(value.kind)")
    }
  }
}
