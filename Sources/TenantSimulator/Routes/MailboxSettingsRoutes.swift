import AdminCore

/// `/users/{user}/mailboxSettings`.
enum MailboxSettingsRoutes {
  static let routes = [
    Route(
      "GET", "/users/{user}/mailboxSettings", .outlook,
      permissions: ["MailboxSettings.Read", "MailboxSettings.ReadWrite"], options: [.select]
    ) { state, call throws(GraphFailure) in
      try answer(try state.requireMailbox(call["user"]), call)
    },
    Route("PATCH", "/users/{user}/mailboxSettings", .outlook, permissions: ["MailboxSettings.ReadWrite"]) {
      state, call throws(GraphFailure) in
      var mailbox = try state.requireMailbox(call["user"])
      let changes = try call.object(MailModel.mailboxSettings, for: .update)
      mailbox.settings = try mailbox.settings.changed(by: changes)
      state.mailboxes[mailbox.ownerID] = mailbox
      state.record(.mailboxSettingsChanged, mailbox.address)
      return try answer(mailbox, call)
    },
  ]

  private static func answer(_ mailbox: Mailbox, _ call: GraphCall) throws(GraphFailure) -> GraphAnswer {
    let projection = try Projection(MailModel.mailboxSettings, call.query, workload: .outlook)
    let user = PercentEncoding.encode(call["user"])
    let head: JSONObject = ["@odata.context": .string(call.context("users('\(user)')/mailboxSettings"))]
    return .json(200, head.merging(projection.apply(to: mailbox.settings.json)))
  }
}
