import AdminCore
import M365

extension OffboardUserWorkflow {
  /// What is done with the mailbox: replies while it still has its licence, the conversion before the licence goes, and
  /// those who are to read it last.
  var mailboxPoints: [Point] {
    guard let wishes = request.mailbox else { return [] }
    let mailbox = MailboxReference(mailboxID: wishes.id)
    var points: [Point] = []
    if let reply = wishes.automaticReply { points.append(automaticReply(reply)) }
    if let address = wishes.forwardTo { points.append(forwarding(address, mailbox)) }
    if wishes.isHidden { points.append(hiding(mailbox)) }
    if wishes.becomesShared { points.append(sharing(mailbox, wishes.patience)) }
    for (index, delegate) in wishes.delegates.enumerated() { points.append(delegation(index, delegate, mailbox)) }
    return points
  }

  private func automaticReply(_ reply: OffboardRequest.AutomaticReply) -> Point {
    let target = MailboxPart.Target(userID: request.user.id, address: request.user.name)
    let wanted: JSONObject = [
      "status": "alwaysEnabled", "externalAudience": reply.outside == nil ? "none" : "all",
      "internalReplyMessage": .string(reply.inside), "externalReplyMessage": .string(reply.outside ?? ""),
    ]
    return Point(
      "automatic_reply", "Answer mail automatically",
      setting(
        "automatic_reply", "the automatic replies of \(name)", to: ["automaticReplies": .object(wanted)],
        .automaticReplies(of: target, services)))
  }

  private func forwarding(_ address: String, _ mailbox: MailboxReference) -> Point {
    Point(
      "forward", "Forward mail to \(VisibleText.excerpt(address))",
      exchangeSetting(
        "forward", "the forwarding of \(name)", MailboxSetting(MailboxForwarding.self, of: mailbox),
        to: MailboxForwarding(to: address)))
  }

  private func hiding(_ mailbox: MailboxReference) -> Point {
    Point(
      "hide", "Hide from address lists",
      exchangeSetting(
        "hide", "the place of \(name) in address lists", ExchangeSwitch.hiddenFromAddressLists(mailbox), to: true))
  }

  private func sharing(_ mailbox: MailboxReference, _ patience: Duration) -> Point {
    Point(
      Self.share, "Make the mailbox a shared one",
      exchangeSetting(
        Self.share, "the type of the mailbox of \(name)", MailboxSetting(MailboxKind.self, of: mailbox),
        to: MailboxKind(.shared), patience: patience))
  }

  private func exchangeSetting<Setting: ExchangeSetting>(
    _ id: String, _ title: String, _ setting: Setting, to value: Setting.Value, patience: Duration = .seconds(20)
  ) -> [Step] {
    Step.setting(
      id, title, to: SettingAccess.wanted(setting, value), .exchange(setting, services),
      propagation: setting.propagation.upTo, patience: patience, timekeeper: services.timekeeper)
  }

  /// Reading and writing in it, and sending as it: one without the other is of little use.
  private func delegation(_ index: Int, _ delegate: OffboardRequest.Person, _ mailbox: MailboxReference) -> Point {
    let who = VisibleText.excerpt(delegate.name)
    let (id, services) = ("delegate_\(index + 1)", services)
    let access = SettingAccess { _ throws(AdminError) in
      let (exchange, user) = (try await services.exchange(), try MailboxReference.user(delegate.name))
      return [
        "fullAccess": .bool(try await exchange.hasFullAccess(user, to: mailbox)),
        "sendAs": .bool(try await exchange.maySend(user, as: mailbox)),
      ]
    } write: { wanted, _ throws(AdminError) in
      let (exchange, user) = (try await services.exchange(), try MailboxReference.user(delegate.name))
      switch wanted["fullAccess"]?.boolValue {
      case true?: _ = try await exchange.grantFullAccess(user, to: mailbox)
      case false?: _ = try await exchange.revokeFullAccess(user, to: mailbox)
      case nil: break
      }
      switch wanted["sendAs"]?.boolValue {
      case true?: _ = try await exchange.grantSendAs(user, of: mailbox)
      case false?: _ = try await exchange.revokeSendAs(user, of: mailbox)
      case nil: break
      }
    }
    return Point(
      id, "Open the mailbox to \(who)",
      setting(id, "what \(who) may do in the mailbox of \(name)", to: ["fullAccess": true, "sendAs": true], access))
  }
}

extension MailboxReference {
  fileprivate static func user(_ name: String) throws(AdminError) -> MailboxReference {
    if let name = UserPrincipalName(name) { return MailboxReference(name) }
    guard let address = MailboxReference(address: name) else {
      throw AdminError(.invalidAddress, "\(VisibleText.excerpt(name)) is no name of a mailbox.")
    }
    return address
  }
}
