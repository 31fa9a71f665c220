import AdminCore
import Cryptography

/// Exchange's own ids, which follow from those of the directory, so that they are the same in every run and yet never
/// the ones of the directory.
enum ExchangeID {
  /// `ExchangeGuid` of the mailbox of that owner.
  static func mailbox(_ ownerID: String) -> String { derived("mailbox \(ownerID)") }

  /// `Guid` of an object.
  static func object(_ id: String) -> String { derived("object \(id)") }

  static func archive(_ ownerID: String) -> String { derived("archive \(ownerID)") }

  private static func derived(_ text: String) -> String {
    var bytes = Array(SHA256.hash(Array("exchange \(text)".utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array(Hex.encode(bytes).utf8)
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
  }
}
