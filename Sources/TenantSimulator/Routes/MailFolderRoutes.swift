import AdminCore

/// `/users/{user}/mailFolders`.
enum MailFolderRoutes {
  static let routes = [
    Route(
      "GET", "/users/{user}/mailFolders", .outlook, permissions: MessageRoutes.readers,
      options: [.select, .filter, .orderBy, .top, .skip, .count]
    ) { state, call throws(GraphFailure) in
      let mailbox = try state.requireMailbox(call["user"])
      return try CollectionQuery(MailModel.mailFolder, call, .outlook).answer(
        MailFolder.visible, context: "users('\(PercentEncoding.encode(call["user"]))')/mailFolders", id: \.rawValue
      ) { folder in json(folder, in: mailbox) }
    },
    Route(
      "GET", "/users/{user}/mailFolders/{folder}", .outlook, permissions: MessageRoutes.readers, options: [.select]
    ) { state, call throws(GraphFailure) in
      let mailbox = try state.requireMailbox(call["user"])
      guard let folder = mailbox.folder(call["folder"]) else {
        throw GraphFailure(404, "ErrorItemNotFound", "The specified folder could not be found in the store.")
      }
      return try call.answer(
        json(folder, in: mailbox), MailModel.mailFolder,
        context: "users('\(PercentEncoding.encode(call["user"]))')/mailFolders")
    },
  ]

  private static func json(_ folder: MailFolder, in mailbox: Mailbox) -> JSONObject {
    let messages = mailbox.messages.values.filter { $0.folder == folder }
    return [
      "id": .string(mailbox.id(of: folder)), "displayName": .string(folder.displayName),
      "parentFolderId": .string("AAMk" + Base64.encode(Array("\(mailbox.ownerID)/root".utf8), .url)),
      "childFolderCount": 0, "unreadItemCount": .int(messages.count { !$0.isRead }),
      "totalItemCount": .int(messages.count), "isHidden": false,
    ]
  }
}
