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
    guard let roles = try await tenant.grantedRoles() else {
      throw AdminError(.graphFailed, "The token does not say which permissions it carries.")
    }
    let report = PermissionReport(tools: AdminCatalogue.offeredTools(wiring.configuration), roles: roles)
    let expiry = tenant.application.credential.certificateExpiresAt
    Terminal.print(isJSON ? json(report, expiry) : text(report, expiry))
    return report.missing.isEmpty ? .success : .failure
  }

  /// `doctor --needs`: for whoever registers the application, before there is one.
  func listNeeds() -> ExitCode {
    let report = PermissionReport(tools: AdminCatalogue.offeredTools(wiring.configuration), roles: [])
    if isJSON {
      Terminal.print(
        JSONValue.object([
          "needed": list(report.needs, granted: false), "optional": list(report.optional, granted: false),
        ]).text)
    } else {
      Terminal.print((lines("needed", report.needs) + lines("optional", report.optional)).joined(separator: "\n"))
    }
    return .success
  }

  /// Fields are apart by two spaces or more.
  private func lines(_ kind: String, _ needs: [PermissionReport.Need]) -> [String] {
    needs.map { need in
      "\(kind)  \(need.permission.name)  \(need.permission.resource)  (\(need.tools.joined(separator: ", ")))"
    }
  }

  private func json(_ report: PermissionReport, _ expiry: Timestamp?) -> String {
    JSONValue.object([
      "needed": list(report.needs, granted: true), "optional": list(report.optional, granted: true),
      "excess": .strings(report.excess), "certificateExpiresAt": .optional(expiry?.iso8601),
    ]).text
  }

  /// - Parameter granted: whether the answer is about an application that may hold them.
  private func list(_ needs: [PermissionReport.Need], granted: Bool) -> JSONValue {
    .array(
      needs.map { need in
        var entry: JSONObject = [
          "resource": .string(need.permission.resource), "permission": .string(need.permission.name),
        ]
        if granted { entry["granted"] = .bool(need.isGranted) }
        entry["tools"] = .strings(need.tools)
        return .object(entry)
      })
  }

  private func text(_ report: PermissionReport, _ expiry: Timestamp?) -> String {
    var lines = report.needs.map { need in
      "\(need.isGranted ? "granted " : "MISSING ") \(need.permission.rawValue)  (\(need.tools.joined(separator: ", ")))"
    }
    lines += report.optional.map { need in
      "\(need.isGranted ? "granted " : "optional") \(need.permission.rawValue)  (\(need.tools.joined(separator: ", ")), for some uses)"
    }
    lines += report.excess.map { "excess   \($0)  (no offered tool needs it)" }
    if let expiry { lines.append("certificate until \(expiry.isoDate)") }
    if !report.missing.isEmpty {
      lines.append("Grant the missing permissions to the app registration and give admin consent.")
    }
    return lines.joined(separator: "\n")
  }
}
