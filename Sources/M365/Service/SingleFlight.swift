package import AdminCore
import Synchronization

/// Does one piece of work at a time for a key; whoever asks meanwhile shares its result.
///
/// The work belongs to nobody who waits for it: a task that is cancelled stops waiting, and the others get what they
/// came for.
package final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  package typealias Outcome = Result<Value, AdminError>

  private struct State {
    var waiters = WaiterTable<Outcome>()
    var flights: [Key: [Int]] = [:]
  }

  private enum Role {
    case leader, follower, cancelled
  }

  private let state = Mutex(State())

  package init() {}

  package func value(
    for key: Key, _ work: @escaping @Sendable () async -> Outcome
  ) async throws(AdminError) -> Value {
    let ticket = state.withLock { $0.waiters.takeTicket() }
    defer { state.withLock { $0.waiters.forget(ticket) } }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        switch enter(key, ticket, continuation) {
        case .cancelled: continuation.resume(returning: .failure(.cancelled))
        case .follower: break
        case .leader: Task { self.land(key, await work()) }
        }
      }
    } onCancel: {
      state.withLock { $0.waiters.cancel(ticket) }?.resume(returning: .failure(.cancelled))
    }
    return try outcome.get()
  }

  private func enter(_ key: Key, _ ticket: Int, _ continuation: CheckedContinuation<Outcome, Never>) -> Role {
    state.withLock { state in
      guard state.waiters.add(continuation, ticket: ticket) else { return .cancelled }
      let isUnderWay = state.flights[key] != nil
      state.flights[key, default: []].append(ticket)
      return isUnderWay ? .follower : .leader
    }
  }

  private func land(_ key: Key, _ outcome: Outcome) {
    let waiting = state.withLock { state in
      (state.flights.removeValue(forKey: key) ?? []).compactMap { state.waiters.take($0) }
    }
    for continuation in waiting { continuation.resume(returning: outcome) }
  }
}
