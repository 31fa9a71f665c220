import AdminCore

extension TenantState {
  /// The mailbox behind `/users/{user}/…`, or the reason Exchange gives where there is none.
  func requireMailbox(_ key: String) throws(GraphFailure) -> Mailbox {
    guard let user = user(key) else {
      throw GraphFailure(404, "ErrorInvalidUser", "The requested user '\(VisibleText.excerpt(key))' is invalid.")
    }
    guard isReplicated(user) else {
      throw GraphFailure(404, "ResourceNotFound", "Resource could not be discovered.")
    }
    guard let mailbox = mailboxes[user.id], !mailbox.isInactive else {
      throw GraphFailure(
        404, "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
    }
    guard mailbox.readyAt <= now else { throw notReady(mailbox) }
    return mailbox
  }

  /// The real service says the same thing in several ways while a mailbox is being made; here each third of the time
  /// has its own.
  private func notReady(_ mailbox: Mailbox) -> GraphFailure {
    let (waited, whole) = (
      (now - mailbox.requestedAt).milliseconds, (mailbox.readyAt - mailbox.requestedAt).milliseconds
    )
    switch 3 * waited / max(1, whole) {
    case 0:
      return GraphFailure(404, "MailboxNotEnabledForRESTAPI", "REST API is not yet supported for this mailbox.")
    case 1: return GraphFailure(503, "MailboxInfoStale", "The mailbox information is stale. Please try again later.")
    default: return GraphFailure(404, "ResourceNotFound", "Resource could not be discovered.")
    }
  }

  func requireMessage(_ call: GraphCall) throws(GraphFailure) -> (Mailbox, MailMessage) {
    let mailbox = try requireMailbox(call["user"])
    guard let message = mailbox.message(call["message"]) else { throw .noSuchItem() }
    return (mailbox, message)
  }

  mutating func store(_ message: MailMessage, in mailbox: Mailbox) {
    mailboxes.update(mailbox.ownerID) { $0.messages[message.id] = message }
  }

  /// The message as its mailbox gives it out.
  func json(_ message: MailMessage, in mailbox: Mailbox, _ call: GraphCall) -> JSONObject {
    let id = call.prefersImmutableIDs ? message.id : message.idInFolder()
    let sender = message.from?.json ?? .null
    return [
      "@odata.etag": .string("W/\"\(message.changeKey)\""), "id": .string(id),
      "createdDateTime": .string(message.createdAt.iso8601Seconds),
      "lastModifiedDateTime": .string(message.modifiedAt.iso8601Seconds), "changeKey": .string(message.changeKey),
      "categories": .strings(message.categories), "receivedDateTime": .string(message.receivedAt.iso8601Seconds),
      "sentDateTime": .string(message.sentAt.iso8601Seconds),
      "hasAttachments": .bool(message.attachments.contains { !$0.isInline }),
      "internetMessageId": .string(message.internetMessageID), "subject": .string(message.subject),
      "bodyPreview": .string(message.preview), "importance": .string(message.importance),
      "parentFolderId": .string(mailbox.id(of: message.folder)), "conversationId": .string(message.conversationID),
      "isDeliveryReceiptRequested": .bool(message.wantsDeliveryReceipt),
      "isReadReceiptRequested": .bool(message.wantsReadReceipt), "isRead": .bool(message.isRead),
      "isDraft": .bool(message.isDraft),
      "webLink": .string("https://outlook.office365.com/owa/?ItemID=\(PercentEncoding.encode(id))&exvsurl=1"),
      "inferenceClassification": "focused",
      "body": ["contentType": .string(message.isHTML ? "html" : "text"), "content": .string(message.content)],
      "sender": sender, "from": sender, "toRecipients": .array(message.recipients.to.map(\.json)),
      "ccRecipients": .array(message.recipients.cc.map(\.json)),
      "bccRecipients": .array(message.recipients.bcc.map(\.json)), "replyTo": .array(message.replyTo.map(\.json)),
      "flag": ["flagStatus": .string(message.flag)],
      "internetMessageHeaders": .array(message.headers.map(\.json)),
      "attachments": .array(message.attachments.map { .object($0.json()) }),
    ]
  }
}

extension MailMessage {
  fileprivate var changeKey: String { Base64.encode(Array("\(id.prefix(6))\(revision)".utf8)) }

  /// The first words of the text, tags taken out.
  fileprivate var preview: String {
    guard isHTML else { return String(content.prefix(255)) }
    var text = ""
    var isTag = false
    for character in content.prefix(8_192) {
      switch character {
      case "<": isTag = true
      case ">" where isTag: isTag = false
      default: if !isTag { text.append(character) }
      }
    }
    return String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(255))
  }
}
