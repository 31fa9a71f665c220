import AdminCore

/// Filters that pick elements by a test, or replace each by what another filter or a member gives.
extension TemplateFilter {
  static let selectionFilters: [TemplateFilter] = [
    TemplateFilter(open: "map", isFoldable: false) { renderer, value, arguments throws(TemplateFault) in
      try renderer.iterator(.map(value, arguments))
    },
    selecting("select", .init(readsAttribute: false, accepts: true)),
    selecting("reject", .init(readsAttribute: false, accepts: false)),
    selecting("selectattr", .init(readsAttribute: true, accepts: true)),
    selecting("rejectattr", .init(readsAttribute: true, accepts: false)),
  ]

  private static func selecting(_ name: String, _ kind: TemplateSelection.Kind) -> TemplateFilter {
    TemplateFilter(open: name, isFoldable: false) { renderer, value, arguments throws(TemplateFault) in
      try renderer.iterator(.select(value, arguments, kind))
    }
  }
}

/// What `map` makes of each element.
enum TemplateTransform {
  case attribute(TemplateAttribute)
  case filter(TemplateFilter, TemplateCallArguments)

  init(_ arguments: TemplateCallArguments) throws(TemplateFault) {
    if arguments.positional.isEmpty, let name = arguments[keyword: "attribute"] {
      var attribute = TemplateAttribute(name)
      attribute.missing = arguments[keyword: "default"] ?? .none
      if let other = arguments.keywords.first(where: { $0.name != "attribute" && $0.name != "default" }) {
        throw .value("'map' has no argument '\(other.name)'")
      }
      self = .attribute(attribute)
      return
    }
    guard let name = arguments.positional.first else {
      throw .value("'map' needs the name of a filter, or 'attribute='")
    }
    guard case .text(let text) = name, let filter = TemplateFilter.named(text.string) else {
      throw TemplateTransform.unknown("filter", name, TemplateFilter.names)
    }
    var rest = arguments
    rest.positional.removeFirst()
    self = .filter(filter, rest)
  }

  static func unknown(_ kind: String, _ name: TemplateValue, _ names: [String]) -> TemplateFault {
    if let undefined = name.undefined {
      let reason = "'\(undefined.path)' is not defined; put the name of the \(kind) in quotes"
      return TemplateFault(.undefined, reason, at: undefined.offset).about(undefined.path)
    }
    guard case .text(let text) = name else { return .value("the name of a \(kind) must be a text, not \(name.kind)") }
    var fault = TemplateFault.value("there is no \(kind) '\(text.string)'")
    fault.suggestion = Suggestion.nearest(to: text.string, among: names)
    return fault
  }
}

/// Which elements `select` and its relatives let through.
struct TemplateSelection {
  struct Kind {
    /// Whether the first argument names the member to be tested.
    let readsAttribute: Bool
    /// What the test must say for an element to be let through.
    let accepts: Bool
  }

  let kind: Kind
  let attribute: TemplateAttribute
  /// `nil` when the element itself counts as true or false.
  let test: TemplateTest?
  let arguments: TemplateCallArguments

  init(_ kind: Kind, _ arguments: TemplateCallArguments) throws(TemplateFault) {
    var rest = arguments
    var attribute = TemplateAttribute()
    if kind.readsAttribute {
      guard let name = rest.positional.first else { throw .value("the name of the member to be tested is missing") }
      attribute = TemplateAttribute(name)
      rest.positional.removeFirst()
    }
    self.kind = kind
    self.attribute = attribute
    guard let name = rest.positional.first else {
      // Jinja2 ignores named arguments without a test.
      test = nil
      self.arguments = .none
      return
    }
    rest.positional.removeFirst()
    guard case .text(let text) = name, let test = TemplateTest.named(text.string) else {
      throw TemplateTransform.unknown("test", name, TemplateTest.names)
    }
    self.test = test
    self.arguments = rest
  }
}

extension TemplateRenderer {
  mutating func apply(_ transform: TemplateTransform, to element: TemplateValue) throws(TemplateFault) -> TemplateValue
  {
    switch transform {
    case .attribute(let attribute): return try read(attribute, of: element)
    case .filter(let filter, let arguments): return try apply(filter, to: element, arguments)
    }
  }

  mutating func accepts(_ selection: TemplateSelection, _ element: TemplateValue) throws(TemplateFault) -> Bool {
    let value = try read(selection.attribute, of: element)
    guard let test = selection.test else { return try isTrue(value) == selection.kind.accepts }
    try charge(60)
    return try test.apply(&self, value, selection.arguments) == selection.kind.accepts
  }

  mutating func apply(
    _ filter: TemplateFilter, to value: TemplateValue, _ arguments: TemplateCallArguments
  ) throws(TemplateFault) -> TemplateValue {
    try charge(200)
    if case .text(let text) = value { try charge(text.size) }
    return try filter.apply(&self, value, arguments)
  }
}
