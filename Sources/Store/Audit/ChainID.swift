package import AdminCore

/// The name of one audit chain, and with it of one store: a random UUID, given when the store is made.
package struct ChainID: Hashable, Sendable, CustomStringConvertible {
  package let text: String
  /// The 128 bits of the UUID.
  package let bytes: [UInt8]

  package init?(_ text: String) {
    guard let guid = GUID(text), let bytes = Hex.decode(guid.text.replacing("-", with: "")) else { return nil }
    self.text = guid.text
    self.bytes = bytes
  }

  package static func make(at time: Timestamp) -> ChainID {
    let text = LocalID.make(at: time).text
    guard let id = ChainID(text) else { preconditionFailure("a local id is a UUID") }
    return id
  }

  package var description: String { text }
}
