/// The requests that have no answer yet. Being in this table is what gives a request its answer: whoever removes the
/// entry sends the one response, or none for a request that was cancelled.
struct InFlightRequests {
  /// Names one service of one id. The serial tells a cancelled request from a later one with the same id.
  struct Ticket: Hashable, Sendable {
    let id: RequestID
    let serial: Int
  }

  struct Entry {
    enum Work {
      case waiting
      case running(Task<Void, Never>)
      /// An open stream of notifications; nothing runs for it.
      case stream(StreamFilter)
    }

    let serial: Int
    let scope: RequestScope
    let batch: Int?
    var work: Work
    var progress: ProgressGate?
  }

  private var entries: [RequestID: Entry] = [:]
  private var nextSerial = 0

  func contains(_ id: RequestID) -> Bool { entries[id] != nil }

  subscript(ticket: Ticket) -> Entry? {
    get { entries[ticket.id].flatMap { $0.serial == ticket.serial ? $0 : nil } }
    set {
      guard entries[ticket.id]?.serial == ticket.serial else { return }
      entries[ticket.id] = newValue
    }
  }

  mutating func insert(_ id: RequestID, scope: RequestScope, batch: Int?, work: Entry.Work) -> Ticket {
    nextSerial += 1
    entries[id] = Entry(
      serial: nextSerial, scope: scope, batch: batch, work: work, progress: scope.progressToken.map(ProgressGate.init))
    return Ticket(id: id, serial: nextSerial)
  }

  mutating func remove(_ ticket: Ticket) -> Entry? {
    guard let entry = self[ticket] else { return nil }
    entries[ticket.id] = nil
    return entry
  }

  /// The request a cancellation means: that very id, or else the one that only differs in type, because some clients
  /// turn their numbers into strings.
  mutating func remove(cancelled id: RequestID) -> Entry? {
    if let entry = entries.removeValue(forKey: id) { return entry }
    let other: RequestID =
      switch id {
      case .string(let text): .integer(text)
      case .integer(let digits): .string(digits)
      }
    return entries.removeValue(forKey: other)
  }

  /// The open streams, oldest first.
  var streams: [(ticket: Ticket, filter: StreamFilter)] {
    entries.compactMap { id, entry in
      guard case .stream(let filter) = entry.work else { return nil }
      return (Ticket(id: id, serial: entry.serial), filter)
    }
    .sorted { $0.ticket.serial < $1.ticket.serial }
  }

  var runningTasks: [Task<Void, Never>] {
    entries.values.compactMap { entry in
      if case .running(let task) = entry.work { task } else { nil }
    }
  }
}
