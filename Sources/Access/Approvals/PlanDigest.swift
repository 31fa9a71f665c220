package import AdminCore
import Cryptography

/// What an approval is bound to: the tool, the arguments, and the plan with the state of the tenant it was made from.
/// Change any of them and the approval is for something else.
package struct PlanDigest: Hashable, Sendable {
  package let bytes: [UInt8]

  package var text: String { Hex.encode(bytes) }

  /// - Parameters:
  ///   - arguments: those of the call, without the ones that steer it (`dryRun`, `confirm`, `idempotencyKey`). Secrets
  ///     among them take part in the hash and are nowhere kept.
  ///   - plan: as it was made just now.
  package init(tool: String, arguments: JSONObject, plan: Plan) {
    bytes = SHA256.hash(
      CanonicalJSON.bytes([
        "tool": .string(tool), "arguments": .object(arguments), "plan": .object(plan.json), "basis": plan.basis,
      ]))
  }
}
