package import AdminCore

/// A type of its own that a result may hold besides strings, numbers, booleans, lists and objects.
package protocol FieldValue: Codable, Sendable {
  static var fieldSchema: JSONObject { get }
  /// Some value, for finding the schema of whatever holds one.
  static var placeholder: Self { get }
  func write(to writer: inout JSONWriter)
}

extension FieldValue {
  package init(from decoder: any Decoder) throws { self = try Self.probed(by: decoder) }
  package func encode(to encoder: any Encoder) throws { try encodeField(to: encoder) }

  static func probed(by decoder: any Decoder) throws -> Self {
    guard let probe = decoder as? SchemaProbe else {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "Results are written, never read."))
    }
    probe.note(fieldSchema)
    return placeholder
  }

  func encodeField(to encoder: any Encoder) throws {
    guard let encoder = encoder as? ResultEncoder else {
      throw EncodingError.invalidValue(
        self, .init(codingPath: [], debugDescription: "Results are written by ToolOutput only."))
    }
    encoder.write(self)
  }
}

/// A text that goes out as it is, not passed through the cleaning of output: rendered mail bodies, and passwords made
/// here.
package struct Verbatim: FieldValue, Hashable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static var fieldSchema: JSONObject { ["type": "string"] }
  package static var placeholder: Verbatim { Verbatim("") }
  package func write(to writer: inout JSONWriter) { writer.string(text) }
}

/// JSON of any form inside a result.
package struct FreeForm: FieldValue, Hashable {
  package let fragment: JSONFragment

  /// - Parameter value: its texts are cleaned as all output is.
  package init(_ value: JSONValue) { fragment = JSONFragment(cleaning: value) }

  package init(verbatim fragment: JSONFragment) { self.fragment = fragment }

  package static var fieldSchema: JSONObject { [:] }
  package static var placeholder: FreeForm { FreeForm(.null) }
  package func write(to writer: inout JSONWriter) { writer.fragment(fragment.bytes) }
}
