package import AdminCore
import Cryptography

/// Whatever signs checkpoints. Functions rather than a key, so that a key outside of this process can do it as well.
package struct CheckpointSigner: Sendable {
  /// What a valid signature proves.
  package enum Source: String, Sendable {
    /// A key derived from the store's own: order and completeness against everybody who lacks that key.
    case derived
    /// A key of the administrator's.
    case hmac
    /// The private half is elsewhere: verifiers cannot forge.
    case ed25519
  }

  package let name: String
  package let source: Source
  /// Four bytes that tell which key of that name it was.
  package let keyID: [UInt8]
  package let sign: @Sendable ([UInt8]) throws -> [UInt8]
  package let isValid: @Sendable (_ signature: [UInt8], _ text: [UInt8]) -> Bool

  package init(
    name: String, source: Source, keyID: [UInt8], sign: @escaping @Sendable ([UInt8]) throws -> [UInt8],
    isValid: @escaping @Sendable (_ signature: [UInt8], _ text: [UInt8]) -> Bool
  ) {
    self.name = name
    self.source = source
    self.keyID = keyID
    self.sign = sign
    self.isValid = isValid
  }

  /// HMAC-SHA256 under `key`.
  package static func hmac(_ key: Secret<[UInt8]>, source: Source) -> CheckpointSigner {
    let name = "m365-admin/audit/\(source.rawValue)"
    return CheckpointSigner(
      name: name, source: source,
      keyID: Array(HMACSHA256.authenticate(Array("key id of \(name)".utf8), key: key).prefix(4)),
      sign: { HMACSHA256.authenticate($0, key: key) },
      isValid: { HMACSHA256.isValid($0, for: $1, key: key) })
  }
}
