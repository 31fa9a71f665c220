import AdminCore

/// One rendering: the registers, the output, and what is left of the budgets. Also what constants are folded with.
struct TemplateRenderer {
  /// What to do about a variable that has no value.
  enum Mode {
    case strict
    /// For previews: it is noted as missing, prints as `[name]`, and counts as false and empty.
    case lenient
  }

  let limits: TemplateLimits
  let escapes: Bool
  let mode: Mode

  /// The registers of names; `nil` where a name has no value.
  var slots: [TemplateValue?]
  /// The variables as they are given, turned into values when first used.
  private var variables: TemplateVariables
  /// The byte of the source at which the operation under way stands.
  var position = 0

  var output: [UInt8] = []
  /// Bytes in the outputs that are set aside while a block is captured.
  private var capturedBytes = 0
  private(set) var remainingWork: Int
  private var remainingTurns: Int

  var iterators: [TemplateIterator] = []
  /// How many iterators are asking each other for an element now.
  var iteratorNesting = 0
  var loops: [TemplateLoop] = []
  /// How many statements and expressions are being evaluated within each other now.
  var evaluationDepth = 0
  /// What a block filter is applied to.
  var capturedText: TemplateValue = .text(.empty)
  /// Paths that had no value, in the order in which they were met; kept in lenient mode.
  private(set) var missing: [String] = []
  private var knownMissing: Set<String> = []

  init(
    limits: TemplateLimits, escapes: Bool, mode: Mode = .strict, slotCount: Int = 0, work: Int? = nil,
    variables: TemplateVariables = TemplateVariables()
  ) {
    self.limits = limits
    self.escapes = escapes
    self.mode = mode
    self.variables = variables
    slots = [TemplateValue?](repeating: nil, count: slotCount)
    remainingWork = work ?? limits.work
    remainingTurns = limits.loopTurns
  }

  // MARK: Budgets

  /// Takes `units` off what evaluation may still cost, before the cost arises.
  @inline(__always)
  mutating func charge(_ units: Int) throws(TemplateFault) {
    remainingWork -= units
    if remainingWork < 0 { throw Self.exhausted }
  }

  private static var exhausted: TemplateFault {
    .bound("the template takes too long to render; shorten its loops and the texts it computes")
  }

  mutating func chargeTurn() throws(TemplateFault) {
    remainingTurns -= 1
    if remainingTurns < 0 { throw .bound("the loops of the template take more than \(limits.loopTurns) turns in all") }
  }

  /// Takes the cost of making a text of `bytes`, unless it would be longer than a text may be.
  mutating func chargeText(_ bytes: Int) throws(TemplateFault) {
    guard bytes <= limits.valueBytes else {
      throw .bound("a text would be longer than \(limits.valueBytes) bytes")
    }
    try charge(8 + bytes)
  }

  /// Takes the cost of looking at each character of a text: those beyond ASCII are looked up in Unicode's tables.
  mutating func chargeCharacters(_ text: TemplateText) throws(TemplateFault) {
    try chargeText(text.size)
    try charge((text.string.isASCII ? 7 : 63) * text.size)
  }

  /// Takes the cost of making a list of `count` elements, unless it would be longer than a list may be.
  mutating func chargeList(_ count: Int) throws(TemplateFault) {
    guard count <= limits.valueBytes / 16 else {
      throw .bound("a list would have more than \(limits.valueBytes / 16) elements")
    }
    try charge(16 + 16 * count)
  }

  // MARK: Variables

  mutating func variable(_ index: Int) throws(TemplateFault) -> TemplateValue? {
    if let value = variables.converted[index] { return value }
    guard let json = variables.given[index] else { return nil }
    let value = try TemplateVariables.convert(json, &self)
    variables.converted[index] = value
    return value
  }

  mutating func noteMissing(_ undefined: TemplateUndefined) {
    if knownMissing.insert(undefined.path).inserted { missing.append(undefined.path) }
  }

  // MARK: Output

  @inline(__always)
  mutating func write(_ bytes: [UInt8]) throws(TemplateFault) {
    try reserve(bytes.count)
    output.append(contentsOf: bytes)
  }

  mutating func write(_ string: String) throws(TemplateFault) {
    try reserve(string.utf8.count)
    output.append(contentsOf: string.utf8)
  }

  private mutating func reserve(_ count: Int) throws(TemplateFault) {
    guard output.count + capturedBytes + count <= limits.outputBytes else {
      throw .bound("the output would be longer than \(limits.outputBytes) bytes")
    }
    try charge(count)
  }

  /// Writes a value as `{{ … }}` does: its text, escaped unless it is markup or escaping is off.
  mutating func write(value: TemplateValue) throws(TemplateFault) {
    switch value {
    case .text(let text):
      if escapes, !text.isMarkup {
        try reserve(text.size)
        HTMLEscaping.append(text.string, to: &output)
        try reserve(0)
      } else {
        try write(text.string)
      }
    case .integer(let value): try write(String(value))
    case .undefined(let undefined) where mode == .lenient && !undefined.isLenient:
      noteMissing(undefined)
      let placeholder = "[\(undefined.path)]"
      try write(escapes ? HTMLEscaping.escaped(placeholder) : placeholder)
    default:
      let text = try string(value)
      try write(escapes ? HTMLEscaping.escaped(text) : text)
    }
  }

  /// What `body` writes, as a text: markup where escaping is on, since everything in it was escaped.
  mutating func capture(
    _ body: (inout TemplateRenderer) throws(TemplateFault) -> Void
  ) throws(TemplateFault) -> TemplateText {
    let outer = output
    capturedBytes += outer.count
    output = []
    defer {
      output = outer
      capturedBytes -= outer.count
    }
    try body(&self)
    return TemplateText(String(decoding: output, as: UTF8.self), isMarkup: escapes)
  }

  // MARK: Making values

  mutating func list(_ elements: [TemplateValue]) throws(TemplateFault) -> TemplateValue {
    .list(try sequence(elements))
  }

  mutating func tuple(_ elements: [TemplateValue]) throws(TemplateFault) -> TemplateValue {
    .tuple(try sequence(elements))
  }

  mutating func sequence(_ elements: [TemplateValue], isGroup: Bool = false) throws(TemplateFault) -> TemplateSequence {
    var depth = 0
    for element in elements { depth = max(depth, element.depth) }
    return TemplateSequence(elements, depth: try checkedDepth(depth + 1), isGroup: isGroup)
  }

  mutating func mapping(
    _ entries: [TemplateMapping.Entry], index: [TemplateKey: Int]? = nil
  ) throws(TemplateFault) -> TemplateValue {
    var depth = 0
    for entry in entries { depth = max(depth, entry.value.depth, entry.key.depth) }
    return .mapping(TemplateMapping(entries, index: index, depth: try checkedDepth(depth + 1)))
  }

  private func checkedDepth(_ depth: Int) throws(TemplateFault) -> Int {
    guard depth <= limits.valueDepth else {
      throw .bound("lists and mappings are nested more than \(limits.valueDepth) deep")
    }
    return depth
  }
}
