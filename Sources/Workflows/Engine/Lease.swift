import AdminCore
import Store
import Synchronization

/// The right to work on an operation, held for a while and renewed. Whoever finds it lost stops at once: another process
/// has taken over, and what this one would still do could happen twice.
final class Lease: Sendable {
  /// A holder stops beginning effects this long before its lease ends, so that one begun in time also ends in time.
  private static let margin = Duration.seconds(5)

  let fence: Fence
  private let duration: Duration
  private let timekeeper: any Timekeeper
  /// Until when the lease holds, by the clock that never goes back; `nil` once it is lost.
  private let holdsUntil: Mutex<Duration?>

  init(fence: Fence, duration: Duration, timekeeper: any Timekeeper) {
    self.fence = fence
    self.duration = duration
    self.timekeeper = timekeeper
    holdsUntil = Mutex(timekeeper.uptime() + duration)
  }

  /// Whether an effect may still be begun.
  var isSafe: Bool {
    let margin = min(Self.margin, duration / 4)
    return holdsUntil.withLock { until in until.map { timekeeper.uptime() < $0 - margin } ?? false }
  }

  func lose() { holdsUntil.withLock { $0 = nil } }

  /// Renews three times in each lease until the task is cancelled or the lease is lost.
  ///
  /// - Parameter renew: extends the lease in the journal; `false` when somebody else holds it.
  func keep(_ renew: @Sendable (Duration) async throws(AdminError) -> Bool) async {
    while !Task.isCancelled {
      do throws(CancellationError) {
        try await timekeeper.sleep(for: duration / 3)
      } catch {
        return
      }
      let asked = timekeeper.uptime()
      do throws(AdminError) {
        guard try await renew(duration) else { return lose() }
        holdsUntil.withLock { until in if until != nil { until = asked + duration } }
      } catch {
        // A busy store may answer the next time; if it does not, the lease runs out and `isSafe` turns false.
        continue
      }
    }
  }
}
