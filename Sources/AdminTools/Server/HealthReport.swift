package import MCPProtocol

/// How the server is, and what somebody should do about it: the resource `m365://health` and the command `health`.
package struct HealthReport: ToolOutput {
  package enum Status: String, Choice {
    case healthy, degraded, unhealthy
  }

  package struct Server: ToolOutput {
    package let name: String
    package let version: String
  }

  package struct Tenant: ToolOutput {
    package let id: String?
    package let name: String?
    package let domain: String?
  }

  package struct Operation: ToolOutput {
    package let operationId: String
    package let tool: String
    package let state: String
    package let updatedAt: String
  }

  package let status: Status
  package let authenticated: Bool
  package let graphApiConnected: Bool
  package let lastCheck: String
  package let server: Server
  package let tenant: Tenant
  package let database: FreeForm
  package let tokenExpiresAt: String?
  package let certificateExpiresAt: String?
  package let audit: FreeForm
  package let pendingOperations: [Operation]
  /// What was gone on with since this process started.
  package let recovered: [FreeForm]
  package let warnings: [String]
}

/// The worst of what was found, and all of it in words.
struct HealthFindings {
  private(set) var status = HealthReport.Status.healthy
  private(set) var warnings: [String] = []

  mutating func add(_ status: HealthReport.Status, _ warning: String) {
    let order = HealthReport.Status.allCases
    if order.firstIndex(of: status) ?? 0 > order.firstIndex(of: self.status) ?? 0 { self.status = status }
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
