package import AdminCore
package import Store

/// What is known of a configuration key: what its value may be, and how the values of several layers become one.
package struct KeyDefinition: Sendable {
  /// A value may take no more than this, written as JSON.
  package static let largestValue = 64 << 10
  package static let deepestValue = 16

  package let name: String
  /// Further names that callers may use.
  package let aliases: [String]
  /// As it is shown: the tenant's own where it has one.
  package let schema: JSONValue
  package let merge: KeySchemaRecord.Merge
  package let standard: JSONValue?
  /// Shown to administrators only.
  package let isSensitive: Bool
  package let isDeprecated: Bool
  package let isBuiltIn: Bool
  /// Of the tenant's schema; 0 where it has none.
  package let version: Int
  private let schemas: [JSONSchema]
  private let maximumDepth: Int

  /// A key of our own.
  init(
    _ name: String, aliases: [String] = [], schema: JSONValue, compiled: JSONSchema, maximumDepth: Int = deepestValue
  ) {
    self.name = name
    self.aliases = aliases
    self.schema = schema
    self.maximumDepth = maximumDepth
    merge = .deep
    standard = nil
    isSensitive = false
    isDeprecated = false
    isBuiltIn = true
    version = 0
    schemas = [compiled]
  }

  /// A key as a tenant has laid it down.
  ///
  /// - Parameter base: what the key is without the tenant; its schema holds as well, so that a tenant can narrow a key
  ///   of ours and not widen it.
  init(_ record: KeySchemaRecord, over base: KeyDefinition?) {
    name = record.key
    aliases = (base?.aliases ?? []) + record.aliases.filter { !(base?.aliases.contains($0) ?? false) }
    schema = record.schema
    merge = record.merge
    standard = record.standard
    isSensitive = record.isSensitive
    isDeprecated = record.isDeprecated
    isBuiltIn = base != nil
    version = record.version
    maximumDepth = base?.maximumDepth ?? Self.deepestValue
    // What was stored has been compiled before; should it not be readable any more, nothing passes.
    let own = (try? JSONSchema(record.schema, limits: .foreign)).map { [$0] } ?? Self.nothing
    schemas = (base?.schemas ?? []) + own
  }

  private static let nothing: [JSONSchema] = (try? JSONSchema(false)).map { [$0] } ?? []

  /// Whether no value at all is allowed: the schema `false`.
  var isRefused: Bool { schema == false }

  /// What is wrong with a value by the schema.
  func problems(in value: JSONValue, at path: String, within budget: inout SchemaBudget) -> [AdminError.Problem] {
    guard value.depth <= maximumDepth else {
      return [AdminError.Problem(path: path, rule: "depth", message: "is nested deeper than \(maximumDepth) levels")]
    }
    var problems: [AdminError.Problem] = []
    for schema in schemas { problems += schema.problems(in: value, at: path, within: &budget) }
    return problems
  }

  /// In words of JSON Schema: `string`, `object`, `any`.
  package var type: String {
    switch schema["type"] {
    case .string(let name)?: name
    case .array(let names)?: names.compactMap(\.stringValue).joined(separator: " or ")
    default: "any"
    }
  }
}

extension JSONValue {
  /// How deeply objects and lists stand inside each other: 0 for a plain value.
  package var depth: Int {
    switch self {
    case .null, .bool, .number, .string: 0
    case .array(let elements): 1 + (elements.map(\.depth).max() ?? 0)
    case .object(let object): 1 + (object.members.map(\.value.depth).max() ?? 0)
    }
  }
}
