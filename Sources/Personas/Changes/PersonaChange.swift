import Access
package import AdminCore
package import Store

/// A change of personas or their configuration: decided on and written in one transaction, together with what the audit
/// trail tells of it, so that all of it happens or nothing.
///
/// A change can be written down and made by another process. What it holds therefore comes from `journalled` alone, and
/// everything that may have changed meanwhile is looked at again when it is made.
package protocol PersonaChange: Sendable {
  /// Stands in the journal; never changes once released.
  static var name: String { get }
  /// In the words of progress and reports: "Store the new version".
  static var title: String { get }
  /// Why it is no operation to undo, and what takes it back instead.
  static var wayBack: String { get }

  init(journalled json: JSONObject) throws(AdminError)
  var journalled: JSONObject { get }

  /// What it concerns, as the audit trail names it.
  var target: AuditTarget { get }

  /// Makes the change. Throws whatever keeps it from being made, and then nothing is written.
  ///
  /// - Returns: what the change answers.
  func apply(_ context: ChangeContext, in connection: borrowing Connection) throws -> JSONObject
}

/// What a change works with.
package struct ChangeContext: Sendable {
  let repository: PersonaRepository
  let audit: AuditLog
  let redactor: Redactor
  let now: Timestamp
  let correlationID: String
  let workflow: LocalID?

  /// Tells the audit trail what was done.
  func record(
    _ operation: String, by caller: Caller, on target: AuditTarget, tenant: String?, _ detail: JSONObject,
    in connection: borrowing Connection
  ) throws {
    var entry = AuditEntry(
      .tool, operation, by: caller.auditActor, on: target, tenant: tenant, correlationID: correlationID,
      workflow: workflow)
    entry.detail = detail
    try audit.record(entry, AuditOutcome(.succeeded), in: connection)
  }
}

extension PersonaService {
  /// Makes a change, once: what is made again under the same id answers what it has answered.
  package func perform(
    _ change: some PersonaChange, operation: LocalID, correlationID: String
  ) async throws(AdminError) -> JSONObject {
    try await repository.database.write { connection in
      if let earlier = try repository.result(of: operation, in: connection) { return earlier }
      let context = context(correlationID: correlationID, workflow: operation)
      let result = try change.apply(context, in: connection)
      try repository.record(result, of: operation, in: connection)
      return result
    }
  }

  /// What a change has answered; `nil` when it was not made.
  package func result(of operation: LocalID) async throws(AdminError) -> JSONObject? {
    try await repository.database.read { connection in try repository.result(of: operation, in: connection) }
  }

  func context(correlationID: String, workflow: LocalID?) -> ChangeContext {
    ChangeContext(
      repository: repository, audit: audit, redactor: repository.database.keys.redactor,
      now: repository.database.timekeeper.now(), correlationID: correlationID, workflow: workflow)
  }
}

extension AdminError {
  /// A change whose input this version of the program cannot read.
  static func malformedChange(_ name: String) -> AdminError {
    AdminError(.internalFault, "The journal's input for \(name) cannot be read.")
  }
}

extension JSONObject {
  /// The persona that a journalled change is about.
  func journalledAddress() -> PersonaAddress? {
    guard let tenant = self["tenantId"]?.stringValue.flatMap(TenantName.init),
      let persona = self["personaId"]?.stringValue.flatMap(PersonaName.init)
    else { return nil }
    return PersonaAddress(tenant, persona)
  }

  func journalledCaller() -> Caller? { self["author"]?.objectValue.flatMap(Caller.init(journalled:)) }

  func strings(_ name: String) -> [String] { self[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }
}
