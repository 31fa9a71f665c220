package import AdminCore
import Synchronization

/// A question put to a person through a client that keeps no session: everything needed to recognise the answer is in
/// the sealed state that the client sends back. The seal itself is made by the protocol's host.
package struct ApprovalRequest: Hashable, Sendable {
  /// How long a person may take.
  package static let lifetime = Duration.seconds(600)

  package let digest: PlanDigest
  package let nonce: String
  package let expiresAt: Timestamp

  package init(digest: PlanDigest, nonce: String, expiresAt: Timestamp) {
    self.digest = digest
    self.nonce = nonce
    self.expiresAt = expiresAt
  }

  package var state: JSONObject {
    ["plan": .string(digest.text), "nonce": .string(nonce), "expires": .int(expiresAt.milliseconds)]
  }

  package init?(state: JSONObject) {
    guard let digest = state["plan"]?.stringValue.flatMap(PlanDigest.init(text:)),
      let nonce = state["nonce"]?.stringValue, let expires = state["expires"]?.intValue
    else { return nil }
    self.init(digest: digest, nonce: nonce, expiresAt: Timestamp(milliseconds: Int64(expires)))
  }
}

/// Remembers which sealed questions were answered, so that no answer counts twice. Bounded: what has expired is
/// forgotten, because it is refused for its age.
package final class AnsweredRequests: Sendable {
  private let answered = Mutex<[String: Timestamp]>([:])

  package init() {}

  /// - Returns: whether this is the first answer to a question that is still open.
  package func claim(_ request: ApprovalRequest, at now: Timestamp) -> Bool {
    answered.withLock { answered in
      answered = answered.filter { $0.value > now }
      guard request.expiresAt > now, answered[request.nonce] == nil else { return false }
      answered[request.nonce] = request.expiresAt
      return true
    }
  }
}
