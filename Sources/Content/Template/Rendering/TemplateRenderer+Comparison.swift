/// Truth, equality, order and membership, as Python has them.
extension TemplateRenderer {
  mutating func isTrue(_ value: TemplateValue) throws(TemplateFault) -> Bool {
    switch value {
    case .undefined(let undefined):
      if undefined.isLenient { return false }
      guard mode == .lenient else { throw undefined.fault }
      noteMissing(undefined)
      return false
    case .none: return false
    case .boolean(let value): return value
    case .integer(let value): return value != 0
    case .float(let value): return value != 0
    case .text(let text): return text.size > 0
    case .list(let sequence), .tuple(let sequence): return !sequence.elements.isEmpty
    case .mapping(let mapping): return mapping.count > 0
    case .iterator: return true
    case .loop(let number): return try loopLength(number) > 0
    }
  }

  // MARK: Equality

  /// `left == right`.
  mutating func areEqual(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateFault) -> Bool {
    try charge(4)
    switch (left, right) {
    case (.text(let left), .text(let right)):
      try charge(min(left.size, right.size) / 8)
      return left.string.hasSameScalars(as: right.string)
    case (.undefined(let left), .undefined(let right)) where left.isLenient && right.isLenient: return true
    case (.undefined(let undefined), let other), (let other, .undefined(let undefined)):
      if let strict = [undefined, other.undefined].compactMap(\.self).first(where: { !$0.isLenient }) {
        throw strict.fault
      }
      return false
    case (.none, .none): return true
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      guard left.elements.count == right.elements.count else { return false }
      try charge(30)
      return try firstDifference(left.elements, right.elements) == nil
    case (.mapping(let left), .mapping(let right)): return try areEqual(left, right)
    case (.iterator(let left), .iterator(let right)), (.loop(let left), .loop(let right)): return left == right
    default:
      guard let left = PythonNumber(left), let right = PythonNumber(right) else { return false }
      return PythonNumber.areEqual(left, right)
    }
  }

  private mutating func areEqual(_ left: TemplateMapping, _ right: TemplateMapping) throws(TemplateFault) -> Bool {
    guard left.count == right.count else { return false }
    for entry in left.entries {
      guard let other = right[try TemplateKey(entry.key)] else { return false }
      if Self.areIdentical(entry.value, other) { continue }
      guard try areEqual(entry.value, other) else { return false }
    }
    return true
  }

  /// Where two sequences differ first, by the test Python's containers use: identity, then equality.
  private mutating func firstDifference(
    _ left: [TemplateValue], _ right: [TemplateValue]
  ) throws(TemplateFault) -> Int? {
    for index in 0..<min(left.count, right.count) where !Self.areIdentical(left[index], right[index]) {
      guard try areEqual(left[index], right[index]) else { return index }
    }
    return left.count == right.count ? nil : min(left.count, right.count)
  }

  /// `left is right`, as far as a template can tell: lists and mappings have an identity, plain values are what they
  /// are. (Python tells apart two equal texts or numbers by how they came about.)
  static func areIdentical(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.undefined(let left), .undefined(let right)): left === right
    case (.none, .none): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
    case (.text(let left), .text(let right)):
      left.isMarkup == right.isMarkup && left.string.hasSameScalars(as: right.string)
    case (.list(let left), .list(let right)): left === right
    // There is one empty tuple.
    case (.tuple(let left), .tuple(let right)): left === right || (left.elements.isEmpty && right.elements.isEmpty)
    case (.mapping(let left), .mapping(let right)): left === right
    case (.iterator(let left), .iterator(let right)), (.loop(let left), .loop(let right)): left == right
    default: false
    }
  }

  // MARK: Order

  mutating func compare(
    _ comparator: TemplateComparator, _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateFault) -> Bool {
    switch comparator {
    case .equal: return try areEqual(left, right)
    case .notEqual: return try !areEqual(left, right)
    case .less: return try isOrdered(left, right, allowsEqual: false, as: comparator)
    case .lessOrEqual: return try isOrdered(left, right, allowsEqual: true, as: comparator)
    case .greater: return try isOrdered(right, left, allowsEqual: false, as: comparator)
    case .greaterOrEqual: return try isOrdered(right, left, allowsEqual: true, as: comparator)
    case .isIn: return try contains(right, left)
    case .isNotIn: return try !contains(right, left)
    }
  }

  mutating func isLess(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateFault) -> Bool {
    try isOrdered(left, right, allowsEqual: false, as: .less)
  }

  private mutating func isOrdered(
    _ left: TemplateValue, _ right: TemplateValue, allowsEqual: Bool, as comparator: TemplateComparator
  ) throws(TemplateFault) -> Bool {
    try charge(4)
    switch (left, right) {
    case (.undefined(let undefined), _), (_, .undefined(let undefined)): throw undefined.fault
    case (.text(let left), .text(let right)):
      try charge(min(left.size, right.size) / 8)
      return allowsEqual ? !right.string.scalarsPrecede(left.string) : left.string.scalarsPrecede(right.string)
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      try charge(60)
      let (left, right) = (left.elements, right.elements)
      guard let index = try firstDifference(left, right) else { return allowsEqual }
      guard index < left.count, index < right.count else { return left.count < right.count }
      return try isOrdered(left[index], right[index], allowsEqual: allowsEqual, as: comparator)
    default:
      guard let leftNumber = PythonNumber(left), let rightNumber = PythonNumber(right) else {
        throw .value("\(left.kind) and \(right.kind) have no order and cannot be compared")
      }
      if PythonNumber.isLess(leftNumber, rightNumber) { return true }
      return allowsEqual && PythonNumber.areEqual(leftNumber, rightNumber)
    }
  }

  // MARK: Membership

  /// `needle in container`.
  mutating func contains(_ container: TemplateValue, _ needle: TemplateValue) throws(TemplateFault) -> Bool {
    switch container {
    case .text(let text):
      guard case .text(let part) = needle else {
        if let undefined = needle.undefined, !undefined.isLenient { throw undefined.fault }
        throw .value("only a text can be in a text, not \(needle.kind)")
      }
      try charge(4 * (text.size + part.size))
      return TextSearch(part.string).firstMatch(in: text.string) != nil
    case .list(let sequence), .tuple(let sequence):
      for element in sequence.elements {
        if Self.areIdentical(element, needle) { return true }
        if try areEqual(element, needle) { return true }
      }
      return false
    case .mapping(let mapping): return mapping[try TemplateKey(needle)] != nil
    case .undefined(let undefined):
      guard undefined.isLenient else { throw undefined.fault }
      return false
    case .iterator:
      var cursor = try cursor(over: container)
      while let element = try next(&cursor) {
        if Self.areIdentical(element, needle) { return true }
        if try areEqual(element, needle) { return true }
      }
      return false
    default: throw .value("nothing can be in \(container.kind)")
    }
  }
}
