import AdminCore
import AdminTools
import M365
import Synchronization
import TenantSimulator
import TestSupport
import Testing

/// What the tools for mailboxes and mail flow change in a tenant, for comparing its start with its end. Mail itself is
/// left out: it is sent, and stays.
struct MailTenant: Equatable {
  private let lines: [String]

  init(_ tenant: SimulatedTenant) async {
    var lines: [String] = []
    for mailbox in await tenant.report("mailboxes")?.arrayValue ?? [] {
      for part in ["settings", "configuration", "rules"] {
        lines.append("\(mailbox["address"]?.stringValue ?? "") \(part) \(mailbox[part]?.text ?? "")")
      }
    }
    for part in await tenant.report("exchange")?.objectValue ?? [:] { lines.append("\(part.key) \(part.value.text)") }
    self.lines = lines
  }

  func difference(from other: MailTenant) -> String {
    let gone = lines.filter { !other.lines.contains($0) }.map { "- \($0.prefix(1500))" }
    return (gone + other.lines.filter { !lines.contains($0) }.map { "+ \($0.prefix(1500))" }).joined(separator: "\n")
  }
}

extension AdminHarness {
  static let daniel = "daniel.okafor@harbourfinch.example"
  static let nora = "nora.keane@harbourfinch.example"

  func mailTenant() async -> MailTenant { await MailTenant(tenant) }

  func mailbox(_ address: String) async -> JSONValue? {
    await state("mailboxes").first { $0["address"]?.stringValue == address }
  }

  /// What Exchange has of the organisation.
  func exchangeState() async -> JSONValue { await tenant.report("exchange") ?? .null }

  /// The cmdlets that were sent, in order, those that read left out.
  var changingCmdlets: [String] {
    transport.sent.compactMap { $0.headers["X-CmdletName"] }.filter { !$0.hasPrefix("Get-") }
  }

  /// The requests that can change something, as they were sent.
  var changes: [String] {
    transport.sent.compactMap { request in
      if let cmdlet = request.headers["X-CmdletName"] { return cmdlet.hasPrefix("Get-") ? nil : cmdlet }
      let isReading = request.method == .get || request.url.path.hasSuffix("/token")
      return isReading ? nil : "\(request.method.rawValue) \(request.url.path)"
    }
  }

  /// How often a cmdlet was sent.
  func count(of cmdlet: String) -> Int { transport.sent.count { $0.headers["X-CmdletName"] == cmdlet } }

  /// Lets something go wrong with one cmdlet, the others left alone. Paths do not tell cmdlets apart, so the tenant's plan
  /// of faults is made anew just before each one.
  ///
  /// - Parameter times: how often; `nil` for always.
  func fail(_ cmdlet: String, with fault: Fault, times: Int? = nil) {
    let left = Countdown(times)
    let tenant = tenant
    transport.onRequest("POST /adminapi/beta/*/InvokeCommand") { [weak transport] in
      let isMeant = transport?.sent.last?.headers["X-CmdletName"] == cmdlet && left.take()
      await tenant.setFaults(
        isMeant ? FaultPlan([FaultRule(fault, method: "POST", path: "/adminapi/**", times: 1)]) : FaultPlan())
    }
  }

  /// Runs `act` before each call of a cmdlet.
  func before(_ cmdlet: String, _ act: @escaping @Sendable () async -> Void) {
    transport.onRequest("POST /adminapi/beta/*/InvokeCommand") { [weak transport] in
      if transport?.sent.last?.headers["X-CmdletName"] == cmdlet { await act() }
    }
  }

  func exchange() async throws -> ExchangeClient { try await services.tenant.value().exchange }
  func graph() async throws -> GraphClient { try await services.tenant.value().graph }

  /// Undoes an operation.
  func undoing(_ answer: Answer) async throws -> Answer {
    try await call("undo_operation", ["operationId": answer["operationId"] ?? .null])
  }

  /// Undoes an operation, and expects that the tenant's mailboxes and mail flow are as they were.
  func expectUndone(
    _ answer: Answer, to start: MailTenant, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let undone = try await undoing(answer)
    #expect(!undone.isError, "\(undone.json.text)", sourceLocation: sourceLocation)
    let end = await mailTenant()
    #expect(end == start, "\(start.difference(from: end))", sourceLocation: sourceLocation)
  }
}

/// Counts down; without a number it never ends.
final class Countdown: Sendable {
  private let left: Mutex<Int?>

  init(_ count: Int?) { left = Mutex(count) }

  /// Whether there was one left.
  func take() -> Bool {
    left.withLock { left in
      guard let count = left else { return true }
      left = max(0, count - 1)
      return count > 0
    }
  }
}
