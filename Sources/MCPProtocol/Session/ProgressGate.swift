import AdminCore

/// Which progress reports of one request go out. A pure decision over a clock that is given.
struct ProgressGate {
  /// So many may follow each other at once; after that one each `interval`.
  private static let burst = 10
  private static let interval = Duration.milliseconds(100)

  let token: RequestID
  private var last = -Double.infinity
  private var allowance = burst
  private var refilledAt: Duration?
  /// The newest report that came too fast.
  private var suppressed: ProgressReport?

  init(token: RequestID) { self.token = token }

  /// Takes a report; returns it when it is to be sent now.
  mutating func admit(_ report: ProgressReport, at now: Duration, isCongested: Bool) -> ProgressReport? {
    guard report.progress.isFinite, report.progress > last else { return nil }
    last = report.progress
    refill(at: now)
    guard allowance > 0, !isCongested else {
      suppressed = report
      return nil
    }
    allowance -= 1
    suppressed = nil
    return report
  }

  /// The last report, if it is still unsent when the result leaves.
  var unsent: ProgressReport? { suppressed }

  private mutating func refill(at now: Duration) {
    guard let last = refilledAt else {
      refilledAt = now
      return
    }
    let earned = Int((now - last) / Self.interval)
    guard earned > 0 else { return }
    allowance = min(Self.burst, allowance + earned)
    refilledAt = last + Self.interval * earned
  }
}

extension ProgressGate {
  func line(_ report: ProgressReport, for revision: Revision) -> [UInt8] {
    OutgoingMessage.notification("notifications/progress") { params in
      params.key("progressToken")
      token.write(to: &params)
      params.member("progress", Self.number(report.progress))
      if let total = report.total, total.isFinite { params.member("total", Self.number(total)) }
      if revision.hasProgressMessages, let message = report.message {
        params.member("message", .string(VisibleText.clean(message)))
      }
    }
  }

  /// Whole numbers without a fraction.
  private static func number(_ value: Double) -> JSONValue {
    Int64(exactly: value).map { .int($0) } ?? JSONValue(floatLiteral: value)
  }
}
