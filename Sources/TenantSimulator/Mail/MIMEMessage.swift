import AdminCore

/// A message in MIME form as the properties of a message.
struct MIMEMessage: Sendable {
  var subject = ""
  var from: MailAddress?
  var recipients = MailMessage.Recipients()
  var replyTo: [MailAddress] = []
  var messageID: String?
  var html: String?
  var text: String?
  var attachments: [Attachment] = []
  var importance = "normal"
  var wantsReadReceipt = false
  var wantsDeliveryReceipt = false
  /// Fields that no property stands for.
  var otherHeaders: [MailMessage.Header] = []

  struct Attachment: Sendable {
    let name: String
    let contentType: String
    let isInline: Bool
    let contentID: String?
    let bytes: [UInt8]
  }

  private static let modelledFields: Set<String> = [
    "from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "content-type",
    "content-transfer-encoding", "content-disposition", "importance", "disposition-notification-to",
    "return-receipt-to",
  ]

  /// - Parameter bytes: the whole message.
  init(_ bytes: [UInt8]) throws(MIMEFault) {
    let entity = try MIMEReader.read(bytes)
    subject = try EncodedWord.decode(entity.header("Subject") ?? "")
    from = try Self.addresses(entity, "From").first
    recipients = MailMessage.Recipients(
      to: try Self.addresses(entity, "To"), cc: try Self.addresses(entity, "Cc"),
      bcc: try Self.addresses(entity, "Bcc"))
    replyTo = try Self.addresses(entity, "Reply-To")
    messageID = entity.header("Message-ID")
    if let id = messageID, !(id.hasPrefix("<") && id.hasSuffix(">") && id.contains("@")) {
      throw MIMEFault("The Message-ID '\(id)' is malformed.")
    }
    switch entity.header("Importance")?.lowercased() {
    case "high": importance = "high"
    case "low": importance = "low"
    default: break
    }
    wantsReadReceipt = entity.header("Disposition-Notification-To") != nil
    wantsDeliveryReceipt = entity.header("Return-Receipt-To") != nil
    otherHeaders = entity.headers.filter { !Self.modelledFields.contains($0.name.lowercased()) }
    try take(entity)
  }

  private static func addresses(_ entity: MIMEEntity, _ name: String) throws(MIMEFault) -> [MailAddress] {
    guard let value = entity.header(name), !value.trimmingSpaces.isEmpty else { return [] }
    return try AddressList.parse(value)
  }

  private mutating func take(_ entity: MIMEEntity) throws(MIMEFault) {
    switch entity.content {
    case .parts(let parts): for part in parts { try take(part) }
    case .bytes(let bytes):
      let charset = entity.parameters["charset"] ?? "us-ascii"
      if entity.disposition?.kind != "attachment" {
        if entity.mediaType == "text/html", html == nil {
          html = try TransferEncoding.text(bytes, charset: charset)
          return
        }
        if entity.mediaType == "text/plain", text == nil {
          text = try TransferEncoding.text(bytes, charset: charset)
          return
        }
      }
      let name = entity.disposition?.parameters["filename"] ?? entity.parameters["name"] ?? "attachment"
      attachments.append(
        Attachment(
          name: try EncodedWord.decode(name), contentType: entity.mediaType,
          isInline: entity.disposition?.kind == "inline",
          contentID: entity.header("Content-ID").map { String($0.drop { $0 == "<" }.prefix { $0 != ">" }) },
          bytes: bytes))
    }
  }
}
