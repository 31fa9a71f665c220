import Synchronization

/// Where the rest of the program says that something changed. It knows no sessions; those that run listen here.
package final class ChangeFeed: Sendable {
  private struct State {
    var listeners: [Int: @Sendable (Change) -> Void] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  package init() {}

  package func announce(_ change: Change) {
    let listeners = state.withLock { Array($0.listeners.values) }
    for listener in listeners { listener(change) }
  }

  func attach(_ listener: @escaping @Sendable (Change) -> Void) -> Int {
    state.withLock { state in
      state.next += 1
      state.listeners[state.next] = listener
      return state.next
    }
  }

  func detach(_ attachment: Int) { state.withLock { _ = $0.listeners.removeValue(forKey: attachment) } }
}
