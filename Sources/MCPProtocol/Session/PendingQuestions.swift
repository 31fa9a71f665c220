import AdminCore

/// What the server has asked its handshake client and not been told yet.
struct PendingQuestions {
  typealias Answer = Result<JSONValue, ChannelFailure>

  struct Question {
    let continuation: CheckedContinuation<Answer, Never>
    /// Whether the client has seen it; a question before the handshake is confirmed waits.
    var isSent: Bool
    let line: [UInt8]
  }

  private var questions: [String: Question] = [:]
  private var order: [String] = []
  private var nextNumber = 0

  var isEmpty: Bool { questions.isEmpty }

  /// An id from the server's own space.
  mutating func makeID() -> String {
    nextNumber += 1
    return "s-\(nextNumber)"
  }

  mutating func add(_ id: String, _ question: Question) {
    questions[id] = question
    order.append(id)
  }

  mutating func remove(_ id: String) -> Question? {
    guard let question = questions.removeValue(forKey: id) else { return nil }
    order.removeAll { $0 == id }
    return question
  }

  mutating func removeAll() -> [Question] {
    defer {
      questions = [:]
      order = []
    }
    return order.compactMap { questions[$0] }
  }

  /// The lines of those the client has not seen, which count as sent from now on.
  mutating func sendUnsent() -> [[UInt8]] {
    order.compactMap { id in
      guard let question = questions[id], !question.isSent else { return nil }
      questions[id]?.isSent = true
      return question.line
    }
  }
}
