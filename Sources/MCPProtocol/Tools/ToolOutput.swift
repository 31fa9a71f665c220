package import AdminCore

/// The result of a tool, or an object inside one: a plain struct of values. Its stored properties give the output
/// schema and the serialisation; `nil` is left out.
///
///     struct Output: ToolOutput {
///       let templateId: String
///       let version: Int
///       let warnings: [String]
///
///       static let descriptions = FieldDescriptions(CodingKeys.self, [.version: "Grows with each change."])
///     }
package protocol ToolOutput: Codable, Sendable {
  /// What the names alone do not say. Shown in the full form of the schema.
  static var descriptions: FieldDescriptions { get }
}

extension ToolOutput {
  package static var descriptions: FieldDescriptions { FieldDescriptions() }

  /// The schema of the result, the root of which is always an object.
  package static func outputSchema(_ form: SchemaForm = .list) -> JSONValue {
    .object(SchemaProbe.schema(of: Self.self, form))
  }

  /// The result as compact JSON. All texts are cleaned of what nobody can see, save those marked `Verbatim`.
  package func fragment() throws(AdminError) -> JSONFragment {
    let encoder = ResultEncoder()
    do {
      try encoder.encodeRoot(self)
    } catch {
      throw AdminError(.internalFault, "The result cannot be written.", cause: String(describing: error))
    }
    return JSONFragment(serialized: encoder.writer.bytes)
  }
}

/// Descriptions of the fields of a result, by their coding keys, so that the compiler checks the names.
package struct FieldDescriptions: Sendable {
  private let texts: [String: String]

  package init() { texts = [:] }

  package init<Key: CodingKey & Hashable>(_ keys: Key.Type, _ texts: [Key: String]) {
    self.texts = Dictionary(texts.map { ($0.stringValue, $1) }) { first, _ in first }
  }

  subscript(name: String) -> String? { texts[name] }
}
