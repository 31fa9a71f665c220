/// What a regular expression says, as a tree.
indirect enum PatternTree: Hashable, Sendable {
  case empty
  case set(ScalarSet)
  case start
  case end
  case wordBoundary(isNegated: Bool)
  case sequence([PatternTree])
  case choice([PatternTree])
  /// - upper: `nil` for without end.
  case repetition(PatternTree, lower: Int, upper: Int?)
}

/// Reads a regular expression. Whatever it does not understand is refused, since a rule that means something else than
/// its writer thought is worse than none.
struct PatternParser {
  private static let maximumNesting = 50
  private static let largestCount = 1000

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var nesting = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func parse() throws(TextPattern.Malformed) -> PatternTree {
    let tree = try choice()
    guard position == scalars.count else { throw malformed("holds a ) without its (") }
    return tree
  }

  private func malformed(_ message: String) -> TextPattern.Malformed { TextPattern.Malformed(message: message) }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func choice() throws(TextPattern.Malformed) -> PatternTree {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(TextPattern.Malformed) -> PatternTree {
    var parts: [PatternTree] = []
    while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repeated()) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  // MARK: Repetition

  private mutating func repeated() throws(TextPattern.Malformed) -> PatternTree {
    let tree = try atom()
    guard let (lower, upper) = try quantifier() else { return tree }
    switch tree {
    case .start, .end, .wordBoundary: throw malformed("repeats what has no length")
    default: break
    }
    // Whether as much or as little as possible is taken makes no difference to whether there is a match.
    _ = take("?")
    guard try quantifier() == nil else { throw malformed("repeats a repetition") }
    return .repetition(tree, lower: lower, upper: upper)
  }

  private mutating func quantifier() throws(TextPattern.Malformed) -> (lower: Int, upper: Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard take("{") else { return nil }
    let lower = try count()
    var upper: Int? = lower
    if take(",") { upper = next == "}" ? nil : try count() }
    guard take("}") else { throw malformed("holds a { that is neither a count nor escaped") }
    guard upper.map({ $0 >= lower }) ?? true else { throw malformed("holds a count that ends before it begins") }
    return (lower, upper)
  }

  private mutating func count() throws(TextPattern.Malformed) -> Int {
    var value: Int?
    while let digit = next, ("0"..."9").contains(digit) {
      value = (value ?? 0) * 10 + Int(digit.value - 0x30)
      guard value ?? 0 <= Self.largestCount else { throw malformed("repeats more than \(Self.largestCount) times") }
      position += 1
    }
    guard let value else { throw malformed("holds a { that is neither a count nor escaped") }
    return value
  }

  // MARK: Atoms

  private mutating func atom() throws(TextPattern.Malformed) -> PatternTree {
    guard let scalar = next else { return .empty }
    position += 1
    switch scalar {
    case "(": return try group()
    case "[": return .set(try characterClass())
    case ".": return .set(ScalarSet.lineEnds.negated)
    case "^": return .start
    case "$": return .end
    case "\\": return try escape()
    case "*", "+", "?": throw malformed("repeats nothing")
    case "{", "}", "]": throw malformed("holds a \(scalar) that is not escaped")
    default: return .set(ScalarSet([scalar.value...scalar.value]))
    }
  }

  private mutating func group() throws(TextPattern.Malformed) -> PatternTree {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw malformed("is nested too deeply") }
    if take("?") {
      guard take(":") else { throw malformed("looks around or names a group, which is not supported") }
    }
    let tree = try choice()
    guard take(")") else { throw malformed("holds a ( without its )") }
    return tree
  }

  private mutating func escape() throws(TextPattern.Malformed) -> PatternTree {
    switch next {
    case "b", "B":
      let isNegated = next == "B"
      position += 1
      return .wordBoundary(isNegated: isNegated)
    default: return .set(try escapedSet())
    }
  }

  /// After a backslash, inside a class or outside.
  private mutating func escapedSet() throws(TextPattern.Malformed) -> ScalarSet {
    guard let scalar = next else { throw malformed("ends with a backslash") }
    position += 1
    switch scalar {
    case "d": return .digits
    case "D": return ScalarSet.digits.negated
    case "w": return .words
    case "W": return ScalarSet.words.negated
    case "s": return .spaces
    case "S": return ScalarSet.spaces.negated
    case "t": return Self.single(0x09)
    case "n": return Self.single(0x0A)
    case "v": return Self.single(0x0B)
    case "f": return Self.single(0x0C)
    case "r": return Self.single(0x0D)
    case "0": return Self.single(0x00)
    case "x": return Self.single(try hexadecimal(2))
    case "u":
      guard take("{") else { return Self.single(try hexadecimal(4)) }
      var digits = 0
      while position + digits < scalars.count, scalars[position + digits] != "}" { digits += 1 }
      let value = try hexadecimal(digits)
      guard take("}"), value <= 0x10FFFF else { throw malformed("holds a malformed \\u{…}") }
      return Self.single(value)
    case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/", "-":
      return Self.single(scalar.value)
    default: throw malformed("holds the escape \\\(scalar), which is not supported")
    }
  }

  private static func single(_ value: UInt32) -> ScalarSet { ScalarSet([value...value]) }

  private mutating func hexadecimal(_ digits: Int) throws(TextPattern.Malformed) -> UInt32 {
    guard (1...6).contains(digits), position + digits <= scalars.count else {
      throw malformed("holds a malformed escape")
    }
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = Character(scalars[position]).hexDigitValue else { throw malformed("holds a malformed escape") }
      value = value * 16 + UInt32(digit)
      position += 1
    }
    return value
  }

  // MARK: Classes

  private mutating func characterClass() throws(TextPattern.Malformed) -> ScalarSet {
    let isNegated = take("^")
    var set = ScalarSet()
    while !take("]") {
      let lower = try classMember()
      guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
        set.insert(lower)
        continue
      }
      position += 1
      let upper = try classMember()
      guard let first = lower.single, let last = upper.single, first <= last else {
        throw malformed("holds a range that ends before it begins")
      }
      set.insert(first...last)
    }
    return isNegated ? set.negated : set
  }

  private mutating func classMember() throws(TextPattern.Malformed) -> ScalarSet {
    guard let scalar = next else { throw malformed("holds a [ without its ]") }
    position += 1
    guard scalar == "\\" else { return Self.single(scalar.value) }
    if take("b") { return Self.single(0x08) }
    return try escapedSet()
  }
}

extension ScalarSet {
  /// The one scalar of the set; `nil` where there are others.
  fileprivate var single: UInt32? {
    guard !isNegated, ranges.count == 1, let range = ranges.first, range.count == 1 else { return nil }
    return range.lowerBound
  }
}
