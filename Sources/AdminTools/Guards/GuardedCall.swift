import Access
import AdminCore
import MCPProtocol

/// What every call of every tool goes through first, whatever the tool does.
struct GuardedCall {
  let services: AdminServices
  let tool: String
  let role: Role
  let context: RequestContext
  let correlationID: String
  let trail: AuditTrail

  init(services: AdminServices, tool: String, role: Role, context: RequestContext) {
    self.services = services
    self.tool = tool
    self.role = role
    self.context = context
    correlationID = LocalID.make(at: services.timekeeper.now()).text
    trail = AuditTrail(services: services, tool: tool, correlationID: correlationID)
  }

  var call: ToolCall { ToolCall(services: services, correlationID: correlationID, context: context) }

  /// Authorise, then count. A refusal by either is in the audit trail.
  func admit() async throws(AdminError) {
    do throws(AdminError) {
      try services.caller.require(role)
      try services.limiter.admit()
    } catch {
      await trail.recordDenial(error)
      throw error
    }
  }

  /// Runs `body` under the correlation id of this call, and turns what it throws into a result.
  func outcome(
    _ body: @Sendable () async throws(AdminError) -> ToolOutcome
  ) async -> ToolOutcome {
    await Log.$correlationID.withValue(correlationID) {
      do throws(AdminError) {
        return try await body()
      } catch {
        return ToolDefinition.outcome(of: error.correlated(with: correlationID), services.log)
      }
    }
  }
}
