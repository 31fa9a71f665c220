/// Which names stand for values that are never shown. Compared without case, underscores and hyphens.
enum SecretNames {
  /// Secret wherever they stand in a name, and before an equals sign in a text.
  private static let parts = [
    "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "authorization", "assertion",
    "connectionstring", "cookie", "privatekey", "accesskey", "accountkey", "apikey",
    "encryptionkey", "signingkey", "hmackey", "masterkey", "subscriptionkey", "sharedaccesssignature",
  ]
  /// Secret in a name of a member only: in a text they stand before paths, states and kinds.
  private static let memberParts = ["certificate", "private", "credential"]

  /// Secret only as a whole, because as a part they stand in harmless names (`monkey`, `design`, `postcode`).
  private static let wholes: Set<String> = ["key", "sig", "code", "otp", "pin", "pass", "jwt"]

  /// Names that look secret and whose values are not.
  private static let harmless: Set<String> = ["tokenexpiresat", "certificateexpiresat", "idempotencykey"]

  /// Names of headers whose whole value is secret, scheme and all.
  private static let headers: Set<String> = ["authorization", "proxyauthorization", "cookie", "setcookie"]

  /// Names that people write before a colon when they tell somebody a password.
  private static let spoken: Set<String> = ["password", "passwd", "passphrase", "passcode", "pwd"]

  static func folded(_ name: some Sequence<UInt8>) -> String {
    String(
      decoding: name.lazy.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
        .map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 },
      as: UTF8.self)
  }

  /// Whether a member of this name holds a secret.
  static func isSecret(folded name: String) -> Bool {
    isSecretLabel(folded: name) || (!harmless.contains(name) && memberParts.contains { name.contains($0) })
  }

  /// Whether what follows this name and an equals sign in a text is a secret.
  static func isSecretLabel(folded name: String) -> Bool {
    !harmless.contains(name) && (wholes.contains(name) || parts.contains { name.contains($0) })
  }

  /// Names that stand before harmless words too: there the value itself must look like a secret.
  static func isAmbiguous(folded name: String) -> Bool { name == "key" || name == "code" }

  static func isHeader(folded name: String) -> Bool { headers.contains(name) }

  static func isSpoken(folded name: String) -> Bool { spoken.contains(name) }

  /// Ids and hashes are long and random like keys, and are what a log is read for.
  static func isIdentifier(folded name: String) -> Bool {
    ["id", "ids", "hash", "digest", "etag", "sha256"].contains { name.hasSuffix($0) }
  }
}
