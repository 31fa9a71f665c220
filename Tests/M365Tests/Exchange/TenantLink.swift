import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

/// The product's connection joined to a simulated tenant in the same process.
struct TenantLink {
  static let domain = "harbourfinch.example"

  let tenant: SimulatedTenant
  let timekeeper: VirtualTimekeeper
  let transport: InProcessTransport
  let connection: TenantConnection
  private let lines = RecordedLines()

  var exchange: ExchangeClient { connection.exchange }
  var record: String { lines.text }

  init(lags: Lags = .none, seed: Seed? = nil, faults: FaultPlan = FaultPlan()) throws {
    timekeeper = VirtualTimekeeper()
    tenant = try SimulatedTenant(
      SimulatedTenant.Options(
        seed: seed, lags: lags, faults: faults, timekeeper: timekeeper, recorder: lines.recorder))
    transport = InProcessTransport(tenant)
    let credentials = tenant.credentials
    connection = try TenantConnection(
      Configuration(
        [
          .tenantID: credentials.tenantID, .clientID: credentials.clientID,
          .clientSecret: credentials.clientSecret.reveal(),
        ], home: "/"), transport: transport, timekeeper: timekeeper, random: RandomSource(SeededRandom(seed: 9)),
      environment: { _ in nil }, onRefusal: { _ in })
  }

  static func address(_ name: String) -> String { "\(name)@\(domain)" }

  static func mailbox(_ name: String) throws -> MailboxReference {
    MailboxReference(try #require(UserPrincipalName(address(name))))
  }

  func count(_ effect: String) async -> Int { await tenant.report("counts")?[effect]?.intValue ?? -1 }

  /// How often a cmdlet was called.
  func calls(_ cmdlet: String) -> Int {
    transport.sent.filter { $0.headers["X-CmdletName"] == cmdlet }.count
  }

  /// Sends a mail and waits until it has arrived.
  func send(from sender: String, to recipients: [String], subject: String = "Hello") async throws {
    let message = OutgoingMessage(subject: subject, body: .text("Hello"), to: recipients.map { MailAddress($0) })
    let draft = try await connection.graph.createDraft(in: UserReference(Self.address(sender)), message)
    try await connection.graph.sendDraft(draft.id, in: UserReference(Self.address(sender)))
    await tenant.advanceClock(by: .seconds(10))
  }

  /// `recipient status`, for each row of the trace about a subject.
  func trace(_ subject: String) async -> [String] {
    let rows = await tenant.report("trace")?.arrayValue ?? []
    return rows.filter { $0["subject"]?.stringValue?.hasSuffix(subject) == true }.map { row in
      "\(row["recipientAddress"]?.stringValue ?? "") \(row["status"]?.stringValue ?? "")"
    }
  }
}
