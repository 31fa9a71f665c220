import AdminCore

/// Sending: a draft that lies in the mailbox, or a whole message at once.
enum SendRoutes {
  private static let senders = ["Mail.Send"]

  static let routes = [
    Route("POST", "/users/{user}/messages/{message}/send", .outlook, permissions: senders, handler: sendDraft),
    Route("POST", "/users/{user}/sendMail", .outlook, permissions: senders, handler: sendMail),
  ]

  @Sendable private static func sendDraft(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (mailbox, message) = try state.requireMessage(call)
    guard call.body.isEmpty else { throw .badRequest("The action 'send' takes no body.") }
    guard message.isDraft else {
      throw GraphFailure(400, "ErrorInvalidRequest", "The message is not a draft: it was sent before.")
    }
    try state.submit(message, from: mailbox, way: "draft", keepsCopy: true)
    return .empty(202)
  }

  @Sendable private static func sendMail(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let mailbox = try state.requireMailbox(call["user"])
    if call.mediaType == "text/plain" {
      let message = try MessageRules.draft(mime: call.body, in: mailbox, &state)
      try state.submit(message, from: mailbox, way: "sendMail", keepsCopy: true)
      return .empty(202)
    }
    let parameters = try call.actionParameters(
      "sendMail", ["message", "saveToSentItems"], required: ["message"])
    let keeps = parameters["saveToSentItems"] ?? true
    guard let keepsCopy = keeps.boolValue ?? (keeps.isNull ? true : nil) else {
      throw GraphFailure(
        400, "RequestBodyRead", "Cannot convert 'saveToSentItems' to the expected type 'Edm.Boolean'.")
    }
    let body = try call.read(parameters["message"] ?? .null, as: MailModel.message, for: .create)
    let message = try MessageRules.draft(body, in: mailbox, &state)
    try state.submit(message, from: mailbox, way: "sendMail", keepsCopy: keepsCopy)
    return .empty(202)
  }
}
