import AdminCore
import AdminTools
import M365

/// `doctor`: compares what the application may do with what the offered tools need.
struct DoctorCommand {
  private let wiring: Wiring
  private let isJSON: Bool

  init(_ wiring: Wiring, isJSON: Bool) {
    self.wiring = wiring
    self.isJSON = isJSON
  }

  func run() async throws(AdminError) -> ExitCode {
    let tenant = try await wiring.services.tenant.value()
    guard let roles = try await tenant.graph.grantedRoles() else {
      throw AdminError(.graphFailed, "The token does not say which permissions it carries.")
    }
    let report = PermissionReport(tools: AdminCatalogue.offeredTools(wiring.configuration), roles: roles)
    let expiry = tenant.application.credential.certificateExpiresAt
    Terminal.print(isJSON ? json(report, expiry) : text(report, expiry))
    return report.missing.isEmpty ? .success : .failure
  }

  private func json(_ report: PermissionReport, _ expiry: Timestamp?) -> String {
    JSONValue.object([
      "needed": .array(
        report.needs.map {
          [
            "permission": .string($0.permission.rawValue), "granted": .bool($0.isGranted), "tools": .strings($0.tools),
          ]
        }),
      "excess": .strings(report.excess), "certificateExpiresAt": .optional(expiry?.iso8601),
    ]).text
  }

  private func text(_ report: PermissionReport, _ expiry: Timestamp?) -> String {
    var lines = report.needs.map { need in
      "\(need.isGranted ? "granted " : "MISSING ") \(need.permission.rawValue)  (\(need.tools.joined(separator: ", ")))"
    }
    lines += report.excess.map { "excess   \($0)  (no offered tool needs it)" }
    if let expiry { lines.append("certificate until \(expiry.isoDate)") }
    if !report.missing.isEmpty {
      lines.append("Grant the missing permissions to the app registration and give admin consent.")
    }
    return lines.joined(separator: "\n")
  }
}
