/// What the variable `loop` tells about the loop under way.
struct TemplateLoop {
  var cursor: TemplateCursor
  /// -1 before the first turn.
  var index0 = -1
  var current: TemplateValue?
  var before: TemplateValue?
  /// An element looked at before its turn.
  var after: TemplateValue?
  var length: Int?
  /// The arguments of the last `changed`.
  var lastChanged: [TemplateValue]?
  let statement: TemplateStatement.Loop
  /// How often a recursive loop has called itself to come here.
  let depth0: Int

  init(_ cursor: TemplateCursor, _ statement: TemplateStatement.Loop, depth0: Int) {
    self.cursor = cursor
    self.statement = statement
    self.depth0 = depth0
  }
}

extension TemplateRenderer {
  /// Begins the next turn.
  ///
  /// - Returns: its element, or `nil` when there is none left.
  mutating func turn(loop number: Int) throws(TemplateFault) -> TemplateValue? {
    let element: TemplateValue
    if let after = loops[number].after {
      element = after
      loops[number].after = nil
    } else {
      guard let next = try pull(loop: number) else { return nil }
      element = next
    }
    loops[number].index0 += 1
    loops[number].before = loops[number].current
    loops[number].current = element
    return element
  }

  /// Takes the cursor out of the table while it moves, since its elements may be made by expressions.
  private mutating func pull(loop number: Int) throws(TemplateFault) -> TemplateValue? {
    var cursor = loops[number].cursor
    defer { loops[number].cursor = cursor }
    return try next(&cursor)
  }

  private mutating func peek(loop number: Int) throws(TemplateFault) -> TemplateValue? {
    if let after = loops[number].after { return after }
    loops[number].after = try pull(loop: number)
    return loops[number].after
  }

  /// How many turns the loop takes. Elements that are made when asked for are all made now.
  mutating func loopLength(_ number: Int) throws(TemplateFault) -> Int {
    if let length = loops[number].length ?? loops[number].cursor.length {
      loops[number].length = length
      return length
    }
    var cursor = loops[number].cursor
    let rest = try rest(of: &cursor)
    loops[number].cursor = TemplateCursor(.elements(rest))
    let length = rest.count + loops[number].index0 + 1 + (loops[number].after == nil ? 0 : 1)
    loops[number].length = length
    return length
  }

  static let loopAttributes = [
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem",
    "cycle", "changed",
  ]

  /// `loop.name`; `nil` when there is no such attribute.
  mutating func attribute(
    _ name: String, ofLoop number: Int, at offset: Int
  ) throws(TemplateFault) -> TemplateValue? {
    let index0 = loops[number].index0
    switch name {
    case "index": return .integer(Int64(index0 + 1))
    case "index0": return .integer(Int64(index0))
    case "revindex": return .integer(Int64(try loopLength(number) - index0))
    case "revindex0": return .integer(Int64(try loopLength(number) - index0 - 1))
    case "first": return .boolean(index0 == 0)
    case "last": return .boolean(try peek(loop: number) == nil)
    case "length": return .integer(Int64(try loopLength(number)))
    case "depth": return .integer(Int64(loops[number].depth0 + 1))
    case "depth0": return .integer(Int64(loops[number].depth0))
    case "previtem":
      if index0 > 0, let before = loops[number].before { return before }
      return .undefined(
        TemplateUndefined(path: "loop.previtem", reason: "there is no previous item", offset: offset, candidates: []))
    case "nextitem":
      if let after = try peek(loop: number) { return after }
      return .undefined(
        TemplateUndefined(path: "loop.nextitem", reason: "there is no next item", offset: offset, candidates: []))
    default: return nil
    }
  }

  mutating func call(
    _ function: TemplateLoopCall.Function, ofLoop number: Int, _ call: TemplateCallArguments
  ) throws(TemplateFault) -> TemplateValue {
    if case .again = function {
      let arguments = try call.bound(to: TemplateSignature(["iterable"], required: 1), of: function.rawValue)
      return try runAgain(loop: number, over: arguments.required(0))
    }
    guard call.keywords.isEmpty else { throw .value("'\(function.rawValue)' takes no named arguments") }
    let arguments = call.positional
    switch function {
    case .again: return .none
    case .cycle:
      guard !arguments.isEmpty else { throw .value("'loop.cycle' needs at least one value to go through") }
      return arguments[loops[number].index0 % arguments.count]
    case .changed:
      if let last = loops[number].lastChanged {
        let isSame = try areEqual(
          .tuple(TemplateSequence(last, depth: 1)), .tuple(TemplateSequence(arguments, depth: 1)))
        guard !isSame else { return .boolean(false) }
      }
      loops[number].lastChanged = arguments
      return .boolean(true)
    }
  }
}
