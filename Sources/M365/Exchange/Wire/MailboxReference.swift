package import AdminCore

/// A mailbox, as cmdlets name it and as calls are routed to it.
package struct MailboxReference: Hashable, Sendable, CustomStringConvertible {
  private enum Form: Hashable, Sendable {
    case name, address, guid
  }

  /// What goes into `Identity`.
  package let text: String
  private let form: Form

  /// By the sign-in name of its owner.
  package init(_ name: UserPrincipalName) {
    text = name.text
    form = .name
  }

  /// By any of its addresses.
  ///
  /// - Returns: `nil` for what cannot be the address of a mailbox here: those are in printable ASCII without spaces.
  package init?(address: String) {
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), address.utf8.count <= 320,
      address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "|") })
    else { return nil }
    text = address
    form = .address
  }

  /// By Exchange's own id of the mailbox (`ExchangeGuid`), which survives every renaming.
  package init(mailboxID: GUID) {
    text = mailboxID.text
    form = .guid
  }

  package var description: String { text }

  /// The value of `X-AnchorMailbox` that leads to it.
  func anchor(in tenant: GUID) -> String {
    switch form {
    case .name: "UPN:\(text)"
    case .address: "SMTP:\(text)"
    case .guid: "MBX:\(text)@\(tenant)"
    }
  }

  /// Whether the anchor names the mailbox itself, so that no look-up can lead to the wrong server.
  var isExact: Bool { form == .guid }
}

extension ExchangeRouting {
  private static let system = "bb558c35-97f1-4cb9-8ff7-d53741dc928c"
  private static let arbitrationMailbox = "8cc370d3-822a-4ab8-a926-bb94bd0641a9"

  func anchor(in tenant: GUID, mailbox: MailboxReference?) -> String {
    switch self {
    case .mailbox: mailbox?.anchor(in: tenant) ?? Self.system(Self.system, tenant)
    case .organization: Self.system(Self.system, tenant)
    case .arbitration: Self.system(Self.arbitrationMailbox, tenant)
    }
  }

  private static func system(_ mailbox: String, _ tenant: GUID) -> String {
    "APP:SystemMailbox{\(mailbox)}@\(tenant)"
  }
}
