package import AdminCore
import Cryptography

/// Who does something.
package struct AuditActor: Hashable, Sendable {
  package enum Kind: String, Sendable {
    /// The person at this machine.
    case local
    /// A person signed in to the tenant.
    case user
    case application, agent
    /// The program itself.
    case system

    /// Whether the identifier names a person, who has a right to be forgotten.
    var isPersonal: Bool { self == .local || self == .user }
  }

  package let kind: Kind
  package let identifier: String
  package let roles: [String]

  package init(_ kind: Kind, _ identifier: String, roles: [String] = []) {
    self.kind = kind
    self.identifier = identifier
    self.roles = roles
  }

  package static let system = AuditActor(.system, "system")
}

/// What something is done to.
package struct AuditTarget: Hashable, Sendable {
  /// `user`, `group`, `template`, `token`, …
  package let type: String
  package let identifier: String
  package let isPersonal: Bool

  /// Somebody: a user, a mailbox, a recipient.
  package static func person(_ type: String, _ identifier: String) -> AuditTarget {
    AuditTarget(type: type, identifier: identifier, isPersonal: true)
  }

  /// Something that names nobody.
  package static func object(_ type: String, _ identifier: String) -> AuditTarget {
    AuditTarget(type: type, identifier: identifier, isPersonal: false)
  }
}

/// What an audit record tells, without how it ended.
///
/// The caller has passed `detail` through its `Redactor`. Mail addresses in it become references to sealed subjects on
/// the way in, so that a person can be forgotten and the chain still holds.
package struct AuditEntry: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case tool, step, token, approval, command, system
  }

  package var kind: Kind
  package var operation: String
  package var actor: AuditActor
  package var target: AuditTarget?
  package var tenant: String?
  package var correlationID: String
  package var workflow: LocalID?
  /// `AuditEntry.hash(ofRedacted:)` of the input.
  package var inputHash: String?
  package var detail: JSONObject

  package init(
    _ kind: Kind, _ operation: String, by actor: AuditActor, on target: AuditTarget? = nil, tenant: String? = nil,
    correlationID: String, workflow: LocalID? = nil, inputHash: String? = nil, detail: JSONObject = [:]
  ) {
    self.kind = kind
    self.operation = operation
    self.actor = actor
    self.target = target
    self.tenant = tenant
    self.correlationID = correlationID
    self.workflow = workflow
    self.inputHash = inputHash
    self.detail = detail
  }

  /// SHA-256 of the canonical form of an input that has passed the redaction.
  package static func hash(ofRedacted input: JSONValue) -> String {
    Hex.encode(SHA256.hash(CanonicalJSON.bytes(input)))
  }
}

package enum AuditStatus: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
  /// Of an intent: nothing has happened yet.
  case started
  case succeeded, failed, denied, cancelled
  /// It cannot be told whether it happened.
  case unknown
}

package enum AuditPhase: String, Sendable {
  /// Written before the effect, which does not take place when this fails.
  case intent
  case outcome
  /// Tells of something in one record.
  case event
}

/// How something ended that an intent announced.
package struct AuditOutcome: Hashable, Sendable {
  package var status: AuditStatus
  package var code: ErrorCode?
  /// What it was done to, where that is known only now.
  package var target: AuditTarget?
  package var detail: JSONObject

  package init(_ status: AuditStatus, code: ErrorCode? = nil, target: AuditTarget? = nil, detail: JSONObject = [:]) {
    self.status = status
    self.code = code
    self.target = target
    self.detail = detail
  }
}

/// An intent that is in the trail and waits for its outcome.
package struct AuditTicket: Hashable, Sendable {
  /// The number of the record.
  package let sequence: Int
  package let entry: AuditEntry

  /// A ticket made anew for an intent of an earlier process.
  package init(sequence: Int, entry: AuditEntry) {
    self.sequence = sequence
    self.entry = entry
  }
}
