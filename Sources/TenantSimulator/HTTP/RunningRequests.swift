import Dispatch
import Synchronization

/// The requests being served, so that stopping need not wait for those that a fault delays.
final class RunningRequests: Sendable {
  private struct State {
    var nextID = 0
    var tasks: [Int: Task<Void, Never>] = [:]
    var isStopped = false
  }

  private let state = Mutex(State())

  /// Runs `body` as a task and waits for it on the calling thread.
  ///
  /// - Returns: `nil` when the requests were stopped first.
  func wait<Answer: Sendable>(for body: @escaping @Sendable () async -> Answer?) -> Answer? {
    let slot = AnswerSlot<Answer>()
    let id = state.withLock { state -> Int? in
      guard !state.isStopped else { return nil }
      state.nextID += 1
      state.tasks[state.nextID] = Task { slot.put(await body()) }
      return state.nextID
    }
    guard let id else { return nil }
    let answer = slot.take()
    _ = state.withLock { $0.tasks.removeValue(forKey: id) }
    return answer
  }

  /// Cancels what runs and takes nothing more.
  func stop() {
    let tasks = state.withLock { state in
      state.isStopped = true
      return Array(state.tasks.values)
    }
    for task in tasks { task.cancel() }
  }
}

/// Where a task leaves its answer for the thread that waits.
private final class AnswerSlot<Answer: Sendable>: Sendable {
  private let answer = Mutex<Answer?>(nil)
  private let filled = DispatchSemaphore(value: 0)

  func put(_ answer: Answer?) {
    self.answer.withLock { $0 = answer }
    filled.signal()
  }

  func take() -> Answer? {
    filled.wait()
    return answer.withLock { $0 }
  }
}
