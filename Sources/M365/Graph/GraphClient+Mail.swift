package import AdminCore

/// Sending is done draft first: a draft has an id that never changes, so that after a lost reply it can be seen whether
/// it was sent, and a mail never goes out twice.
extension GraphClient {
  // MARK: Drafts

  /// Permission: Mail.ReadWrite. To be checked after an unclear end: `findMail(ofOperation:in:since:)`.
  package func createDraft(
    in mailbox: UserReference, _ message: OutgoingMessage
  ) async throws(AdminError) -> MailMessage {
    try await createDraft(in: mailbox, .json(.object(message.json)))
  }

  /// - Parameter message: RFC 5322, for what Graph's own form cannot hold.
  package func createDraft(in mailbox: UserReference, mime message: [UInt8]) async throws(AdminError) -> MailMessage {
    try await createDraft(in: mailbox, .mime(message))
  }

  private func createDraft(
    in mailbox: UserReference, _ body: GraphCall.Body
  ) async throws(AdminError) -> MailMessage {
    let call = GraphCall.post(
      "/users/\(mailbox)/messages", body, permissions: [.mailReadWrite], safety: .checkFirst,
      subject: .mailbox(mailbox.text))
    return try await send(call).decode(call, MailMessage.init)
  }

  /// Permission: Mail.ReadWrite. A small file goes within the request and has to be checked after an unclear end; a
  /// large one goes up in parts, which can be repeated.
  package func attach(
    _ attachment: MailAttachment, to draft: String, in mailbox: UserReference
  ) async throws(AdminError) {
    guard attachment.bytes.count <= MailAttachment.largest else {
      throw AdminError(
        .tooLarge, "Exchange takes no attachment above 150 MB: \(VisibleText.excerpt(attachment.name)).")
    }
    if attachment.bytes.count < MailAttachment.largestInline {
      _ = try await send(
        .post(
          "/users/\(mailbox)/messages/\(draft)/attachments", .json(attachment.json), permissions: [.mailReadWrite],
          safety: .checkFirst, subject: .message(mailbox: mailbox.text)))
    } else {
      try await upload(attachment, to: draft, in: mailbox)
    }
  }

  /// One that is gone already is as good. Permission: Mail.ReadWrite. Idempotent.
  package func deleteDraft(_ draft: String, in mailbox: UserReference) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete(
          "/users/\(mailbox)/messages/\(draft)", permissions: [.mailReadWrite],
          subject: .message(mailbox: mailbox.text)))
    }
  }

  // MARK: Sending

  /// Queues a draft for delivery. Permission: Mail.Send. To be checked after an unclear end: `message(_:in:)` tells by
  /// the draft's id whether it is still one.
  package func sendDraft(_ draft: String, in mailbox: UserReference) async throws(AdminError) {
    _ = try await send(
      .post(
        "/users/\(mailbox)/messages/\(draft)/send", .none, permissions: [.mailSend], safety: .checkFirst,
        subject: .message(mailbox: mailbox.text)))
  }

  /// Sends without a draft, for an application that may send and nothing else. No id comes back. Permission: Mail.Send.
  /// Never repeated after an unclear end.
  ///
  /// - Throws: `MAIL_003` when it cannot be told whether the mail was sent.
  package func sendMail(from mailbox: UserReference, _ message: OutgoingMessage) async throws(AdminError) {
    try await sendMail(
      from: mailbox, .json(["message": .object(message.json), "saveToSentItems": true]))
  }

  package func sendMail(from mailbox: UserReference, mime message: [UInt8]) async throws(AdminError) {
    try await sendMail(from: mailbox, .mime(message))
  }

  private func sendMail(from mailbox: UserReference, _ body: GraphCall.Body) async throws(AdminError) {
    do throws(AdminError) {
      _ = try await send(
        .post(
          "/users/\(mailbox)/sendMail", body, permissions: [.mailSend], safety: .never,
          subject: .mailbox(mailbox.text)))
    } catch  where error.code == .outcomeUnknown {
      throw AdminError(
        .mailOutcomeUnknown,
        "It cannot be told whether the mail was sent. Look into Sent Items of \(VisibleText.excerpt(mailbox.text)) "
          + "before sending it again.",
        details: error.details, cause: error.cause)
    }
  }

  // MARK: Looking

  /// A mail by its immutable id, wherever it has moved. Permission: Mail.Read. Idempotent.
  ///
  /// - Throws: `GRAPH_002` when it is not there, which it is not for some seconds after sending.
  package func message(_ id: String, in mailbox: UserReference) async throws(AdminError) -> MailMessage {
    let call = GraphCall.get(
      "/users/\(mailbox)/messages/\(id)", GraphQuery(select: MailMessage.properties), permissions: [.mailRead],
      subject: .message(mailbox: mailbox.text))
    return try await send(call).decode(call, MailMessage.init)
  }

  /// The names of the files that are attached to a mail. Permission: Mail.Read. Idempotent.
  package func attachmentNames(of message: String, in mailbox: UserReference) async throws(AdminError) -> [String] {
    let call = GraphCall.get(
      "/users/\(mailbox)/messages/\(message)/attachments", GraphQuery(select: ["id", "name", "size"]),
      permissions: [.mailRead], subject: .message(mailbox: mailbox.text))
    return try await pages(call, reading(call) { $0.text("name") }).collect(maximum: 500)
  }

  /// What an operation has left in a mailbox.
  package struct OperationMail: Hashable, Sendable {
    package let drafts: [MailMessage]
    package let sent: [MailMessage]
  }

  /// Finds the mail of an operation by the header field it carries, among what was made since the operation began; Graph
  /// cannot search for the field itself. Permission: Mail.Read. Idempotent.
  package func findMail(
    ofOperation operation: String, in mailbox: UserReference, since start: Timestamp
  ) async throws(AdminError) -> OperationMail {
    OperationMail(
      drafts: try await mail(ofOperation: operation, in: mailbox, folder: "drafts", since: start),
      sent: try await mail(ofOperation: operation, in: mailbox, folder: "sentitems", since: start))
  }

  private func mail(
    ofOperation operation: String, in mailbox: UserReference, folder: String, since start: Timestamp
  ) async throws(AdminError) -> [MailMessage] {
    var query = GraphQuery(select: MailMessage.properties + ["internetMessageHeaders"])
    // Five minutes for clocks that differ.
    query.filter = "createdDateTime ge \(start - .seconds(300))"
    query.orderBy = "createdDateTime desc"
    query.top = 50
    let call = GraphCall.get(
      "/users/\(mailbox)/mailFolders/\(folder)/messages", query, permissions: [.mailRead],
      subject: .mailbox(mailbox.text))
    let recent = try await pages(call, limit: 40, reading(call, MailMessage.init)).collect(maximum: 2000)
    return recent.filter { $0.belongs(to: operation) }
  }

  /// What Exchange knows about the recipients of a mail from this mailbox: full mailboxes, automatic replies, refusals.
  /// Permission: Mail.Read. Idempotent.
  package func mailTips(
    for addresses: [String], from mailbox: UserReference
  ) async throws(AdminError) -> [MailTips] {
    var tips: [MailTips] = []
    var rest = addresses[...]
    while !rest.isEmpty {
      let body: JSONValue = [
        "emailAddresses": .strings(rest.prefix(100)),
        "mailTipsOptions": "mailboxFullStatus,automaticReplies,deliveryRestriction",
      ]
      let call = GraphCall.post(
        "/users/\(mailbox)/getMailTips", .json(body), permissions: [.mailRead], safety: .idempotent,
        subject: .mailbox(mailbox.text))
      tips += (try await send(call).decode(call) { $0 }).objects("value").compactMap(MailTips.init)
      rest = rest.dropFirst(100)
    }
    return tips
  }
}
