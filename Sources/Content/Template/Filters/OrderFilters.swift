/// Filters that compare elements with each other. Texts count in lower case unless told otherwise.
extension TemplateFilter {
  static let orderFilters: [TemplateFilter] = [
    TemplateFilter("sort", parameters: ["reverse", "case_sensitive", "attribute"]) {
      renderer, value, arguments throws(TemplateFault) in
      try sort(value, arguments, &renderer)
    },
    TemplateFilter("unique", parameters: ["case_sensitive", "attribute"]) {
      renderer, value, arguments throws(TemplateFault) in
      let attribute = try attribute(arguments.required(1), caseSensitive: arguments[0], &renderer)
      return try renderer.iterator(.unique(value, attribute))
    },
    TemplateFilter("min", parameters: ["case_sensitive", "attribute"]) {
      renderer, value, arguments throws(TemplateFault) in
      try extreme(value, arguments, .less, &renderer)
    },
    TemplateFilter("max", parameters: ["case_sensitive", "attribute"]) {
      renderer, value, arguments throws(TemplateFault) in
      try extreme(value, arguments, .greater, &renderer)
    },
    TemplateFilter("dictsort", parameters: ["case_sensitive", "by", "reverse"]) {
      renderer, value, arguments throws(TemplateFault) in
      try sortMembers(of: value, arguments, &renderer)
    },
    TemplateFilter("groupby", parameters: ["attribute", "default", "case_sensitive"], required: 1) {
      renderer, value, arguments throws(TemplateFault) in
      try group(value, arguments, &renderer)
    },
  ]

  private static func attribute(
    _ name: TemplateValue, caseSensitive: TemplateValue?, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateAttribute {
    var attribute = TemplateAttribute(name)
    attribute.ignoresCase = try !renderer.flag(caseSensitive)
    return attribute
  }

  // MARK: sort

  private static func sort(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    let ignoresCase = try !renderer.flag(arguments[1])
    let attributes = TemplateAttribute.list(arguments.required(2)).map { attribute in
      var attribute = attribute
      attribute.ignoresCase = ignoresCase
      return attribute
    }
    let elements = try renderer.elements(of: value)
    // Keys are lists even for one attribute, so that equal keys need no order: none can be sorted with none.
    var keyed: [(key: TemplateValue, value: TemplateValue)] = []
    for element in elements {
      var key: [TemplateValue] = []
      for attribute in attributes { key.append(try renderer.read(attribute, of: element)) }
      keyed.append((.list(TemplateSequence(key, depth: 1)), element))
    }
    return try renderer.list(sorted(keyed, isReversed: renderer.flag(arguments[0]), &renderer))
  }

  /// The values in the order of their keys. Those with equal keys keep their order, in reverse too.
  static func sorted<Value>(
    _ keyed: [(key: TemplateValue, value: Value)], isReversed: Bool, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> [Value] {
    try renderer.chargeList(2 * keyed.count)
    var sorted = isReversed ? keyed.reversed() : keyed
    var merged = sorted
    var width = 1
    // Merging from the bottom up: the standard library's sort does not promise to be stable.
    while width < sorted.count {
      var start = 0
      while start < sorted.count {
        let middle = min(start + width, sorted.count)
        let end = min(middle + width, sorted.count)
        var (left, right, place) = (start, middle, start)
        while left < middle || right < end {
          let takesRight: Bool
          if left < middle, right < end {
            takesRight = try renderer.isLess(sorted[right].key, sorted[left].key)
          } else {
            takesRight = right < end
          }
          merged[place] = takesRight ? sorted[right] : sorted[left]
          if takesRight { right += 1 } else { left += 1 }
          place += 1
        }
        start = end
      }
      swap(&sorted, &merged)
      width *= 2
    }
    let values = sorted.map(\.value)
    return isReversed ? values.reversed() : values
  }

  private static func sortMembers(
    of value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    var byValue = false
    if let by = arguments[1] {
      switch by {
      case .text(let text) where text.string.hasSameScalars(as: "key"): break
      case .text(let text) where text.string.hasSameScalars(as: "value"): byValue = true
      default: throw .value("'dictsort' sorts by 'key' or by 'value'")
      }
    }
    guard case .mapping(let mapping) = value else {
      if let undefined = value.undefined { throw undefined.fault }
      throw .value("'dictsort' works on a mapping, not on \(value.kind)")
    }
    let attribute = try attribute(.none, caseSensitive: arguments[0], &renderer)
    var keyed: [(key: TemplateValue, value: TemplateValue)] = []
    for entry in mapping.entries {
      try renderer.charge(100)
      let key = try renderer.read(attribute, of: byValue ? entry.value : entry.key)
      keyed.append((key, try renderer.tuple([entry.key, entry.value])))
    }
    return try renderer.list(sorted(keyed, isReversed: renderer.flag(arguments[2]), &renderer))
  }

  // MARK: min and max

  private static func extreme(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ comparator: TemplateComparator,
    _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    var cursor = try renderer.cursor(over: value)
    guard var best = try renderer.next(&cursor) else {
      return renderer.nothing("there is no item: the sequence is empty")
    }
    let attribute = try attribute(arguments.required(1), caseSensitive: arguments[0], &renderer)
    var bestKey = try renderer.read(attribute, of: best)
    while let element = try renderer.next(&cursor) {
      let key = try renderer.read(attribute, of: element)
      if try renderer.compare(comparator, key, bestKey) { (best, bestKey) = (element, key) }
    }
    return best
  }

  // MARK: groupby

  private static func group(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    var attribute = try attribute(arguments.required(0), caseSensitive: arguments[2], &renderer)
    attribute.missing = arguments.required(1)
    var keyed: [(key: TemplateValue, value: TemplateValue)] = []
    for element in try renderer.elements(of: value) {
      try renderer.charge(200)
      let key = try renderer.read(attribute, of: element)
      // The key goes along, since the groups are told apart by it once more.
      keyed.append((key, try renderer.tuple([key, element])))
    }
    var groups: [(key: TemplateValue, elements: [TemplateValue])] = []
    for pair in try sorted(keyed, isReversed: false, &renderer) {
      guard case .tuple(let pair) = pair else { continue }
      let (key, element) = (pair.elements[0], pair.elements[1])
      if let last = groups.last, try isSameGroup(last.key, key, &renderer) {
        groups[groups.count - 1].elements.append(element)
      } else {
        groups.append((key, [element]))
      }
    }
    // What a group is called is written as in its first element, when case does not count.
    let ignoresCase = attribute.ignoresCase
    attribute.ignoresCase = false
    var result: [TemplateValue] = []
    for group in groups {
      let name = ignoresCase ? try renderer.read(attribute, of: group.elements[0]) : group.key
      let elements = try renderer.list(group.elements)
      result.append(.tuple(try renderer.sequence([name, elements], isGroup: true)))
    }
    return try renderer.list(result)
  }

  private static func isSameGroup(
    _ left: TemplateValue, _ right: TemplateValue, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> Bool {
    TemplateRenderer.areIdentical(left, right) ? true : try renderer.areEqual(left, right)
  }
}
