package import AdminCore
import Synchronization

/// Time that passes only when somebody waits for it, or when a test says so.
package final class VirtualTimekeeper: Timekeeper {
  package enum Mode: Sendable {
    /// Whoever sleeps moves the clock forward and goes on at once.
    case automatic
    /// Sleepers wait until `advance(by:)` has brought the clock past their time.
    case manual
  }

  private struct Sleeper {
    let id: Int
    let due: Duration
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var elapsed = Duration.zero
    var boot: String? = "boot-1"
    /// How far the wall clock was set away from the time that has passed.
    var correction = Duration.zero
    var pauses: [Duration] = []
    var sleepers: [Sleeper] = []
    var cancelled: Set<Int> = []
    var nextID = 0
  }

  private let start: Timestamp
  private let mode: Mode
  private let state = Mutex(State())

  package init(_ mode: Mode = .automatic, start: Timestamp = Timestamp(milliseconds: 1_767_600_000_000)) {
    self.mode = mode
    self.start = start
  }

  package func now() -> Timestamp { state.withLock { start + $0.elapsed + $0.correction } }

  package func uptime() -> Duration { state.withLock { $0.elapsed } }

  package var bootID: String? { state.withLock(\.boot) }

  /// Sets the wall clock, forward or back; the time that passes stays as it is.
  package func setWallClock(by correction: Duration) { state.withLock { $0.correction += correction } }

  /// The machine starts again: what uptimes counted from is gone.
  ///
  /// - Parameter id: of the new start; `nil` where it cannot be read.
  package func restartMachine(as id: String?) { state.withLock { $0.boot = id } }

  /// Every pause somebody asked for, in order.
  package var pauses: [Duration] { state.withLock { $0.pauses } }

  package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  package func sleep(for duration: Duration) async throws(CancellationError) {
    guard !Task.isCancelled else { throw CancellationError() }
    switch mode {
    case .automatic:
      state.withLock { state in
        state.pauses.append(duration)
        state.elapsed += duration
      }
      await Task.yield()
      if Task.isCancelled { throw CancellationError() }
    case .manual:
      if await !sleepUntilAdvanced(for: duration) { throw CancellationError() }
    }
  }

  /// Moves the clock and wakes whoever is due.
  package func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.elapsed += duration
      let due = state.sleepers.filter { $0.due <= state.elapsed }
      state.sleepers.removeAll { $0.due <= state.elapsed }
      return due
    }
    for sleeper in due { sleeper.continuation.resume(returning: true) }
  }

  private func sleepUntilAdvanced(for duration: Duration) async -> Bool {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let wasCancelled = state.withLock { state in
          state.pauses.append(duration)
          guard !state.cancelled.contains(id) else { return true }
          state.sleepers.append(Sleeper(id: id, due: state.elapsed + duration, continuation: continuation))
          return false
        }
        if wasCancelled { continuation.resume(returning: false) }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        state.cancelled.insert(id)
        guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
        return state.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume(returning: false)
    }
  }
}
