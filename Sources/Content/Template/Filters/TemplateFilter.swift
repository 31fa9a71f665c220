/// A filter: its names, its parameters, and what it does. The lists of filters are beside their implementations.
struct TemplateFilter: Sendable {
  typealias Application =
    @Sendable (inout TemplateRenderer, TemplateValue, TemplateCallArguments) throws(TemplateFault) -> TemplateValue
  typealias BoundApplication =
    @Sendable (inout TemplateRenderer, TemplateValue, TemplateBoundArguments) throws(TemplateFault) -> TemplateValue

  let names: [String]
  /// `nil` for the filters that take whatever they are given.
  let signature: TemplateSignature?
  /// Whether Jinja2 applies the filter to constants when it compiles a template.
  let isFoldable: Bool
  let apply: Application

  var name: String { names[0] }

  init(
    _ names: String..., parameters: [String] = [], required: Int = 0, _ apply: @escaping BoundApplication
  ) {
    let signature = TemplateSignature(parameters, required: required)
    let name = names[0]
    self.names = names
    self.signature = signature
    isFoldable = true
    self.apply = { renderer, value, arguments throws(TemplateFault) in
      try apply(&renderer, value, arguments.bound(to: signature, of: name))
    }
  }

  /// A filter that reads its arguments itself.
  init(open name: String, isFoldable: Bool, _ apply: @escaping Application) {
    names = [name]
    signature = nil
    self.isFoldable = isFoldable
    self.apply = apply
  }

  private static let table: [String: TemplateFilter] = {
    let all = caseFilters + layoutFilters + markupFilters + sequenceFilters + orderFilters + selectionFilters
    let filters = all + numberFilters + dataFilters + officeFilters
    var table: [String: TemplateFilter] = [:]
    for filter in filters {
      for name in filter.names { table[name] = filter }
    }
    return table
  }()

  static func named(_ name: String) -> TemplateFilter? { table[name] }

  static let names: [String] = table.keys.sorted()
}
