/// A piece of a template's source: either text or one tag from its opening to its closing mark.
package struct TemplateSegment: Sendable {
  package enum Kind: Hashable, Sendable {
    case text
    /// `{{ … }}`
    case output
    /// `{% name … %}`
    case statement(String)
    /// `{# … #}`
    case comment
    /// `{% raw %} … {% endraw %}`, with everything between.
    case raw
  }

  package let kind: Kind
  /// The very characters of the source, marks, signs and line ends included.
  package let text: Substring
}

/// Splits a template into text and tags without reading the tags' meaning, for who must leave tags alone.
package enum TemplateSegments {
  /// The segments in order. Put together they give `source` again, byte for byte.
  package static func split(_ source: String) throws(TemplateError) -> [TemplateSegment] {
    let bytes = TemplateSource(source)
    var lexer = TemplateLexer(bytes, limits: .standard)
    do throws(TemplateFault) {
      try lexer.run()
      if let tag = lexer.unclosedTag { throw .syntax("the tag that starts here is not closed", at: tag) }
    } catch {
      throw TemplateError(error, in: bytes, at: 0)
    }
    // Native strings answer this in constant time; a bridged one could not occur without full Foundation.
    let start = source.utf8.startIndex
    return lexer.segments.map { segment in
      let lower = source.utf8.index(start, offsetBy: segment.range.lowerBound)
      let upper = source.utf8.index(start, offsetBy: segment.range.upperBound)
      return TemplateSegment(kind: segment.kind, text: source[lower..<upper])
    }
  }
}
