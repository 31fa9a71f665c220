package import AdminCore

/// A mail body that cannot hurt, and what it lost on the way.
package struct SanitizedHTML: Hashable, Sendable {
  package let html: String
  package let removed: [Removal]
}

/// Rebuilds HTML from what it was understood to be, so that nothing else is left.
///
/// The text is tokenised and bounded (`TokenFilter`), parsed by Gumbo, copied into a tree that can hold only what the
/// allow-list names (`HTMLTreeBuilder`), and written again in one form (`HTMLWriter`). What is written parses to the tree it
/// was written from, so sanitizing twice changes nothing.
package enum HTMLSanitizer {
  /// The parser and the passes over its trees recurse no deeper than the tree, which `TokenFilter` bounds.
  private static let stackSize = 2 << 20
  /// Structures that HTML forbids settle within two rounds; whoever needs more is not writing a mail.
  private static let maximumRounds = 5

  /// - Throws: `TMPL_005` for HTML beyond the bounds.
  package static func sanitize(_ html: String) throws(AdminError) -> SanitizedHTML {
    let result = try onOwnThread { () throws(AdminError) -> (html: [UInt8], removed: [Removal]) in
      let result = try sanitized(Array(html.utf8), placeholders: nil)
      return (HTMLWriter.write(result.nodes, reserving: html.utf8.count), result.removed)
    }
    return SanitizedHTML(html: String(decoding: result.html, as: UTF8.self), removed: result.removed)
  }

  /// Sanitizes the source of a template. Its tags stay where they are: in text, in quoted attribute values, between
  /// elements, and between the rows and cells of tables.
  ///
  /// What a tag will render is not known yet, so the rendered body is to be sanitized again. What can be known is checked:
  /// a tag may not decide the name of an element, attribute or style property, blocks may not cut through elements, and a
  /// link that begins with a scheme must begin with an allowed one.
  ///
  /// - Throws: `TMPL_002` naming each tag that stands where it cannot stay; `TMPL_005` for HTML beyond the bounds.
  package static func sanitize(
    template source: String, splitter: TemplateSplitter
  ) throws(AdminError) -> SanitizedHTML {
    let pieces = try splitter.pieces(of: source)
    var random = SystemRandomNumberGenerator()
    let placeholders = TemplatePlaceholders(pieces, using: &random)
    let result = try onOwnThread { () throws(AdminError) -> (html: [UInt8], removed: [Removal]) in
      let result = try sanitized(placeholders.html, placeholders: placeholders)
      let html = HTMLWriter.write(result.nodes, placeholders: placeholders, reserving: placeholders.html.count)
      return (placeholders.restored(html), result.removed)
    }
    return SanitizedHTML(html: String(decoding: result.html, as: UTF8.self), removed: result.removed)
  }

  /// The sanitized tree of `html`, given to `body` on the thread that made it.
  static func withTree<Result: Sendable>(
    of html: String, _ body: @escaping @Sendable ([HTMLNode]) -> Result
  ) throws(AdminError) -> Result {
    try onOwnThread { () throws(AdminError) -> Result in
      body(try sanitized(Array(html.utf8), placeholders: nil).nodes)
    }
  }

  /// The sanitized tree of a template's source with its tags, given to `body` on the thread that made it.
  static func withTree<Result: Sendable>(
    ofTemplate source: String, splitter: TemplateSplitter,
    _ body: @escaping @Sendable ([HTMLNode], [TemplateTag]) -> Result
  ) throws(AdminError) -> Result {
    let pieces = try splitter.pieces(of: source)
    var random = SystemRandomNumberGenerator()
    let placeholders = TemplatePlaceholders(pieces, using: &random)
    return try onOwnThread { () throws(AdminError) -> Result in
      body(try sanitized(placeholders.html, placeholders: placeholders).nodes, placeholders.tags)
    }
  }

  private static func onOwnThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(AdminError) -> Value
  ) throws(AdminError) -> Value {
    let outcome = DetachedThread.runAndWait(stackSize: stackSize) { () -> Result<Value, AdminError> in
      Result(catching: body)
    }
    guard let outcome else {
      throw AdminError(
        .internalFault, "No thread could be started to parse HTML. Try again when the machine is less busy.")
    }
    return try outcome.get()
  }

  // MARK: - Rounds

  private static func sanitized(
    _ html: [UInt8], placeholders: TemplatePlaceholders?
  ) throws(AdminError) -> (nodes: [HTMLNode], removed: [Removal]) {
    let tags = Set(placeholders?.tags.indices ?? 0..<0)
    var (nodes, removals) = try parsed(html, placeholders, expected: tags, removals: RemovalLog())
    var rounds = 1
    while !HTMLStability.holds(for: nodes) {
      let written = HTMLWriter.write(nodes, placeholders: placeholders, reserving: html.count)
      let kept = Set(TagArrangement.indices(in: nodes))
      let again = try parsed(written, placeholders, expected: kept, removals: removals)
      if again.nodes == nodes { break }
      nodes = again.nodes
      removals = again.removals
      rounds += 1
      guard rounds < maximumRounds else {
        throw AdminError(
          .templateBound,
          "The HTML nests elements in a way that every reader rearranges. Check it with an HTML validator.")
      }
    }
    return (nodes, removals.removals)
  }

  private static func parsed(
    _ html: [UInt8], _ placeholders: TemplatePlaceholders?, expected: Set<Int>, removals: RemovalLog
  ) throws(AdminError) -> (nodes: [HTMLNode], removals: RemovalLog) {
    var filter = TokenFilter(html, placeholders: placeholders, removals: removals)
    let tokens = try filter.run()
    try filter.problems.check()
    guard let tree = GumboTree(parsing: tokens) else {
      throw AdminError(
        .templateBound, "The HTML leaves so many elements open that it cannot be parsed within bounds. Close them.")
    }
    var builder = HTMLTreeBuilder(placeholders: placeholders, removals: filter.removals, problems: filter.problems)
    var nodes = tree.read { builder.build($0) } ?? []
    guard !builder.isTooDeep else {
      throw AdminError(
        .templateBound, "The HTML nests its elements deeper than \(TokenFilter.maximumDepth). Flatten it.")
    }
    if let placeholders {
      var problems = builder.problems
      let arrangement = TagArrangement(placeholders.tags, in: nodes)
      nodes = arrangement.arranged(nodes)
      arrangement.check(nodes, expected: expected, problems: &problems)
      try problems.check()
    }
    return (nodes, builder.removals)
  }
}
