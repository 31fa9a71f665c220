import Access
import AdminCore
import M365

/// What people are given of each other's things.
enum SharingConnections {
  @ConnectionList static var all: [ServiceConnection] {
    ServiceConnection(
      "folder", "people", "A file or folder is shared with people, who must sign in.",
      permissions: [.filesReadWrite, .userRead], inverse: "it is no longer shared with those it was shared with by this"
    ) { request in (request.texts("emails") ?? []).enumerated().map { share(request, with: $1, number: $0 + 1) } }
    .configured(
      ConfigurationField("driveId", .text(maximum: 200), "The drive.", .always),
      ConfigurationField("itemId", .text(maximum: 200), "The file or folder.", .always),
      ConfigurationField("emails", .addresses(maximum: 20), "With whom.", .always),
      ConfigurationField("role", .choice(["read", "write"]), "What they may do; read unless given."),
      ConfigurationField("sendInvitation", .flag, "Whether Microsoft 365 writes to them; no unless given.")
    )
    .risking { request in
      let people = (request.texts("emails") ?? []).joined(separator: ", ")
      return [.grantsAccess("\(request.required("itemName")) to \(people)")]
    }
    .resolving { request, access throws(AdminError) in
      let graph = try await access.graph()
      let item = try await graph.item(request.required("itemId"), ofDrive: request.required("driveId"))
      var users: [JSONObject.Member] = []
      let emails = (request.texts("emails") ?? []).map { $0.lowercased() }
      for email in emails {
        do throws(AdminError) {
          users.append(.init(key: email, value: .string(try await graph.user(address: email).id)))
        } catch  where error.code == .userNotFound {
          // Somebody outside, who is known by the address alone.
          continue
        }
      }
      return request.configuration.merging([
        "itemName": .string(item.name), "emails": .strings(emails), "userIds": .object(JSONObject(users)),
      ])
    }

    ServiceConnection(
      "mailbox", "delegate", "A user may open a mailbox, or send as it or for it.",
      permissions: [.exchangeManageAsApp], inverse: "the right is taken back"
    ) { request in [delegate(request)] }
    .configured(
      ConfigurationField("mailbox", .address, "The mailbox.", .always),
      ConfigurationField("user", .address, "Who gets the right.", .always),
      ConfigurationField("right", .choice(["fullAccess", "sendAs", "sendOnBehalf"]), "Which right.", .always),
      ConfigurationField("autoMapping", .flag, "Whether Outlook opens the mailbox by itself; yes unless given.")
    )
    .shows(after: "up to an hour")
    .risking { request in
      [.grantsAccess("\(request.required("right")) on \(request.required("mailbox")) to \(request.required("user"))")]
    }
    .resolving { request, access throws(AdminError) in
      let exchange = try await access.exchange()
      for name in ["mailbox", "user"] {
        guard let reference = MailboxReference(address: request.required(name)),
          try await exchange.findMailbox(reference) != nil
        else {
          throw AdminError(
            .notFound, "There is no mailbox \(VisibleText.excerpt(request.required(name))) in Exchange Online.",
            details: ["path": .string("/connectionConfig/\(name)")])
        }
      }
      return request.configuration
    }
  }

  // MARK: Files

  private static func share(_ request: ConnectionRequest, with email: String, number: Int) -> TenantPart {
    let (drive, item) = (request.required("driveId"), request.required("itemId"))
    let (role, userID) = (request.text("role") ?? "read", request.configuration["userIds"]?[email]?.stringValue)
    let sendsInvitation = request.flag("sendInvitation") ?? false
    let path = "/drives/{id}/items/{id}"
    return .object(
      ObjectWish(
        "share\(number)", "the share of \(request.required("itemName")) with \(email)", ["role": .string(role)]),
      ObjectRequests(
        find: "GET \(path)/permissions", create: "POST \(path)/invite", remove: "DELETE \(path)/permissions/{id}"),
      find: { _, access throws(AdminError) in
        let permissions = try await access.graph().permissions(ofItem: item, drive: drive)
        let known = permissions.first { permission in
          permission.email?.lowercased() == email
            || (userID != nil && permission.userID?.lowercased() == userID?.lowercased())
        }
        guard let known else { return nil }
        let most = ["owner", "write", "read"].first { known.roles.contains($0) }
        return FoundObject(id: known.id, ["role": .optional(most)])
      },
      create: { _, _, access throws(AdminError) in
        let made = try await access.graph().share(
          item: item, ofDrive: drive, with: [email], role: role, sendsInvitation: sendsInvitation)
        guard let permission = made.first else {
          throw AdminError(.outcomeUnknown, "The answer does not name the share that was made.")
        }
        return permission.id
      },
      remove: { id, _, access throws(AdminError) in
        try await access.graph().removePermission(id, fromItem: item, drive: drive)
      },
      // Who may write may read.
      matches: { found, wanted in found == wanted || found["role"] == "owner" || wanted["role"] == "read" })
  }

  // MARK: Mailboxes

  private static func delegate(_ request: ConnectionRequest) -> TenantPart {
    let right = request.required("right")
    let (mailbox, user) = (request.required("mailbox"), request.required("user"))
    let cmdlets: (String, String) =
      switch right {
      case "fullAccess": ("Get-MailboxPermission", "Add-MailboxPermission")
      case "sendAs": ("Get-RecipientPermission", "Add-RecipientPermission")
      default: ("Get-Mailbox", "Set-Mailbox")
      }
    return .setting(
      "right", "\(right) of \(user) on \(mailbox)", to: ["granted": true],
      PartRequests(read: cmdlets.0, write: cmdlets.1),
      read: { access throws(AdminError) in
        ["granted": .bool(try await Delegation(right, user, mailbox, access).isGranted())]
      },
      write: { values, access throws(AdminError) in
        try await Delegation(right, user, mailbox, access).set(
          values["granted"] == true, autoMapping: request.flag("autoMapping") ?? true)
      })
  }
}

/// One right of one user on one mailbox.
private struct Delegation {
  private let right: String
  private let user: MailboxReference
  private let mailbox: MailboxReference
  private let exchange: ExchangeClient

  init(_ right: String, _ user: String, _ mailbox: String, _ access: TenantAccess) async throws(AdminError) {
    guard let user = MailboxReference(address: user), let mailbox = MailboxReference(address: mailbox) else {
      throw AdminError(.invalidAddress, "These are no addresses of mailboxes.")
    }
    self.right = right
    (self.user, self.mailbox) = (user, mailbox)
    exchange = try await access.exchange()
  }

  func isGranted() async throws(AdminError) -> Bool {
    switch right {
    case "fullAccess": try await exchange.hasFullAccess(user, to: mailbox)
    case "sendAs": try await exchange.maySend(user, as: mailbox)
    default: try await exchange.maySend(try await exchange.mailbox(user), onBehalfOf: mailbox)
    }
  }

  func set(_ isGranted: Bool, autoMapping: Bool) async throws(AdminError) {
    switch (right, isGranted) {
    case ("fullAccess", true):
      _ = try await exchange.grantFullAccess(user, to: mailbox, autoMapping: autoMapping)
    case ("fullAccess", false): _ = try await exchange.revokeFullAccess(user, to: mailbox)
    case ("sendAs", true): _ = try await exchange.grantSendAs(user, of: mailbox)
    case ("sendAs", false): _ = try await exchange.revokeSendAs(user, of: mailbox)
    default:
      _ = try await exchange.setSendOnBehalf(try await exchange.mailbox(user), of: mailbox, to: isGranted)
    }
  }
}
