import AdminCore

/// What a template is given: JSON, turned into values one variable at a time, when it is first used.
struct TemplateVariables {
  let given: [JSONValue?]
  /// The values of those used so far.
  var converted: [TemplateValue?]

  init() { (given, converted) = ([], []) }

  /// - Parameter names: the names a template uses, by whose place in this list it asks for them.
  init(names: [String], values: JSONObject) {
    given = names.map { values[$0] }
    converted = [TemplateValue?](repeating: nil, count: names.count)
  }

  static func convert(
    _ json: JSONValue, _ renderer: inout TemplateRenderer, depth: Int = 0
  ) throws(TemplateFault) -> TemplateValue {
    guard depth < renderer.limits.valueDepth else {
      throw .bound("the variables are nested more than \(renderer.limits.valueDepth) deep")
    }
    switch json {
    case .null: return .none
    case .bool(let value): return .boolean(value)
    case .string(let string): return .text(TemplateText(string))
    case .number(let number): return try convert(number)
    case .array(let array):
      try renderer.charge(16 + 16 * array.count)
      var elements: [TemplateValue] = []
      elements.reserveCapacity(array.count)
      for element in array { elements.append(try convert(element, &renderer, depth: depth + 1)) }
      return .list(try renderer.sequence(elements))
    case .object(let object):
      try renderer.charge(16 + 32 * object.count)
      var entries: [TemplateMapping.Entry] = []
      entries.reserveCapacity(object.count)
      for member in object.members {
        let value = try convert(member.value, &renderer, depth: depth + 1)
        entries.append(TemplateMapping.Entry(key: .text(TemplateText(member.key)), value: value))
      }
      return try renderer.mapping(entries)
    }
  }

  /// A number written without fraction and exponent is an integer, any other is a float, as Python's `json` has it.
  private static func convert(_ number: JSONNumber) throws(TemplateFault) -> TemplateValue {
    let text = number.text
    guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }) else {
      return .float(number.double)
    }
    guard let integer = Int64(text) else { throw .integerOverflow }
    return .integer(integer)
  }
}
