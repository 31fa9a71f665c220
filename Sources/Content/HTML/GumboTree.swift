import AdminCore
import CGumbo

/// A parsed HTML document, owner of Gumbo's memory. Its nodes can be read only within `read`, so none outlives the tree.
struct GumboTree: ~Copyable {
  /// What one tree may cost in memory. Ordinary HTML of the largest accepted size needs a third of it; only input that
  /// makes the parser clone elements over and over reaches it.
  static let memoryBudget = 128 << 20

  private let tree: UnsafeMutablePointer<m365_gumbo_tree>

  /// - Returns: `nil` when the document needs more than the budget.
  init?(parsing html: [UInt8]) {
    let parsed = html.withUnsafeBytes { bytes in
      m365_gumbo_parse(bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count, Self.memoryBudget)
    }
    guard let parsed else { return nil }
    tree = parsed
  }

  deinit { m365_gumbo_free(tree) }

  /// Gives the `html` element to `body`.
  borrowing func read<Result, Failure>(
    _ body: (GumboElementView) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let output = tree.pointee.output, let root = output.pointee.root else { return nil }
    return try body(GumboElementView(node: UnsafePointer(root)))
  }
}

/// What a node of the tree is, as far as this module cares.
enum GumboNodeView {
  case element(GumboElementView)
  case text(String)
  case comment(String)
}

/// An element of a `GumboTree`, valid only while the tree is.
struct GumboElementView {
  fileprivate let node: UnsafePointer<GumboNode>

  private var element: GumboElement { node.pointee.v.element }

  /// Gumbo's number of the element's name; `GUMBO_TAG_UNKNOWN` for one it does not know.
  var tag: GumboTag { element.tag }

  /// Whether the parser made the element because the rules of HTML ask for it, not because its start tag was there.
  var isImplied: Bool { node.pointee.parse_flags.rawValue & GUMBO_INSERTION_BY_PARSER.rawValue != 0 }

  /// Whether the element's end tag was missing.
  var endsImplicitly: Bool { node.pointee.parse_flags.rawValue & GUMBO_INSERTION_IMPLICIT_END_TAG.rawValue != 0 }

  var attributeCount: Int { Int(element.attributes.length) }

  /// Name and value of each attribute, with references decoded, in the order of the source; a name occurs once.
  func forEachAttribute(_ body: (_ name: String, _ value: String) -> Void) {
    let vector = element.attributes
    for index in 0..<Int(vector.length) {
      guard let attribute = vector.data[index]?.assumingMemoryBound(to: GumboAttribute.self).pointee else { continue }
      body(String(cString: attribute.name), String(cString: attribute.value))
    }
  }

  var childCount: Int { Int(element.children.length) }

  func child(at index: Int) -> GumboNodeView? {
    guard let child = element.children.data[index]?.assumingMemoryBound(to: GumboNode.self) else { return nil }
    switch child.pointee.type {
    case GUMBO_NODE_ELEMENT: return .element(GumboElementView(node: UnsafePointer(child)))
    case GUMBO_NODE_TEXT, GUMBO_NODE_WHITESPACE: return .text(String(cString: child.pointee.v.text.text))
    case GUMBO_NODE_COMMENT: return .comment(String(cString: child.pointee.v.text.text))
    default: return nil
    }
  }
}
