import AdminCore
import Cryptography
import Store

/// What the audit trail is told of a change of values: hashes of what was and what is, and the values themselves where
/// they are short and not sensitive.
struct ConfigurationAudit {
  private static let largestValue = 1024
  /// A record's detail is cut off at 16 KiB, and the hashes must be in it.
  private static let roomForValues = 2048

  let registry: KeyRegistry
  let redactor: Redactor
  let key: Secret<[UInt8]>

  func keys(_ names: [String], _ old: JSONObject, _ new: JSONObject) -> JSONValue {
    var room = Self.roomForValues
    return .array(
      names.map { name in
        var entry: JSONObject = ["name": .string(name), "op": .string(new[name] == nil ? "remove" : "set")]
        if isSensitive(name, old[name], new[name]) {
          // A plain hash of a short secret tells the secret to whoever guesses.
          if let value = old[name] { entry["oldHmac"] = .string(hmac(value)) }
          if let value = new[name] { entry["newHmac"] = .string(hmac(value)) }
          return .object(entry)
        }
        if let value = old[name] { entry["oldSha256"] = .string(Self.hash(value)) }
        if let value = new[name] {
          entry["newSha256"] = .string(Self.hash(value))
          let size = value.serialized.count
          if size <= Self.largestValue, size <= room {
            room -= size
            entry["value"] = redactor.redact(value)
          }
        }
        return .object(entry)
      })
  }

  private func isSensitive(_ name: String, _ old: JSONValue?, _ new: JSONValue?) -> Bool {
    guard name == BuiltInKeys.experiments else { return registry.isSensitive(name) }
    let settings = ExperimentSettings.all(in: old) + ExperimentSettings.all(in: new)
    return registry.isSensitive(name) || settings.contains { registry.isSensitive($0.key) }
  }

  /// SHA-256 of the canonical form.
  static func hash(_ value: JSONValue) -> String { Hex.encode(SHA256.hash(CanonicalJSON.bytes(value))) }

  private func hmac(_ value: JSONValue) -> String {
    Hex.encode(HMACSHA256.authenticate(CanonicalJSON.bytes(value), key: key))
  }
}

extension ChangeContext {
  func auditing(_ registry: KeyRegistry) -> ConfigurationAudit {
    ConfigurationAudit(registry: registry, redactor: redactor, key: repository.database.keys[.redaction])
  }

  func redacted(_ text: String?) -> JSONValue { text.map { .string(redactor.redact(text: $0)) } ?? .null }
}
