package import AdminCore

/// What is asked of message trace. Both ways to it have the same limits: 90 days back, ten days at a time.
package struct MessageTraceQuery: Hashable, Sendable {
  package static let reach = Duration.seconds(90 * 86_400)
  package static let longestWindow = Duration.seconds(10 * 86_400)

  package var start: Timestamp
  package var end: Timestamp
  package var sender: String?
  package var recipient: String?
  /// With its angle brackets.
  package private(set) var messageID: String?
  /// How long each question may take, the wait for the tenant's quota included; `nil` for as long as it takes.
  package var patience: Duration?

  package init(from start: Timestamp, to end: Timestamp) {
    self.start = start
    self.end = end
  }

  /// - Parameter id: the message's `Message-ID`; brackets that were left out are put on.
  package mutating func setMessageID(_ id: String) {
    messageID = (id.hasPrefix("<") ? "" : "<") + id + (id.hasSuffix(">") ? "" : ">")
  }

  /// The query in windows that a service takes, the newest first. An end in the future is taken for now.
  ///
  /// - Throws: `VAL_001` for a start that is not before the end, or that no trace reaches back to.
  package func windows(now: Timestamp) throws(AdminError) -> [MessageTraceQuery] {
    let last = min(end, now)
    guard start < last else {
      throw AdminError(.invalidArgument, "The start of the search must lie before its end, and in the past.")
    }
    guard start >= now - Self.reach else {
      throw AdminError(
        .invalidArgument,
        "Message trace reaches back 90 days, to \((now - Self.reach).iso8601Seconds). Choose a later start.")
    }
    var windows: [MessageTraceQuery] = []
    var upper = last
    while upper > start {
      var window = self
      window.start = max(start, upper - Self.longestWindow)
      window.end = upper
      windows.append(window)
      upper = window.start
    }
    return windows
  }
}

/// What has become of a message for one recipient.
package struct MessageTraceRow: Hashable, Sendable {
  /// Of the message in the service: the same for all its recipients.
  package let id: String
  package let messageID: String
  package let sender: String
  package let recipient: String
  package let subject: String
  package let receivedAt: Timestamp
  /// `gettingStatus`, `pending`, `failed`, `delivered`, `expanded`, `quarantined`, `filteredAsSpam`. Never that it was
  /// read: no trace knows that.
  package let status: String
  package let size: Int?
  package let fromIP: String?
  package let toIP: String?

  struct Key: Hashable {
    let id: String
    let recipient: String
  }

  var key: Key { Key(id: id, recipient: recipient.lowercased()) }

  /// Where the row stands among all others.
  package var place: MessageTracePlace { MessageTracePlace(receivedAt: receivedAt, recipient: recipient, id: id) }
}

/// A place in the order of traces: the newest first, and no two rows at the same one.
package struct MessageTracePlace: Hashable, Comparable, Sendable {
  package let receivedAt: Timestamp
  package let recipient: String
  package let id: String

  package init(receivedAt: Timestamp, recipient: String, id: String) {
    self.receivedAt = receivedAt
    self.recipient = recipient
    self.id = id
  }

  package static func < (left: MessageTracePlace, right: MessageTracePlace) -> Bool {
    if left.receivedAt != right.receivedAt { return left.receivedAt > right.receivedAt }
    return left.recipient == right.recipient ? left.id < right.id : left.recipient < right.recipient
  }
}

/// One thing that happened to a message on its way to a recipient.
package struct MessageTraceEvent: Hashable, Sendable {
  package let at: Timestamp
  /// `Receive`, `Submit`, `Deliver`, `Fail`, `Defer` and others.
  package let event: String
  package let action: String?
  package let description: String?
}

/// The rows of a window, newest first.
package struct MessageTraceResult: Hashable, Sendable {
  package let rows: [MessageTraceRow]
  /// There are more than were asked for.
  package let isTruncated: Bool
}

/// Rows as they come in, without those that came already, which happens where one answer begins with what another one
/// ended with.
struct MessageTraceCollector {
  private let limit: Int
  private var seen: Set<MessageTraceRow.Key> = []
  private var rows: [MessageTraceRow] = []

  init(limit: Int) { self.limit = limit }

  var isFull: Bool { rows.count > limit }

  /// - Returns: how many were new.
  mutating func add(_ more: [MessageTraceRow]) -> Int {
    let new = more.filter { seen.insert($0.key).inserted }
    rows += new
    return new.count
  }

  func result(isTruncated: Bool) -> MessageTraceResult {
    let sorted = rows.sorted { $0.place < $1.place }
    return MessageTraceResult(rows: Array(sorted.prefix(limit)), isTruncated: isTruncated || rows.count > limit)
  }
}
