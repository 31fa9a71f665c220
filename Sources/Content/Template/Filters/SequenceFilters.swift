/// Filters that take sequences apart and put them together.
extension TemplateFilter {
  static let sequenceFilters: [TemplateFilter] = [
    TemplateFilter("length", "count") { renderer, value, _ throws(TemplateFault) in
      .integer(Int64(try renderer.length(of: value)))
    },
    TemplateFilter("list") { renderer, value, _ throws(TemplateFault) in
      try renderer.list(renderer.elements(of: value))
    },
    TemplateFilter("first") { renderer, value, _ throws(TemplateFault) in
      var cursor = try renderer.cursor(over: value)
      return try renderer.next(&cursor) ?? renderer.nothing("there is no first item: the sequence is empty")
    },
    TemplateFilter("last") { renderer, value, _ throws(TemplateFault) in try last(value, &renderer) },
    TemplateFilter("reverse") { renderer, value, _ throws(TemplateFault) in try reverse(value, &renderer) },
    TemplateFilter("join", parameters: ["d", "attribute"]) { renderer, value, arguments throws(TemplateFault) in
      try join(value, arguments, &renderer)
    },
    TemplateFilter("batch", parameters: ["linecount", "fill_with"], required: 1) {
      renderer, value, arguments throws(TemplateFault) in
      try renderer.iterator(.batch(value, TemplateBatch(size: arguments.required(0), fill: arguments.required(1))))
    },
    TemplateFilter("slice", parameters: ["slices", "fill_with"], required: 1) {
      renderer, value, arguments throws(TemplateFault) in
      try renderer.iterator(.slice(value, count: arguments.required(0), fill: arguments.required(1)))
    },
    TemplateFilter("items") { renderer, value, _ throws(TemplateFault) in
      try renderer.iterator(.items(value))
    },
  ]

  private static func last(
    _ value: TemplateValue, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    let last: TemplateValue?
    switch value {
    case .list(let sequence), .tuple(let sequence): last = sequence.elements.last
    case .mapping(let mapping): last = mapping.entries.last?.key
    // Python goes through a text from its end by subscripts, so that markup gives markup here and not in `first`.
    case .text(let text):
      last = text.scalars.last.map { .text(TemplateText(String(Character($0)), isMarkup: text.isMarkup)) }
    case .undefined(let undefined) where undefined.isLenient: last = nil
    case .undefined(let undefined): throw undefined.fault
    case .iterator: throw .value("a sequence made by a filter has no last item; put '|list' before '|last'")
    default: throw .value("\(value.kind) has no last item")
    }
    return last ?? renderer.nothing("there is no last item: the sequence is empty")
  }

  private static func reverse(
    _ value: TemplateValue, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    switch value {
    case .text(let text):
      try renderer.chargeText(text.size)
      return .text(TemplateText(PythonText.reversed(text.string), isMarkup: text.isMarkup))
    case .list(let sequence), .tuple(let sequence):
      try renderer.chargeList(sequence.elements.count)
      return try renderer.iterator(over: sequence.elements.reversed())
    case .mapping(let mapping):
      try renderer.chargeList(mapping.count)
      return try renderer.iterator(over: mapping.entries.reversed().map(\.key))
    case .undefined(let undefined) where undefined.isLenient: return try renderer.iterator(over: [])
    default: return try renderer.list(renderer.elements(of: value).reversed())
    }
  }

  private static func join(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    var elements = try renderer.elements(of: value)
    if let attribute = arguments[1], !attribute.isNone {
      let attribute = TemplateAttribute(attribute)
      for index in elements.indices { elements[index] = try renderer.read(attribute, of: elements[index]) }
    }
    let separator = arguments[0] ?? .text("")
    guard renderer.escapes else {
      var parts: [TemplateText] = []
      for element in elements { parts.append(TemplateText(try renderer.string(element))) }
      return .text(try renderer.join(parts, separator: TemplateText(renderer.string(separator))))
    }
    var parts: [TemplateText] = []
    for element in elements { parts.append(try renderer.text(element)) }
    if separator.isMarkup || !parts.contains(where: \.isMarkup) {
      return .text(try renderer.join(parts, separator: renderer.text(separator)))
    }
    return .text(try renderer.join(parts, separator: renderer.escaped(separator)))
  }
}

extension TemplateRenderer {
  /// What filters give that look for an item where there is none.
  func nothing(_ reason: String) -> TemplateValue {
    .undefined(TemplateUndefined(path: "item", reason: reason, offset: position, candidates: []))
  }
}

// MARK: batch and slice

/// Elements in lists of a given length.
struct TemplateBatch {
  let size: TemplateValue
  let fill: TemplateValue
  var pending: [TemplateValue] = []
  var isFinished = false

  init(size: TemplateValue, fill: TemplateValue) {
    self.size = size
    self.fill = fill
  }
}

extension TemplateRenderer {
  mutating func nextBatch(
    _ cursor: inout TemplateCursor, _ batch: inout TemplateBatch
  ) throws(TemplateFault) -> TemplateValue? {
    while let element = try next(&cursor) {
      try charge(80)
      let isFull = try areEqual(.integer(Int64(batch.pending.count)), batch.size)
      if isFull {
        let full = batch.pending
        batch.pending = [element]
        return try list(full)
      }
      batch.pending.append(element)
    }
    guard !batch.isFinished, !batch.pending.isEmpty else { return nil }
    batch.isFinished = true
    let count = TemplateValue.integer(Int64(batch.pending.count))
    if !batch.fill.isNone, try compare(.less, count, batch.size) {
      let lacking = try binary(.subtract, batch.size, count)
      let filling = try binary(.multiply, list([batch.fill]), lacking)
      return try binary(.add, list(batch.pending), filling)
    }
    return try list(batch.pending)
  }
}

/// Elements in a given number of lists, whose lengths differ by one at most.
struct TemplateColumns {
  private let elements: [TemplateValue]
  private let count: Int64
  private let fill: TemplateValue
  private let size: Int64
  private let extra: Int64
  private var number: Int64 = 0
  private var offset: Int64 = 0

  init(_ elements: [TemplateValue], count: TemplateValue, fill: TemplateValue) throws(TemplateFault) {
    guard case .integer(let count)? = PythonNumber(count) else {
      if let undefined = count.undefined { throw undefined.fault }
      throw .value("'slice' takes the number of lists as a whole number, not \(count.kind)")
    }
    guard count != 0 else { throw PythonArithmetic.divisionByZero }
    self.elements = elements
    self.count = count
    self.fill = fill
    // A negative number of lists is none at all.
    size = count > 0 ? Int64(elements.count) / count : 0
    extra = count > 0 ? Int64(elements.count) % count : 0
  }

  mutating func next() -> [TemplateValue]? {
    guard number < count else { return nil }
    let start = offset + number * size
    if number < extra { offset += 1 }
    let end = offset + (number + 1) * size
    var column = Array(elements[Int(start)..<Int(end)])
    if !fill.isNone, number >= extra { column.append(fill) }
    number += 1
    return column
  }
}
