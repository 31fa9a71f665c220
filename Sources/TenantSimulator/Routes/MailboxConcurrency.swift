/// Counts what is under way for each mailbox: Exchange serves four requests of an application at a time, and throttles
/// the fifth.
struct MailboxConcurrency: Sendable {
  static let limit = 4

  private var underWay: [String: Int] = [:]

  /// - Returns: whether there is room; each entry that found some must leave again.
  mutating func enter(_ mailbox: String) -> Bool {
    let count = underWay[mailbox] ?? 0
    guard count < Self.limit else { return false }
    underWay[mailbox] = count + 1
    return true
  }

  mutating func leave(_ mailbox: String) {
    let count = underWay[mailbox] ?? 0
    underWay[mailbox] = count > 1 ? count - 1 : Optional.none
  }

  private static let parts: Set<String> = [
    "messages", "mailFolders", "mailboxSettings", "sendMail", "getMailTips", "inferenceClassification",
  ]

  /// The key of the user whose mailbox a raw path leads into.
  static func key(in path: String) -> String? {
    guard let segments = try? PathSegment.split(path), segments.count >= 4, segments[1] == .plain("users"),
      case .plain(let key) = segments[2], case .plain(let part) = segments[3], parts.contains(part)
    else { return nil }
    return key.lowercased()
  }
}
