/// Tells whether a tree, written and parsed again, surely gives itself.
///
/// HTML's tree construction leaves a well-formed text alone unless a start tag ends something that is open, or content
/// stands in a table where it must not. These are all such cases for the elements of `HTMLTag`; whatever is in doubt counts
/// as unstable and is parsed once more, so an error here costs time and never safety.
struct HTMLStability {
  private var isStable = true

  static func holds(for nodes: [HTMLNode]) -> Bool {
    var check = HTMLStability()
    check.visit(nodes, Context())
    return check.isStable
  }

  private struct Context {
    var parent: HTMLTag?
    var isInParagraph = false
    var isInLink = false
    /// Whether an open item would be ended by the start of another of its kind.
    var isInItem = false
    var isInDefinition = false
  }

  private mutating func visit(_ nodes: [HTMLNode], _ context: Context) {
    for node in nodes where isStable {
      switch node {
      case .tag: break
      case .text: if context.parent?.isTableSkeleton == true, !node.isBlank { isStable = false }
      case .element(let element): visit(element, context)
      }
    }
  }

  private mutating func visit(_ element: HTMLElement, _ context: Context) {
    let tag = element.tag
    guard tag.isAllowed(in: context.parent), !(tag.endsParagraph && context.isInParagraph),
      !(tag == .a && context.isInLink), !(tag.isHeading && context.parent?.isHeading == true),
      !(tag == .li && context.isInItem), !((tag == .dd || tag == .dt) && context.isInDefinition),
      !tag.isVoid || element.children.isEmpty
    else {
      isStable = false
      return
    }
    var inner = context
    inner.parent = tag
    if tag.isScopeBoundary { inner = Context(parent: tag, isInLink: context.isInLink) }
    if tag == .p { inner.isInParagraph = true }
    if tag == .a { inner.isInLink = true }
    if tag.isSpecial, tag != .div, tag != .p {
      inner.isInItem = tag == .li
      inner.isInDefinition = tag == .dd || tag == .dt
    }
    visit(element.children, inner)
  }
}

extension HTMLTag {
  /// An element that may hold only further parts of its table.
  fileprivate var isTableSkeleton: Bool { self == .table || self == .tr || self == .colgroup || isRowGroup }

  /// Whether the parser leaves the element where it is in such a parent; `nil` is the body.
  fileprivate func isAllowed(in parent: HTMLTag?) -> Bool {
    switch self {
    case .td, .th: return parent == .tr
    case .tr: return parent?.isRowGroup == true
    case .tbody, .thead, .tfoot, .caption, .colgroup: return parent == .table
    case .col: return parent == .colgroup
    default: return parent?.isTableSkeleton != true
    }
  }
}
