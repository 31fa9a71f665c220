/// Takes secrets out of whatever leaves for a log, an audit record or an error: by the name of a member, and by the
/// shape of a text wherever it stands.
///
/// A redacted value is replaced by `{"redacted":true,"len":n}`, and by a keyed hash too where a key was given, so that
/// two equal values can still be told to be equal.
package struct Redactor: Sendable {
  private let fingerprint: (@Sendable ([UInt8]) -> String)?

  /// - Parameter fingerprint: a short keyed hash; without one only the length remains.
  package init(fingerprint: (@Sendable ([UInt8]) -> String)? = nil) { self.fingerprint = fingerprint }

  package func redact(_ object: JSONObject) -> JSONObject {
    JSONObject(
      object.members.map { member in
        JSONObject.Member(
          key: redact(text: member.key), value: redact(member.value, named: SecretName(member.key.utf8)))
      })
  }

  package func redact(_ value: JSONValue) -> JSONValue { redact(value, named: SecretName("".utf8)) }

  /// The text with every secret-looking part of it replaced.
  package func redact(text: String) -> String { SecretShapes.redact(text, opaqueWords: true) }

  private func redact(_ value: JSONValue, named name: SecretName) -> JSONValue {
    let isSecret = name.isSecret
    switch value {
    case .null, .bool: return value
    case .number(let number):
      return isSecret && !(name.isCode && Self.isErrorCode(number)) ? marker(value) : value
    case .string(let text):
      if isSecret, !(name.isCode && Self.isErrorCode(text.utf8)) { return marker(value) }
      return .string(SecretShapes.redact(text, opaqueWords: !name.isIdentifier))
    case .array(let elements): return .array(elements.map { redact($0, named: name) })
    case .object(let object): return isSecret ? marker(value) : .object(redact(object))
    }
  }

  /// `code` holds one-time codes in some documents and error codes in ours; only the second have this form.
  static func isErrorCode(_ text: some Collection<UInt8>) -> Bool {
    text.count <= 64
      && text.allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == UInt8(ascii: "_") || isDigit($0) }
      && text.contains { !isDigit($0) }
  }

  /// JSON-RPC's codes are negative, those of HTTP have three digits, one-time codes have more.
  private static func isErrorCode(_ number: JSONNumber) -> Bool { number.integer.map { $0 < 1000 } ?? false }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private func marker(_ value: JSONValue) -> JSONValue {
    let bytes = value.stringValue.map { Array($0.utf8) } ?? value.serialized
    var object: JSONObject = ["redacted": true, "len": .int(bytes.count)]
    if let fingerprint { object["hmac"] = .string(fingerprint(bytes)) }
    return .object(object)
  }
}
