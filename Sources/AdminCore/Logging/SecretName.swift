/// A name with what it says about the value behind it. Compared without case, underscores and hyphens.
struct SecretName {
  /// Secret wherever they stand in a name, and before an equals sign in a text.
  private static let parts = words(
    "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "authorization", "assertion",
    "connectionstring", "cookie", "privatekey", "accesskey", "accountkey", "apikey", "encryptionkey", "signingkey",
    "hmackey", "masterkey", "subscriptionkey", "sharedaccesssignature")

  /// Secret in a name of a member only: in a text they stand before paths, states and kinds.
  private static let memberParts = words("certificate", "private", "credential")

  /// Secret only as a whole, because as a part they stand in harmless names (`monkey`, `design`, `postcode`).
  private static let wholes = words("key", "sig", "code", "otp", "pin", "pass", "jwt")

  /// Names that look secret and whose values are not.
  private static let harmless = words("tokenexpiresat", "certificateexpiresat", "idempotencykey")

  /// Names of headers whose whole value is secret, scheme and all.
  private static let headers = words("authorization", "proxyauthorization", "cookie", "setcookie")

  /// Names that people write before a colon when they tell somebody a password.
  private static let spoken = words("password", "passwd", "passphrase", "passcode", "pwd")

  /// Names of ids and hashes, which are long and random like keys, and are what a log is read for.
  private static let identifierEnds = words("id", "ids", "hash", "digest", "etag", "sha256")

  private let folded: [UInt8]

  init(_ name: some Sequence<UInt8>) {
    folded = name.compactMap { byte in
      switch byte {
      case UInt8(ascii: "_"), UInt8(ascii: "-"): nil
      case 0x41...0x5A: byte | 0x20
      default: byte
      }
    }
  }

  private static func words(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }

  /// Whether a member of this name holds a secret.
  var isSecret: Bool { isSecretLabel || (contains(Self.memberParts) && !Self.harmless.contains(folded)) }

  /// Whether what follows this name and an equals sign in a text is a secret.
  var isSecretLabel: Bool {
    (Self.wholes.contains(folded) || contains(Self.parts)) && !Self.harmless.contains(folded)
  }

  /// `code` holds one-time codes in some documents and error codes in ours.
  var isCode: Bool { folded.elementsEqual("code".utf8) }

  /// Names that stand before harmless words too: there the value itself must look like a secret.
  var isAmbiguous: Bool { isCode || folded.elementsEqual("key".utf8) }

  var isHeader: Bool { Self.headers.contains(folded) }

  var isSpoken: Bool { Self.spoken.contains(folded) }

  var isIdentifier: Bool { Self.identifierEnds.contains { folded.suffix($0.count).elementsEqual($0) } }

  private func contains(_ parts: [[UInt8]]) -> Bool {
    folded.indices.contains { start in
      parts.contains { part in
        folded[start] == part[0] && folded.count - start >= part.count
          && folded[start..<(start + part.count)].elementsEqual(part)
      }
    }
  }
}
