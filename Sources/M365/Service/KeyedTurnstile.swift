import AdminCore
import Synchronization

/// Lets so many in at once for each key, in the order they came. A key with nobody in it takes no room.
final class KeyedTurnstile<Key: Hashable & Sendable>: Sendable {
  private struct Queue {
    var inside = 0
    var tickets: [Int] = []
  }

  private struct State {
    var waiters = WaiterTable<Bool>()
    var queues: [Key: Queue] = [:]
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  /// Waits for a place, which has to be given back by `leave`.
  func enter(_ key: Key) async throws(AdminError) {
    let ticket = state.withLock { $0.waiters.takeTicket() }
    defer { state.withLock { $0.waiters.forget(ticket) } }
    let isIn = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if state.queues[key, default: Queue()].inside < capacity {
            state.queues[key, default: Queue()].inside += 1
            return true
          }
          guard state.waiters.add(continuation, ticket: ticket) else { return false }
          state.queues[key, default: Queue()].tickets.append(ticket)
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        state.queues[key]?.tickets.removeAll { $0 == ticket }
        return state.waiters.cancel(ticket)
      }
      continuation?.resume(returning: false)
    }
    guard isIn else { throw .cancelled }
  }

  func leave(_ key: Key) {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      // Whoever waits takes the place over, so that nobody who comes later slips in between.
      while let ticket = state.queues[key]?.tickets.first {
        state.queues[key]?.tickets.removeFirst()
        if let continuation = state.waiters.take(ticket) { return continuation }
      }
      state.queues[key]?.inside -= 1
      if state.queues[key]?.inside == 0 { state.queues[key] = nil }
      return nil
    }
    next?.resume(returning: true)
  }

  /// Keys that somebody is in or waits for.
  var keyCount: Int { state.withLock { $0.queues.count } }
}
