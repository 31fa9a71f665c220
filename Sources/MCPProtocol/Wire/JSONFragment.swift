package import AdminCore

/// A JSON text that is already serialised and only waits to be spliced into a message.
package struct JSONFragment: Hashable, Sendable {
  package let bytes: [UInt8]
  /// The same as one JSON string, where it was made ready.
  private(set) var quoted: [UInt8]?

  /// - Parameter bytes: one valid JSON value without raw line feeds, as `JSONWriter` makes it.
  package init(serialized bytes: [UInt8]) { self.bytes = bytes }

  package init(_ value: JSONValue) { self.init(serialized: value.serialized) }

  /// - Parameter value: what came from outside; its texts and names lose what nobody can see.
  package init(cleaning value: JSONValue) { self.init(VisibleText.shown(value)) }

  package init(_ build: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    build(&writer)
    self.init(serialized: writer.bytes)
  }

  /// One object with the members of both, which have no key in common.
  package func joined(with other: JSONFragment) -> JSONFragment {
    if bytes.count <= 2 { return other }
    if other.bytes.count <= 2 { return self }
    return JSONFragment(serialized: bytes.dropLast() + [UInt8(ascii: ",")] + other.bytes.dropFirst())
  }

  /// For one that goes out many times: with its quoted form made ready.
  package func ready() -> JSONFragment {
    var writer = JSONWriter(reserving: bytes.count * 5 / 4)
    writer.string(utf8: bytes)
    var fragment = self
    fragment.quoted = writer.bytes
    return fragment
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
