/// Members, elements and slices. Only what data holds can be reached: the members of mappings, the elements of lists
/// and texts, and what `loop` and the groups of `groupby` tell.
extension TemplateRenderer {
  /// `value.name`.
  ///
  /// - Parameter path: how the template names it, for messages.
  mutating func attribute(
    _ name: String, of value: TemplateValue, path: () -> String
  ) throws(TemplateFault) -> TemplateValue {
    switch value {
    case .mapping(let mapping):
      if let member = mapping[name] { return member }
      return undefined(path(), "there is no '\(name)' in \(parent(of: path()))", candidates: mapping.names)
    case .loop(let number):
      if let value = try attribute(name, ofLoop: number, at: position) { return value }
      let reason =
        TemplateLoopCall.Function(attribute: name) == nil
        ? "'loop' has no '\(name)'" : "'loop.\(name)' must be followed by its arguments in parentheses"
      return undefined(path(), reason, candidates: Self.loopAttributes)
    case .tuple(let group) where group.isGroup && name == "grouper": return group.elements[0]
    case .tuple(let group) where group.isGroup && name == "list": return group.elements[1]
    case .undefined(let undefined): throw undefined.fault
    default:
      var reason = "\(value.kind) has no member '\(name)'"
      if let filter = TemplateRefusals.filter(forMethod: name) { reason += "; use the filter '\(filter)'" }
      return undefined(path(), reason, candidates: [])
    }
  }

  private func parent(of path: String) -> String {
    guard let dot = path.lastIndex(of: ".") else { return "the mapping" }
    return "'\(path[..<dot])'"
  }

  private func undefined(_ path: String, _ reason: String, candidates: [String]) -> TemplateValue {
    .undefined(TemplateUndefined(path: path, reason: reason, offset: position, candidates: candidates))
  }

  /// `value[key]`, and what `attribute=` of the filters looks up.
  mutating func item(
    _ key: TemplateValue, of value: TemplateValue, path: () -> String
  ) throws(TemplateFault) -> TemplateValue {
    switch (value, key) {
    case (.undefined(let undefined), _): throw undefined.fault
    case (.mapping(let mapping), .text(let name)):
      if let member = mapping[name.string] { return member }
      return try attribute(name.string, of: value, path: path)
    case (.mapping, .undefined(let undefined)):
      guard undefined.isLenient else { throw undefined.fault }
      return self.undefined(path(), "there is no such key", candidates: [])
    case (.mapping(let mapping), _):
      // What cannot be a key is in no mapping.
      guard let key = TemplateKey(known: key), let member = mapping[key] else {
        return undefined(path(), "there is no such key in \(parent(of: path()))", candidates: [])
      }
      return member
    case (.list(let sequence), .integer), (.tuple(let sequence), .integer), (.list(let sequence), .boolean),
      (.tuple(let sequence), .boolean):
      guard let place = place(key, in: sequence.elements.count) else {
        let count = sequence.elements.count
        return undefined(path(), "\(value.kind) of \(count) has no such element", candidates: [])
      }
      return sequence.elements[place]
    case (.text(let text), .integer), (.text(let text), .boolean):
      try charge(20 + 3 * text.size)
      guard let place = place(key, in: text.count) else {
        return undefined(path(), "the text has no such character", candidates: [])
      }
      return .text(text.slice(place, place + 1))
    case (_, .text(let name)): return try attribute(name.string, of: value, path: path)
    // What is missing is the key.
    case (_, .undefined): return key
    default: return undefined(path(), "\(value.kind) has no elements by \(key.kind)", candidates: [])
    }
  }

  /// The index an integer means, counted from the end when negative.
  private func place(_ key: TemplateValue, in count: Int) -> Int? {
    let index: Int64
    switch key {
    case .integer(let value): index = value
    case .boolean(let value): index = value ? 1 : 0
    default: return nil
    }
    let place = index < 0 ? index + Int64(count) : index
    return place >= 0 && place < Int64(count) ? Int(place) : nil
  }

  // MARK: Slices

  /// `value[lower:upper:step]`.
  mutating func slice(
    _ value: TemplateValue, lower: TemplateValue, upper: TemplateValue, step: TemplateValue
  ) throws(TemplateFault) -> TemplateValue {
    switch value {
    case .list(let sequence):
      return try list(slice(sequence.elements, lower, upper, step))
    case .tuple(let sequence):
      return try tuple(slice(sequence.elements, lower, upper, step))
    case .text(let text):
      try charge(100)
      try chargeText(text.size)
      if case .none = step {
        let (start, _, count) = try range(lower, upper, step, count: text.count)
        return .text(text.slice(start, start + count))
      }
      try charge(100 + 16 * text.size)
      let scalars = try slice(Array(text.scalars), lower, upper, step)
      return .text(TemplateText(String(String.UnicodeScalarView(scalars)), isMarkup: text.isMarkup))
    case .undefined(let undefined): throw undefined.fault
    default: throw .value("\(value.kind) cannot be sliced")
    }
  }

  private mutating func slice<Element>(
    _ elements: [Element], _ lower: TemplateValue, _ upper: TemplateValue, _ step: TemplateValue
  ) throws(TemplateFault) -> [Element] {
    let (start, stride, count) = try range(lower, upper, step, count: elements.count)
    try chargeList(count)
    var result: [Element] = []
    result.reserveCapacity(count)
    for index in 0..<count { result.append(elements[start + index * stride]) }
    return result
  }

  /// As CPython's `PySlice_AdjustIndices`.
  private func range(
    _ lower: TemplateValue, _ upper: TemplateValue, _ step: TemplateValue, count: Int
  ) throws(TemplateFault) -> (start: Int, stride: Int, count: Int) {
    let step = try bound(step) ?? 1
    guard step != 0 else { throw .value("the step of a slice cannot be zero") }
    func clamped(_ bound: Int64?, default missing: Int) -> Int {
      guard let bound else { return missing }
      let place = bound < 0 ? bound + Int64(count) : bound
      let (lowest, highest) = step < 0 ? (-1, count - 1) : (0, count)
      return Int(min(max(place, Int64(lowest)), Int64(highest)))
    }
    let start = clamped(try bound(lower), default: step < 0 ? count - 1 : 0)
    let end = clamped(try bound(upper), default: step < 0 ? -1 : count)
    let span = step < 0 ? start - end : end - start
    guard span > 0 else { return (start, 1, 0) }
    let stride = step.magnitude >= UInt64(span) ? span : Int(step.magnitude)
    return (start, step < 0 ? -stride : stride, (span - 1) / stride + 1)
  }

  private func bound(_ value: TemplateValue) throws(TemplateFault) -> Int64? {
    switch value {
    case .none: return nil
    case .integer(let value): return value
    case .boolean(let value): return value ? 1 : 0
    case .undefined(let undefined): throw undefined.fault
    default: throw .value("the bounds of a slice are whole numbers, not \(value.kind)")
    }
  }
}
