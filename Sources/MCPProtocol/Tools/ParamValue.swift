package import AdminCore

/// A type that an argument can have: its schema, how it is read, and how a default is shown.
package protocol ParamValue: Sendable {
  static func paramSchema(_ form: SchemaForm) -> JSONObject
  /// Whether the argument may be left out without a default.
  static var isOptionalParam: Bool { get }
  /// Reads a value that keeps the schema.
  ///
  /// - Throws: a problem that no schema can express.
  static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> Self
  /// What else is wrong with a value that keeps the schema, all of it at once.
  ///
  /// - Parameter allowsLines: whether texts may have several lines.
  static func paramProblems(in json: JSONValue, at path: String, allowsLines: Bool) -> [AdminError.Problem]
  /// The value when the argument is left out; `nil` where there is none.
  static var absentParam: Self? { get }
  /// The value as it is shown as a default; `nil` for one that must not be shown.
  var shownDefault: JSONValue? { get }
}

extension ParamValue {
  package static var isOptionalParam: Bool { false }
  package static var absentParam: Self? { nil }
  package var shownDefault: JSONValue? { nil }

  package static func paramProblems(
    in json: JSONValue, at path: String, allowsLines: Bool
  ) -> [AdminError.Problem] { [] }
}

/// A value that cannot be read although it keeps the schema.
package struct ArgumentProblem: Error, Hashable, Sendable {
  let problem: AdminError.Problem

  init(_ path: String, _ rule: String, _ message: String) {
    problem = AdminError.Problem(path: path, rule: rule, message: message)
  }

  static func wrongType(_ path: String, _ expected: String) -> ArgumentProblem {
    ArgumentProblem(path, "type", "must be \(expected)")
  }
}

extension String: ParamValue {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject { ["type": "string"] }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> String {
    guard let value = json.stringValue else { throw .wrongType(path, "string") }
    return value
  }

  package static func paramProblems(in json: JSONValue, at path: String, allowsLines: Bool) -> [AdminError.Problem] {
    guard case .string(let text) = json, !isText(text, allowsLines: allowsLines) else { return [] }
    let message = allowsLines ? "must not hold control characters" : "must be one line without control characters"
    return [AdminError.Problem(path: path, rule: "text", message: message)]
  }

  private static func isText(_ text: String, allowsLines: Bool) -> Bool {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return true }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: allowsLines
      default: scalar.properties.generalCategory != .control
      }
    }
  }

  package var shownDefault: JSONValue? { .string(self) }
}

extension Int: ParamValue {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject { ["type": "integer"] }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> Int {
    guard let value = json.intValue else { throw .wrongType(path, "an integer of 64 bits") }
    return value
  }

  package var shownDefault: JSONValue? { .int(self) }
}

extension Double: ParamValue {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject { ["type": "number"] }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> Double {
    guard let value = json.doubleValue, value.isFinite else { throw .wrongType(path, "a number of double precision") }
    return value
  }

  package var shownDefault: JSONValue? { JSONValue(floatLiteral: self) }
}

extension Bool: ParamValue {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject { ["type": "boolean"] }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> Bool {
    guard let value = json.boolValue else { throw .wrongType(path, "boolean") }
    return value
  }

  package var shownDefault: JSONValue? { .bool(self) }
}

extension Optional: ParamValue where Wrapped: ParamValue {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject { Wrapped.paramSchema(form) }
  package static var isOptionalParam: Bool { true }
  package static var absentParam: Wrapped?? { .some(nil) }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> Wrapped? {
    try Wrapped.readParam(json, at: path)
  }

  package static func paramProblems(in json: JSONValue, at path: String, allowsLines: Bool) -> [AdminError.Problem] {
    Wrapped.paramProblems(in: json, at: path, allowsLines: allowsLines)
  }

  package var shownDefault: JSONValue? { self?.shownDefault }
}

extension Array: ParamValue where Element: ParamValue {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject {
    ["type": "array", "items": .object(Element.paramSchema(form))]
  }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> [Element] {
    guard let elements = json.arrayValue else { throw .wrongType(path, "array") }
    var values: [Element] = []
    values.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      values.append(try Element.readParam(element, at: "\(path)/\(index)"))
    }
    return values
  }

  package static func paramProblems(in json: JSONValue, at path: String, allowsLines: Bool) -> [AdminError.Problem] {
    (json.arrayValue ?? []).enumerated().flatMap { index, element in
      Element.paramProblems(in: element, at: "\(path)/\(index)", allowsLines: allowsLines)
    }
  }

  package var shownDefault: JSONValue? { .array(compactMap(\.shownDefault)) }
}

/// Any JSON at all; null counts as given.
extension JSONValue: ParamValue {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject { [:] }
  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> JSONValue { json }
  package var shownDefault: JSONValue? { self }
}

/// An object whose members the tool checks itself.
extension JSONObject: ParamValue {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject { ["type": "object"] }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> JSONObject {
    guard let value = json.objectValue else { throw .wrongType(path, "object") }
    return value
  }

  package var shownDefault: JSONValue? { .object(self) }
}

/// Out of sight from here on: not in errors, logs, plans or defaults.
extension Secret: ParamValue where Value == String {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject { ["type": "string", "writeOnly": true] }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> Secret<String> {
    guard let value = json.stringValue else { throw .wrongType(path, "string") }
    return Secret(value)
  }

  package static func paramProblems(in json: JSONValue, at path: String, allowsLines: Bool) -> [AdminError.Problem] {
    String.paramProblems(in: json, at: path, allowsLines: allowsLines)
  }
}

/// One of a fixed set of words: an enumeration with the wire's spelling as its raw value. Fit for arguments and for
/// results.
package protocol Choice: ParamValue, FieldValue, RawRepresentable, CaseIterable where RawValue == String {}

extension Choice {
  package static func paramSchema(_ form: SchemaForm) -> JSONObject {
    ["type": "string", "enum": .strings(allCases.map(\.rawValue))]
  }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> Self {
    guard let value = json.stringValue.flatMap(Self.init(rawValue:)) else {
      throw .wrongType(path, "one of \(allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return value
  }

  package var shownDefault: JSONValue? { .string(rawValue) }

  package static var fieldSchema: JSONObject { paramSchema(.list) }
  package func write(to writer: inout JSONWriter) { writer.string(rawValue) }

  package static var placeholder: Self {
    guard let first = allCases.first else { preconditionFailure("\(Self.self) has no cases.") }
    return first
  }

  // Said again here because the standard library says it for every enumeration with raw values.
  package init(from decoder: any Decoder) throws { self = try Self.probed(by: decoder) }
  package func encode(to encoder: any Encoder) throws { try encodeField(to: encoder) }
}
