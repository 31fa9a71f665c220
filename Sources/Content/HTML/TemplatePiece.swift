package import AdminCore

/// A stretch of a template's source: text, or a tag of the template language.
package struct TemplatePiece: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case text
    /// `{{ … }}`
    case output
    /// `{% name … %}`
    case statement(String)
    /// `{# … #}`
    case comment
    /// `{% raw %} … {% endraw %}`, with or without its two tags.
    case raw
  }

  package let kind: Kind
  /// The exact source, white space control and all.
  package let source: String

  package init(_ kind: Kind, _ source: String) {
    self.kind = kind
    self.source = source
  }
}

/// Cuts a template's source into pieces that together are the whole of it, in order. The template language's own lexer
/// stands behind it, so that what the sanitizer takes for a tag is what rendering takes for one.
package struct TemplateSplitter: Sendable {
  private let splitting: @Sendable (_ source: String) throws(AdminError) -> [TemplatePiece]

  package init(_ splitting: @escaping @Sendable (_ source: String) throws(AdminError) -> [TemplatePiece]) {
    self.splitting = splitting
  }

  package func pieces(of source: String) throws(AdminError) -> [TemplatePiece] { try splitting(source) }
}
