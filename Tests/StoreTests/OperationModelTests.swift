import AdminCore
import Store
import TestSupport
import Testing

/// The rules of the journal once more, as simply as they can be said.
private struct JournalModel {
  struct Step: Equatable {
    var state: StepState
    var compensation = CompensationState.none
    var doneOrder: Int?
  }

  enum Answer: Equatable {
    case done, leaseLost, illegal, refused
  }

  var state = OperationState.queued
  var fence = 0
  var leaseUntil: Int?
  var steps: [String: Step] = [:]
  var now = 0

  mutating func claim(for duration: Int) -> Answer {
    guard !state.isTerminal, leaseUntil.map({ $0 < now }) ?? true else { return .refused }
    fence += 1
    leaseUntil = now + duration
    return .done
  }

  mutating func renew(_ fence: Int, for duration: Int) -> Answer {
    guard fence == self.fence, leaseUntil != nil else { return .refused }
    leaseUntil = now + duration
    return .done
  }

  mutating func holding(_ fence: Int, _ change: (inout JournalModel) -> Bool) -> Answer {
    guard fence == self.fence else { return .leaseLost }
    guard !state.isTerminal else { return .illegal }
    guard leaseUntil != nil else { return .leaseLost }
    return change(&self) ? .done : .illegal
  }

  mutating func advance(to next: OperationState) -> Bool {
    let allowed: [OperationState: [OperationState]] = [
      .queued: [.running], .running: [.compensating, .blocked], .compensating: [.blocked],
      .blocked: [.running, .compensating],
    ]
    guard allowed[state]?.contains(next) == true else { return false }
    state = next
    return true
  }

  mutating func start(_ step: String) -> Bool {
    guard state == .running, steps[step]?.state != .succeeded, steps[step]?.state != .skipped else { return false }
    steps[step, default: Step(state: .running)].state = .running
    return true
  }

  mutating func finish(_ step: String, _ end: StepState) -> Bool {
    guard steps[step]?.state == .running else { return false }
    steps[step]?.state = end
    let last = steps.values.compactMap(\.doneOrder).max() ?? 0
    if end == .succeeded { steps[step]?.doneOrder = last + 1 }
    return true
  }
}

@Suite("The journal against a model")
struct OperationModelTests {
  private static let names = ["a", "b", "c"]

  @Test("Random transitions by right and wrong holders have the effects the rules say", arguments: 1...4)
  func randomTransitions(seed: Int) async throws {
    let fixture = try await JournalFixture()
    let journal = fixture.journal
    var random = SeededRandom(seed: UInt64(seed))
    var counts: [JournalModel.Answer: Int] = [:]
    for _ in 0..<12 {
      guard case .created(let record, nil) = try await journal.create(fixture.new()) else { return }
      var model = JournalModel()
      let start = fixture.clock.now()
      for _ in 0..<40 {
        // Mostly the current fence, sometimes one of the past or one that never was.
        let number =
          Int.random(in: 0..<6, using: &random) == 0
          ? model.fence + [-1, 1][Int.random(in: 0...1, using: &random)] : model.fence
        let fence = Fence(operation: record.id, number: number)
        let step = Self.names[Int.random(in: 0..<3, using: &random)]
        let (expected, found) = try await act(
          Int.random(in: 0..<15, using: &random), fence, step, journal, fixture.clock, start, &model, &random)
        #expect(expected == found)
        counts[found, default: 0] += 1
        let detail = try await journal.operation(record.id)
        #expect(detail.record.state == model.state && detail.record.fence == model.fence)
        #expect(
          detail.record.lease.map { ($0.until - start).milliseconds } == model.leaseUntil.map { Int64($0) })
        var steps: [String: JournalModel.Step] = [:]
        for step in detail.steps {
          steps[step.id] = JournalModel.Step(
            state: step.state, compensation: step.compensation, doneOrder: step.doneOrder)
        }
        #expect(steps == model.steps)
      }
    }
    // The walk has been to all kinds of places.
    #expect(counts.count == 4 && counts.values.allSatisfy { $0 > 10 }, "\(counts)")
  }

  private func act(
    _ action: Int, _ fence: Fence, _ step: String, _ journal: OperationJournal, _ clock: VirtualTimekeeper,
    _ start: Timestamp, _ model: inout JournalModel, _ random: inout SeededRandom
  ) async throws -> (expected: JournalModel.Answer, found: JournalModel.Answer) {
    func answer(_ body: () async throws -> Void) async throws -> JournalModel.Answer {
      do {
        try await body()
        return .done
      } catch let error as AdminError where error.code == .illegalState {
        return error.isLeaseLost ? .leaseLost : .illegal
      }
    }
    switch action {
    case 0:
      clock.advance(by: .milliseconds(60))
      model.now += 60
      return (.done, .done)
    case 1, 2:
      let expected = model.claim(for: 100)
      let claimed = try await journal.claim(fence.operation, LeaseTerms(owner: "x", duration: .milliseconds(100)))
      return (expected, claimed == nil ? .refused : .done)
    case 3:
      let expected = model.state.isTerminal ? .refused : model.renew(fence.number, for: 100)
      return (expected, try await journal.renew(fence, for: .milliseconds(100)) ? .done : .refused)
    case 4:
      guard Int.random(in: 0..<3, using: &random) == 0 else { fallthrough }
      let expected = model.holding(fence.number) { model in
        model.leaseUntil = nil
        return true
      }
      return (expected, try await answer { try await journal.release(fence) })
    case 5, 6:
      let next = [OperationState.running, .running, .running, .compensating][Int.random(in: 0..<4, using: &random)]
      let expected = model.holding(fence.number) { $0.advance(to: next) }
      return (expected, try await answer { try await journal.advance(fence, to: next) })
    case 7, 8:
      let expected = model.holding(fence.number) { $0.start(step) }
      return (
        expected,
        try await answer {
          _ = try await journal.startStep(fence, StepStart(step, attempt: 1, idempotencyKey: step))
        }
      )
    case 9, 10:
      let expected = model.holding(fence.number) { $0.finish(step, .succeeded) }
      return (expected, try await answer { try await journal.finishStep(fence, step, .succeeded(output: 1)) })
    case 11:
      let expected = model.holding(fence.number) { $0.finish(step, .failed) }
      return (expected, try await answer { try await journal.finishStep(fence, step, .failed(error: 1)) })
    case 12:
      let expected = model.holding(fence.number) { model in
        guard model.steps[step] == nil else { return false }
        model.steps[step] = JournalModel.Step(state: .skipped)
        return true
      }
      return (expected, try await answer { try await journal.skipStep(fence, step, reason: "") })
    case 13:
      if Int.random(in: 0..<3, using: &random) == 0 {
        let expected = model.holding(fence.number) { model in
          guard model.advance(to: .compensating) else { return false }
          if model.steps[step]?.compensation == CompensationState.none { model.steps[step]?.compensation = .pending }
          return true
        }
        return (
          expected, try await answer { try await journal.beginCompensation(fence, of: [step], error: 1) }
        )
      }
      let expected = model.holding(fence.number) { model in
        guard model.state == .compensating, let current = model.steps[step]?.compensation,
          [.pending, .running, .failed].contains(current)
        else { return false }
        model.steps[step]?.compensation = .running
        return true
      }
      return (expected, try await answer { _ = try await journal.startUndo(fence, step, attempt: 1) })
    default:
      if Int.random(in: 0..<8, using: &random) == 0 {
        let expected = model.holding(fence.number) { model in
          model.state = .failed
          model.leaseUntil = nil
          return true
        }
        return (expected, try await answer { try await journal.finish(fence, .failed) })
      }
      let expected = model.holding(fence.number) { model in
        guard model.steps[step]?.compensation == .running else { return false }
        model.steps[step]?.compensation = .done
        return true
      }
      return (expected, try await answer { try await journal.finishUndo(fence, step, error: nil) })
    }
  }
}
