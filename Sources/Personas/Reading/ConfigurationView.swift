import Access
import AdminCore
import Cryptography
import Store

/// A persona's configuration as one caller gets to see it, written out.
struct ConfigurationView: Sendable {
  /// A JSON object.
  let configurations: [UInt8]
  /// A JSON object; `nil` where it was not asked for.
  let provenance: [UInt8]?
  /// Names the content: another one as soon as anything in it is another.
  let etag: String
  let missing: [String]
  /// Keys that a rule keeps from the caller.
  let redacted: Int

  var size: Int { configurations.count + (provenance?.count ?? 0) }

  /// - Parameter wanted: keys, aliases, or parts of values; `nil` for everything.
  init(
    _ keys: [ResolvedKey], wanted: [String]?, registry: KeyRegistry, rules: KeyRules, persona: PersonaName,
    caller: Caller, withProvenance: Bool
  ) {
    var writer = JSONWriter(reserving: 1024)
    var origins = JSONWriter(reserving: 256)
    var missing: [String] = []
    var redacted = 0
    let sight = ReaderSight(registry: registry, rules: rules, persona: persona, caller: caller)

    func shown(_ key: ResolvedKey) -> JSONValue? { sight.shown(key.value, at: key.name) }
    func write(_ name: String, _ value: JSONValue, _ key: ResolvedKey) {
      writer.member(name, value)
      if withProvenance { origins.member(name, .object(key.provenance.json)) }
    }

    writer.open(UInt8(ascii: "{"))
    origins.open(UInt8(ascii: "{"))
    if let wanted {
      let index = Dictionary(keys.map { ($0.name, $0) }) { first, _ in first }
      for name in wanted {
        guard let path = ConfigurationPath(name), let key = index[registry.canonicalName(path.key.text)] else {
          missing.append(name)
          continue
        }
        guard let value = shown(key) else {
          redacted += 1
          continue
        }
        if let part = value == ReaderSight.mask ? value : Self.part(of: value, path.members) {
          write(name, part, key)
        } else {
          missing.append(name)
        }
      }
    } else {
      for key in keys {
        if let value = shown(key) { write(key.name, value, key) } else { redacted += 1 }
      }
    }
    writer.close(UInt8(ascii: "}"))
    origins.close(UInt8(ascii: "}"))
    configurations = writer.bytes
    provenance = withProvenance ? origins.bytes : nil
    etag = Hex.encode(Array(SHA256.hash(writer.bytes).prefix(8)))
    self.missing = missing
    self.redacted = redacted
  }

  private static func part(of value: JSONValue, _ members: [String]) -> JSONValue? {
    members.reduce(value) { value, name in value?[name] }
  }
}
