import Access
import AdminCore
import AdminTools
import Glibc
import Store

/// `approve`: shows a plan to the person at the terminal and takes their word on it.
///
/// The answer is read from the terminal itself and from nothing else, so that a program that can run commands cannot
/// approve its own plan by piping a word into this one.
struct ApproveCommand {
  private let wiring: Wiring
  private let planID: String

  init(_ wiring: Wiring, planID: String) {
    self.wiring = wiring
    self.planID = planID
  }

  func run() async throws(AdminError) -> ExitCode {
    guard let id = LocalID(planID) else {
      throw AdminError(.invalidArgument, "This is not the id of a plan; the refused call names it as planId.")
    }
    let store = try await wiring.services.store.value()
    let plan = try await store.approvals.plan(id)
    let terminal = try ControllingTerminal()
    terminal.write(
      """
      \(plan.plan["text"]?.stringValue ?? "")

      Asked for by \(VisibleText.excerpt(plan.requestedBy.identifier)) with \(plan.tool); good until \
      \(plan.expiresAt.iso8601).
      Type approve to let this be done once; anything else refuses it.
      >
      """ + " ")
    let answer = terminal.readLine()
    let isApproved = answer == "approve"
    let person = wiring.services.callers.local
    let entry = AuditEntry(
      .approval, plan.tool, by: person.auditActor,
      correlationID: LocalID.make(at: wiring.services.timekeeper.now()).text,
      detail: ["planId": .string(id.text), "decision": .string(isApproved ? "approved" : "refused")])
    if isApproved {
      _ = try await store.approvals.approve(id, by: person.actor)
    } else {
      _ = try await store.approvals.deny(id, by: person.actor)
    }
    try await store.audit.record(entry, AuditOutcome(isApproved ? .succeeded : .denied))
    terminal.write(isApproved ? "Approved. Make the same call again.\n" : "Refused. Nothing will be done.\n")
    return isApproved ? .success : .failure
  }
}

/// The terminal this process belongs to, whatever its standard streams are connected to.
private struct ControllingTerminal: ~Copyable {
  private let descriptor: Int32

  init() throws(AdminError) {
    descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw AdminError(
        .confirmationRequired,
        "A person has to approve in a terminal, and this process has none. Open one and run it there.")
    }
  }

  deinit { close(descriptor) }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      offset += count
    }
  }

  func readLine() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < 256, read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
    let text = String(decoding: line, as: UTF8.self)
    return text.last == "\r" ? String(text.dropLast()) : text
  }
}
