import AdminCore

/// `/users/{user}/messages` and the same inside a folder.
enum MessageRoutes {
  static let readers = ["Mail.Read", "Mail.ReadWrite", "Mail.ReadBasic.All"]
  static let writers = ["Mail.ReadWrite"]
  private static let options: Set<QueryOption> = [.select, .filter, .orderBy, .top, .skip, .count, .expand]

  static let routes = [
    Route("GET", "/users/{user}/messages", .outlook, permissions: readers, options: options) {
      state, call throws(GraphFailure) in
      try list(state, call, in: nil)
    },
    Route(
      "GET", "/users/{user}/mailFolders/{folder}/messages", .outlook, permissions: readers, options: options
    ) { state, call throws(GraphFailure) in
      guard let folder = try state.requireMailbox(call["user"]).folder(call["folder"]) else { throw .noSuchItem() }
      return try list(state, call, in: folder)
    },
    Route("POST", "/users/{user}/messages", .outlook, permissions: writers, handler: create),
    Route(
      "GET", "/users/{user}/messages/{message}", .outlook, permissions: readers, options: [.select, .expand],
      handler: get),
    Route(
      "GET", "/users/{user}/mailFolders/{folder}/messages/{message}", .outlook, permissions: readers,
      options: [.select, .expand]
    ) { state, call throws(GraphFailure) in
      let (mailbox, message) = try state.requireMessage(call)
      guard mailbox.folder(call["folder"]) == message.folder else { throw .noSuchItem() }
      return try get(&state, call)
    },
    Route("PATCH", "/users/{user}/messages/{message}", .outlook, permissions: writers, handler: update),
    Route("DELETE", "/users/{user}/messages/{message}", .outlook, permissions: writers, handler: delete),
  ]

  private static func list(
    _ state: TenantState, _ call: GraphCall, in folder: MailFolder?
  ) throws(GraphFailure) -> GraphAnswer {
    let mailbox = try state.requireMailbox(call["user"])
    let query = try CollectionQuery(MailModel.message, call, .outlook, expandable: ["attachments"])
    var answer = try query.answer(
      mailbox.messages(in: folder), context: "users('\(PercentEncoding.encode(call["user"]))')/messages", id: \.id
    ) { message in state.json(message, in: mailbox, call) }
    answer.headers = call.preferenceApplied
    return answer
  }

  @Sendable private static func get(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (mailbox, message) = try state.requireMessage(call)
    return try answer(message, in: mailbox, state, call)
  }

  static func answer(
    _ message: MailMessage, in mailbox: Mailbox, _ state: TenantState, _ call: GraphCall, status: Int = 200
  ) throws(GraphFailure) -> GraphAnswer {
    try call.answer(
      state.json(message, in: mailbox, call), MailModel.message,
      context: "users('\(PercentEncoding.encode(call["user"]))')/messages", status: status,
      expandable: ["attachments"])
  }

  /// `text/plain` means that the body is a MIME message in base64.
  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let mailbox = try state.requireMailbox(call["user"])
    let message =
      if call.mediaType == "text/plain" {
        try MessageRules.draft(mime: call.body, in: mailbox, &state)
      } else {
        try MessageRules.draft(try call.object(MailModel.message, for: .create), in: mailbox, &state)
      }
    state.store(message, in: mailbox)
    state.record(.draftCreated, "\(mailbox.address): \(message.subject)")
    return try answer(message, in: mailbox, state, call, status: 201)
  }

  /// Of a message that was sent only what concerns its reader can still change.
  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var (mailbox, message) = try state.requireMessage(call)
    let body = try call.object(MailModel.message, for: .update)
    let always: Set<String> = ["isRead", "categories", "flag", "importance", "inferenceClassification"]
    if !message.isDraft, let name = body.keys.first(where: { !always.contains($0) }) {
      throw GraphFailure(
        400, "ErrorInvalidPropertySet", "The property '\(name)' can be set on a draft only.", target: name)
    }
    try MessageRules.apply(body, to: &message)
    message.modifiedAt = state.now
    message.revision += 1
    // What was uploaded as MIME is no longer what the message is.
    message.mime = nil
    state.store(message, in: mailbox)
    mailbox.messages[message.id] = message
    if message.isDraft { state.record(.draftChanged, "\(mailbox.address): \(message.subject)") }
    return try answer(message, in: mailbox, state, call)
  }

  /// Deleted messages go to the recoverable items, where no route reaches them.
  @Sendable private static func delete(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var (mailbox, message) = try state.requireMessage(call)
    message.folder = .recoverableItems
    state.store(message, in: mailbox)
    mailbox.messages[message.id] = message
    state.record(.messageDeleted, "\(mailbox.address): \(message.subject)")
    return .empty(204)
  }
}
