/// What the parameter `attribute` of filters names: a member, or members of members with dots between them.
struct TemplateAttribute {
  private let keys: [TemplateValue]
  /// How messages name the member that each key leads to.
  private let paths: [String]
  /// What stands for a member that is missing.
  var missing: TemplateValue = .none
  /// Whether texts that are found count in lower case, for comparisons.
  var ignoresCase = false

  private init(keys: [TemplateValue], paths: [String]) {
    self.keys = keys
    self.paths = paths
  }

  /// No member: the element itself.
  init() { self.init(keys: [], paths: []) }

  init(_ attribute: TemplateValue) {
    switch attribute {
    case .none: self.init()
    case .text(let text): self.init(text.string)
    default: self.init(keys: [attribute], paths: ["that member"])
    }
  }

  init(_ path: String) {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    let keys = parts.map { part in
      let isNumber = !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      return isNumber ? Int64(part).map(TemplateValue.integer) ?? .text(String(part)) : .text(String(part))
    }
    self.init(keys: keys, paths: parts.map { String(path[..<$0.endIndex]) })
  }

  /// Several attributes, with commas between them.
  static func list(_ attribute: TemplateValue) -> [TemplateAttribute] {
    guard case .text(let text) = attribute else { return [TemplateAttribute(attribute)] }
    return text.string.split(separator: ",", omittingEmptySubsequences: false).map { TemplateAttribute(String($0)) }
  }

  fileprivate func read(
    from element: TemplateValue, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    var value = element
    for (key, path) in zip(keys, paths) {
      value = try renderer.item(key, of: value) { path }
      if !missing.isNone, case .undefined = value { value = missing }
    }
    guard ignoresCase, case .text(let text) = value else { return value }
    try renderer.charge(text.size)
    return .text(TemplateText(PythonText.lowercased(text.string), isMarkup: text.isMarkup))
  }
}

extension TemplateRenderer {
  mutating func read(_ attribute: TemplateAttribute, of element: TemplateValue) throws(TemplateFault) -> TemplateValue {
    try charge(40)
    return try attribute.read(from: element, &self)
  }
}
