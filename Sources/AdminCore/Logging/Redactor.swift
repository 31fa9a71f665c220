/// Takes secrets out of whatever leaves for a log, an audit record or an error: by the name of a member, and by the
/// shape of a text wherever it stands.
///
/// A redacted value is replaced by `{"redacted":true,"len":n}`, and by a keyed hash too where a key was given, so that
/// two equal values can still be told to be equal.
package struct Redactor: Sendable {
  private let fingerprint: (@Sendable ([UInt8]) -> String)?

  /// - Parameter fingerprint: a short keyed hash; without one only the length remains.
  package init(fingerprint: (@Sendable ([UInt8]) -> String)? = nil) { self.fingerprint = fingerprint }

  /// Parts of names whose values are never shown, compared without case, underscores and hyphens.
  private static let secretNames = [
    "password", "pwd", "passphrase", "secret", "token", "authorization", "assertion", "connectionstring", "cookie",
    "certificate", "private", "credential",
  ]
  /// Names that are secret only as a whole, because as a part they stand in harmless ones (`monkey`, `design`).
  private static let secretWholeNames: Set<String> = ["key", "sig", "code", "otp", "pin", "apikey", "encryptionkey"]

  /// Members of error objects and audit bodies whose names look secret and whose values are not.
  private static let safeNames: Set<String> = ["tokenexpiresat", "certificateexpiresat", "idempotencykey"]

  package func redact(_ object: JSONObject) -> JSONObject {
    JSONObject(
      distinct: object.members.map { member in
        JSONObject.Member(key: member.key, value: redact(member.value, named: member.key))
      })
  }

  package func redact(_ value: JSONValue) -> JSONValue { redact(value, named: "") }

  /// The text with every secret-looking part of it replaced.
  package func redact(text: String) -> String { SecretShapes.replace(in: text, opaque: true) { _ in "[redacted]" } }

  private func redact(_ value: JSONValue, named name: String) -> JSONValue {
    switch value {
    case .null, .bool: return value
    case .number: return Self.isSecret(name) && Self.folded(name) != "code" ? marker(value) : value
    case .string(let text):
      if Self.isSecret(name), !Self.isErrorCode(text, named: name) { return marker(value) }
      return .string(SecretShapes.replace(in: text, opaque: !Self.namesAnIdentifier(name)) { _ in "[redacted]" })
    case .array(let elements): return .array(elements.map { redact($0, named: name) })
    case .object(let object): return Self.isSecret(name) ? marker(value) : .object(redact(object))
    }
  }

  /// `code` holds one-time codes in some documents and error codes in ours; only the second have this form.
  private static func isErrorCode(_ text: String, named name: String) -> Bool {
    folded(name) == "code" && text.utf8.count <= 64
      && text.utf8.allSatisfy { ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F || isDigit($0) }
      && text.utf8.contains { !isDigit($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func folded(_ name: String) -> String {
    String(decoding: name.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }, as: UTF8.self)
      .lowercased()
  }

  private static func isSecret(_ name: String) -> Bool {
    let name = folded(name)
    guard !safeNames.contains(name) else { return false }
    return secretWholeNames.contains(name) || secretNames.contains { name.contains($0) }
  }

  /// Ids and hashes are long and random like keys, and are what a log is read for.
  private static func namesAnIdentifier(_ name: String) -> Bool {
    let name = folded(name)
    return ["id", "ids", "hash", "digest", "etag", "sha256"].contains { name.hasSuffix($0) }
  }

  private func marker(_ value: JSONValue) -> JSONValue {
    let bytes = value.stringValue.map { Array($0.utf8) } ?? value.serialized
    var object: JSONObject = ["redacted": true, "len": .int(bytes.count)]
    if let fingerprint { object["hmac"] = .string(fingerprint(bytes)) }
    return .object(object)
  }
}
