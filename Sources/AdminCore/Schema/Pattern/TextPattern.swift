/// A regular expression in the part of ECMA-262 that has a matcher in linear time: no expression and no text makes it
/// take longer than their lengths multiplied, which no backtracking matcher can promise.
///
/// Understood: literals, `.`, classes with ranges, `\d \w \s` and their negations, `\b \B ^ $`, groups, alternatives, and
/// the repetitions `* + ? {m} {m,} {m,n}`. Looking around and back-references are refused when it is compiled. It finds
/// the expression anywhere in the text, by Unicode scalars.
package struct TextPattern: Hashable, Sendable {
  package struct Malformed: Error, Hashable, Sendable {
    package let message: String
  }

  /// Instructions after repetitions have been written out.
  static let maximumSize = 4096

  package let text: String
  let program: [PatternInstruction]

  package init(_ text: String) throws(Malformed) {
    self.text = text
    var parser = PatternParser(text)
    let tree = try parser.parse()
    var writer = PatternWriter(limit: Self.maximumSize)
    try writer.write(tree)
    program = writer.finished()
  }

  package func matches(_ text: String) -> Bool {
    var budget = SchemaBudget.unlimited
    return matches(text, &budget) ?? false
  }

  /// - Returns: `nil` when the budget was used up before the answer was known.
  func matches(_ text: String, _ budget: inout SchemaBudget) -> Bool? {
    PatternMatcher(program: program).matches(text.unicodeScalars, &budget)
  }
}

/// A set of Unicode scalars.
struct ScalarSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt32>]
  var isNegated = false

  init(_ ranges: [ClosedRange<UInt32>] = []) { self.ranges = ranges }

  static let digits = ScalarSet([0x30...0x39])
  static let words = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  /// WhiteSpace and LineTerminator of ECMA-262.
  static let spaces = ScalarSet([
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
    0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
  static let lineEnds = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])

  func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }

  /// The same scalars said without negation.
  private var positive: [ClosedRange<UInt32>] {
    guard isNegated else { return ranges }
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
    return gaps
  }

  mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }
  mutating func insert(_ other: ScalarSet) { ranges += other.positive }

  var negated: ScalarSet {
    var set = self
    set.isNegated.toggle()
    return set
  }
}
