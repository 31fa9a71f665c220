/// Tasks that wait for an answer, any of which can be taken out when its own task is cancelled, even before it came in.
///
/// A value inside somebody's lock: it only keeps the books, and whoever takes a continuation out resumes it after
/// letting the lock go.
struct WaiterTable<Answer: Sendable>: Sendable {
  typealias Continuation = CheckedContinuation<Answer, Never>

  private var lastTicket = 0
  private var waiting: [Int: Continuation] = [:]
  private var cancelledEarly: Set<Int> = []

  mutating func takeTicket() -> Int {
    lastTicket += 1
    return lastTicket
  }

  /// - Returns: `false` when the ticket's task was cancelled already; the continuation is then the caller's to resume.
  mutating func add(_ continuation: Continuation, ticket: Int) -> Bool {
    guard !cancelledEarly.contains(ticket) else { return false }
    waiting[ticket] = continuation
    return true
  }

  mutating func take(_ ticket: Int) -> Continuation? { waiting.removeValue(forKey: ticket) }

  mutating func cancel(_ ticket: Int) -> Continuation? {
    if let continuation = waiting.removeValue(forKey: ticket) { return continuation }
    cancelledEarly.insert(ticket)
    return nil
  }

  /// The ticket's wait is over, however it ended.
  mutating func forget(_ ticket: Int) { cancelledEarly.remove(ticket) }
}
