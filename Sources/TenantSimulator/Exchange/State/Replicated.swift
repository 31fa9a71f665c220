import AdminCore

/// A value that is changed in one place and seen in others a little later.
struct Replicated<Value: Sendable>: Sendable {
  private var versions: [(at: Timestamp, value: Value)]

  init(_ value: Value, at time: Timestamp = Timestamp(milliseconds: .min)) { versions = [(time, value)] }

  /// As it is where it was changed.
  var current: Value { versions[versions.count - 1].value }

  /// As it is seen elsewhere.
  func seen(at now: Timestamp, after lag: Duration) -> Value {
    (versions.last { $0.at + lag <= now } ?? versions[0]).value
  }

  mutating func change(
    at now: Timestamp, lag: Duration, _ body: (inout Value) -> Void
  ) {
    var value = current
    body(&value)
    // What every replica has left behind is forgotten.
    if let visible = versions.lastIndex(where: { $0.at + lag <= now }) { versions.removeFirst(visible) }
    versions.append((now, value))
  }

  /// Sets it everywhere at once, as for a tenant that has been so for long.
  mutating func settle(_ body: (inout Value) -> Void) {
    var value = current
    body(&value)
    versions = [(versions[0].at, value)]
  }
}
