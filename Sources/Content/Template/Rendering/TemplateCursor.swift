/// A walk over the elements of a value.
struct TemplateCursor: Sendable {
  enum Source: Sendable {
    case elements([TemplateValue])
    case characters(String.UnicodeScalarView)
    case keys(TemplateMapping)
    /// An entry of the renderer's table, which remembers itself how far it has come.
    case iterator(Int)
  }

  let source: Source
  private var index = 0
  private var place: String.Index?
  /// The condition of a loop, by which elements are passed over.
  var filter: TemplateLoopFilter?

  init(_ source: Source, filter: TemplateLoopFilter? = nil) {
    self.source = source
    self.filter = filter
  }

  /// The next element of a source that needs no renderer.
  mutating func nextStored() -> TemplateValue? {
    switch source {
    case .elements(let elements):
      guard index < elements.count else { return nil }
      index += 1
      return elements[index - 1]
    case .characters(let scalars):
      let place = place ?? scalars.startIndex
      guard place < scalars.endIndex else { return nil }
      self.place = scalars.index(after: place)
      return .text(String(Character(scalars[place])))
    case .keys(let mapping):
      guard index < mapping.count else { return nil }
      index += 1
      return mapping.entries[index - 1].key
    case .iterator: return nil
    }
  }

  /// Python's `len` of what is walked over, where it has one.
  var length: Int? {
    guard filter == nil else { return nil }
    return switch source {
    case .elements(let elements): elements.count
    case .characters(let scalars): scalars.count
    case .keys(let mapping): mapping.count
    case .iterator: nil
    }
  }
}

/// The condition behind `if` in `{% for … in … if … %}`.
struct TemplateLoopFilter: Sendable {
  let target: TemplateAssignee
  let test: TemplateExpression
  /// What the names of the condition are set to before the first element is looked at.
  let loads: [TemplateLoad]
  var hasStarted = false
}

extension TemplateRenderer {
  /// `iter(value)`.
  func cursor(over value: TemplateValue) throws(TemplateFault) -> TemplateCursor {
    switch value {
    case .list(let sequence), .tuple(let sequence): return TemplateCursor(.elements(sequence.elements))
    case .text(let text): return TemplateCursor(.characters(text.scalars))
    case .mapping(let mapping): return TemplateCursor(.keys(mapping))
    case .iterator(let number): return TemplateCursor(.iterator(number))
    case .undefined(let undefined):
      guard undefined.isLenient else { throw undefined.fault }
      return TemplateCursor(.elements([]))
    case .none, .boolean, .integer, .float, .loop:
      throw .value("\(value.kind) has no elements to go through; it must be a list, a mapping or a text")
    }
  }

  mutating func next(_ cursor: inout TemplateCursor) throws(TemplateFault) -> TemplateValue? {
    while true {
      try charge(2)
      let element: TemplateValue?
      if case .iterator(let number) = cursor.source {
        element = try advance(iterator: number)
      } else {
        element = cursor.nextStored()
      }
      guard let element, let filter = cursor.filter else { return element }
      if !filter.hasStarted {
        try load(filter.loads)
        cursor.filter?.hasStarted = true
      }
      try assign(element, to: filter.target)
      try chargeTurn()
      // Python's generator gives back what it assigned, so that a list which was taken apart comes out as a tuple.
      if try isTrue(evaluate(filter.test)) { return try value(of: filter.target) }
    }
  }

  /// `list(value)`, as elements.
  mutating func elements(of value: TemplateValue) throws(TemplateFault) -> [TemplateValue] {
    switch value {
    case .list(let sequence), .tuple(let sequence):
      try charge(sequence.elements.count)
      return sequence.elements
    default:
      var cursor = try cursor(over: value)
      return try rest(of: &cursor)
    }
  }

  mutating func rest(of cursor: inout TemplateCursor) throws(TemplateFault) -> [TemplateValue] {
    var elements: [TemplateValue] = []
    while let element = try next(&cursor) {
      guard elements.count < limits.valueBytes / 16 else {
        throw .bound("a list would have more than \(limits.valueBytes / 16) elements")
      }
      try charge(16)
      elements.append(element)
    }
    return elements
  }

  /// `len(value)`.
  mutating func length(of value: TemplateValue) throws(TemplateFault) -> Int {
    switch value {
    case .list(let sequence), .tuple(let sequence): return sequence.elements.count
    case .mapping(let mapping): return mapping.count
    case .text(let text):
      try charge(text.size / 8)
      return text.count
    case .loop(let number): return try loopLength(number)
    case .undefined(let undefined):
      guard undefined.isLenient else { throw undefined.fault }
      return 0
    case .iterator: throw .value("a sequence made by a filter has no length; put '|list' before '|length'")
    case .none, .boolean, .integer, .float: throw .value("\(value.kind) has no length")
    }
  }
}
