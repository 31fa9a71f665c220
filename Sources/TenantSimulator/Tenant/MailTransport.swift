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
    /// Something that happened on the way.
    struct Event: Sendable {
      let at: Timestamp
      let name: String
      let detail: String
    }

    /// Of the message: the same for all its recipients.
    let id: String
    let internetMessageID: String
    let sender: String
    let recipient: String
    let subject: String
    let size: Int
    let receivedAt: Timestamp
    /// From when on the trace shows it.
    let visibleAt: Timestamp
    /// From when on it shows what has become of it.
    let settledAt: Timestamp
    /// `delivered`, `failed` or `expanded`.
    let status: String
    let toIP: String?
    let events: [Event]
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
  /// When message trace was asked lately.
  var traceQueries: [Timestamp] = []
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
    let rights = owner?.configuration.current
    guard rights.map({ $0.sendAs.contains(mailbox.ownerID) || $0.sendOnBehalf.contains(mailbox.ownerID) }) == true
    else {
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
}
