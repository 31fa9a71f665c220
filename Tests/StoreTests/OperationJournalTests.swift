import AdminCore
import Store
import TestSupport
import Testing

@Suite("The journal of operations")
struct OperationJournalTests {
  @Test("An operation comes back as it was written down, its input sealed in the file")
  func creates() async throws {
    let fixture = try await JournalFixture()
    var new = fixture.new("key-12345")
    new.holdsSecret = true
    new.isApproved = false
    new.approvalID = LocalID.make(at: fixture.clock.now())
    guard case .created(let record, nil) = try await fixture.journal.create(new) else {
      Issue.record("not created")
      return
    }
    #expect(record.name == "provision" && record.version == 2 && record.tool == "create_user")
    #expect(record.state == .queued && record.fence == 0 && record.lease == nil && record.total == 3)
    #expect(record.requestedBy == new.requestedBy && record.correlationID == "c-1")
    #expect(record.holdsSecret && !record.isApproved && record.approvalID == new.approvalID)
    #expect(record.idempotencyKey == "key-12345" && record.inputHash == new.inputHash && !record.isCancelRequested)
    #expect(record.createdAt == fixture.clock.now())
    #expect(try await !fixture.journal.hasInterrupted(), "it waits for its approval")
    let detail = try await fixture.journal.operation(record.id)
    #expect(detail.record == record && detail.input == new.input && detail.steps.isEmpty)
    let sealed = try await fixture.database.read {
      try $0.value("SELECT input_sealed FROM wf_instances", as: [UInt8].self) ?? []
    }
    #expect(!String(decoding: sealed, as: UTF8.self).contains("email"))
    #expect(try await fixture.journal.events(of: record.id).map(\.kind) == ["created"])
    let unknown = LocalID.make(at: fixture.clock.now())
    #expect(await adminError { _ = try await fixture.journal.operation(unknown) }?.code == .operationNotFound)
  }

  @Test("An idempotency key gives the first operation back, and tells whether the input was the same")
  func idempotency() async throws {
    let fixture = try await JournalFixture()
    guard case .created(let first, _) = try await fixture.journal.create(fixture.new("key-1")),
      case .existing(let again) = try await fixture.journal.create(fixture.new("key-1")),
      case .existing(let changed) = try await fixture.journal.create(fixture.new("key-1", input: ["email": "x@b.c"]))
    else {
      Issue.record("not created once")
      return
    }
    #expect(again == first && changed == first)
    #expect(again.inputHash == fixture.journal.hash(ofInput: ["email": "a@b.c"]))
    #expect(changed.inputHash != fixture.journal.hash(ofInput: ["email": "x@b.c"]))
    #expect(try await fixture.journal.operation(named: "provision", idempotencyKey: "key-1") == first)
    #expect(try await fixture.journal.operation(named: "other", idempotencyKey: "key-1") == nil)
    var other = fixture.new("key-1")
    other.name = "offboard"
    guard case .created = try await fixture.journal.create(other),
      case .created = try await fixture.journal.create(fixture.new()),
      case .created = try await fixture.journal.create(fixture.new())
    else {
      Issue.record("keys are not per workflow")
      return
    }
    #expect(try await fixture.journal.list().count == 4)
  }

  @Test("Of many that use one idempotency key at once, one creates")
  func idempotencyRace() async throws {
    let fixture = try await JournalFixture()
    let other = try await fixture.store.open()
    let journals = [fixture.journal, OperationJournal(other, audit: AuditLog(other))]
    let new = fixture.new("key-1")
    let created = try await withThrowingTaskGroup(of: Bool.self) { group in
      for journal in journals {
        for _ in 0..<20 {
          group.addTask { if case .created = try await journal.create(new) { true } else { false } }
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(created == 1)
  }

  @Test("Interrupted operations are taken in order; those that wait for a person or are at their end are not")
  func interrupted() async throws {
    let fixture = try await JournalFixture()
    let journal = fixture.journal
    var ids: [LocalID] = []
    for index in 0..<6 {
      var new = fixture.new()
      new.isApproved = index != 1
      guard case .created(let record, _) = try await journal.create(new, lease: fixture.lease()) else { continue }
      ids.append(record.id)
      fixture.clock.advance(by: .milliseconds(5))
    }
    func fence(_ index: Int) -> Fence { Fence(operation: ids[index], number: 1) }
    try await journal.finish(fence(2), .abandoned)
    try await journal.advance(fence(3), to: .running)
    try await journal.block(fence(3), error: ["code": "WF_005"])
    try await journal.release(fence(4))
    #expect(try await journal.claimInterrupted(fixture.lease("two"), limit: 10).map(\.operation) == [ids[4]])
    fixture.clock.advance(by: .seconds(61))
    let taken = try await journal.claimInterrupted(fixture.lease("three"), limit: 2)
    #expect(taken.map(\.operation) == [ids[0], ids[4]])
    #expect(try await journal.claimInterrupted(fixture.lease("three"), limit: 2).map(\.operation) == [ids[5]])
    #expect(try await journal.unfinished().map(\.id) == [0, 1, 3, 4, 5].map { ids[$0] })
    // A person has said what became of the step.
    let resolved = try #require(try await journal.claim(ids[3], fixture.lease("four")))
    try await journal.advance(resolved, to: .running)
  }

  @Test("A step is announced with its audit record, and ends with it")
  func steps() async throws {
    let fixture = try await JournalFixture()
    let journal = fixture.journal
    let fence = try await fixture.running()
    let ticket = try #require(
      try await journal.startStep(
        fence, StepStart("create", attempt: 1, idempotencyKey: "k1"), audit: fixture.entry("step.create")))
    var step = try #require(try await journal.operation(fence.operation).steps.first)
    #expect(step.state == .running && step.attempt == 1 && step.idempotencyKey == "k1")
    #expect(step.auditSequence == ticket.sequence && step.startedAt == fixture.clock.now() && step.endedAt == nil)

    fixture.clock.advance(by: .seconds(1))
    try await journal.finishStep(
      fence, "create", .failed(error: ["code": "GRAPH_001"]),
      audit: AuditClosing(ticket, AuditOutcome(.failed, code: .graphFailed)))
    step = try #require(try await journal.operation(fence.operation).steps.first)
    #expect(step.state == .failed && step.error == ["code": "GRAPH_001"] && step.endedAt == fixture.clock.now())

    #expect(try await journal.startStep(fence, StepStart("create", attempt: 2, idempotencyKey: "ignored")) == nil)
    try await journal.finishStep(fence, "create", .succeeded(output: ["id": 1], pending: "it shows later"))
    try await journal.skipStep(fence, "license", reason: "none asked for")
    _ = try await journal.startStep(fence, StepStart("mailbox", attempt: 1, idempotencyKey: "k3"))
    try await journal.finishStep(fence, "mailbox", .succeeded(output: nil))
    _ = try await journal.startStep(fence, StepStart("mail", attempt: 1, idempotencyKey: "k4"))
    try await journal.finishStep(fence, "mail", .unknown(error: "no reply"))
    let detail = try await journal.operation(fence.operation)
    #expect(detail.steps.map(\.id) == ["create", "license", "mailbox", "mail"])
    #expect(detail.steps.map(\.state) == [.succeeded, .skipped, .succeeded, .unknown])
    #expect(detail.steps.map(\.doneOrder) == [1, nil, 2, nil])
    #expect(detail.steps[0].attempt == 2 && detail.steps[0].idempotencyKey == "k1")
    #expect(detail.steps[0].output == ["id": 1] && detail.steps[0].error == nil)
    #expect(detail.steps[0].pending == "it shows later" && detail.steps[2].pending == nil)
    #expect(detail.steps[2].output == .null && detail.steps[3].error == "no reply")
    #expect(try await fixture.audit.state().records == 2)
    try await journal.setProgress(fence, done: 2, total: 4)
    let record = try await journal.operation(fence.operation).record
    #expect(record.done == 2 && record.total == 4)
    try await journal.note(fence, "recovered_by_probe", ["step": "mail"])
    let events = try await journal.events(of: fence.operation)
    #expect(
      events.map(\.kind) == [
        "created", "state", "step_started", "step_failed", "step_started", "step_succeeded", "step_skipped",
        "step_started", "step_succeeded", "step_started", "step_unknown", "recovered_by_probe",
      ])
    #expect(events.map(\.number) == Array(1...12))
    #expect(try await journal.events(of: fence.operation, after: 10, limit: 1).map(\.kind) == ["step_unknown"])
  }

  @Test("What does not fit the state of operation or step is refused and changes nothing")
  func illegal() async throws {
    let fixture = try await JournalFixture()
    let journal = fixture.journal
    guard case .created(_, let fence?) = try await journal.create(fixture.new(), lease: fixture.lease()) else { return }
    func refused(_ body: () async throws -> Void) async -> Bool {
      let before = try? await journal.operation(fence.operation)
      let error = await adminError(body)
      let after = try? await journal.operation(fence.operation)
      return error?.code == .illegalState && error?.isLeaseLost == false && before?.record == after?.record
        && before?.steps == after?.steps
    }
    let start = StepStart("a", attempt: 1, idempotencyKey: "k")
    #expect(await refused { _ = try await journal.startStep(fence, start) })
    #expect(await refused { try await journal.advance(fence, to: .blocked) })
    #expect(await refused { try await journal.advance(fence, to: .completed) })
    #expect(await refused { try await journal.beginCompensation(fence, of: [], error: nil) })
    try await journal.advance(fence, to: .running)
    #expect(await refused { try await journal.finishStep(fence, "a", .succeeded(output: nil)) })
    #expect(await refused { _ = try await journal.startUndo(fence, "a", attempt: 1) })
    _ = try await journal.startStep(fence, start)
    #expect(await refused { try await journal.skipStep(fence, "a", reason: "") })
    try await journal.finishStep(fence, "a", .succeeded(output: nil))
    #expect(await refused { _ = try await journal.startStep(fence, start) })
    #expect(await refused { try await journal.finishStep(fence, "a", .failed(error: nil)) })
    try await journal.beginCompensation(fence, of: [], error: "x")
    #expect(await refused { _ = try await journal.startUndo(fence, "a", attempt: 1) })
    #expect(await refused { try await journal.finishUndo(fence, "a", error: nil) })
    #expect(await refused { try await journal.advance(fence, to: .running) })
    #expect(await refused { _ = try await journal.startStep(fence, StepStart("b", attempt: 1, idempotencyKey: "k")) })
  }

  @Test("Compensation undoes what is named, records failures, and goes on")
  func compensation() async throws {
    let fixture = try await JournalFixture()
    let journal = fixture.journal
    let fence = try await fixture.running()
    for step in ["a", "b", "c"] {
      _ = try await journal.startStep(fence, StepStart(step, attempt: 1, idempotencyKey: step))
      try await journal.finishStep(fence, step, .succeeded(output: nil))
    }
    try await journal.beginCompensation(fence, of: ["a", "b"], error: ["code": "LIC_002"])
    var detail = try await journal.operation(fence.operation)
    #expect(detail.record.state == .compensating && detail.record.error == ["code": "LIC_002"])
    #expect(detail.steps.map(\.compensation) == [.pending, .pending, .none])
    let ticket = try #require(
      try await journal.startUndo(fence, "b", attempt: 1, audit: fixture.entry("undo.b")))
    try await journal.finishUndo(
      fence, "b", error: "gone wrong", audit: AuditClosing(ticket, AuditOutcome(.failed)))
    _ = try await journal.startUndo(fence, "a", attempt: 1)
    try await journal.finishUndo(fence, "a", error: nil)
    _ = try await journal.startUndo(fence, "b", attempt: 2)
    detail = try await journal.operation(fence.operation)
    #expect(detail.steps.map(\.compensation) == [.done, .running, .none])
    #expect(detail.steps[1].compensationAttempt == 2 && detail.steps[1].compensationError == "gone wrong")
    try await journal.finishUndo(fence, "b", error: "still wrong")
    let closing = try await fixture.audit.begin(fixture.entry("create_user"))
    try await journal.finish(
      fence, .failed, error: nil, report: ["undone": ["a"], "left": ["b"]],
      audit: AuditClosing(closing, AuditOutcome(.failed, code: .compensationFailed)))
    let record = try await journal.operation(fence.operation).record
    #expect(record.state == .failed && record.error == ["code": "LIC_002"] && record.lease == nil)
    #expect(record.report == ["undone": ["a"], "left": ["b"]])
    #expect(try await fixture.audit.verify().isIntact)
    #expect(try await fixture.audit.state().records == 4)
  }

  @Test("Nothing about a finished operation changes", arguments: OperationState.terminal)
  func terminal(state: OperationState) async throws {
    let fixture = try await JournalFixture()
    let journal = fixture.journal
    let fence = try await fixture.running()
    try await journal.finish(fence, state, output: ["a": 1])
    let before = try await journal.operation(fence.operation)
    #expect(before.record.state == state && before.record.output == ["a": 1])
    for body in [
      { try await journal.advance(fence, to: .running) }, { try await journal.finish(fence, .completed) },
      { try await journal.setProgress(fence, done: 1, total: 1) }, { try await journal.block(fence, error: nil) },
      { _ = try await journal.requestCancel(fence.operation, by: .system) },
      { try await journal.note(fence, "x", [:]) }, { try await journal.release(fence) },
    ] as [() async throws -> Void] {
      #expect(await adminError(body)?.code == .illegalState)
    }
    #expect(try await !journal.renew(fence, for: .seconds(60)))
    fixture.clock.advance(by: .seconds(999))
    #expect(try await !journal.hasInterrupted())
    #expect(try await journal.claim(fence.operation, fixture.lease()) == nil)
    let error = await adminError {
      _ = try await fixture.database.write { try $0.execute("UPDATE wf_instances SET state = 'running'") }
    }
    #expect(error?.cause?.contains("never changed") == true)
    let after = try await journal.operation(fence.operation)
    #expect(after.record == before.record)
    let rewritten = await adminError {
      _ = try await fixture.database.write { try $0.execute("UPDATE wf_events SET kind = 'x'") }
    }
    #expect(rewritten?.cause?.contains("never changed") == true)
  }

  @Test("Whoever was overtaken changes nothing any more")
  func overtaken() async throws {
    let fixture = try await JournalFixture()
    let journal = fixture.journal
    let old = try await fixture.running()
    _ = try await journal.startStep(old, StepStart("a", attempt: 1, idempotencyKey: "k"))
    fixture.clock.advance(by: .seconds(61))
    let new = try #require(try await journal.claim(old.operation, fixture.lease("two")))
    let before = try await journal.operation(old.operation)
    for body in [
      { try await journal.finishStep(old, "a", .succeeded(output: nil)) },
      {
        _ = try await journal.startStep(old, StepStart("b", attempt: 1, idempotencyKey: "k"), audit: fixture.entry("b"))
      },
      { try await journal.finish(old, .completed) },
      { try await journal.beginCompensation(old, of: ["a"], error: nil) },
      { try await journal.setProgress(old, done: 9, total: 9) }, { try await journal.skipStep(old, "c", reason: "") },
    ] as [() async throws -> Void] {
      #expect(await adminError(body)?.isLeaseLost == true)
    }
    let after = try await journal.operation(old.operation)
    #expect(after.record == before.record && after.steps == before.steps)
    #expect(try await fixture.audit.state().records == 0)
    try await journal.finishStep(new, "a", .succeeded(output: nil))
  }

  @Test("A cancellation is asked for by anybody, once")
  func cancel() async throws {
    let fixture = try await JournalFixture()
    let fence = try await fixture.running()
    let by = AuditActor(.local, "bob")
    #expect(try await fixture.journal.requestCancel(fence.operation, by: by).isCancelRequested)
    #expect(try await fixture.journal.requestCancel(fence.operation, by: by).isCancelRequested)
    let events = try await fixture.journal.events(of: fence.operation)
    #expect(events.last?.kind == "cancel_requested" && events.last?.detail["by"]?["id"] == "bob")
    #expect(events.count == 3)
    try await fixture.journal.finish(fence, .cancelled)
  }

  @Test("When the audit trail cannot be written, no step begins")
  func auditFull() async throws {
    let fixture = try await JournalFixture()
    let fence = try await fixture.running()
    let pages = try await fixture.database.read { try $0.value("PRAGMA page_count", as: Int.self) ?? 0 }
    try await fixture.database.write { try $0.execute(SQL(raw: "PRAGMA max_page_count = \(pages)")) }
    var entry = fixture.entry("step.a")
    entry.detail = ["text": .string(String(repeating: "x", count: 16_000))]
    let large = entry
    let error = await adminError {
      for number in 0..<10 {
        _ = try await fixture.journal.startStep(
          fence, StepStart("s\(number)", attempt: 1, idempotencyKey: ""), audit: large)
      }
    }
    #expect(error?.code == .auditUnavailable)
    let steps = try await fixture.journal.operation(fence.operation).steps.count
    #expect(try await fixture.audit.state().records == steps)
  }

  @Test("An end that the audit trail cannot tell of is not written down, and the error says that it was one")
  func unrecordedEnd() async throws {
    let fixture = try await JournalFixture()
    let journal = fixture.journal
    let fence = try await fixture.running()
    let ticket = try #require(
      try await journal.startStep(
        fence, StepStart("a", attempt: 1, idempotencyKey: "k"), audit: fixture.entry("step.a")))
    try fixture.store.foreignConnection().run(script: "DROP TABLE audit_records")
    let closing = AuditClosing(ticket, AuditOutcome(.succeeded))
    for body in [
      { try await journal.finishStep(fence, "a", .succeeded(output: nil), audit: closing) },
      { try await journal.finish(fence, .completed, audit: closing) },
    ] as [() async throws -> Void] {
      let error = await adminError(body)
      #expect(error?.code == .auditUnavailable && error?.message.hasPrefix("It was done") == true)
    }
    let detail = try await journal.operation(fence.operation)
    #expect(detail.record.state == .running && detail.steps.map(\.state) == [.running])
  }

  @Test("Operations are listed by state, the newest first, page by page while others come")
  func lists() async throws {
    let fixture = try await JournalFixture()
    var ids: [LocalID] = []
    for _ in 0..<12 {
      ids.append(try await fixture.running().operation)
      fixture.clock.advance(by: .milliseconds(2))
    }
    try await fixture.journal.finish(Fence(operation: ids[3], number: 1), .completed)
    #expect(try await fixture.journal.list(states: [.completed]).items.map(\.id) == [ids[3]])
    #expect(try await fixture.journal.list(states: [.completed, .failed]).count == 1)
    var seen: [LocalID] = []
    var cursor: String?
    repeat {
      let page = try await fixture.journal.list(states: [.running], limit: 5, cursor: cursor)
      #expect(page.count >= 11)
      seen += page.items.map(\.id)
      cursor = page.nextCursor
      _ = try await fixture.running()
    } while cursor != nil
    #expect(seen == ids.reversed().filter { $0 != ids[3] })
    let error = await adminError {
      let cursor = try await fixture.journal.list(limit: 1).nextCursor
      _ = try await fixture.journal.list(states: [.failed], cursor: cursor)
    }
    #expect(error?.code == .invalidArgument)
  }
}
