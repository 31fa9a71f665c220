import Access
package import AdminCore
import M365
package import MCPProtocol

/// Compares the permissions the application was granted with those its tools need.
package struct CheckPermissions: ReadingTool {
  package static let name = "check_permissions"
  package static let title = "Check permissions"
  package static let summary =
    "Compare the application's granted permissions with what each tool needs."
  package static let role = Role.read
  package static let isOpenWorld = true

  package typealias Input = NoInput

  package struct Output: ToolOutput {
    package struct Missing: ToolOutput {
      package let permission: String
      package let tools: [String]
    }

    package let granted: [String]
    package let missing: [Missing]
    package let excess: [String]
    package let remedy: String?
  }

  package static func run(_ input: NoInput, _ call: ToolCall) async throws(AdminError) -> Output {
    guard let roles = try await call.tenant().grantedRoles() else {
      throw AdminError(
        .graphFailed, "The token does not say which permissions it carries; look at the app registration's page.")
    }
    let report = PermissionReport(tools: AdminCatalogue.offeredTools(call.services.configuration), roles: roles)
    let missing = report.missing.map { Output.Missing(permission: $0.permission.rawValue, tools: $0.tools) }
    return Output(
      granted: roles.sorted(), missing: missing, excess: report.excess,
      remedy: missing.isEmpty
        ? nil : "Grant the missing permissions to the app registration, give admin consent, and wait a few minutes.")
  }
}
