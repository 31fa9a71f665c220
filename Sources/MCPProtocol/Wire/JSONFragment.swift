package import AdminCore

/// A JSON text that is already serialised and only waits to be spliced into a message.
package struct JSONFragment: Hashable, Sendable {
  package let bytes: [UInt8]

  /// - Parameter bytes: one valid JSON value without raw line feeds, as `JSONWriter` makes it.
  package init(serialized bytes: [UInt8]) { self.bytes = bytes }

  package init(_ value: JSONValue) { bytes = value.serialized }

  /// - Parameter value: what came from outside; its texts and names lose what nobody can see.
  package init(cleaning value: JSONValue) { self.init(VisibleText.clean(value)) }

  package init(_ build: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    build(&writer)
    bytes = writer.bytes
  }

  /// One object with the members of both, which have no key in common.
  package func joined(with other: JSONFragment) -> JSONFragment {
    if bytes.count <= 2 { return other }
    if other.bytes.count <= 2 { return self }
    return JSONFragment(serialized: bytes.dropLast() + [UInt8(ascii: ",")] + other.bytes.dropFirst())
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
