/// Computes what is constant when a template is parsed, as Jinja2's optimizer does.
///
/// This is more than speed. Jinja2 folds by rules of its own, which can be seen in the result: `~` between constants
/// knows no markup, a slice of a constant that has none is undefined instead of an error, and an undefined constant in
/// a condition is an error even where it would never be evaluated.
struct TemplateFolder {
  private enum Stop: Error {
    /// Not constant, or an error that is left to the rendering.
    case impossible
    /// An error that Jinja2's compiler lets through.
    case failed(TemplateFault)
  }

  private var renderer: TemplateRenderer

  init(limits: TemplateLimits, escapes: Bool) {
    renderer = TemplateRenderer(limits: limits, escapes: escapes, work: limits.work / 2)
  }

  func requireBudget() throws(TemplateFault) {
    guard renderer.remainingWork >= 0 else {
      throw TemplateFault(.bound, "the constant expressions of the template are too much to compute", at: 0)
    }
  }

  // MARK: Output

  /// The text a constant expression puts out; `nil` when it is not constant or cannot be put out.
  mutating func output(of expression: TemplateExpression) -> String? {
    guard let value = try? constant(expression) else { return nil }
    if renderer.escapes { return try? renderer.escaped(value).string }
    return try? renderer.string(value)
  }

  // MARK: Expressions

  /// The expression as Jinja2 writes it to Python.
  mutating func compile(_ expression: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    let folded = expression.isFoldedAlone ? try fold(expression) : expression
    return try emit(folded, isFolded: expression.isFoldedAlone)
  }

  /// - Parameter isFolded: whether everything within was folded already.
  private mutating func emit(
    _ expression: TemplateExpression, isFolded: Bool
  ) throws(TemplateFault) -> TemplateExpression {
    switch expression {
    case .constant(let value):
      guard value.isWritable else {
        return .failure("a number is too large: it is infinite", offset: renderer.position)
      }
      return expression
    case .binary(.power, .constant(let base), let exponent, let offset):
      if case .constant = exponent { break }
      if let magnitude = Self.negated(base) {
        let exponent = try emit(exponent, isFolded: true)
        return .binary(.negatedPower, .constant(magnitude), exponent, offset: offset)
      }
    default: break
    }
    return try expression.mapChildren { child throws(TemplateFault) in
      try isFolded ? emit(child, isFolded: true) : compile(child)
    }
  }

  /// The magnitude of a constant that is written with a minus sign.
  private static func negated(_ value: TemplateValue) -> TemplateValue? {
    switch value {
    case .integer(let value) where value < 0 && value > .min: .integer(-value)
    case .float(let value) where value.sign == .minus && value.isFinite: .float(-value)
    default: nil
    }
  }

  /// The expression with its constant parts, and itself where it is constant, replaced by their values.
  private mutating func fold(_ expression: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    if case .constant = expression { return expression }
    let folded = try expression.mapChildren { child throws(TemplateFault) in try fold(child) }
    do throws(Stop) {
      let value = try constant(folded)
      return value.isRepresentable ? .constant(value) : folded
    } catch {
      if case .failed(let fault) = error { throw fault }
      return folded
    }
  }

  // MARK: Values

  /// The value of a constant expression, by the rules of the optimizer.
  private mutating func constant(_ expression: TemplateExpression) throws(Stop) -> TemplateValue {
    switch expression {
    case .constant(let value): return value
    case .name, .capturedText, .loopCall, .failure: throw .impossible
    case .list(let elements):
      let values = try constants(elements)
      return try attempt { renderer throws(TemplateFault) in try renderer.list(values) }
    case .tuple(let elements):
      let values = try constants(elements)
      return try attempt { renderer throws(TemplateFault) in try renderer.tuple(values) }
    case .mapping(let pairs, let offset): return try mapping(pairs, offset)
    case .attribute(let base, let name, let offset):
      let base = try constant(base)
      renderer.position = offset
      return try attempt { renderer throws(TemplateFault) in
        try renderer.attribute(name, of: base) { expression.path ?? name }
      }
    case .item(let base, let key, let offset):
      let (base, key) = (try constant(base), try constant(key))
      renderer.position = offset
      return try attempt { renderer throws(TemplateFault) in
        try renderer.item(key, of: base) { expression.path ?? "that member" }
      }
    case .slice(let base, let slice, let offset): return try self.slice(base, slice, offset)
    case .unary(let sign, let operand, _):
      let value = try constant(operand)
      return try attempt { renderer throws(TemplateFault) in try renderer.unary(sign, value) }
    case .binary(let kind, let left, let right, _):
      let (left, right) = (try constant(left), try constant(right))
      return try attempt { renderer throws(TemplateFault) in try renderer.binary(kind, left, right) }
    case .not(let operand, _):
      let value = try constant(operand)
      return try attempt { renderer throws(TemplateFault) in .boolean(try !renderer.isTrue(value)) }
    case .and(let left, let right, let offset):
      let value = try constant(left)
      return try isTrue(value, offset) ? constant(right) : value
    case .or(let left, let right, let offset):
      let value = try constant(left)
      return try isTrue(value, offset) ? value : constant(right)
    case .comparison(let first, let rest, _): return try comparison(first, rest)
    case .concatenation(let parts, let offset): return try concatenation(parts, offset)
    case .conditional(let test, let then, let otherwise, let offset):
      if try isTrue(constant(test), offset) { return try constant(then) }
      guard let otherwise else { throw .impossible }
      return try constant(otherwise)
    case .filter(let use):
      guard use.filter.isFoldable else { throw .impossible }
      let arguments = try self.arguments(use.arguments)
      let input = try constant(use.input)
      renderer.position = use.offset
      return try attempt { renderer throws(TemplateFault) in try use.filter.apply(&renderer, input, arguments) }
    case .test(let use):
      let arguments = try self.arguments(use.arguments)
      let input = try constant(use.input)
      return try attempt { renderer throws(TemplateFault) in .boolean(try use.test.apply(&renderer, input, arguments)) }
    }
  }

  private mutating func constants(_ expressions: [TemplateExpression]) throws(Stop) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try constant(expression)) }
    return values
  }

  /// What fails in an operation is left to the rendering.
  private mutating func attempt(
    _ operation: (inout TemplateRenderer) throws(TemplateFault) -> TemplateValue
  ) throws(Stop) -> TemplateValue {
    do throws(TemplateFault) {
      return try operation(&renderer)
    } catch {
      throw .impossible
    }
  }

  /// What fails here Jinja2's compiler does not catch. Limits that only we have are left to the rendering.
  private mutating func demand<Result>(
    at offset: Int, _ operation: (inout TemplateRenderer) throws(TemplateFault) -> Result
  ) throws(Stop) -> Result {
    renderer.position = offset
    do throws(TemplateFault) {
      return try operation(&renderer)
    } catch {
      guard error.kind != .bound, !error.isIntegerOverflow else { throw .impossible }
      var fault = error
      fault.offset = fault.offset ?? offset
      throw .failed(fault)
    }
  }

  private mutating func isTrue(_ value: TemplateValue, _ offset: Int) throws(Stop) -> Bool {
    try demand(at: offset) { renderer throws(TemplateFault) in try renderer.isTrue(value) }
  }

  private mutating func mapping(_ pairs: [TemplatePair], _ offset: Int) throws(Stop) -> TemplateValue {
    var entries: [TemplateMapping.Entry] = []
    var index: [TemplateKey: Int] = [:]
    for pair in pairs {
      let (key, value) = (try constant(pair.key), try constant(pair.value))
      let hash = try demand(at: offset) { _ throws(TemplateFault) in try TemplateKey(key) }
      renderer.set(value, for: key, at: hash, in: &entries, &index)
    }
    return try attempt { renderer throws(TemplateFault) in try renderer.mapping(entries, index: index) }
  }

  private mutating func slice(
    _ base: TemplateExpression, _ slice: TemplateSlice, _ offset: Int
  ) throws(Stop) -> TemplateValue {
    let value = try constant(base)
    var bounds: [TemplateValue] = []
    for part in [slice.lower, slice.upper, slice.step] {
      if let part { bounds.append(try constant(part)) } else { bounds.append(.none) }
    }
    if case .undefined = value { throw .impossible }
    if case .integer(0) = bounds[2] { throw .impossible }
    renderer.position = offset
    do throws(TemplateFault) {
      return try renderer.slice(value, lower: bounds[0], upper: bounds[1], step: bounds[2])
    } catch {
      guard error.kind != .bound else { throw .impossible }
      return .undefined(TemplateUndefined(path: "the slice", offset: offset, candidates: []))
    }
  }

  private mutating func comparison(
    _ first: TemplateExpression, _ rest: [TemplateComparison]
  ) throws(Stop) -> TemplateValue {
    var left = try constant(first)
    for comparison in rest {
      // The optimizer catches whatever happens from here on.
      guard let right = try? constant(comparison.operand) else { throw .impossible }
      let holds = try attempt { renderer throws(TemplateFault) in
        .boolean(try renderer.compare(comparison.comparator, left, right))
      }
      guard case .boolean(true) = holds else { return .boolean(false) }
      left = right
    }
    return .boolean(true)
  }

  /// Unlike when rendering, no part is escaped and the result is no markup, whatever the parts are.
  private mutating func concatenation(
    _ parts: [TemplateExpression], _ offset: Int
  ) throws(Stop) -> TemplateValue {
    let values = try constants(parts)
    return try demand(at: offset) { renderer throws(TemplateFault) in
      var texts: [TemplateText] = []
      for value in values { texts.append(TemplateText(try renderer.string(value))) }
      return .text(try renderer.join(texts, separator: .empty))
    }
  }

  private mutating func arguments(_ arguments: TemplateArguments) throws(Stop) -> TemplateCallArguments {
    var result = TemplateCallArguments(positional: try constants(arguments.positional))
    for keyword in arguments.keywords {
      result.keywords.append(TemplateCallArguments.Keyword(name: keyword.name, value: try constant(keyword.value)))
    }
    if let rest = arguments.positionalRest {
      let value = try constant(rest)
      do throws(TemplateFault) {
        result.positional += try renderer.elements(of: value)
      } catch {
        throw .impossible
      }
    }
    if let rest = arguments.keywordRest {
      let value = try constant(rest)
      do throws(TemplateFault) {
        try result.add(keywords: value)
      } catch {
        throw .impossible
      }
    }
    return result
  }
}

extension TemplateExpression {
  /// Whether Jinja2's compiler tries to fold an expression of this kind where it comes to write it; it does not for
  /// literals, only for their parts.
  fileprivate var isFoldedAlone: Bool {
    switch self {
    case .constant, .name, .capturedText, .list, .tuple, .mapping, .failure: false
    case .attribute, .item, .slice, .unary, .binary, .and, .or, .not, .comparison, .concatenation, .conditional,
      .filter, .test, .loopCall:
      true
    }
  }
}

extension TemplateValue {
  /// Whether Jinja2 can put the value in place of the expression: plain values, and lists and mappings of them.
  fileprivate var isRepresentable: Bool {
    switch self {
    case .none, .boolean, .integer, .float, .text: true
    case .undefined, .iterator, .loop: false
    case .list(let sequence): sequence.elements.allSatisfy(\.isRepresentable)
    case .tuple(let sequence): !sequence.isGroup && sequence.elements.allSatisfy(\.isRepresentable)
    case .mapping(let mapping): mapping.entries.allSatisfy { $0.key.isRepresentable && $0.value.isRepresentable }
    }
  }

  /// Whether the value's Python literal means the value: infinities and NaN have none, so Jinja2 fails on them.
  fileprivate var isWritable: Bool {
    switch self {
    case .float(let value): value.isFinite
    case .list(let sequence), .tuple(let sequence): sequence.elements.allSatisfy(\.isWritable)
    case .mapping(let mapping): mapping.entries.allSatisfy { $0.key.isWritable && $0.value.isWritable }
    default: true
    }
  }
}
