import AdminCore
import AdminTools
import MCPProtocol

/// `health`: the resource `m365://health`, for monitors and people.
struct HealthCommand {
  private let wiring: Wiring
  private let isJSON: Bool

  init(_ wiring: Wiring, isJSON: Bool) {
    self.wiring = wiring
    self.isJSON = isJSON
  }

  func run() async throws(AdminError) -> ExitCode {
    let report = await wiring.services.health.report()
    if isJSON {
      Terminal.print(try report.fragment().text)
    } else {
      Terminal.print(text(report))
    }
    switch report.status {
    case .healthy: return .success
    case .degraded: return .failure
    case .unhealthy: return .unhealthy
    }
  }

  private func text(_ report: HealthReport) -> String {
    var lines = [
      "status          \(report.status.rawValue)",
      "signed in       \(report.authenticated ? "yes" : "no")",
      "Graph answers   \(report.graphApiConnected ? "yes" : "no")",
    ]
    if let name = report.tenant.name {
      lines.append("tenant          \(VisibleText.excerpt(name)) (\(report.tenant.domain ?? report.tenant.id ?? ""))")
    }
    if let expiry = report.certificateExpiresAt { lines.append("certificate     until \(expiry)") }
    if !report.pendingOperations.isEmpty {
      lines.append("unfinished      \(report.pendingOperations.count) operations")
    }
    lines += report.warnings.map { "- \(VisibleText.excerpt($0, limit: 500))" }
    return lines.joined(separator: "\n")
  }
}
