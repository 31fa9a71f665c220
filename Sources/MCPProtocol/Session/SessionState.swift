import AdminCore

/// Everything about a session that changes, behind one lock.
struct SessionState {
  enum Phase {
    case serving
    /// Finishes what runs and takes no more requests.
    case draining
    case closed
  }

  var phase = Phase.serving
  var lifecycle: Lifecycle
  var requests = InFlightRequests()
  var batches = BatchReplies()
  /// Tasks that have not returned, those of cancelled requests included.
  var runningTasks = 0
  var waiting = WaitingRequests()
  /// Bytes of the lines of all requests that wait or run.
  var requestBytes = 0
  var readerWaits = false

  // The handshake era
  var questions = PendingQuestions()
  /// Notifications for a client that has not confirmed its handshake yet.
  var heldBack: [[UInt8]] = []
  var watched: Set<String> = []
  var logLevel = LogSeverity.warning

  var drained: Latch<Bool>?

  init(lifecycle: Lifecycle) { self.lifecycle = lifecycle }

  func isFull(_ limits: SessionLimits) -> Bool {
    waiting.count >= limits.waitingRequests || requestBytes >= limits.requestBytes
  }

  var isIdle: Bool { runningTasks == 0 && waiting.count == 0 }

  /// Begins a new session of the handshake era; what belonged to an earlier one is gone.
  mutating func resetLegacy() -> [PendingQuestions.Question] {
    heldBack = []
    watched = []
    logLevel = .warning
    return questions.removeAll()
  }
}
