package import AdminCore

/// What became of an operation, told so that an administrator knows what holds now and what is left to do.
package struct OperationReport: Sendable {
  package enum State: String, Sendable {
    case completed
    /// Failed, and everything done was undone (or there was nothing to undo).
    case failed
    case cancelled
    /// Nobody can tell whether a step took effect; a person has to look.
    case blocked
    /// Given up before anything was done.
    case abandoned
    /// This process stopped before the end; the next one goes on.
    case interrupted
  }

  /// Something a person has to do, because the program could not.
  package struct ManualAction: Hashable, Sendable {
    package let step: String
    package let action: String

    package init(step: String, action: String) {
      self.step = step
      self.action = action
    }
  }

  package let operationID: LocalID
  package let state: State
  package var output: JSONObject = [:]
  package var error: AdminError?
  /// Titles of the steps that took effect and still hold.
  package var done: [String] = []
  /// What was taken back.
  package var undone: [String] = []
  package var left: [ManualAction] = []
  /// What the tenant has accepted and does not show yet.
  package var pending: [String] = []
  /// The same call had been made before; this is what came of it then.
  package var isRepeated = false
  /// The operation was finished by another process than the one that began it.
  package var isResumed = false

  package init(operationID: LocalID, state: State) {
    self.operationID = operationID
    self.state = state
  }

  /// For error details, the journal and the operation's resource.
  package var json: JSONObject {
    var object: JSONObject = ["operationId": .string(operationID.text), "state": .string(state.rawValue)]
    if !done.isEmpty { object["done"] = .strings(done) }
    if !undone.isEmpty { object["undone"] = .strings(undone) }
    if !left.isEmpty {
      object["left"] = .array(left.map { ["step": .string($0.step), "action": .string($0.action)] })
    }
    if !pending.isEmpty { object["pending"] = .strings(pending) }
    if isResumed { object["resumed"] = true }
    if isRepeated { object["repeated"] = true }
    return object
  }

  /// The output of a completed operation; of any other, the error that says what was done, undone and left.
  package func completedOutput() throws(AdminError) -> JSONObject {
    if state == .completed { return output }
    var failure = error ?? AdminError(.outcomeUnknown, "The operation did not complete.")
    var details = failure.details?.objectValue ?? [:]
    if let list = failure.details, list.objectValue == nil { details["problems"] = list }
    failure.details = .object(details.merging(json))
    throw failure
  }
}
