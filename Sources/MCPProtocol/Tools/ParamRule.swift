package import AdminCore

/// What an argument must keep to besides its type, and what people are told about it. For a list the rules of text are
/// those of its items.
package enum ParamRule: Hashable, Sendable {
  case range(ClosedRange<Int>)
  case decimalRange(ClosedRange<Double>)
  case length(ClosedRange<Int>)
  case count(ClosedRange<Int>)
  case unique
  /// Line ends and tabs are allowed; without this rule a text is one line, as names, subjects and addresses are.
  case multiline
  /// A hint such as `email` or `date-time`. It is shown, not checked.
  case format(String)
  /// Shown in the full form only.
  case title(String)
  case example(JSONValue)

  func add(to schema: inout JSONObject, _ form: SchemaForm) {
    switch self {
    case .range(let range):
      schema["minimum"] = .int(range.lowerBound)
      if range.upperBound != .max { schema["maximum"] = .int(range.upperBound) }
    case .decimalRange(let range):
      schema["minimum"] = Self.number(range.lowerBound)
      schema["maximum"] = Self.number(range.upperBound)
    // Sizes are checked all the same; a model that chooses among tools has no use for them.
    case .length where form == .list, .count where form == .list, .unique where form == .list: break
    case .length(let range): Self.ofText(in: &schema) { text in Self.add(range, "minLength", "maxLength", to: &text) }
    case .count(let range): Self.add(range, "minItems", "maxItems", to: &schema)
    case .unique: schema["uniqueItems"] = true
    case .format(let name): Self.ofText(in: &schema) { $0["format"] = .string(name) }
    case .title(let title) where form == .full: schema["title"] = .string(title)
    case .example(let example) where form == .full:
      schema["examples"] = .array((schema["examples"]?.arrayValue ?? []) + [example])
    case .multiline, .title, .example: break
    }
  }

  private static func add(_ range: ClosedRange<Int>, _ low: String, _ high: String, to schema: inout JSONObject) {
    if range.lowerBound > 0 { schema[low] = .int(range.lowerBound) }
    if range.upperBound != .max { schema[high] = .int(range.upperBound) }
  }

  private static func number(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .int($0) } ?? JSONValue(floatLiteral: value)
  }

  private static func ofText(in schema: inout JSONObject, _ body: (inout JSONObject) -> Void) {
    guard schema["type"] == "array", var items = schema["items"]?.objectValue else { return body(&schema) }
    body(&items)
    schema["items"] = .object(items)
  }
}
