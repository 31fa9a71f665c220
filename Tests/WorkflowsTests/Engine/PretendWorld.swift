import AdminCore
import Synchronization
import Workflows

/// A remote service for engine tests: it counts what is done to it, and misbehaves as told.
final class PretendWorld: Sendable {
  enum Behaviour: Sendable {
    case work
    /// Fails before anything happened.
    case fail(AdminError)
    /// Happens, and the reply is lost.
    case loseReply
    /// Does not happen, and nobody can tell from the outside.
    case loseRequest
    /// The caller's process dies just before the effect, or just after it.
    case dieBefore
    case dieAfter
  }

  struct State: Sendable {
    /// How often each thing was done, and undone.
    var done: [String: Int] = [:]
    var undone: [String: Int] = [:]
    /// In which order things were undone.
    var undoOrder: [String] = []
    /// What is there now.
    var present: Set<String> = []
    var plans: [String: [Behaviour]] = [:]
    var undoPlans: [String: [Behaviour]] = [:]
    var deadCallers = 0
    var seenSecrets: [String] = []
    var answersProbes = true
  }

  private let state = Mutex(State())

  func set(_ step: String, _ plan: Behaviour...) { state.withLock { $0.plans[step] = plan } }
  func setUndo(_ step: String, _ plan: Behaviour...) { state.withLock { $0.undoPlans[step] = plan } }
  func setAnswersProbes(_ answers: Bool) { state.withLock { $0.answersProbes = answers } }
  func sawSecret(_ text: String) { state.withLock { $0.seenSecrets.append(text) } }
  var now: State { state.withLock { $0 } }

  /// Waits in callers that have died, until the test sets them free.
  private let graveyard = Mutex<[CheckedContinuation<Void, Never>]>([])

  func resurrect() {
    let dead = graveyard.withLock { dead in
      defer { dead = [] }
      return dead
    }
    for caller in dead { caller.resume() }
  }

  private func die() async {
    await withCheckedContinuation { continuation in
      graveyard.withLock { $0.append(continuation) }
      state.withLock { $0.deadCallers += 1 }
    }
  }

  func perform(_ step: String) async throws(AdminError) {
    let behaviour = next(in: \.plans, step)
    switch behaviour {
    case .fail(let error): throw error
    case .loseRequest: throw Self.ambiguous
    case .dieBefore: await die()
    case .work, .loseReply, .dieAfter: break
    }
    state.withLock { state in
      state.done[step, default: 0] += 1
      state.present.insert(step)
    }
    switch behaviour {
    case .loseReply: throw Self.ambiguous
    case .dieAfter: await die()
    default: break
    }
  }

  func undo(_ step: String) async throws(AdminError) {
    let behaviour = next(in: \.undoPlans, step)
    switch behaviour {
    case .fail(let error): throw error
    case .dieBefore: await die()
    default: break
    }
    state.withLock { state in
      if state.present.remove(step) != nil {
        state.undone[step, default: 0] += 1
        state.undoOrder.append(step)
      }
    }
    if case .dieAfter = behaviour { await die() }
  }

  func probe(_ step: String) -> Step.ProbeAnswer {
    state.withLock { state in
      guard state.answersProbes else { return .unknown("the world does not answer") }
      return state.present.contains(step) ? .happened(["step": .string(step)]) : .didNotHappen
    }
  }

  private func next(in plans: WritableKeyPath<State, [String: [Behaviour]]>, _ step: String) -> Behaviour {
    state.withLock { state in
      guard var plan = state[keyPath: plans][step], !plan.isEmpty else { return .work }
      let behaviour = plan.removeFirst()
      state[keyPath: plans][step] = plan
      return behaviour
    }
  }

  private static let ambiguous = AdminError(.outcomeUnknown, "The reply was lost.")

  // MARK: Found again by workflows that are made from the journal

  private static let all = Mutex<[String: PretendWorld]>([:])
  let id: String

  init(_ id: String) {
    self.id = id
    Self.all.withLock { $0[id] = self }
  }

  static func named(_ id: String) -> PretendWorld? { all.withLock { $0[id] } }
}
