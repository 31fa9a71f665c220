import AdminCore
import Cryptography

/// The body of an audit record: the canonical JSON (RFC 8785) over which the chain is computed.
struct AuditBody {
  /// A detail beyond this many bytes is replaced by its hash and size.
  static let largestDetail = 16_384

  let chain: ChainID
  let sequence: Int
  let time: Timestamp
  let phase: AuditPhase
  let status: AuditStatus
  let code: ErrorCode?
  let entry: AuditEntry
  let actorRef: String
  let targetType: String?
  let targetRef: String?
  let detail: JSONObject

  var bytes: [UInt8] {
    CanonicalJSON.bytes([
      "v": 1, "chain": .string(chain.text), "seq": .int(sequence), "ts": .int(time.milliseconds),
      "kind": .string(entry.kind.rawValue), "op": .string(entry.operation), "phase": .string(phase.rawValue),
      "actor": [
        "type": .string(entry.actor.kind.rawValue), "ref": .string(actorRef), "roles": .strings(entry.actor.roles),
      ],
      "tenant": .optional(entry.tenant),
      "target": targetRef.map { ["type": .optional(targetType), "ref": .string($0)] } ?? .null,
      "status": .string(status.rawValue), "code": .optional(code?.rawValue), "corr": .string(entry.correlationID),
      "wf": .optional(entry.workflow?.text), "inHash": .optional(entry.inputHash),
      "detail": Self.bounded(Self.integersOnly(.object(detail))),
    ])
  }

  /// The value with every number that is not a whole one of at most 53 bits written as text: two programs that agree on
  /// canonical JSON may still disagree on the digits of a fraction.
  static func integersOnly(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .string: value
    case .number(let number):
      if let integer = number.integer, integer.magnitude < 1 << 53 { .int(integer) } else { .string(number.text) }
    case .array(let elements): .array(elements.map(integersOnly))
    case .object(let object):
      .object(JSONObject(object.map { JSONObject.Member(key: $0.key, value: integersOnly($0.value)) }))
    }
  }

  private static func bounded(_ detail: JSONValue) -> JSONValue {
    let bytes = CanonicalJSON.bytes(detail)
    guard bytes.count > largestDetail else { return detail }
    return ["truncated": true, "bytes": .int(bytes.count), "sha256": .string(Hex.encode(SHA256.hash(bytes)))]
  }
}
