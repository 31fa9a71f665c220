package import AdminCore

/// What kind of mailbox one is.
package enum MailboxType: String, CaseIterable, Sendable {
  case user = "Regular"
  case shared = "Shared"
  case room = "Room"
  case equipment = "Equipment"

  /// As `RecipientTypeDetails` has it.
  package var details: String {
    switch self {
    case .user: "UserMailbox"
    case .shared: "SharedMailbox"
    case .room: "RoomMailbox"
    case .equipment: "EquipmentMailbox"
    }
  }

  init?(details: String) {
    guard let found = Self.allCases.first(where: { $0.details == details }) else { return nil }
    self = found
  }
}

/// A mailbox as Exchange knows it.
package struct ExchangeMailbox: Hashable, Sendable {
  /// Never changes, and leads to the mailbox's server.
  package let id: GUID
  /// Of the user in the directory; `nil` for what has none.
  package let userID: GUID?
  package let userPrincipalName: String
  package let displayName: String
  package let address: String
  /// `nil` for a kind this program does not deal with.
  package let type: MailboxType?
  /// Every text by which Exchange may show the mailbox where another object refers to it.
  package let names: Set<String>
  package let isDirectorySynchronized: Bool

  package init?(_ row: JSONObject) {
    guard let id = row.guid("ExchangeGuid") ?? row.guid("Guid"), let address = row.address("PrimarySmtpAddress") else {
      return nil
    }
    self.id = id
    self.address = address
    userID = row.guid("ExternalDirectoryObjectId")
    userPrincipalName = row.value("UserPrincipalName") ?? address
    displayName = row.value("DisplayName") ?? ""
    type = row.text("RecipientTypeDetails").flatMap(MailboxType.init(details:))
    isDirectorySynchronized = row.flag("IsDirSynced") ?? false
    let addresses = row.values("EmailAddresses").filter { $0.lowercased().hasPrefix("smtp:") }
      .map(ExchangeAddress.bare)
    let others = ["Name", "Identity", "DistinguishedName", "UserPrincipalName", "Guid", "ExternalDirectoryObjectId"]
    names = Set((addresses + [address] + others.compactMap { row.value($0) }).map { $0.lowercased() })
  }

  package var reference: MailboxReference { MailboxReference(mailboxID: id) }

  /// Whether a reference that Exchange shows leads here.
  package func isMeant(by name: String) -> Bool { names.contains(ExchangeAddress.bare(name).lowercased()) }
}

/// Which type the mailbox is of. Converting takes minutes; a user's mailbox needs a licence, and a shared one of more
/// than 50 GB, on hold or with an archive keeps needing it.
package struct MailboxKind: ExchangeState {
  package typealias Reader = GetMailbox
  package typealias Writer = SetMailbox

  package static let title = "type"
  package static let propagation = Duration.seconds(900)
  package static let properties = ["RecipientTypeDetails"]

  package var type: MailboxType

  package init(_ type: MailboxType) { self.type = type }

  package init?(_ row: JSONObject) {
    let written = row.text("Type").flatMap(MailboxType.init(rawValue:))
    guard let type = written ?? row.text("RecipientTypeDetails").flatMap(MailboxType.init(details:)) else { return nil }
    self.type = type
  }

  package var parameters: ExchangeParameters<SetMailbox> { [.type: .text(type.rawValue)] }
}

extension ExchangeClient {
  /// Idempotent.
  ///
  /// - Throws: `GRAPH_002` when there is none.
  package func mailbox(_ reference: MailboxReference) async throws(AdminError) -> ExchangeMailbox {
    try await row(ExchangeCall(reference, ExchangeParameters<GetMailbox>()), ExchangeMailbox.init)
  }

  /// As `mailbox`, with `nil` where there is none. Idempotent.
  package func findMailbox(_ reference: MailboxReference) async throws(AdminError) -> ExchangeMailbox? {
    try await findRow(ExchangeCall(reference, ExchangeParameters<GetMailbox>()), ExchangeMailbox.init)
  }

  /// Every mailbox of these types, page after page. Idempotent.
  package func mailboxes(of types: [MailboxType] = [.user]) -> ExchangePages<ExchangeMailbox> {
    let parameters: ExchangeParameters<GetMailbox> = [
      .recipientTypeDetails: .list(types.map(\.details)), .resultSize: "Unlimited",
    ]
    return pages(ExchangeCall(parameters), ExchangeMailbox.init)
  }

  /// How much lies in the mailbox, archive not counted; `nil` when Exchange does not say. Idempotent.
  package func mailboxSize(of mailbox: MailboxReference) async throws(AdminError) -> Int? {
    let size = try await row(ExchangeCall(mailbox, ExchangeParameters<GetMailboxStatistics>())) {
      ExchangeSize.bytes($0.text("TotalItemSize") ?? "") ?? -1
    }
    return size < 0 ? nil : size
  }
}

/// Sizes as Exchange shows them: `99 GB (106,300,440,576 bytes)`.
enum ExchangeSize {
  static func bytes(_ text: String) -> Int? {
    guard let open = text.firstIndex(of: "("), let end = text[open...].firstRange(of: " bytes)") else { return nil }
    return Int(text[text.index(after: open)..<end.lowerBound].filter { $0 != "," })
  }
}
