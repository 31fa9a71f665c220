package import AdminCore

/// A JSON text that is already serialised and only waits to be spliced into a message.
package struct JSONFragment: Hashable, Sendable {
  package let bytes: [UInt8]

  /// - Parameter bytes: one valid JSON value without raw line feeds, as `JSONWriter` makes it.
  package init(serialized bytes: [UInt8]) { self.bytes = bytes }

  package init(_ value: JSONValue) { bytes = value.serialized }

  package init(_ build: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    build(&writer)
    bytes = writer.bytes
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
