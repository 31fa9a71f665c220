/// Why there is no answer, and whether the request may have had its effect nevertheless.
package struct HTTPFailure: Error, Hashable, Sendable {
  package enum Reason: String, Sendable {
    /// The request is not one that may be sent.
    case malformedRequest
    /// The host's name has no address.
    case unresolved
    /// No connection to the host, or to the proxy before it.
    case unreachable
    /// The host's name has an address that the request must not reach.
    case refusedAddress
    /// The certificate is not one we trust for this host.
    case untrusted
    /// No TLS connection for another reason.
    case tls
    case timedOut
    /// The answer, or its header, exceeds its bound.
    case tooLarge
    /// What came is not HTTP.
    case malformedReply
    /// The connection ended before the answer was complete.
    case interrupted
    case cancelled
    /// Too many requests wait already.
    case overloaded
    /// The transport has been shut down, or could not be started.
    case closed
  }

  package enum Delivery: Sendable {
    /// Nothing of the request has left: doing it again cannot do it twice.
    case notSent
    /// The service may have got the request and acted on it.
    case maybeSent
  }

  package let reason: Reason
  package let delivery: Delivery
  /// The library's own words, for the log.
  package let detail: String

  package init(_ reason: Reason, _ delivery: Delivery, _ detail: String = "") {
    self.reason = reason
    self.delivery = delivery
    self.detail = detail
  }
}
