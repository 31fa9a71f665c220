import AdminCore
import CGumbo

/// Makes the sanitizer's tree from the parser's: only elements of `HTMLTag`, only attributes of `HTMLAttributeName` with
/// values that were checked.
struct HTMLTreeBuilder {
  /// The parser's tree may be a little deeper than `NestingModel` foretold, since it makes elements of its own.
  private static let maximumDepth = TokenFilter.maximumDepth + 64

  private let placeholders: TemplatePlaceholders?
  private(set) var removals: RemovalLog
  private(set) var problems: TagProblems
  private(set) var isTooDeep = false
  /// The styles met so far: a mail says the same ones over and over.
  private var styles: [String: InlineStyle.Result] = [:]

  init(placeholders: TemplatePlaceholders?, removals: RemovalLog, problems: TagProblems) {
    self.placeholders = placeholders
    self.removals = removals
    self.problems = problems
  }

  /// The allowed elements by the parser's numbers.
  private static let tags: [HTMLTag?] = {
    var tags = [HTMLTag?](repeating: nil, count: Int(GUMBO_TAG_LAST.rawValue) + 1)
    for tag in HTMLTag.allCases { tags[Int(gumbo_tag_enum(tag.rawValue).rawValue)] = tag }
    tags[Int(GUMBO_TAG_UNKNOWN.rawValue)] = nil
    return tags
  }()

  /// The content of the document's body; within a `div` when the document says something about the whole.
  mutating func build(_ root: GumboElementView) -> [HTMLNode] {
    var attributes: [HTMLAttribute] = frameAttributes(root, element: "html")
    var children: [HTMLNode] = []
    for index in 0..<root.childCount {
      guard case .element(let element)? = root.child(at: index), element.tag == GUMBO_TAG_BODY else { continue }
      for attribute in frameAttributes(element, element: "body") {
        attributes.removeAll { $0.name == attribute.name }
        attributes.append(attribute)
      }
      children = nodes(of: element, isInLink: false, depth: 0)
    }
    guard !attributes.isEmpty else { return children }
    return [.element(HTMLElement(tag: .div, attributes: attributes, children: children))]
  }

  // MARK: - Content

  private mutating func nodes(of parent: GumboElementView, isInLink: Bool, depth: Int) -> [HTMLNode] {
    guard depth <= Self.maximumDepth else {
      isTooDeep = true
      return []
    }
    var nodes: [HTMLNode] = []
    nodes.reserveCapacity(parent.childCount)
    for index in 0..<parent.childCount {
      guard let child = parent.child(at: index) else { continue }
      switch child {
      case .text(let text): append(text, to: &nodes)
      case .comment(let text):
        if let tag = placeholders?.index(ofComment: text) { nodes.append(.tag(tag)) }
      case .element(let element): append(element, to: &nodes, isInLink: isInLink, depth: depth)
      }
    }
    return nodes
  }

  private mutating func append(_ text: String, to nodes: inout [HTMLNode]) {
    let cleaned = HTMLText.cleaned(text)
    if cleaned.isChanged { removals.record(.invisibleCharacters) }
    guard !cleaned.text.isEmpty else { return }
    if case .text(let before)? = nodes.last {
      nodes[nodes.count - 1] = .text(before + cleaned.text)
    } else {
      nodes.append(.text(cleaned.text))
    }
  }

  private mutating func append(
    _ source: GumboElementView, to nodes: inout [HTMLNode], isInLink: Bool, depth: Int
  ) {
    guard let parsed = Self.tags[Int(source.tag.rawValue)] else { return refuseTags(in: source, depth: depth) }
    var element = HTMLElement(tag: parsed == .font ? .span : parsed)
    element.attributes = attributes(of: source, parsed)
    element.isImplied = source.isImplied
    element.endsImplicitly = source.endsImplicitly
    switch parsed {
    case .img:
      guard element[.src] != nil else { return removals.record(.imageWithoutSource, element: "img") }
      if element[.alt] == nil { element.attributes.append(HTMLAttribute(name: .alt, value: "")) }
    case .a:
      if isInLink || element[.href] == nil {
        removals.record(isInLink ? .nestedLink : .linkWithoutAddress, element: "a")
        for child in self.nodes(of: source, isInLink: isInLink, depth: depth + 1) { merge(child, into: &nodes) }
        return
      }
    default: break
    }
    element.children = self.nodes(of: source, isInLink: isInLink || parsed == .a, depth: depth + 1)
    nodes.append(.element(element))
  }

  private func merge(_ node: HTMLNode, into nodes: inout [HTMLNode]) {
    if case .text(let text) = node, case .text(let before)? = nodes.last {
      nodes[nodes.count - 1] = .text(before + text)
    } else {
      nodes.append(node)
    }
  }

  /// Template tags within an element that goes with its content.
  private mutating func refuseTags(in element: GumboElementView, depth: Int) {
    guard let placeholders, depth <= Self.maximumDepth else { return }
    for index in 0..<element.childCount {
      switch element.child(at: index) {
      case .comment(let text)?:
        if let tag = placeholders.index(ofComment: text) {
          problems.report(tag, "stands inside an element that is removed with its content")
        }
      case .element(let child)?: refuseTags(in: child, depth: depth + 1)
      default: break
      }
    }
  }

  // MARK: - Attributes

  private mutating func attributes(of source: GumboElementView, _ tag: HTMLTag) -> [HTMLAttribute] {
    guard source.attributeCount > 0 else { return [] }
    var attributes: [HTMLAttribute] = []
    var fontStyle: [String] = []
    source.forEachAttribute { name, value in
      let value = marked(value)
      if tag == .font, let declaration = FontAttribute.declaration(name, value) {
        fontStyle.append(declaration)
      } else if let attribute = attribute(name, value, on: tag, element: tag.rawValue) {
        attributes.append(attribute)
      }
    }
    if !fontStyle.isEmpty {
      let style = attributes.first { $0.name == .style }?.value
      attributes.removeAll { $0.name == .style }
      attributes.append(
        HTMLAttribute(name: .style, value: (fontStyle + [style].compactMap(\.self)).joined(separator: "; ")))
    }
    return attributes
  }

  private mutating func attribute(
    _ name: String, _ value: String, on tag: HTMLTag, element: String
  ) -> HTMLAttribute? {
    guard let known = HTMLAttributeName.named(name), known.isAllowed(on: tag) else {
      removals.record(name.hasPrefix("on") ? .eventHandler : .attribute, element: element, attribute: name)
      return nil
    }
    switch known {
    case .style: return style(value, element: element).map { HTMLAttribute(name: .style, value: $0) }
    case .href, .src:
      switch LinkAddress.check(value, for: known == .href ? .link : .image) {
      case .accepted(let address): return HTMLAttribute(name: known, value: address)
      case .refused(let reason):
        removals.record(reason, element: element, attribute: name)
        return nil
      }
    default:
      guard let canonical = AttributeValue.canonical(value, of: known) else {
        removals.record(.attributeValue, element: element, attribute: name)
        return nil
      }
      return HTMLAttribute(name: known, value: canonical)
    }
  }

  private mutating func style(_ value: String, element: String) -> String? {
    let result = styles[value] ?? InlineStyle.check(value)
    styles[value] = result
    for (property, reason) in result.refused {
      removals.record(reason, element: element, attribute: "style", property: property)
    }
    if let placeholders {
      for tags in result.tags {
        for index in BlockStructure.unmatched(tags, among: placeholders.tags) {
          problems.report(index, "must open and close its block inside the value of one style property")
        }
      }
    }
    return result.value
  }

  /// The value without forbidden characters and with template tags as marks.
  private mutating func marked(_ value: String) -> String {
    let cleaned = HTMLText.cleaned(value)
    if cleaned.isChanged { removals.record(.invisibleCharacters) }
    guard let placeholders else { return cleaned.text }
    return placeholders.marked(cleaned.text)
  }

  /// What `html` and `body` say about the whole mail, as attributes of a `div`.
  private mutating func frameAttributes(_ source: GumboElementView, element: String) -> [HTMLAttribute] {
    var attributes: [HTMLAttribute] = []
    var colors: [String] = []
    source.forEachAttribute { name, value in
      let value = marked(value)
      if element == "body", name == "bgcolor" || name == "text" {
        if let color = AttributeValue.color(value) {
          colors.append((name == "text" ? "color: " : "background-color: ") + color)
        } else {
          removals.record(.attributeValue, element: element, attribute: name)
        }
      } else if name == "xmlns" || name.hasPrefix("xmlns:") || name == "xml:lang" {
        return
      } else if let attribute = attribute(name, value, on: .div, element: element) {
        attributes.append(attribute)
      }
    }
    if !colors.isEmpty {
      let style = attributes.first { $0.name == .style }?.value
      attributes.removeAll { $0.name == .style }
      attributes.append(
        HTMLAttribute(name: .style, value: (colors + [style].compactMap(\.self)).joined(separator: "; ")))
    }
    return attributes
  }
}

/// The attributes of the old `font` element, as style declarations.
enum FontAttribute {
  private static let sizes = ["x-small", "small", "medium", "large", "x-large", "xx-large", "xx-large"]

  static func declaration(_ name: String, _ value: String) -> String? {
    switch name {
    case "color": return AttributeValue.color(value).map { "color: \($0)" }
    case "size":
      guard let size = Int(value), sizes.indices.contains(size - 1) else { return nil }
      return "font-size: \(sizes[size - 1])"
    case "face":
      return InlineStyle.check("font-family: \(value.split(separator: ";").first ?? "")").value
    default: return nil
    }
  }
}
