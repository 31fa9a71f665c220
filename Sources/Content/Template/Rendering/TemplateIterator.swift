/// Elements that are made one at a time, when somebody asks: what Python calls a generator. It runs once, and nothing
/// in it runs before the first element is asked for.
struct TemplateIterator {
  enum State {
    /// Not yet asked for anything.
    case unstarted(TemplateGenerator)
    case stored(TemplateCursor)
    case mapped(TemplateCursor, TemplateTransform)
    case selected(TemplateCursor, TemplateSelection)
    case distinct(TemplateCursor, TemplateAttribute, seen: Set<TemplateKey>)
    case batched(TemplateCursor, TemplateBatch)
    case sliced(TemplateColumns)
    /// Run out, failed, or under way.
    case finished
  }

  var state: State
}

/// What an iterator is made of, before it starts.
enum TemplateGenerator {
  case map(TemplateValue, TemplateCallArguments)
  case select(TemplateValue, TemplateCallArguments, TemplateSelection.Kind)
  case unique(TemplateValue, TemplateAttribute)
  case batch(TemplateValue, TemplateBatch)
  case slice(TemplateValue, count: TemplateValue, fill: TemplateValue)
  case items(TemplateValue)
}

extension TemplateRenderer {
  /// A value that makes its elements when they are asked for.
  mutating func iterator(_ generator: TemplateGenerator) throws(TemplateFault) -> TemplateValue {
    try iterator(TemplateIterator(state: .unstarted(generator)))
  }

  mutating func iterator(over elements: [TemplateValue]) throws(TemplateFault) -> TemplateValue {
    try iterator(TemplateIterator(state: .stored(TemplateCursor(.elements(elements)))))
  }

  private mutating func iterator(_ iterator: TemplateIterator) throws(TemplateFault) -> TemplateValue {
    try charge(100)
    iterators.append(iterator)
    return .iterator(iterators.count - 1)
  }

  /// The next element of the iterator in the table at `number`.
  mutating func advance(iterator number: Int) throws(TemplateFault) -> TemplateValue? {
    guard iteratorNesting < limits.nesting else {
      throw .bound("sequences made by filters are built upon each other more than \(limits.nesting) deep")
    }
    try charge(120)
    iteratorNesting += 1
    defer { iteratorNesting -= 1 }
    // Taken out of the table: a sequence that comes to ask itself finds itself finished, and sets grow in place.
    var state = TemplateIterator.State.finished
    swap(&state, &iterators[number].state)
    if case .unstarted(let generator) = state { state = try start(generator) }
    guard let element = try step(&state) else { return nil }
    iterators[number].state = state
    return element
  }

  private mutating func start(_ generator: TemplateGenerator) throws(TemplateFault) -> TemplateIterator.State {
    switch generator {
    case .map(let value, let arguments):
      guard try isTrue(value) else { return .finished }
      let transform = try TemplateTransform(arguments)
      return .mapped(try cursor(over: value), transform)
    case .select(let value, let arguments, let kind):
      guard try isTrue(value) else { return .finished }
      let selection = try TemplateSelection(kind, arguments)
      return .selected(try cursor(over: value), selection)
    case .unique(let value, let attribute): return .distinct(try cursor(over: value), attribute, seen: [])
    case .batch(let value, let batch): return .batched(try cursor(over: value), batch)
    case .slice(let value, let count, let fill):
      let elements = try elements(of: value)
      return .sliced(try TemplateColumns(elements, count: count, fill: fill))
    case .items(let value): return .stored(TemplateCursor(.elements(try items(of: value))))
    }
  }

  private mutating func items(of value: TemplateValue) throws(TemplateFault) -> [TemplateValue] {
    switch value {
    case .mapping(let mapping):
      try chargeList(3 * mapping.count)
      var items: [TemplateValue] = []
      for entry in mapping.entries { items.append(try tuple([entry.key, entry.value])) }
      return items
    case .undefined: return []
    default: throw .value("only a mapping has items, not \(value.kind)")
    }
  }

  private mutating func step(_ state: inout TemplateIterator.State) throws(TemplateFault) -> TemplateValue? {
    switch state {
    case .unstarted, .finished: return nil
    case .stored(var cursor):
      state = .finished
      let element = try next(&cursor)
      state = .stored(cursor)
      return element
    case .mapped(var cursor, let transform):
      let element = try next(&cursor)
      state = .mapped(cursor, transform)
      guard let element else { return nil }
      return try apply(transform, to: element)
    case .selected(var cursor, let selection):
      defer { state = .selected(cursor, selection) }
      while let element = try next(&cursor) {
        if try accepts(selection, element) { return element }
      }
      return nil
    case .distinct(var cursor, let attribute, var seen):
      state = .finished
      defer { state = .distinct(cursor, attribute, seen: seen) }
      while let element = try next(&cursor) {
        try charge(100)
        if seen.insert(try TemplateKey(try read(attribute, of: element))).inserted { return element }
      }
      return nil
    case .batched(var cursor, var batch):
      state = .finished
      defer { state = .batched(cursor, batch) }
      return try nextBatch(&cursor, &batch)
    case .sliced(var columns):
      state = .finished
      defer { state = .sliced(columns) }
      guard let column = columns.next() else { return nil }
      try chargeList(column.count)
      return try list(column)
    }
  }
}
