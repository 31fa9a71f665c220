import AdminCore
import Store
import TestSupport
import Testing

@Suite("Approvals")
struct ApprovalRepositoryTests {
  private let fixture: StoreFixture
  private let clock = VirtualTimekeeper()
  private let database: Database
  private let approvals: ApprovalRepository

  init() async throws {
    fixture = try StoreFixture()
    database = try await fixture.open(timekeeper: clock)
    approvals = ApprovalRepository(database)
  }

  private func new(_ arguments: UInt8 = 1, state: UInt8 = 2) -> NewPlan {
    NewPlan(
      tool: "send_from_template", argumentsHash: [arguments], stateHash: [state],
      plan: ["calls": ["POST /sendMail"], "iban": "DE89370400440532013000"], requestedBy: AuditActor(.local, "ada"))
  }

  private func consume(_ arguments: UInt8 = 1, state: UInt8 = 2, tool: String = "send_from_template") async throws
    -> LocalID?
  {
    try await approvals.consume(tool: tool, argumentsHash: [arguments], stateHash: [state])
  }

  @Test("A plan comes back as it was made, sealed in the file")
  func creates() async throws {
    let (plan, token) = try await approvals.create(new())
    #expect(token == nil)
    #expect(plan.state == .pending && plan.tool == "send_from_template" && plan.plan == new().plan)
    #expect(plan.requestedBy == AuditActor(.local, "ada") && plan.decidedBy == nil)
    #expect(plan.createdAt == clock.now() && plan.expiresAt == clock.now() + .seconds(600))
    #expect(try await approvals.plan(plan.id) == plan)
    let sealed = try await database.read { try $0.value("SELECT plan_sealed FROM approval_plans", as: [UInt8].self) }
    #expect(!String(decoding: sealed ?? [], as: UTF8.self).contains("sendMail"))
    let unknown = LocalID.make(at: clock.now())
    #expect(await adminError { _ = try await approvals.plan(unknown) }?.code == .confirmationRequired)
  }

  @Test("An approved plan is good once, and only for its tool, its arguments and its state")
  func singleUse() async throws {
    let (plan, _) = try await approvals.create(new())
    #expect(try await consume() == nil, "not approved yet")
    let approved = try await approvals.approve(plan.id, by: "bob")
    #expect(approved.state == .approved && approved.decidedBy == "bob")
    #expect(try await consume(9) == nil)
    #expect(try await consume(state: 9) == nil)
    #expect(try await consume(tool: "other") == nil)
    #expect(try await consume() == plan.id)
    #expect(try await consume() == nil)
    #expect(try await approvals.plan(plan.id).state == .used)
  }

  @Test("Of many that use one approval at once, one gets it")
  func race() async throws {
    let (plan, _) = try await approvals.create(new())
    _ = try await approvals.approve(plan.id, by: "bob")
    let other = ApprovalRepository(try await fixture.open(timekeeper: clock))
    let repositories = [approvals, other]
    let used = try await withThrowingTaskGroup(of: LocalID?.self) { group in
      for repository in repositories {
        for _ in 0..<20 {
          group.addTask {
            try await repository.consume(tool: "send_from_template", argumentsHash: [1], stateHash: [2])
          }
        }
      }
      return try await group.reduce(into: [LocalID]()) { if let id = $1 { $0.append(id) } }
    }
    #expect(used == [plan.id])
  }

  @Test("A decision is final, and a denied plan is good for nothing")
  func decisions() async throws {
    let (plan, _) = try await approvals.create(new())
    let (second, _) = try await approvals.create(new(3))
    #expect(
      try await approvals.pending().map(\.id).sorted { $0.text < $1.text }
        == [plan.id, second.id].sorted { $0.text < $1.text })
    #expect(try await approvals.deny(plan.id, by: "bob").state == .denied)
    let error = await adminError { _ = try await approvals.approve(plan.id, by: "eve") }
    #expect(error?.code == .illegalState)
    #expect(error?.message.contains("denied already") == true)
    #expect(try await consume() == nil)
    #expect(try await approvals.pending() == [try await approvals.plan(second.id)])
  }

  @Test("After ten minutes a plan can neither be approved nor used")
  func expiry() async throws {
    let (first, _) = try await approvals.create(new())
    let (second, token) = try await approvals.create(new(3), withToken: true)
    let (third, _) = try await approvals.create(new(4))
    _ = try await approvals.approve(first.id, by: "bob")
    clock.advance(by: .seconds(600))
    #expect(first.isExpired(at: clock.now()))
    #expect(try await consume() == nil)
    let token2 = try #require(token)
    #expect(
      try await approvals.consume(
        token: token2, tool: "send_from_template", argumentsHash: [3], stateHash: [2]) == nil)
    let error = await adminError { _ = try await approvals.approve(second.id, by: "bob") }
    #expect(error?.code == .confirmationRequired && error?.message.contains("expired") == true)
    #expect(try await approvals.pending().isEmpty)
    #expect(try await approvals.purge(expiredBefore: clock.now()) == 0)
    #expect(try await approvals.purge(expiredBefore: clock.now() + .milliseconds(1)) == 3)
    #expect(await adminError { _ = try await approvals.plan(third.id) }?.code == .confirmationRequired)
  }

  @Test("A token approves its own plan once, and is nowhere in the store")
  func tokens() async throws {
    let (plan, made) = try await approvals.create(new(), withToken: true)
    let token = try #require(made)
    #expect(token.reveal().utf8.count == 43)
    func use(_ token: Secret<String>, _ arguments: UInt8 = 1, state: UInt8 = 2) async throws -> LocalID? {
      try await approvals.consume(
        token: token, tool: "send_from_template", argumentsHash: [arguments], stateHash: [state])
    }
    #expect(try await use(Secret("wrong")) == nil)
    #expect(try await use(token, 9) == nil)
    #expect(try await use(token, state: 9) == nil)
    #expect(try await use(token) == plan.id)
    #expect(try await use(token) == nil)
    let used = try await approvals.plan(plan.id)
    #expect(used.state == .used && used.decidedBy == "token")
    let stored = try await database.read { try $0.value("SELECT token_hash FROM approval_plans", as: [UInt8].self) }
    #expect(stored?.count == 32)
  }
}
