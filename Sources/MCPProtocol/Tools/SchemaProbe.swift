import AdminCore

/// Finds the schema of a result from its type alone: the type decodes itself from nothing, and the probe notes what it
/// asks for, by which names and as which types, and hands out placeholders.
final class SchemaProbe: Decoder {
  /// Deeper than any result; a type that holds itself would go on for ever.
  private static let maximumDepth = 16

  fileprivate let form: SchemaForm
  private let descriptions: FieldDescriptions
  private let depth: Int
  private(set) var schema = JSONObject()
  private var properties = JSONObject()
  private var required: [String] = []

  static func schema<Output: ToolOutput>(of type: Output.Type, _ form: SchemaForm) -> JSONObject {
    do {
      return try SchemaProbe(form, of: type, depth: 0).run(type).schema
    } catch {
      preconditionFailure("\(type) holds something a result cannot hold: \(error)")
    }
  }

  private init<T>(_ form: SchemaForm, of type: T.Type, depth: Int) throws {
    guard depth <= Self.maximumDepth else { throw unprobed("a type that holds itself") }
    self.form = form
    self.depth = depth
    descriptions = (type as? any ToolOutput.Type)?.descriptions ?? FieldDescriptions()
  }

  private func run<T: Decodable>(_ type: T.Type) throws -> (schema: JSONObject, placeholder: T) {
    // A type without fields asks for nothing.
    if type is any ToolOutput.Type { note(["type": "object"]) }
    let placeholder = try T(from: self)
    if schema["type"] == "object", !properties.isEmpty {
      schema["properties"] = .object(properties)
      // What a result always holds is promised in the full form; in a list it would say every name a second time.
      if !required.isEmpty, form != .list { schema["required"] = .strings(required) }
    }
    return (schema, placeholder)
  }

  fileprivate func probe<T: Decodable>(_ type: T.Type) throws -> (schema: JSONObject, placeholder: T) {
    try SchemaProbe(form, of: type, depth: depth + 1).run(type)
  }

  func note(_ schema: JSONObject) { self.schema = schema }

  fileprivate func note(property name: String, _ schema: JSONObject, isRequired: Bool) {
    var schema = schema
    if form == .full, let text = descriptions[name] { schema["description"] = .string(text) }
    properties[name] = .object(schema)
    if isRequired { required.append(name) }
  }

  // MARK: Decoder

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    note(["type": "object"])
    return KeyedDecodingContainer(FieldProbe<Key>(probe: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { ItemProbe(probe: self) }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { ScalarProbe(probe: self) }
}

private func unprobed(_ what: String) -> DecodingError {
  DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: what))
}

/// A class, because asking whether a key is there is how optional properties show themselves.
private final class FieldProbe<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let probe: SchemaProbe
  private var optional: Set<String> = []

  init(probe: SchemaProbe) { self.probe = probe }

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool {
    optional.insert(key.stringValue)
    return true
  }

  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let found = try probe.probe(type)
    let name = key.stringValue
    probe.note(property: name, found.schema, isRequired: !optional.contains(name))
    return found.placeholder
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> { throw unprobed("a nested container") }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw unprobed("a nested container")
  }

  func superDecoder() throws -> any Decoder { throw unprobed("a superclass") }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw unprobed("a superclass") }
}

/// A list with one item, which shows what the items are.
private struct ItemProbe: UnkeyedDecodingContainer {
  let probe: SchemaProbe
  private(set) var currentIndex = 0

  init(probe: SchemaProbe) { self.probe = probe }

  var codingPath: [any CodingKey] { [] }
  var count: Int? { 1 }
  var isAtEnd: Bool { currentIndex > 0 }

  mutating func decodeNil() throws -> Bool { false }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let found = try probe.probe(type)
    // What the items of a result hold is said in the full form only: the result itself shows it.
    let isShort = probe.form == .list && (found.schema["type"] == "object" || found.schema.isEmpty)
    probe.note(isShort ? ["type": "array"] : ["type": "array", "items": .object(found.schema)])
    currentIndex += 1
    return found.placeholder
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> { throw unprobed("a nested container") }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unprobed("a nested container") }
  mutating func superDecoder() throws -> any Decoder { throw unprobed("a superclass") }
}

private struct ScalarProbe: SingleValueDecodingContainer {
  let probe: SchemaProbe

  var codingPath: [any CodingKey] { [] }
  func decodeNil() -> Bool { false }

  func decode(_ type: String.Type) throws -> String { found("string", "") }
  func decode(_ type: Bool.Type) throws -> Bool { found("boolean", false) }
  func decode(_ type: Int.Type) throws -> Int { found("integer", 0) }
  func decode(_ type: Int64.Type) throws -> Int64 { found("integer", 0) }
  func decode(_ type: Double.Type) throws -> Double { found("number", 0) }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { throw unprobed("a value of type \(type)") }

  private func found<Value>(_ name: String, _ placeholder: Value) -> Value {
    probe.note(["type": .string(name)])
    return placeholder
  }
}
