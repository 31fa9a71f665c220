package import AdminCore

package enum ApprovalState: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
  case pending, approved, denied
  /// Spent: a plan is good for one execution.
  case used
}

/// A plan that a person is to approve.
package struct NewPlan: Sendable {
  package var tool: String
  /// Of the arguments, exactly as they will be used.
  package var argumentsHash: [UInt8]
  /// Of the tenant's state that the plan was made from.
  package var stateHash: [UInt8]
  /// What the person gets to see. Stored sealed.
  package var plan: JSONValue
  package var requestedBy: AuditActor

  package init(
    tool: String, argumentsHash: [UInt8], stateHash: [UInt8], plan: JSONValue, requestedBy: AuditActor
  ) {
    self.tool = tool
    self.argumentsHash = argumentsHash
    self.stateHash = stateHash
    self.plan = plan
    self.requestedBy = requestedBy
  }
}

/// A plan as the store has it.
package struct ApprovalPlan: Hashable, Sendable {
  package let id: LocalID
  package let tool: String
  package let plan: JSONValue
  package let requestedBy: AuditActor
  package let state: ApprovalState
  package let decidedBy: String?
  package let createdAt: Timestamp
  package let expiresAt: Timestamp

  package func isExpired(at now: Timestamp) -> Bool { expiresAt <= now }
}
