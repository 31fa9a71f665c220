import AdminCore
import AdminTools
import Glibc
import Store

/// `audit verify` and `audit export`.
struct AuditCommand {
  private let wiring: Wiring
  private let isJSON: Bool

  init(_ wiring: Wiring, isJSON: Bool) {
    self.wiring = wiring
    self.isJSON = isJSON
  }

  func verify(from first: Int) async throws(AdminError) -> ExitCode {
    let verification = try await wiring.services.store.value().audit.verify(from: first)
    if isJSON {
      Terminal.print(JSONValue.object(verification.json).text)
    } else {
      Terminal.print(verification.summary)
      for warning in verification.warnings { Terminal.print("note: \(warning)") }
    }
    return ExitCode(rawValue: verification.exitCode) ?? .failure
  }

  /// Writes page by page: the trail may be larger than the memory.
  func export(_ format: AuditExportFormat, to output: String) async throws(AdminError) -> ExitCode {
    let audit = try await wiring.services.store.value().audit
    let file = try ExportFile(output)
    let summary: AuditExportSummary
    do throws(AdminError) {
      summary = try await audit.export(as: format) { bytes throws(AdminError) in try file.write(bytes) }
      try file.finish()
    } catch {
      file.discard()
      throw error
    }
    let text = "\(summary.records) audit records exported"
    // Standard output may be the export itself.
    if isJSON, output != "-" {
      Terminal.print(JSONValue.object(["records": .int(summary.records), "file": .string(output)]).text)
    } else {
      Terminal.complain(text)
    }
    return .success
  }
}

/// A new file that only its owner can read, or standard output.
private final class ExportFile: Sendable {
  private let path: String?
  private let descriptor: Int32

  init(_ output: String) throws(AdminError) {
    path = output == "-" ? nil : output
    descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) } ?? 1
    guard descriptor >= 0 else { throw Self.failure(output) }
  }

  func write(_ bytes: [UInt8]) throws(AdminError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(path ?? "standard output") }
      offset += count
    }
  }

  func finish() throws(AdminError) {
    guard let path else { return }
    let isWritten = fsync(descriptor) == 0
    guard close(descriptor) == 0, isWritten else { throw Self.failure(path) }
  }

  /// Half an export must not be taken for a whole one.
  func discard() {
    guard let path else { return }
    close(descriptor)
    unlink(path)
  }

  private static func failure(_ path: String) -> AdminError {
    AdminError(.storeReadOnly, "\(path) cannot be written: \(String(cString: strerror(errno)))")
  }
}
