/// Collects the answers of a batch until every member has had its say.
struct BatchReplies {
  private struct Batch {
    var open: Int
    var lines: [[UInt8]] = []
  }

  private var batches: [Int: Batch] = [:]
  private var next = 0

  mutating func open(members: Int) -> Int {
    next += 1
    batches[next] = Batch(open: members)
    return next
  }

  /// Notes the end of one member, with its answer where it has one.
  ///
  /// - Returns: the whole answer, when this was the last member and there is anything to say.
  mutating func settle(_ batch: Int, _ line: [UInt8]?) -> [UInt8]? {
    guard var replies = batches[batch] else { return nil }
    replies.open -= 1
    if let line { replies.lines.append(line) }
    batches[batch] = replies.open == 0 ? nil : replies
    guard replies.open == 0, !replies.lines.isEmpty else { return nil }
    return OutgoingMessage.batch(replies.lines)
  }

  /// What the batches that will never be complete have gathered.
  mutating func abandon() -> [[UInt8]] {
    defer { batches = [:] }
    return batches.keys.sorted().compactMap { batches[$0]?.lines }.filter { !$0.isEmpty }.map(OutgoingMessage.batch)
  }
}
