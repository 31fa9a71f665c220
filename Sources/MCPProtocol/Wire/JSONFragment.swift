package import AdminCore

/// A JSON text that is already serialised and only waits to be spliced into a message.
package struct JSONFragment: Hashable, Sendable {
  package let bytes: [UInt8]

  /// - Parameter bytes: one valid JSON value without raw line feeds, as `JSONWriter` makes it.
  package init(serialized bytes: [UInt8]) { self.bytes = bytes }

  package init(_ value: JSONValue) { bytes = value.serialized }

  /// - Parameter value: what came from outside; its texts and names lose what nobody can see.
  package init(cleaning value: JSONValue) { self.init(Self.clean(value)) }

  package init(_ build: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    build(&writer)
    bytes = writer.bytes
  }

  private static func clean(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(VisibleText.clean(text))
    case .array(let elements): .array(elements.map(clean))
    case .object(let object):
      .object(JSONObject(object.map { .init(key: VisibleText.clean($0.key), value: clean($0.value)) }))
    default: value
    }
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
