import AdminCore
import MCPProtocol
import Synchronization

/// Answers of reads that depend on their arguments and the store alone, kept ready to be sent until anything in the
/// store changes, whichever process changes it.
package final class AnswerCache: Sendable {
  struct Key: Hashable, Sendable {
    let tool: String
    let arguments: JSONObject
  }

  private struct Entries {
    var counter = 0
    var answers: [Key: ToolResult] = [:]
    var bytes = 0
  }

  /// Beyond this everything is forgotten, which costs as much as one change of the store.
  private static let maximumBytes = 4 << 20

  private let entries = Mutex(Entries())

  package init() {}

  /// - Parameter counter: the store's change counter, read before the answer is used.
  func answer(to key: Key, at counter: Int) -> ToolResult? {
    entries.withLock { $0.counter == counter ? $0.answers[key] : nil }
  }

  /// - Parameter counter: as it was before the answer was read. A change in between leaves the answer newer than its
  ///   counter says, and so it is read again.
  func keep(_ answer: ToolResult, to key: Key, at counter: Int) {
    let size = 4 * (answer.structured?.bytes.count ?? 0) + 1024
    guard size <= Self.maximumBytes / 4 else { return }
    entries.withLock { entries in
      if entries.counter != counter || entries.bytes + size > Self.maximumBytes { entries = Entries(counter: counter) }
      if entries.answers.updateValue(answer, forKey: key) == nil { entries.bytes += size }
    }
  }
}
