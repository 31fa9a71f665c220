import Synchronization

/// Where the rest of the program says that something changed. It knows no sessions; those that run listen here.
package final class ChangeFeed: Sendable {
  /// What is announced.
  enum Announcement: Sendable {
    case change(Change)
    /// The contents of every resource whose address fits.
    case resources(@Sendable (String) -> Bool)
  }

  private struct State {
    var listeners: [Int: @Sendable (Announcement) -> Void] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  package init() {}

  package func announce(_ change: Change) { tell(.change(change)) }

  /// Says that the contents of many resources may have changed: those that somebody watches and whose address fits.
  package func announceResources(where isAffected: @escaping @Sendable (_ uri: String) -> Bool) {
    tell(.resources(isAffected))
  }

  private func tell(_ announcement: Announcement) {
    let listeners = state.withLock { Array($0.listeners.values) }
    for listener in listeners { listener(announcement) }
  }

  func attach(_ listener: @escaping @Sendable (Announcement) -> Void) -> Int {
    state.withLock { state in
      state.next += 1
      state.listeners[state.next] = listener
      return state.next
    }
  }

  func detach(_ attachment: Int) { state.withLock { _ = $0.listeners.removeValue(forKey: attachment) } }
}
