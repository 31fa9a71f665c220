import AdminCore

/// One message on its way through the transport, with everybody it has reached.
private struct Passage {
  /// Of the message in the trace.
  let traceID: String
  let at: Timestamp
  /// The mailbox that sends it on by itself; `nil` while a person sends it.
  var forwarder: String?
  /// Mailboxes and groups it has come through, so that it comes through each once.
  var visited: Set<String> = []
}

extension TenantState {
  /// Brings every submission that is due to where it belongs.
  mutating func deliver() {
    settleConversions()
    let due = transport.submissions.filter { $0.dueAt <= now }
    transport.submissions.removeAll { $0.dueAt <= now }
    for submission in due { deliver(submission) }
  }

  private mutating func deliver(_ submission: MailTransport.Submission) {
    var message = submission.message
    message.isDraft = false
    message.isRead = true
    message.sentAt = submission.dueAt
    message.receivedAt = submission.dueAt
    message.modifiedAt = submission.dueAt
    message.revision += 1
    if submission.keepsCopy {
      message.folder = .sentItems
      let kept = message
      mailboxes.update(submission.mailboxID) { $0.messages[kept.id] = kept }
    }
    let passage = Passage(traceID: identifiers.guid(), at: submission.dueAt)
    for recipient in message.recipients.all {
      for address in redirected(recipient.address) { carry(message, to: address, passage) }
    }
    journal(message, passage)
  }

  // MARK: Recipients

  private mutating func journal(_ message: MailMessage, _ passage: Passage) {
    for address in journals(message) {
      trace(
        message, address, passage, "delivered", ("Journal", "A journal report was sent."), toIP: "203.0.113.26")
    }
  }

  private mutating func carry(_ message: MailMessage, to address: String, _ passage: Passage) {
    guard let ownerID = mailboxID(forAddress: address), let mailbox = mailboxes[ownerID] else {
      return carryBeyond(message, to: address, passage)
    }
    guard !passage.visited.contains(ownerID) else { return }
    var onward = passage
    onward.visited.insert(ownerID)
    onward.forwarder = ownerID
    let configuration = mailbox.configuration.current
    let target = configuration.forwardsTo
    let isKept = target == nil || configuration.keepsCopy
    trace(
      message, address, passage, isKept ? "delivered" : "expanded",
      isKept
        ? ("Deliver", "The message was successfully delivered to the mailbox.")
        : ("Redirect", "The mailbox forwards its mail and keeps none."))
    if let target {
      record(.mailForwarded, "\(mailbox.address) to \(forwardingAddress(target))")
      carry(message, to: forwardingAddress(target), onward)
    }
    if isKept { arrive(message, in: mailbox, onward) }
  }

  /// The address behind a recipient that a mailbox forwards to.
  private func forwardingAddress(_ target: String) -> String {
    mailboxes[target]?.address ?? groups[target].flatMap { address(of: $0) } ?? target
  }

  /// To a group, to somebody whom nobody here knows, or out of the organisation.
  private mutating func carryBeyond(_ message: MailMessage, to address: String, _ passage: Passage) {
    if let group = groups.values.first(where: { self.address(of: $0)?.lowercased() == address.lowercased() }) {
      return expand(group, message, address, passage)
    }
    let domain = address.split(separator: "@").last ?? ""
    if organization.isVerified(domain) {
      trace(
        message, address, passage, "failed",
        (
          "Fail",
          "Reason: [{LED=550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup}]"
        ))
      return bounce(message, address, "550 5.1.10 RESOLVER.ADR.RecipientNotFound", passage)
    }
    if let forwarder = passage.forwarder, !mayForwardOutside(forwarder) {
      trace(
        message, address, passage, "failed",
        ("Fail", "Reason: [{LED=550 5.7.520 Access denied, Your organization does not allow external forwarding.}]"))
      record(.forwardBlocked, "\(mailboxes[forwarder]?.address ?? forwarder) to \(address)")
      return bounce(
        message, address, "550 5.7.520 Access denied, Your organization does not allow external forwarding.", passage)
    }
    trace(
      message, address, passage, "delivered",
      ("Send external", "Message sent to mx.\(domain) at 203.0.113.25 using TLS1.3."), toIP: "203.0.113.25")
  }

  private mutating func expand(_ group: Group, _ message: MailMessage, _ address: String, _ passage: Passage) {
    guard group.kind == .distribution else {
      // A Microsoft 365 group has a mailbox of its own, which nothing here reads.
      return trace(
        message, address, passage, "delivered",
        ("Deliver", "The message was successfully delivered to the group's mailbox."))
    }
    guard !passage.visited.contains(group.id) else { return }
    var onward = passage
    onward.visited.insert(group.id)
    trace(message, address, passage, "expanded", ("Expand", "The message was expanded to the members of the group."))
    for member in group.members {
      guard let mailbox = mailboxes[member] else { continue }
      carry(message, to: mailbox.address, onward)
    }
  }

  // MARK: Arrival

  private mutating func arrive(_ message: MailMessage, in mailbox: Mailbox, _ passage: Passage) {
    var copy = self.copy(of: message, at: passage.at)
    var isDeleted = false
    for rule in mailbox.rules.values.sorted(by: { $0.sequence < $1.sequence }) where rule.applies(to: copy) {
      if rule.actions["markAsRead"] == true { copy.isRead = true }
      if let importance = rule.actions["markImportance"]?.stringValue { copy.importance = importance }
      copy.categories += (rule.actions["assignCategories"]?.arrayValue ?? []).compactMap(\.stringValue)
      isDeleted = isDeleted || rule.actions["delete"] == true
      send(message, on: rule, from: mailbox, passage)
      if rule.stops { break }
    }
    if isDeleted { copy.folder = .deletedItems }
    let delivered = copy
    mailboxes.update(mailbox.ownerID) { $0.messages[delivered.id] = delivered }
  }

  private mutating func send(_ message: MailMessage, on rule: InboxRule, from mailbox: Mailbox, _ passage: Passage) {
    for target in rule.targets("redirectTo") {
      record(.mailForwarded, "\(mailbox.address) to \(target)")
      carry(message, to: target, passage)
    }
    for target in rule.targets("forwardTo") + rule.targets("forwardAsAttachmentTo") {
      record(.mailForwarded, "\(mailbox.address) to \(target)")
      // A forwarded message is a new one, of the mailbox it comes from.
      var forward = copy(of: message, at: passage.at)
      forward.subject = "FW: " + message.subject
      forward.from = MailAddress(address: mailbox.address, name: users[mailbox.ownerID]?.displayName ?? "")
      forward.internetMessageID = "<\(identifiers.token(bytes: 18))@\(organization.initialDomain)>"
      forward.recipients = MailMessage.Recipients(to: [MailAddress(address: target, name: target)])
      var onward = Passage(traceID: identifiers.guid(), at: passage.at)
      (onward.forwarder, onward.visited) = (passage.forwarder, passage.visited)
      carry(forward, to: target, onward)
    }
  }

  /// A copy of its own, and nothing of who else got one in secret.
  private mutating func copy(of message: MailMessage, at time: Timestamp) -> MailMessage {
    var copy = MailMessage(
      id: identifiers.token(bytes: 24), folder: .inbox, internetMessageID: message.internetMessageID,
      conversationID: message.conversationID, createdAt: time, modifiedAt: time, receivedAt: time, sentAt: time)
    (copy.subject, copy.isHTML, copy.content, copy.from) =
      (message.subject, message.isHTML, message.content, message.from)
    (copy.recipients.to, copy.recipients.cc) = (message.recipients.to, message.recipients.cc)
    (copy.headers, copy.importance, copy.attachments) = (message.headers, message.importance, message.attachments)
    (copy.replyTo, copy.mime) = (message.replyTo, message.mime)
    (copy.wantsReadReceipt, copy.wantsDeliveryReceipt) = (message.wantsReadReceipt, message.wantsDeliveryReceipt)
    (copy.isDraft, copy.isRead) = (false, false)
    return copy
  }

  /// Tells the sender, where it is one of the organisation, that a recipient did not get the message.
  private mutating func bounce(_ message: MailMessage, _ recipient: String, _ reason: String, _ passage: Passage) {
    guard let sender = message.from.flatMap({ mailboxID(forAddress: $0.address) }) else { return }
    var report = MailMessage(
      id: identifiers.token(bytes: 24), folder: .inbox,
      internetMessageID: "<\(identifiers.token(bytes: 18))@\(organization.initialDomain)>",
      conversationID: message.conversationID, createdAt: passage.at, modifiedAt: passage.at, receivedAt: passage.at,
      sentAt: passage.at)
    report.subject = "Undeliverable: " + message.subject
    report.content = "Your message to \(recipient) couldn't be delivered.\n\nRemote server returned '\(reason)'"
    report.from = MailAddress(
      address: "postmaster@\(organization.initialDomain)", name: "Microsoft Outlook")
    report.recipients.to = message.from.map { [$0] } ?? []
    (report.isDraft, report.isRead) = (false, false)
    let sent = report
    mailboxes.update(sender) { $0.messages[sent.id] = sent }
  }

  // MARK: The trace

  private mutating func trace(
    _ message: MailMessage, _ recipient: String, _ passage: Passage, _ status: String,
    _ last: (name: String, detail: String), toIP: String? = nil
  ) {
    let visibleAt = passage.at + lags.trace
    typealias Event = MailTransport.TraceRow.Event
    transport.remember(
      MailTransport.TraceRow(
        id: passage.traceID, internetMessageID: message.internetMessageID, sender: message.from?.address ?? "",
        recipient: recipient, subject: message.subject, size: message.size, receivedAt: passage.at,
        visibleAt: visibleAt, settledAt: visibleAt + .milliseconds(lags.trace.milliseconds / 2), status: status,
        toIP: toIP,
        events: [
          Event(at: passage.at, name: "Receive", detail: "Message received by the transport service."),
          Event(at: passage.at, name: last.name, detail: last.detail),
        ]))
  }
}
