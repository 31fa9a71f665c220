package import AdminCore

package enum OperationState: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
  /// Written down; no step has begun.
  case queued
  case running
  /// Something failed or was cancelled; what was done is being undone.
  case compensating
  /// Nobody can know whether a step took effect; a person has to say.
  case blocked
  case completed, failed, cancelled
  /// Ended without an effect, because what it needed was lost with its process.
  case abandoned

  package static let terminal: [OperationState] = [.completed, .failed, .cancelled, .abandoned]
  /// Those that go on by themselves when somebody holds the lease.
  package static let active: [OperationState] = [.queued, .running, .compensating]

  package var isTerminal: Bool { Self.terminal.contains(self) }

  /// The states that may come next, short of the terminal ones, which `finish` sets.
  var successors: [OperationState] {
    switch self {
    case .queued: [.running]
    case .running: [.compensating, .blocked]
    case .compensating: [.blocked]
    case .blocked: [.running, .compensating]
    case .completed, .failed, .cancelled, .abandoned: []
    }
  }
}

package enum StepState: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
  /// Begun, and its effect may have taken place.
  case running
  case succeeded, skipped, failed
  /// It cannot be told whether its effect took place.
  case unknown
}

package enum CompensationState: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
  /// Nothing to undo, or no need to.
  case none
  case pending, running, done, failed
}

/// An operation that is about to be written down.
package struct NewOperation: Sendable {
  /// The workflow and the version of its definition.
  package var name: String
  package var version: Int
  package var tool: String
  package var requestedBy: AuditActor
  package var correlationID: String
  /// Everything that is needed to go on in another process, without secrets. Stored sealed.
  package var input: JSONValue
  /// `OperationJournal.hash(ofInput:)` of all that was given, secrets included.
  package var inputHash: [UInt8]
  /// Whether there was a secret, which lives in memory only.
  package var holdsSecret = false
  package var idempotencyKey: String?
  /// Whether every approval it needs was given; only then may another process go on with it.
  package var isApproved = true
  package var approvalID: LocalID?
  package var totalSteps = 0

  package init(
    name: String, version: Int = 1, tool: String, requestedBy: AuditActor, correlationID: String, input: JSONValue,
    inputHash: [UInt8]
  ) {
    self.name = name
    self.version = version
    self.tool = tool
    self.requestedBy = requestedBy
    self.correlationID = correlationID
    self.input = input
    self.inputHash = inputHash
  }
}

/// The right to go on with an operation, until somebody else takes it over.
///
/// Each claim raises the number, and every write names it: whoever was overtaken changes nothing any more (fencing).
package struct Fence: Hashable, Sendable {
  package let operation: LocalID
  package let number: Int

  package init(operation: LocalID, number: Int) {
    self.operation = operation
    self.number = number
  }
}

/// What whoever wants to go on with an operation asks for.
package struct LeaseTerms: Hashable, Sendable {
  /// One process; for people who look for it.
  package var owner: String
  /// How long nobody else may go on, unless it is renewed.
  package var duration: Duration

  package init(owner: String, duration: Duration) {
    self.owner = owner
    self.duration = duration
  }
}

/// Who goes on with an operation.
package struct LeaseHolder: Hashable, Sendable {
  package let owner: String
  /// The end by the wall clock, for people: what holds is counted by the clock that never goes back.
  package let until: Timestamp
}

/// An operation as the journal has it.
package struct OperationRecord: Hashable, Sendable {
  package let id: LocalID
  package let name: String
  package let version: Int
  package let tool: String
  package let state: OperationState
  package let requestedBy: AuditActor
  package let correlationID: String
  package let inputHash: [UInt8]
  package let holdsSecret: Bool
  package let isApproved: Bool
  package let approvalID: LocalID?
  package let idempotencyKey: String?
  package let isCancelRequested: Bool
  package let done: Int
  package let total: Int
  package let output: JSONValue?
  package let error: JSONValue?
  package let report: JSONValue?
  /// The last one who went on with it; `nil` when nobody has, or the lease was given back.
  package let lease: LeaseHolder?
  package let fence: Int
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
}

/// A step of an operation as the journal has it.
package struct StepRecord: Hashable, Sendable {
  package let id: String
  package let state: StepState
  /// The last one, counted from 1.
  package let attempt: Int
  /// What the service is told, so that it can recognise the same request; the same over all attempts.
  package let idempotencyKey: String
  package let output: JSONValue?
  package let error: JSONValue?
  /// What does not show in the tenant yet, though the step succeeded.
  package let pending: String?
  /// The audit record that announced the last attempt.
  package let auditSequence: Int?
  package let startedAt: Timestamp?
  package let endedAt: Timestamp?
  /// Its place among the steps that succeeded; undoing goes the other way round.
  package let doneOrder: Int?
  package let compensation: CompensationState
  package let compensationAttempt: Int
  package let compensationError: JSONValue?
  package let compensationAuditSequence: Int?

  /// Whether its effect took place.
  package var tookEffect: Bool { state == .succeeded || (state == .failed && output != nil) }
}

/// An operation with everything that belongs to it.
package struct OperationDetail: Sendable {
  package let record: OperationRecord
  package let input: JSONValue
  /// In the order in which they began.
  package let steps: [StepRecord]
}

/// Something that happened to an operation.
package struct OperationEvent: Hashable, Sendable {
  /// Counted from 1.
  package let number: Int
  package let time: Timestamp
  package let kind: String
  package let detail: JSONValue
}

/// How a step ended.
package enum StepResult: Sendable {
  case succeeded(output: JSONValue, pending: String? = nil)
  case failed(error: JSONValue)
  /// Its effect took place, and what was read back is something else: it failed, and there is something to undo.
  case contradicted(output: JSONValue, error: JSONValue)
  case unknown(error: JSONValue)
}

/// An announced step's end, for the audit trail.
package struct AuditClosing: Sendable {
  package var ticket: AuditTicket
  package var outcome: AuditOutcome

  package init(_ ticket: AuditTicket, _ outcome: AuditOutcome) {
    self.ticket = ticket
    self.outcome = outcome
  }
}
