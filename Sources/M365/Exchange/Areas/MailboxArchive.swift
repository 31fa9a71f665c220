package import AdminCore

/// The archive beside a mailbox. Taking it away keeps its content for 30 days.
package struct ArchiveSetting: ExchangeSetting {
  package let mailbox: MailboxReference

  package init(of mailbox: MailboxReference) { self.mailbox = mailbox }

  package var title: String { "archive of \(mailbox)" }
  package var propagation: Duration { .seconds(3600) }
  package var cmdlets: (read: String, write: String) { (GetMailbox.name, "Enable- or Disable-Mailbox") }

  package func read(from client: ExchangeClient) async throws(AdminError) -> Bool {
    try await client.row(archive) { row in
      row.text("ArchiveStatus") == "Active" && row.guid("ArchiveGuid") != nil
    }
  }

  package func write(_ value: Bool, to client: ExchangeClient) async throws(AdminError) -> ExchangeChange {
    value ? try await client.enableArchive(of: mailbox) : try await client.disableArchive(of: mailbox)
  }

  package func journalled(_ value: Bool) -> JSONObject { ["Archive": .bool(value)] }
  package func value(journalled json: JSONObject) -> Bool? { json.flag("Archive") }

  private var archive: ExchangeCall {
    ExchangeCall(mailbox, ExchangeParameters<GetMailbox>(), select: ["ArchiveStatus", "ArchiveGuid"])
  }
}

extension ExchangeClient {
  fileprivate func enableArchive(of mailbox: MailboxReference) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<EnableMailbox> = [.archive: true]
    return try await change(ExchangeCall(mailbox, parameters))
  }

  /// The one call of this cmdlet: without `Archive` it would take the mailbox away.
  fileprivate func disableArchive(of mailbox: MailboxReference) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<DisableMailbox> = [.archive: true, .confirm: false]
    return try await change(ExchangeCall(mailbox, parameters))
  }

  /// Whether the archive grows by itself when it is full. Idempotent.
  package func hasAutoExpandingArchive(_ mailbox: MailboxReference) async throws(AdminError) -> Bool {
    let parameters = ExchangeParameters<GetMailbox>()
    return try await row(ExchangeCall(mailbox, parameters, select: ["AutoExpandingArchiveEnabled"])) {
      $0.flag("AutoExpandingArchiveEnabled")
    }
  }

  /// Lets the archive grow by itself. Nothing takes this back. Idempotent.
  package func enableAutoExpandingArchive(
    of mailbox: MailboxReference
  ) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<EnableMailbox> = [.autoExpandingArchive: true]
    return try await ensure(ExchangeCall(mailbox, parameters)) { () async throws(AdminError) in
      try await hasAutoExpandingArchive(mailbox)
    }
  }
}
