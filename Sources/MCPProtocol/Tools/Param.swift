import AdminCore

/// One argument of a tool. Its declaration is all there is: the schema, the decoding, the default and the refusal of
/// unknown names follow from it.
///
///     struct Input: ToolInput {
///       @Param("Mail address of the new user.", .length(3...113)) var email: String
///       @Param("Page size.", .range(1...200)) var limit: Int = 50
///       @Param("Only this department.") var department: String?
///     }
@propertyWrapper
package struct Param<Value: ParamValue>: Sendable {
  private enum State: Sendable {
    case declared(initial: Value?)
    case given(Value)
  }

  private var state: State
  private let summary: String
  private let rules: [ParamRule]

  /// An argument that must be given, or, for an optional type, may be left out.
  package init(_ summary: String, _ rules: ParamRule...) {
    state = .declared(initial: nil)
    self.summary = summary
    self.rules = rules
  }

  /// An argument with a default.
  package init(wrappedValue: Value, _ summary: String, _ rules: ParamRule...) {
    state = .declared(initial: wrappedValue)
    self.summary = summary
    self.rules = rules
  }

  package var wrappedValue: Value {
    get {
      switch state {
      case .given(let value): return value
      case .declared(let initial):
        guard let value = initial ?? Value.absentParam else {
          preconditionFailure("An argument was read from an input that was never decoded.")
        }
        return value
      }
    }
    set { state = .given(newValue) }
  }
}

extension Param: Decodable {
  package init(from decoder: any Decoder) throws {
    guard let argument = decoder as? ArgumentDecoder, let declared = argument.declaration as? Param<Value> else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "Arguments are read by InputShape only."))
    }
    self.init("")
    state = .given(try declared.read(argument.value, at: argument.path))
  }
}

/// A parameter with its type erased, as reflection finds it.
protocol DeclaredParam: Sendable {
  var isRequired: Bool { get }
  func schema(_ form: SchemaForm) -> JSONObject
  /// What is wrong with a value besides what the schema says.
  func problems(in json: JSONValue, at path: String) -> [AdminError.Problem]
}

extension Param: DeclaredParam {
  private var initial: Value? {
    if case .declared(let initial) = state { initial } else { nil }
  }

  /// Whether leaving the argument out, or giving null, means its default.
  private var mayBeAbsent: Bool { Value.isOptionalParam || initial != nil }

  var isRequired: Bool { !mayBeAbsent }

  func schema(_ form: SchemaForm) -> JSONObject {
    var schema = Value.paramSchema(form)
    for rule in rules { rule.add(to: &schema, form) }
    if form == .validation {
      if mayBeAbsent { Self.allowNull(in: &schema) }
      return schema
    }
    // That nothing is given when nothing is given need not be said in every list.
    if let shown = initial?.shownDefault, !shown.isNull, form == .full || shown != [] { schema["default"] = shown }
    schema["description"] = .string(summary)
    return schema
  }

  private static func allowNull(in schema: inout JSONObject) {
    guard let type = schema["type"] else { return }
    schema["type"] = [type, "null"]
    if let choices = schema["enum"]?.arrayValue { schema["enum"] = .array(choices + [.null]) }
  }

  fileprivate func read(_ json: JSONValue?, at path: String) throws(ArgumentProblem) -> Value {
    let isAbsent = json == nil || (json == .null && Value.self != JSONValue.self)
    if isAbsent, let value = initial ?? Value.absentParam { return value }
    guard let json else { throw ArgumentProblem(path, "required", "is required") }
    return try Value.readParam(json, at: path)
  }

  func problems(in json: JSONValue, at path: String) -> [AdminError.Problem] {
    Value.paramProblems(in: json, at: path, allowsLines: rules.contains(.multiline))
  }
}
