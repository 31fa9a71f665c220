package import AdminCore
package import Store

/// A composite operation as an ordered list of steps. A workflow knows its steps and how each is undone; everything
/// else (the journal, retries, recovery, compensation, reporting) is the engine's.
///
/// A workflow is made anew from its journalled input whenever a process takes the operation up, so what it holds must
/// all come from that input. Secrets never do: they reach the steps through `StepContext.secret(_:)` while the process
/// that was given them lives, and are gone afterwards.
package protocol Workflow: Sendable {
  /// Stands in the journal; never changes once released.
  static var name: String { get }
  /// Raised when the steps change in a way that a running operation could not follow.
  static var version: Int { get }

  init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError)

  /// What is journalled, sealed.
  var input: JSONObject { get }

  /// What the audit trail names as the target.
  var target: AuditTarget { get }

  /// What the audit trail tells of the operation besides its target. Mail addresses in it become references to sealed
  /// subjects; it holds no secret and no content.
  var auditDetail: JSONObject { get }

  var steps: [Step] { get }

  /// The operation's result, made from what the steps returned. Journalled, and so without secrets.
  func output(of context: StepContext) -> JSONObject

  /// What an operation that did not complete has to show nevertheless; journalled, and so without secrets.
  func partialOutput(of context: StepContext) -> JSONObject

  /// What is left for a person although every step succeeded.
  func manualActions(after context: StepContext) -> [OperationReport.ManualAction]

  /// Why an operation that ran to its end has not done what it was asked for; `nil` where it has.
  static func shortfall(of report: OperationReport) -> AdminError?
}

extension Workflow {
  package func partialOutput(of context: StepContext) -> JSONObject { [:] }

  package func manualActions(after context: StepContext) -> [OperationReport.ManualAction] { [] }

  package var auditDetail: JSONObject { [:] }

  package static func shortfall(of report: OperationReport) -> AdminError? { nil }
}

/// One step of a workflow: at most one effect on the world, and what is needed to find out later whether it happened.
package struct Step: Sendable {
  package typealias Body = @Sendable (StepContext) async throws(AdminError) -> JSONObject

  /// What repeating the step would do.
  package enum Effect: Sendable {
    /// Nothing is changed: repeat at will.
    case none
    /// The same state again: repeat at will.
    case idempotent
    /// A second effect: never repeat without having looked.
    case once(probe: Probe)
  }

  package typealias Probe = @Sendable (StepContext) async throws(AdminError) -> ProbeAnswer

  package enum ProbeAnswer: Sendable {
    /// The effect is there; this is what the step would have returned.
    case happened(JSONObject)
    /// The effect is certainly not there: the step may be done (again).
    case didNotHappen
    /// Nobody can tell. The reason is for a person.
    case unknown(String)
  }

  /// How a completed step is taken back.
  package struct Undo: Sendable {
    /// What it has done, in the words of a report: "the user was deleted (restorable for 30 days)".
    package let title: @Sendable (StepContext) -> String
    /// What a person has to do where it fails.
    package let manualAction: @Sendable (StepContext) -> String
    /// What somebody has changed since the step was done, in words; `nil` when all is as it was left. Asked before an
    /// operation is undone later, so that nobody's work is overwritten; a rollback in the same breath does not ask.
    package let drift: Drift?
    /// Idempotent: an undo that finds nothing left to undo has succeeded.
    package let perform: @Sendable (StepContext) async throws(AdminError) -> Void

    package typealias Drift = @Sendable (StepContext) async throws(AdminError) -> String?

    package init(
      _ title: @escaping @Sendable (StepContext) -> String,
      manualAction: @escaping @Sendable (StepContext) -> String, drift: Drift? = nil,
      perform: @escaping @Sendable (StepContext) async throws(AdminError) -> Void
    ) {
      self.title = title
      self.manualAction = manualAction
      self.drift = drift
      self.perform = perform
    }
  }

  /// What undoing a completed operation does about a step. Its undo is made for a rollback, when the steps after it have
  /// not happened; later that may be the wrong thing to do.
  package enum Reversal: Sendable {
    /// Its undo, where it has one.
    case asUndo
    case by(Undo)
    /// Nothing of its own: another step's reversal takes it along, or what it made is no more. Without an undo that holds
    /// for a rollback too.
    case none
    /// It stays, for this reason: "a mail that was sent cannot be taken back".
    case never(String)
  }

  /// What the tenant tells of a step of which nobody knows whether it took effect.
  func answer(_ context: StepContext) async -> ProbeAnswer {
    guard case .once(let probe) = effect else { return .unknown("nothing tells") }
    do throws(AdminError) {
      return try await probe(context)
    } catch {
      return .unknown(error.message)
    }
  }

  /// What takes the step back when its operation is undone later; `nil` where nothing does.
  package var reversing: Undo? {
    switch reversal {
    case .asUndo: undo
    case .by(let other): other
    case .none, .never: nil
    }
  }

  /// Whether what it made goes with what another step made, so that nothing of it is left to be told.
  var goesWithAnother: Bool {
    if case .none = reversal { undo == nil } else { false }
  }

  package var whyItStays: String? {
    if case .never(let reason) = reversal { reason } else { nil }
  }

  package typealias Verify = @Sendable (StepContext) async throws(AdminError) -> Verification

  /// What reading back after the effect has shown. A state that contradicts what was written is thrown instead.
  package enum Verification: Hashable, Sendable {
    case verified
    /// The tenant has accepted it and does not show it yet; the text says how to check.
    case pending(String)
  }

  package let id: String
  /// What it does, in the words of progress and reports: "Create the user".
  package let title: String
  package let effect: Effect
  /// Cannot be done without a secret that only the process holds which was given it.
  package let needsSecret: Bool
  package let perform: Body
  /// Reads back what `perform` did; the context holds its output already.
  package let verify: Verify?
  package let undo: Undo?
  /// How the step is taken back when the whole operation is undone later.
  package let reversal: Reversal
  /// From this step on nothing is taken back any more: what follows only waits or reports, and a failure or a
  /// cancellation in it leaves the effects in place.
  package let isPivot: Bool

  package init(
    _ id: String, _ title: String, effect: Effect, needsSecret: Bool = false, isPivot: Bool = false,
    verify: Verify? = nil, undo: Undo? = nil, reversal: Reversal = .asUndo, perform: @escaping Body
  ) {
    self.id = id
    self.title = title
    self.effect = effect
    self.needsSecret = needsSecret
    self.verify = verify
    self.isPivot = isPivot
    self.undo = undo
    self.reversal = reversal
    self.perform = perform
  }
}

extension Step {
  /// The same step, read back and undone in another way.
  func replacing(verify: Verify?, undo: Undo?) -> Step {
    Step(
      id, title, effect: effect, needsSecret: needsSecret, isPivot: isPivot, verify: verify, undo: undo,
      reversal: reversal, perform: perform)
  }

  /// The same step, done in another way.
  func performing(_ body: @escaping Body) -> Step {
    Step(
      id, title, effect: effect, needsSecret: needsSecret, isPivot: isPivot, verify: verify, undo: undo,
      reversal: reversal, perform: body)
  }
}
