package import AdminCore

/// Whether mail may be forwarded to other organisations by itself. What Microsoft decides (`automatic`) is off.
package enum AutoForwardingMode: String, CaseIterable, Sendable {
  case automatic = "Automatic"
  case off = "Off"
  case on = "On"

  package var allowsForwarding: Bool { self == .on }
}

/// What the outbound spam policy says of automatic forwarding. The remote domain's `AutoForwardEnabled` is a second gate.
package struct OutboundForwarding: ExchangeState {
  package typealias Reader = GetHostedOutboundSpamFilterPolicy
  package typealias Writer = SetHostedOutboundSpamFilterPolicy

  package static let title = "automatic forwarding to outside"

  package var mode: AutoForwardingMode

  package init(_ mode: AutoForwardingMode) { self.mode = mode }

  package init?(_ row: JSONObject) {
    guard let mode = row.text(Writer.autoForwardingMode.rawValue).flatMap(AutoForwardingMode.init(rawValue:)) else {
      return nil
    }
    self.mode = mode
  }

  package var parameters: ExchangeParameters<SetHostedOutboundSpamFilterPolicy> {
    [.autoForwardingMode: .text(mode.rawValue)]
  }

  /// The policy that holds for everybody whom no rule gives another one.
  package static var organization: ObjectSetting<OutboundForwarding> {
    ObjectSetting(OutboundForwarding.self, of: "Default")
  }
}

/// Who hears of senders that are blocked for spam, and when they are.
package struct OutboundSpamNotices: ExchangeState {
  package enum Action: String, CaseIterable, Sendable {
    case alert = "Alert"
    case blockForToday = "BlockUserForToday"
    case block = "BlockUser"
  }

  package typealias Reader = GetHostedOutboundSpamFilterPolicy
  package typealias Writer = SetHostedOutboundSpamFilterPolicy

  package static let title = "notices of outbound spam"

  package var isOn: Bool
  package var recipients: [String]
  /// Zero is what Microsoft holds right.
  package var externalRecipientsPerHour: Int
  package var action: Action

  package init?(_ row: JSONObject) {
    guard let isOn = row.flag(Writer.notify.rawValue),
      let limit = row.number(Writer.recipientLimitExternalPerHour.rawValue),
      let action = row.text(Writer.actionWhenThresholdReached.rawValue).flatMap(Action.init(rawValue:))
    else { return nil }
    self.isOn = isOn
    self.action = action
    recipients = row.values(Writer.notifyRecipients.rawValue).sorted()
    externalRecipientsPerHour = limit
  }

  package var parameters: ExchangeParameters<SetHostedOutboundSpamFilterPolicy> {
    [
      .notify: .flag(isOn), .notifyRecipients: .list(recipients),
      .recipientLimitExternalPerHour: .number(externalRecipientsPerHour),
      .actionWhenThresholdReached: .text(action.rawValue),
    ]
  }
}

extension ExchangeClient {
  /// Lets single mailboxes forward to outside while the organisation's policy forbids it: a policy of its own, and a rule
  /// that gives it to them. Both have `name`.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is such a policy. What was made before a failure is
  ///   removed by `removeForwardingException(named:)`.
  package func addForwardingException(
    named name: String, for senders: [MailboxReference]
  ) async throws(AdminError) {
    let policy: ExchangeParameters<NewHostedOutboundSpamFilterPolicy> = [
      .objectName: .text(name), .autoForwardingMode: .text(AutoForwardingMode.on.rawValue),
    ]
    _ = try await create(ExchangeCall(policy, about: .object(name)), named: name, OutboundForwarding.init) {
      () async throws(AdminError) in try await forwardingException(named: name)
    }
    let rule: ExchangeParameters<NewHostedOutboundSpamFilterRule> = [
      .objectName: .text(name), .policy: .text(name), .from: .list(senders.map(\.text)),
    ]
    // The policy may not have reached the server that makes the rule; only the answer tells that the rule is there.
    _ = try await send(ExchangeCall(rule, about: .object(name)).fresh())
  }

  /// The policy of an exception; `nil` where there is none. Idempotent.
  package func forwardingException(named name: String) async throws(AdminError) -> OutboundForwarding? {
    let call = ExchangeCall(identity: name, ExchangeParameters<GetHostedOutboundSpamFilterPolicy>())
    return try await findRow(call, OutboundForwarding.init)
  }

  /// Removes rule and policy, as far as they are there. Idempotent.
  package func removeForwardingException(named name: String) async throws(AdminError) -> ExchangeChange {
    let rule: ExchangeParameters<RemoveHostedOutboundSpamFilterRule> = [.confirm: false]
    try await ignoringAbsence(ExchangeCall(identity: name, rule))
    let policy = ExchangeParameters<RemoveHostedOutboundSpamFilterPolicy>()
    return try await remove(ExchangeCall(identity: name, policy)) {
      () async throws(AdminError) in try await forwardingException(named: name) == nil
    }
  }

  /// Makes what may be there already.
  func ignoringPresence(_ call: ExchangeCall) async throws(AdminError) {
    var call = call
    // Making it twice is refused, which says that it is there.
    call.safety = .idempotent
    do throws(AdminError) {
      _ = try await send(call)
    } catch  where error.exchangeFault == .nameTaken {
      return
    }
  }

  /// Removes what may be gone already.
  func ignoringAbsence(_ call: ExchangeCall) async throws(AdminError) {
    var call = call
    // Removing it twice leaves what removing it once leaves.
    call.safety = .idempotent
    do throws(AdminError) {
      _ = try await send(call)
    } catch  where error.exchangeFault == .notFound {
      return
    }
  }
}
