import AdminCore

/// Attachments of a draft, whole or by upload session.
enum AttachmentRoutes {
  /// What an upload session is for: bigger than fits a request, no bigger than Exchange takes.
  static let sessionSizes = 3_000_000...150 << 20

  static let routes = [
    Route(
      "GET", "/users/{user}/messages/{message}/attachments", .outlook, permissions: MessageRoutes.readers,
      options: [.select, .top, .skip]
    ) { state, call throws(GraphFailure) in
      let (_, message) = try state.requireMessage(call)
      return try CollectionQuery(MailModel.fileAttachment, call, .outlook).answer(
        message.attachments, context: "\(context(call))/attachments", id: \.id
      ) { $0.json() }
    },
    Route(
      "POST", "/users/{user}/messages/{message}/attachments", .outlook, permissions: MessageRoutes.writers,
      handler: add),
    Route(
      "POST", "/users/{user}/messages/{message}/attachments/createUploadSession", .outlook,
      permissions: MessageRoutes.writers, handler: createSession),
  ]

  private static func context(_ call: GraphCall) -> String {
    "users('\(PercentEncoding.encode(call["user"]))')/messages('\(PercentEncoding.encode(call["message"]))')"
  }

  private static func requireDraft(
    _ state: TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> (Mailbox, MailMessage) {
    let (mailbox, message) = try state.requireMessage(call)
    guard message.isDraft else {
      throw GraphFailure(400, "ErrorInvalidOperation", "Attachments can be added to a draft only.")
    }
    return (mailbox, message)
  }

  @Sendable private static func add(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var (mailbox, message) = try requireDraft(state, call)
    let json = try call.json()
    guard json["@odata.type"]?.stringValue == "#microsoft.graph.fileAttachment" else {
      throw GraphFailure(
        400, "RequestBodyRead",
        "A type named in '@odata.type' is needed to read an attachment: '#microsoft.graph.fileAttachment'.")
    }
    let body = try call.read(json, as: MailModel.fileAttachment, for: .create)
    let attachment = try MessageRules.attachment(body, &state)
    message.attachments.append(attachment)
    message.revision += 1
    message.mime = nil
    state.store(message, in: mailbox)
    mailbox.messages[message.id] = message
    state.record(.attachmentAdded, "\(message.subject): \(attachment.name)")
    return try call.answer(
      attachment.json(), MailModel.fileAttachment, context: "\(context(call))/attachments", status: 201)
  }

  @Sendable private static func createSession(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (mailbox, message) = try requireDraft(state, call)
    let parameters = try call.actionParameters(
      "createUploadSession", ["AttachmentItem"], required: ["AttachmentItem"])
    let item = try call.read(parameters["AttachmentItem"] ?? .null, as: MailModel.attachmentItem, for: .part)
    guard item["attachmentType"] == "file", let name = item["name"]?.stringValue, !name.isEmpty,
      let size = item["size"]?.intValue
    else {
      throw GraphFailure(
        400, "ErrorInvalidRequest", "An attachmentItem needs attachmentType 'file', a name and a size.")
    }
    guard size >= sessionSizes.lowerBound else {
      throw GraphFailure(
        400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
        "The attachment size must be at least 3 MB for an upload session; add smaller ones directly.")
    }
    guard size <= sessionSizes.upperBound else {
      throw GraphFailure(
        400, "ErrorAttachmentSizeLimitExceeded", "The attachment is bigger than 150 MB.")
    }
    let session = UploadSession(
      token: state.identifiers.token(bytes: 32), mailboxID: mailbox.ownerID, messageID: message.id, name: name,
      contentType: item["contentType"]?.stringValue ?? "application/octet-stream",
      isInline: item["isInline"]?.boolValue ?? false, contentID: item["contentId"]?.stringValue, size: size,
      expiresAt: state.now + .seconds(7 * 86_400))
    state.uploads[session.token] = session
    let head: JSONObject = ["@odata.context": .string(call.context("microsoft.graph.uploadSession"))]
    let body: JSONObject = [
      "uploadUrl": .string("\(call.target.uploadOrigin)/uploads/\(session.token)"),
      "expirationDateTime": .string(session.expiresAt.iso8601Seconds), "nextExpectedRanges": ["0-"],
    ]
    return .json(201, head.merging(body))
  }
}
