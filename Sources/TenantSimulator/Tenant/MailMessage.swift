import AdminCore

/// Somebody's address in a message.
struct MailAddress: Sendable, Hashable {
  var address: String
  var name: String

  var json: JSONValue { ["emailAddress": ["name": .string(name), "address": .string(address)]] }
}

struct MailAttachment: Sendable {
  let id: String
  var name: String
  var contentType: String
  var isInline: Bool
  var contentID: String?
  var bytes: [UInt8]
  var modifiedAt: Timestamp

  func json(withContent: Bool = true) -> JSONObject {
    var object: JSONObject = [
      "@odata.type": "#microsoft.graph.fileAttachment", "id": .string(id),
      "lastModifiedDateTime": .string(modifiedAt.iso8601Seconds), "name": .string(name),
      "contentType": .string(contentType), "size": .int(bytes.count), "isInline": .bool(isInline),
      "contentId": .optional(contentID), "contentLocation": .null,
    ]
    if withContent { object["contentBytes"] = .string(Base64.encode(bytes)) }
    return object
  }
}

/// A message in a mailbox.
struct MailMessage: Sendable {
  struct Header: Sendable, Hashable {
    let name: String
    let value: String

    var json: JSONValue { ["name": .string(name), "value": .string(value)] }
  }

  struct Recipients: Sendable, Hashable {
    var to: [MailAddress] = []
    var cc: [MailAddress] = []
    var bcc: [MailAddress] = []

    var all: [MailAddress] { to + cc + bcc }
  }

  /// Stays the same when the message moves.
  let id: String
  var folder: MailFolder
  var internetMessageID: String
  var conversationID: String
  var subject = ""
  var isHTML = false
  var content = ""
  var from: MailAddress?
  var recipients = Recipients()
  var replyTo: [MailAddress] = []
  /// Beyond what has a property of its own.
  var headers: [Header] = []
  var importance = "normal"
  var categories: [String] = []
  var wantsReadReceipt = false
  var wantsDeliveryReceipt = false
  var isRead = true
  var isDraft = true
  var flag = "notFlagged"
  var attachments: [MailAttachment] = []
  let createdAt: Timestamp
  var modifiedAt: Timestamp
  var receivedAt: Timestamp
  var sentAt: Timestamp
  var revision = 1
  /// The plain text beside an HTML body; only the MIME form can bring one.
  var alternativeText: String?
  /// What was uploaded, where the message came in MIME form.
  var mime: [UInt8]?

  /// The id that clients get who did not ask for the immutable one: it changes with the folder.
  func idInFolder() -> String { "AAMk" + Base64.encode(Array("\(id)/\(folder.rawValue)".utf8), .url) }

  /// An approximation of what Exchange would count.
  var size: Int { content.utf8.count + subject.utf8.count + attachments.reduce(0) { $0 + $1.bytes.count } }
}

/// The folders every mailbox has, by their well-known names.
enum MailFolder: String, Sendable, CaseIterable {
  case inbox
  case drafts
  case sentItems = "sentitems"
  case deletedItems = "deleteditems"
  case archive
  case junkEmail = "junkemail"
  case outbox
  /// Where deleted messages wait for their end; no path leads there.
  case recoverableItems = "recoverableitemsdeletions"

  var displayName: String {
    switch self {
    case .inbox: "Inbox"
    case .drafts: "Drafts"
    case .sentItems: "Sent Items"
    case .deletedItems: "Deleted Items"
    case .archive: "Archive"
    case .junkEmail: "Junk Email"
    case .outbox: "Outbox"
    case .recoverableItems: "Deletions"
    }
  }

  static var visible: [MailFolder] { allCases.filter { $0 != .recoverableItems } }
}
