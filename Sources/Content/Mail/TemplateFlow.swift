/// A template as its reader meets it: words, values, and the gaps between lines and cells.
enum FlowToken: Equatable {
  case text(String)
  /// A value, by its tag's number.
  case output(Int)
  /// The start of a line or cell.
  case gap
  /// What the head of the column says about the cell that begins here.
  case columnLabel(String)
  /// A link begins, with its address.
  case link([InlineTag.Part])
  case linkEnds
  /// Another attribute that holds text and values.
  case attribute([InlineTag.Part])
  case opensBlock
  case closesBlock
  /// What is shown to nobody begins or ends.
  case hidden(Bool)
}

/// Makes the flow of a sanitized template.
struct TemplateFlow {
  private let tags: [TemplateTag]
  private var tokens: [FlowToken] = []

  static func tokens(of nodes: [HTMLNode], tags: [TemplateTag]) -> [FlowToken] {
    var flow = TemplateFlow(tags: tags)
    flow.visit(nodes)
    return flow.tokens
  }

  private init(tags: [TemplateTag]) { self.tags = tags }

  private mutating func visit(_ nodes: [HTMLNode]) {
    for node in nodes {
      switch node {
      case .text(let text): tokens.append(.text(text))
      case .tag(let index): tag(index)
      case .element(let element): self.element(element)
      }
    }
  }

  private mutating func tag(_ index: Int) {
    switch tags[index].role {
    case .opens: tokens.append(.opensBlock)
    case .closes: tokens.append(.closesBlock)
    case .divides: break
    case .plain: if tags[index].isOutput { tokens.append(.output(index)) }
    }
  }

  private mutating func element(_ element: HTMLElement) {
    if element.isHidden { tokens.append(.hidden(true)) }
    for attribute in element.attributes {
      let parts = InlineTag.parts(of: attribute.value)
      if attribute.name == .href {
        tokens.append(.link(parts))
      } else if attribute.name != .style, parts.contains(where: { if case .tag = $0 { true } else { false } }) {
        tokens.append(.attribute(parts))
      }
    }
    switch element.tag {
    case .br, .hr: tokens.append(.gap)
    case .img: if let alt = element[.alt] { tokens.append(.text(alt)) }
    case .table: table(element)
    default:
      if element.tag.isBlock { tokens.append(.gap) }
      visit(element.children)
      if element.tag.isBlock { tokens.append(.gap) }
    }
    if element.tag == .a { tokens.append(.linkEnds) }
    if element.isHidden { tokens.append(.hidden(false)) }
  }

  private mutating func table(_ table: HTMLElement) {
    tokens.append(.gap)
    var heads: [String]?
    rows(table.children, &heads)
    tokens.append(.gap)
  }

  private mutating func rows(_ nodes: [HTMLNode], _ heads: inout [String]?) {
    for node in nodes {
      switch node {
      case .text: break
      case .tag(let index): tag(index)
      case .element(let element) where element.tag == .tr: row(element, &heads)
      case .element(let element) where element.tag.isRowGroup: rows(element.children, &heads)
      case .element(let element): self.element(element)
      }
    }
  }

  private mutating func row(_ row: HTMLElement, _ heads: inout [String]?) {
    var column = 0
    var texts: [String] = []
    for node in row.children {
      switch node {
      case .text: break
      case .tag(let index): tag(index)
      case .element(let cell):
        tokens.append(.gap)
        if let heads, heads.indices.contains(column) { tokens.append(.columnLabel(heads[column])) }
        texts.append(Self.text(of: cell.children))
        element(cell)
        column += 1
      }
    }
    if heads == nil { heads = texts }
  }

  private static func text(of nodes: [HTMLNode]) -> String {
    nodes.map { node in
      switch node {
      case .text(let text): text
      case .tag: ""
      case .element(let element): text(of: element.children)
      }
    }.joined()
  }
}
