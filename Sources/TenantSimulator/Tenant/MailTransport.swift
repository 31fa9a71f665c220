import AdminCore

/// Mail on its way, and what became of mail that was sent.
struct MailTransport: Sendable {
  /// Accepted by `send` and not yet in Sent Items: for this time the message is nowhere to be found.
  struct Submission: Sendable {
    let dueAt: Timestamp
    let mailboxID: String
    let message: MailMessage
    let keepsCopy: Bool
  }

  /// One recipient's line in the message trace.
  struct TraceRow: Sendable {
    let id: String
    let internetMessageID: String
    let sender: String
    let recipient: String
    let subject: String
    let size: Int
    let receivedAt: Timestamp
    /// From when on the trace shows it.
    let visibleAt: Timestamp
    let status: String
  }

  /// What tests look at: the message exactly as it was sent.
  struct SentMail: Sendable {
    let mailbox: String
    let at: Timestamp
    let message: MailMessage
    /// `draft`, `sendMail` or `seed`.
    let way: String
  }

  var submissions: [Submission] = []
  private(set) var trace: [TraceRow] = []
  private(set) var sent: [SentMail] = []

  mutating func remember(_ mail: SentMail) {
    sent.append(mail)
    if sent.count > TenantState.memory { sent.removeFirst(TenantState.memory / 10) }
  }

  mutating func remember(_ row: TraceRow) {
    trace.append(row)
    if trace.count > 10 * TenantState.memory { trace.removeFirst(TenantState.memory) }
  }

  mutating func forgetSentMail() { sent = [] }
}

/// An attachment that arrives in pieces.
struct UploadSession: Sendable {
  let token: String
  let mailboxID: String
  let messageID: String
  let name: String
  let contentType: String
  let isInline: Bool
  let contentID: String?
  let size: Int
  var bytes: [UInt8] = []
  var expiresAt: Timestamp
}

extension TenantState {
  /// The most recipients a message may have.
  static let maximumRecipients = 500
  /// The most recipients a mailbox may send to within a day.
  static let maximumDailyRecipients = 10_000
  /// With everything in it: what Exchange lets a mailbox send unless an administrator says otherwise.
  static let maximumMessageSize = 35 << 20

  /// Takes a message for sending, or refuses it as Exchange would.
  mutating func submit(
    _ message: MailMessage, from mailbox: Mailbox, way: String, keepsCopy: Bool
  ) throws(GraphFailure) {
    try checkSender(message, mailbox)
    try checkRecipients(message, mailbox)
    guard message.size <= Self.maximumMessageSize else {
      throw GraphFailure(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
    }
    mailboxes.update(mailbox.ownerID) { stored in
      stored.messages[message.id] = nil
      stored.sends.append((now, message.recipients.all.count))
    }
    transport.submissions.append(
      MailTransport.Submission(
        dueAt: now + lags.delivery, mailboxID: mailbox.ownerID, message: message, keepsCopy: keepsCopy))
    transport.remember(
      MailTransport.SentMail(mailbox: mailbox.address, at: now, message: message, way: way))
    record(.mailSent, "\(mailbox.address): \(message.subject)")
    deliver()
  }

  private func checkSender(_ message: MailMessage, _ mailbox: Mailbox) throws(GraphFailure) {
    guard let from = message.from, !holds(mailbox.ownerID, from.address) else { return }
    let owner = mailboxID(forAddress: from.address).flatMap { mailboxes[$0] }
    guard owner?.sendAs.contains(mailbox.ownerID) == true else {
      throw GraphFailure(
        403, "ErrorSendAsDenied",
        "The user account which was used to submit this request does not have the right to send mail on behalf of "
          + "the specified sending account., Cannot submit message.")
    }
  }

  private func holds(_ ownerID: String, _ address: String) -> Bool {
    guard let user = users[ownerID] else { return false }
    let own = proxyAddresses(of: user).map { $0.dropFirst(5).lowercased() }
    return own.contains(address.lowercased())
  }

  private func checkRecipients(_ message: MailMessage, _ mailbox: Mailbox) throws(GraphFailure) {
    let recipients = message.recipients.all
    guard !recipients.isEmpty else {
      throw GraphFailure(
        400, "ErrorInvalidRecipients",
        "At least one recipient isn't valid., A message can't be sent because it contains no recipients.")
    }
    if let wrong = recipients.first(where: { !AddressList.isAddress($0.address) }) {
      throw GraphFailure(
        400, "ErrorInvalidRecipients",
        "At least one recipient isn't valid., Recipient '\(wrong.address)' isn't resolved.")
    }
    guard recipients.count <= Self.maximumRecipients else {
      throw GraphFailure(
        400, "ErrorInvalidRecipients",
        "At least one recipient isn't valid., The message has more than \(Self.maximumRecipients) recipients.")
    }
    let today = mailbox.sends.filter { $0.at > now - .seconds(86_400) }.reduce(0) { $0 + $1.recipients }
    guard today + recipients.count <= Self.maximumDailyRecipients else {
      throw GraphFailure(
        403, "ErrorExceededMessageLimit",
        "The message limit of the mailbox is exceeded: \(Self.maximumDailyRecipients) recipients in a day.")
    }
  }

  /// Brings every submission that is due to where it belongs.
  mutating func deliver() {
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
    for recipient in message.recipients.all { deliver(message, to: recipient.address, at: submission.dueAt) }
  }

  private mutating func deliver(_ message: MailMessage, to address: String, at time: Timestamp) {
    let domain = address.split(separator: "@").last ?? ""
    let recipientID = mailboxID(forAddress: address)
    let isUnknownHere = recipientID == nil && organization.isVerified(domain) && !isGroup(address)
    transport.remember(
      MailTransport.TraceRow(
        id: identifiers.guid(), internetMessageID: message.internetMessageID, sender: message.from?.address ?? "",
        recipient: address, subject: message.subject, size: message.size, receivedAt: time,
        visibleAt: time + lags.trace, status: isUnknownHere ? "failed" : "delivered"))
    guard let recipientID else { return }
    // A copy of its own, and nothing of who else got one in secret.
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
    let delivered = copy
    mailboxes.update(recipientID) { $0.messages[delivered.id] = delivered }
  }

  private func isGroup(_ address: String) -> Bool {
    groups.values.contains { self.address(of: $0)?.lowercased() == address.lowercased() }
  }
}
