package import AdminCore
import Cryptography

/// What an approval is bound to: the tool, the caller, the arguments, and the plan with the state of the tenant it was
/// made from. Change any of them and the approval is for something else.
package struct PlanDigest: Hashable, Sendable {
  /// Of tool, caller and arguments.
  package let arguments: [UInt8]
  /// Of the plan and the state it rests on.
  package let state: [UInt8]

  package var text: String { Hex.encode(arguments + state) }

  /// - Parameters:
  ///   - arguments: those of the call, without the ones that steer it (`dryRun`, `confirm`, `idempotencyKey`). Secrets
  ///     among them take part in the hash and are nowhere kept.
  ///   - plan: as it was made just now.
  package init(tool: String, caller: Caller, arguments: JSONObject, plan: Plan) {
    self.arguments = SHA256.hash(
      CanonicalJSON.bytes([
        "tool": .string(tool), "caller": .string(caller.actor), "arguments": .object(arguments),
      ]))
    state = SHA256.hash(CanonicalJSON.bytes(["plan": .object(plan.json), "basis": plan.basis]))
  }

  /// Reads what `text` has written.
  init?(text: String) {
    guard let bytes = Hex.decode(text), bytes.count == 2 * SHA256.byteCount else { return nil }
    arguments = Array(bytes.prefix(SHA256.byteCount))
    state = Array(bytes.suffix(SHA256.byteCount))
  }
}
