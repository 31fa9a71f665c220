import AdminCore

/// A mailbox of Exchange.
struct Mailbox: Sendable {
  enum Kind: String, Sendable {
    case user
    case shared
    case room
    case equipment
  }

  /// A change of kind that is under way.
  struct Conversion: Sendable {
    let kind: Kind
    let dueAt: Timestamp
  }

  /// The user it belongs to; a shared one belongs to a blocked user without a licence.
  let ownerID: String
  var kind: Kind
  var address: String
  var requestedAt: Timestamp
  /// From when on it answers.
  var readyAt: Timestamp
  /// Whether it is kept only in case its owner gets a licence again.
  var isInactive = false
  var settings: MailboxSettings
  var messages = Table<MailMessage>()
  /// What administrators set.
  var configuration = Replicated(MailboxConfiguration())
  var conversion: Conversion?
  var rules = Table<InboxRule>()
  /// How many recipients were sent to, and when: Exchange counts them over a day.
  var sends: [(at: Timestamp, recipients: Int)] = []

  func id(of folder: MailFolder) -> String { "AAMk" + Base64.encode(Array("\(ownerID)/\(folder.rawValue)".utf8), .url) }

  func folder(_ key: String) -> MailFolder? {
    MailFolder.visible.first { $0.rawValue == key.lowercased() || id(of: $0) == key }
  }

  /// The message under an immutable id, or under the id it has in its present folder.
  func message(_ key: String) -> MailMessage? {
    let found = messages[key] ?? messages.values.first { $0.idInFolder() == key }
    return found.flatMap { $0.folder == .recoverableItems ? nil : $0 }
  }

  func messages(in folder: MailFolder?) -> [MailMessage] {
    let found = messages.values.filter { folder == nil ? $0.folder != .recoverableItems : $0.folder == folder }
    return found.enumerated().sorted { left, right in
      left.element.receivedAt == right.element.receivedAt
        ? left.offset > right.offset : left.element.receivedAt > right.element.receivedAt
    }.map(\.element)
  }
}
