/// What a template may cost. Every bound is checked before the memory is taken or the time is spent, and ends in an
/// error of the kind `bound`.
package struct TemplateLimits: Hashable, Sendable {
  /// UTF-8 bytes of a template's source.
  package var sourceBytes = 512 << 10
  /// Tokens of the whole template: texts between tags, and the words and signs in them.
  package var tokens = 100_000
  /// Tokens within one tag, which is what an expression's size comes to.
  package var tagTokens = 1000
  /// Statements within statements, and brackets or signs within an expression.
  package var nesting = 100
  /// Levels of an expression's tree; a chain of operators or filters counts one level for each.
  package var expressionDepth = 150
  /// Statements and expressions under way within each other when a recursive loop calls itself.
  package var evaluationDepth = 1000
  /// Levels of lists and mappings within each other, in what is given and in what the template makes of it.
  package var valueDepth = 150
  /// UTF-8 bytes of the whole output.
  package var outputBytes = 1 << 20
  /// Turns of all loops of one rendering together.
  package var loopTurns = 100_000
  /// UTF-8 bytes of one text that an expression makes, and sixteen times the elements of one list.
  package var valueBytes = 1 << 20
  /// Everything else: each operation is charged with a few units for each nanosecond that it may take at worst. What the
  /// charges come to is measured by `content-bench bounds`.
  package var work = 12_000_000

  package init() {}

  package static let standard = TemplateLimits()
}
