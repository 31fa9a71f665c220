import AdminCore
package import M365

/// One thing about receipts and the tracking of mail that is given a value.
package enum TrackingPart: Sendable {
  /// Of one mailbox.
  case mailbox(MailboxPart, MailboxPart.Target)
  /// What every mailbox there is now answers when a sender asks for a read receipt. New mailboxes are not among them.
  case everyMailbox(ReadReceiptResponse.Answer, [EveryMailbox.Member])
  /// Whether delivery reports may go to senders in other organisations.
  case externalDeliveryReports(Bool)
  /// Whether the organisation's delivery reports may say that a mail was read. No message trace ever does.
  case readTracking(Bool)

  package var setting: String {
    switch self {
    case .mailbox(let part, _): part.setting
    case .everyMailbox: "readReceipts"
    case .externalDeliveryReports: "deliveryReceipts"
    case .readTracking: "messageTracking"
    }
  }

  package var operation: String {
    switch self {
    case .mailbox(let part, _): part.operation
    case .everyMailbox: "Set-MailboxMessageConfiguration"
    case .externalDeliveryReports: "Set-RemoteDomain"
    case .readTracking: "Set-OrganizationConfig"
    }
  }

  package var meaning: String {
    switch self {
    case .mailbox(.readReceipts, _):
      "what the mailbox answers when a sender asks for a read receipt (Outlook on the web and the new Outlook)"
    case .mailbox: "whether delivery reports about mail to the mailbox may say that it was read"
    case .everyMailbox:
      "what each mailbox of today answers when a sender asks for a read receipt; mailboxes made later are not covered"
    case .externalDeliveryReports: "whether delivery reports may go to senders in other organisations"
    case .readTracking: "whether delivery reports may say that a mail was read; message trace is always on"
    }
  }

  /// The setting that it is, where it is one.
  package var organizationSwitch: ExchangeSwitch? {
    switch self {
    case .externalDeliveryReports: .remoteDomain(.deliveryReports)
    case .readTracking: .organization(.readTracking)
    case .mailbox, .everyMailbox: nil
    }
  }

  package var wantedFlag: Bool? {
    switch self {
    case .externalDeliveryReports(let flag), .readTracking(let flag): flag
    case .mailbox, .everyMailbox: nil
    }
  }

  func steps(_ id: String, _ services: WorkflowServices) -> [Step] {
    switch self {
    case .mailbox(let part, let target): return part.steps(id, target, services)
    case .everyMailbox(let answer, let members): return EveryMailbox(answer, members).steps(id, services)
    case .externalDeliveryReports, .readTracking:
      guard let setting = organizationSwitch, let flag = wantedFlag else { return [] }
      return Step.exchangeSetting(id, setting, to: flag, services)
    }
  }

  /// What became of it, for a result.
  func change(_ id: String, in context: StepContext) -> JSONValue {
    switch self {
    case .mailbox(let part, _): return part.change(id, in: context)
    case .everyMailbox(let answer, let members): return EveryMailbox(answer, members).change(id, in: context)
    case .externalDeliveryReports, .readTracking:
      let before = organizationSwitch.flatMap { SettingAccess.value(of: $0, in: context.output("\(id).before")) }
      return [
        "setting": .string(setting), "changed": context.output(id)?["changed"] ?? false,
        "before": before.map { .string($0 ? "on" : "off") } ?? .null,
        "after": .string(wantedFlag == true ? "on" : "off"),
      ]
    }
  }
}

// MARK: - The journalled form

extension TrackingPart {
  var journalled: JSONValue {
    switch self {
    case .mailbox(let part, let target):
      ["mailbox": part.journalled, "userId": .string(target.userID), "address": .string(target.address)]
    case .everyMailbox(let answer, let members):
      ["everyMailbox": .string(answer.rawValue), "members": .array(members.map(\.journalled))]
    case .externalDeliveryReports(let flag): ["externalDeliveryReports": .bool(flag)]
    case .readTracking(let flag): ["readTracking": .bool(flag)]
    }
  }

  init?(journalled json: JSONValue) {
    if let part = json["mailbox"].flatMap(MailboxPart.init(journalled:)), let id = json["userId"]?.stringValue,
      let address = json["address"]?.stringValue
    {
      self = .mailbox(part, MailboxPart.Target(userID: id, address: address))
    } else if let answer = json["everyMailbox"]?.stringValue.flatMap(ReadReceiptResponse.Answer.init),
      let members = json["members"]?.arrayValue
    {
      self = .everyMailbox(answer, members.compactMap(EveryMailbox.Member.init(journalled:)))
    } else if let flag = json["externalDeliveryReports"]?.boolValue {
      self = .externalDeliveryReports(flag)
    } else if let flag = json["readTracking"]?.boolValue {
      self = .readTracking(flag)
    } else {
      return nil
    }
  }
}
