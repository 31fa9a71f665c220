/// One instruction of a compiled regular expression.
enum PatternInstruction: Hashable, Sendable {
  /// Takes one scalar of the set.
  case take(ScalarSet)
  /// Goes on at both places.
  case split(Int, Int)
  case jump(Int)
  case start
  case end
  case wordBoundary(isNegated: Bool)
  case match
}

/// Writes a tree as instructions.
struct PatternWriter {
  private let limit: Int
  private var program: [PatternInstruction] = []

  init(limit: Int) { self.limit = limit }

  func finished() -> [PatternInstruction] { program + [.match] }

  private mutating func append(_ instruction: PatternInstruction) throws(TextPattern.Malformed) {
    guard program.count < limit else { throw TextPattern.Malformed(message: "repeats too much") }
    program.append(instruction)
  }

  mutating func write(_ tree: PatternTree) throws(TextPattern.Malformed) {
    switch tree {
    case .empty: break
    case .set(let set): try append(.take(set))
    case .start: try append(.start)
    case .end: try append(.end)
    case .wordBoundary(let isNegated): try append(.wordBoundary(isNegated: isNegated))
    case .sequence(let parts):
      for part in parts { try write(part) }
    case .choice(let branches): try write(branches[...])
    case .repetition(let part, let lower, let upper): try write(part, lower, upper)
    }
  }

  private mutating func write(_ branches: ArraySlice<PatternTree>) throws(TextPattern.Malformed) {
    guard let first = branches.first else { return }
    guard branches.count > 1 else { return try write(first) }
    let split = program.count
    try append(.match)
    try write(first)
    let jump = program.count
    try append(.match)
    program[split] = .split(split + 1, program.count)
    try write(branches.dropFirst())
    program[jump] = .jump(program.count)
  }

  private mutating func write(
    _ part: PatternTree, _ lower: Int, _ upper: Int?
  ) throws(TextPattern.Malformed) {
    for _ in 0..<lower { try write(part) }
    guard let upper else {
      let split = program.count
      try append(.match)
      try write(part)
      try append(.jump(split))
      program[split] = .split(split + 1, program.count)
      return
    }
    var splits: [Int] = []
    for _ in lower..<max(lower, upper) {
      splits.append(program.count)
      try append(.match)
      try write(part)
    }
    for split in splits { program[split] = .split(split + 1, program.count) }
  }
}

/// Runs all ways through a program at once (Thompson's construction), so that each scalar of the text is looked at once
/// for each instruction at most.
struct PatternMatcher {
  let program: [PatternInstruction]

  /// - Returns: `nil` when the budget was used up.
  func matches(_ text: String.UnicodeScalarView, _ budget: inout SchemaBudget) -> Bool? {
    var current = Threads(program.count)
    var following = Threads(program.count)
    var previous: Unicode.Scalar?
    var index = text.startIndex
    while true {
      let scalar = index < text.endIndex ? text[index] : nil
      // A match may begin anywhere.
      if add(0, to: &current, previous, scalar) { return true }
      guard let scalar else { return false }
      guard budget.spend(1 + current.list.count) else { return nil }
      following.clear()
      let nextIndex = text.index(after: index)
      let afterwards = nextIndex < text.endIndex ? text[nextIndex] : nil
      for thread in current.list {
        guard case .take(let set) = program[thread], set.contains(scalar.value) else { continue }
        if add(thread + 1, to: &following, scalar, afterwards) { return true }
      }
      swap(&current, &following)
      previous = scalar
      index = nextIndex
    }
  }

  /// Adds a place and all that is reached from it without taking a scalar.
  ///
  /// - Returns: whether the end of the program is among them.
  private func add(
    _ place: Int, to threads: inout Threads, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?
  ) -> Bool {
    var open = [place]
    while let place = open.popLast() {
      guard threads.insert(place) else { continue }
      switch program[place] {
      case .take: threads.list.append(place)
      case .split(let first, let second): open += [second, first]
      case .jump(let target): open.append(target)
      case .start where previous == nil, .end where next == nil: open.append(place + 1)
      case .start, .end: break
      case .wordBoundary(let isNegated):
        if (Self.isWord(previous) != Self.isWord(next)) != isNegated { open.append(place + 1) }
      case .match: return true
      }
    }
    return false
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { ScalarSet.words.contains($0.value) } ?? false
  }

  /// The places where the program is at one moment.
  private struct Threads {
    /// Those that wait for a scalar.
    var list: [Int] = []
    private var marks: [Int]
    private var generation = 1

    init(_ count: Int) { marks = [Int](repeating: 0, count: count) }

    mutating func insert(_ place: Int) -> Bool {
      guard marks[place] != generation else { return false }
      marks[place] = generation
      return true
    }

    mutating func clear() {
      list.removeAll(keepingCapacity: true)
      generation += 1
    }
  }
}
