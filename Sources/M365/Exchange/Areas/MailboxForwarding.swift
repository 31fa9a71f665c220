package import AdminCore

/// Where Exchange sends what arrives in a mailbox, whatever rules its owner has.
///
/// One target: a recipient of the tenant, or an address. Where both are set the recipient wins, so a state names both and
/// writing it leaves nothing of another one.
package struct MailboxForwarding: ExchangeState {
  package typealias Reader = GetMailbox
  package typealias Writer = SetMailbox

  package static let title = "forwarding"
  package static let propagation = Duration.seconds(900)
  package static let properties = ["ForwardingAddress", "ForwardingSmtpAddress", "DeliverToMailboxAndForward"]

  /// A recipient of the tenant, by whichever name Exchange shows.
  package var recipient: String?
  package var address: String?
  /// Without it the mailbox gets nothing any more.
  package var keepsCopy: Bool

  package init(to address: String?, keepsCopy: Bool = true) {
    self.address = address
    self.keepsCopy = address != nil && keepsCopy
  }

  package init?(_ row: JSONObject) {
    recipient = row.value("ForwardingAddress")
    address = row.address("ForwardingSmtpAddress")
    keepsCopy = row.flag("DeliverToMailboxAndForward") ?? false
  }

  package static let off = MailboxForwarding(to: nil)

  package var isOn: Bool { recipient != nil || address != nil }

  package var parameters: ExchangeParameters<SetMailbox> {
    [
      .forwardingAddress: .optional(recipient), .forwardingSMTPAddress: .optional(address),
      .deliverToMailboxAndForward: .flag(keepsCopy),
    ]
  }
}
