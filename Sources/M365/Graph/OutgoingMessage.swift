package import AdminCore

/// An address of a mail with the name shown beside it.
package struct MailAddress: Hashable, Sendable {
  package let address: String
  package let name: String?

  package init(_ address: String, name: String? = nil) {
    self.address = address
    self.name = name
  }

  var json: JSONValue {
    var address: JSONObject = ["address": .string(self.address)]
    address["name"] = name.map(JSONValue.string)
    return ["emailAddress": .object(address)]
  }
}

/// A file that travels with a mail.
package struct MailAttachment: Hashable, Sendable {
  package var name: String
  package var contentType: String
  package var bytes: [UInt8]
  /// Shown within the body, which refers to it by its content id.
  package var contentID: String?

  package init(name: String, contentType: String, bytes: [UInt8], contentID: String? = nil) {
    self.name = name
    self.contentType = contentType
    self.bytes = bytes
    self.contentID = contentID
  }

  /// Graph takes files below 3 MB within a request; larger ones go up in parts.
  static let largestInline = 3_000_000
  /// Exchange takes no larger file.
  package static let largest = 150 << 20

  var json: JSONValue {
    var object: JSONObject = [
      "@odata.type": "#microsoft.graph.fileAttachment", "name": .string(name), "contentType": .string(contentType),
      "contentBytes": .string(Base64.encode(bytes)),
    ]
    if let contentID {
      object["isInline"] = true
      object["contentId"] = .string(contentID)
    }
    return .object(object)
  }

  /// What an upload session is asked for with.
  var item: JSONValue {
    var object: JSONObject = [
      "attachmentType": "file", "name": .string(name), "size": .int(bytes.count), "contentType": .string(contentType),
    ]
    if let contentID {
      object["isInline"] = true
      object["contentId"] = .string(contentID)
    }
    return .object(object)
  }
}

/// A mail in Graph's own form, which holds one body. Mail with a text beside the HTML, or with header fields that do not
/// begin with `x-`, is sent as MIME.
package struct OutgoingMessage: Hashable, Sendable {
  package enum Body: Hashable, Sendable {
    case html(String)
    case text(String)
  }

  package var subject: String
  package var body: Body
  package var to: [MailAddress]
  package var cc: [MailAddress] = []
  package var bcc: [MailAddress] = []
  package var replyTo: [MailAddress] = []
  /// Another than the mailbox's own address, where that is allowed.
  package var from: MailAddress?
  package var requestsReadReceipt = false
  package var requestsDeliveryReceipt = false
  /// At most five, each beginning with `x-`.
  package var headers: [HTTPHeaders.Field] = []
  /// Below 3 MB together; larger ones are added to the draft.
  package var attachments: [MailAttachment] = []

  package init(subject: String, body: Body, to: [MailAddress]) {
    self.subject = subject
    self.body = body
    self.to = to
  }

  /// The header field by which a mail is found again after a lost reply.
  package static let operationHeader = "x-m365admin-operation"

  var json: JSONObject {
    let (kind, content) =
      switch body {
      case .html(let html): ("html", html)
      case .text(let text): ("text", text)
      }
    var object: JSONObject = [
      "subject": .string(subject), "body": ["contentType": .string(kind), "content": .string(content)],
      "toRecipients": .array(to.map(\.json)),
    ]
    func add(_ name: String, _ addresses: [MailAddress]) {
      if !addresses.isEmpty { object[name] = .array(addresses.map(\.json)) }
    }
    add("ccRecipients", cc)
    add("bccRecipients", bcc)
    add("replyTo", replyTo)
    object["from"] = from?.json
    if requestsReadReceipt { object["isReadReceiptRequested"] = true }
    if requestsDeliveryReceipt { object["isDeliveryReceiptRequested"] = true }
    if !headers.isEmpty {
      object["internetMessageHeaders"] = .array(
        headers.map { ["name": .string($0.name), "value": .string($0.value)] })
    }
    if !attachments.isEmpty { object["attachments"] = .array(attachments.map(\.json)) }
    return object
  }
}

/// A mail as a mailbox has it.
package struct MailMessage: Hashable, Sendable {
  /// Immutable: it stays when the mail moves from Drafts to Sent Items.
  package let id: String
  /// With its angle brackets: the `messageId` of the message trace.
  package let internetMessageID: String?
  package let subject: String
  package let isDraft: Bool
  package let createdAt: Timestamp?
  package let sentAt: Timestamp?
  package let folderID: String?
  package let headers: [HTTPHeaders.Field]

  static let properties = [
    "id", "internetMessageId", "subject", "isDraft", "createdDateTime", "sentDateTime", "parentFolderId",
  ]

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    internetMessageID = json.text("internetMessageId")
    subject = json.text("subject") ?? ""
    isDraft = json.flag("isDraft") ?? false
    createdAt = json.time("createdDateTime")
    sentAt = json.time("sentDateTime")
    folderID = json.text("parentFolderId")
    headers = json.objects("internetMessageHeaders").compactMap { field in
      field.text("name").map { HTTPHeaders.Field(name: $0, value: field.text("value") ?? "") }
    }
  }

  /// Whether the mail was made by an operation of ours.
  package func belongs(to operation: String) -> Bool {
    headers.contains { $0.name.lowercased() == OutgoingMessage.operationHeader && $0.value == operation }
  }
}

/// What is known of a recipient before a mail is sent.
package struct MailTips: Hashable, Sendable {
  package let address: String
  package let hasAutomaticReply: Bool
  /// HTML.
  package let automaticReply: String?
  package let isMailboxFull: Bool
  /// The recipient does not take mail from this sender.
  package let isDeliveryRestricted: Bool
  package let error: String?

  package init?(_ json: JSONObject) {
    guard let address = json.object("emailAddress")?.text("address") else { return nil }
    self.address = address
    let reply = json.object("automaticReplies")?.text("message")
    automaticReply = reply.flatMap { $0.isEmpty ? nil : $0 }
    hasAutomaticReply = automaticReply != nil
    isMailboxFull = json.flag("mailboxFull") ?? false
    isDeliveryRestricted = json.flag("deliveryRestricted") ?? false
    error = json.object("error")?.text("message").map { VisibleText.excerpt($0) }
  }
}
