package import AdminCore

/// What arrives from the other side.
package enum TransportEvent: Hashable, Sendable {
  /// A line without its end, not blank.
  case line([UInt8])
  /// A line over the limit of framing, already dropped.
  case tooLong
  /// The other side will send no more.
  case end
  /// The other side no longer takes what is sent.
  case broken
}

/// A way to a peer and back that carries whole lines.
package protocol Transport: Sendable {
  /// Begins to receive. Lines are handed over in order, one at a time; while the receiver works on one (or blocks), no
  /// further one is read, which is how a peer that sends too much is held back. `broken` may come from any thread.
  func start(_ receive: @escaping @Sendable (TransportEvent) -> Void)

  /// Queues a line to be sent, without its end. Never blocks and never runs code of others, so it may be called under a
  /// lock; what is queued in that order leaves in that order.
  func append(_ line: [UInt8])

  /// Sends what is queued as far as that can be done at once; the rest leaves by itself. Never blocks.
  func flush()

  /// Whether so much is queued that what can be left out should be.
  var isCongested: Bool { get }

  /// Waits until everything has been sent, no longer than `limit`, and sends nothing from then on.
  func close(within limit: Duration, timekeeper: any Timekeeper) async
}
