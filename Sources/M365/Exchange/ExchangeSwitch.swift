package import AdminCore

/// One thing that is on or off, shown by one cmdlet and switched by another under the same name.
package struct ExchangeSwitch: ExchangeSetting {
  package let title: String
  package let propagation: Duration
  package let cmdlets: (read: String, write: String)
  private let property: String
  private let reading: ExchangeCall
  private let writing: @Sendable (Bool) -> ExchangeCall

  /// - Parameter parameter: of the writing cmdlet; what is shown has its name.
  private init<Writer: ExchangeCmdlet>(
    _ title: String, _ reading: ExchangeCall, _ parameter: Writer, propagation: Duration,
    _ writing: @escaping @Sendable (ExchangeParameters<Writer>) -> ExchangeCall
  ) {
    self.title = title
    self.propagation = propagation
    self.reading = reading
    cmdlets = (reading.cmdlet, Writer.name)
    property = parameter.rawValue
    self.writing = { value in writing([parameter: .flag(value)]) }
  }

  package func read(from client: ExchangeClient) async throws(AdminError) -> Bool {
    try await client.row(reading) { $0.flag(property) }
  }

  package func write(_ value: Bool, to client: ExchangeClient) async throws(AdminError) -> ExchangeChange {
    try await client.change(writing(value))
  }

  package func journalled(_ value: Bool) -> JSONObject { [property: .bool(value)] }
  package func value(journalled json: JSONObject) -> Bool? { json.flag(property) }
}

extension ExchangeSwitch {
  private static func mailbox<Reader: IdentifiedCmdlet, Writer: IdentifiedCmdlet>(
    _ title: String, _ mailbox: MailboxReference, _ reader: Reader.Type, _ parameter: Writer,
    propagation: Duration = .seconds(900), select: [String] = []
  ) -> ExchangeSwitch {
    let reading = ExchangeCall(mailbox, ExchangeParameters<Reader>(), select: select)
    return ExchangeSwitch("\(title) of \(mailbox)", reading, parameter, propagation: propagation) {
      ExchangeCall(mailbox, $0)
    }
  }

  // MARK: Mailboxes

  /// Whether address lists leave the mailbox out.
  package static func hiddenFromAddressLists(_ mailbox: MailboxReference) -> ExchangeSwitch {
    Self.mailbox(
      "absence from address lists", mailbox, GetMailbox.self, SetMailbox.hiddenFromAddressLists,
      propagation: .seconds(86_400), select: [SetMailbox.hiddenFromAddressLists.rawValue])
  }

  /// Whether delivery reports about mail to this mailbox may say that it was read.
  package static func readStatusInReports(_ mailbox: MailboxReference) -> ExchangeSwitch {
    Self.mailbox(
      "read status in delivery reports", mailbox, GetMailbox.self, SetMailbox.messageTrackingReadStatus,
      select: [SetMailbox.messageTrackingReadStatus.rawValue])
  }

  /// Whether mail that others send as this mailbox is kept in its own Sent Items too.
  package static func copiesOfMailSentAs(_ mailbox: MailboxReference) -> ExchangeSwitch {
    Self.mailbox(
      "copies of mail sent as", mailbox, GetMailbox.self, SetMailbox.messageCopyForSentAs,
      select: [SetMailbox.messageCopyForSentAs.rawValue])
  }

  /// As `copiesOfMailSentAs`, for mail sent on behalf of it.
  package static func copiesOfMailSentOnBehalf(_ mailbox: MailboxReference) -> ExchangeSwitch {
    Self.mailbox(
      "copies of mail sent on behalf", mailbox, GetMailbox.self, SetMailbox.messageCopyForSendOnBehalf,
      select: [SetMailbox.messageCopyForSendOnBehalf.rawValue])
  }

  package static func focusedInbox(_ mailbox: MailboxReference) -> ExchangeSwitch {
    Self.mailbox("Focused Inbox", mailbox, GetFocusedInbox.self, SetFocusedInbox.focusedInboxOn)
  }

  /// Whether what this mailbox's owner does is left out of mailbox auditing. With the organisation's auditing on, this
  /// and not `AuditEnabled` is what silences a mailbox.
  package static func auditBypass(_ mailbox: MailboxReference) -> ExchangeSwitch {
    Self.mailbox(
      "audit bypass", mailbox, GetMailboxAuditBypassAssociation.self, SetMailboxAuditBypassAssociation.auditBypass)
  }

  // MARK: The organisation

  /// The parts of the organisation's configuration that are on or off. Some of them are the opposite of what features
  /// are called: `auditDisabled`, `plusAddressingDisabled`.
  package enum OrganizationFlag: String, CaseIterable, Sendable {
    case readTracking, auditDisabled, autoEnableArchive, focusedInbox, plusAddressingDisabled, sendFromAlias
    case rejectDirectSend, messageRecall, customerLockbox, modernAuthentication

    fileprivate var parameter: SetOrganizationConfig {
      switch self {
      case .readTracking: .readTracking
      case .auditDisabled: .auditDisabled
      case .autoEnableArchive: .autoEnableArchive
      case .focusedInbox: .focusedInbox
      case .plusAddressingDisabled: .plusAddressingDisabled
      case .sendFromAlias: .sendFromAlias
      case .rejectDirectSend: .rejectDirectSend
      case .messageRecall: .messageRecall
      case .customerLockbox: .customerLockbox
      case .modernAuthentication: .modernAuthentication
      }
    }

    /// As Exchange shows it.
    package var property: String { parameter.rawValue }
  }

  package static func organization(_ flag: OrganizationFlag) -> ExchangeSwitch {
    let reading = ExchangeCall(ExchangeParameters<GetOrganizationConfig>())
    return ExchangeSwitch(
      "\(flag.property) of the organisation", reading, flag.parameter, propagation: .seconds(3600)
    ) { ExchangeCall($0) }
  }

  /// Whether the unified audit log takes events in. Only Exchange Online tells; Security & Compliance always says no.
  package static var unifiedAuditLog: ExchangeSwitch {
    let reading = ExchangeCall(ExchangeParameters<GetAdminAuditLogConfig>())
    return ExchangeSwitch(
      "the unified audit log", reading, SetAdminAuditLogConfig.unifiedAuditLogIngestion, propagation: .seconds(3600)
    ) { ExchangeCall($0) }
  }

  /// Whether the organisation refuses sign-in to SMTP AUTH, for mailboxes that do not say otherwise.
  package static var smtpAuthenticationDisabled: ExchangeSwitch {
    let reading = ExchangeCall(ExchangeParameters<GetTransportConfig>())
    return ExchangeSwitch(
      "the refusal of SMTP AUTH", reading, SetTransportConfig.smtpClientAuthenticationDisabled,
      propagation: .seconds(3600)
    ) { ExchangeCall($0) }
  }

  /// Whether SharePoint, OneDrive and Teams open files in isolation first. Needs Defender for Office 365.
  package static var safeAttachmentsForFiles: ExchangeSwitch {
    let reading = ExchangeCall(ExchangeParameters<GetATPPolicy>())
    return ExchangeSwitch(
      "Safe Attachments for SharePoint, OneDrive and Teams", reading, SetATPPolicy.sharePointTeamsOneDrive,
      propagation: .seconds(1800)
    ) { ExchangeCall($0) }
  }

  /// What may go to other organisations; `Default` is every one that has no remote domain of its own.
  package enum RemoteDomainFlag: String, CaseIterable, Sendable {
    case deliveryReports, autoForward, autoReply

    fileprivate var parameter: SetRemoteDomain {
      switch self {
      case .deliveryReports: .deliveryReport
      case .autoForward: .autoForward
      case .autoReply: .autoReply
      }
    }
  }

  package static func remoteDomain(_ flag: RemoteDomainFlag, of domain: String = "Default") -> ExchangeSwitch {
    let reading = ExchangeCall(identity: domain, ExchangeParameters<GetRemoteDomain>())
    return ExchangeSwitch(
      "\(flag.parameter.rawValue) of the remote domain \(domain)", reading, flag.parameter,
      propagation: .seconds(3600)
    ) { ExchangeCall(identity: domain, $0) }
  }
}
