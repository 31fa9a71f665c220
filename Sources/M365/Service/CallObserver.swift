/// One finished call, as metrics, progress and tests want to know it. Holds nothing of the tenant: the template names
/// the path with its keys left out.
package struct CallRecord: Hashable, Sendable {
  package let method: HTTPMethod
  package let template: String
  package let workload: String
  /// Of the last answer; `nil` when there was none.
  package let status: Int?
  package let attempts: Int
  package let duration: Duration
}

/// A pause before the next attempt of a call.
package struct CallPause: Hashable, Sendable {
  package let method: HTTPMethod
  package let template: String
  package let workload: String
  package let duration: Duration
}

/// Is told about every call to Microsoft 365. Called from any task; must not take long.
package protocol CallObserver: Sendable {
  func callEnded(_ record: CallRecord)
  func callPauses(_ pause: CallPause)
}

extension CallObserver {
  package func callPauses(_ pause: CallPause) {}
}
