import Access
import AdminCore
import MCPProtocol

/// What every call of every tool and every reading of a resource goes through first, whatever it does.
struct GuardedCall {
  let services: AdminServices
  let tool: String
  let role: Role
  let context: RequestContext
  let correlationID: String

  /// - Parameter tool: its name; of a resource the address of its kind.
  init(services: AdminServices, tool: String, role: Role, context: RequestContext) {
    self.services = services
    self.tool = tool
    self.role = role
    self.context = context
    correlationID = LocalID.make(at: services.timekeeper.now()).text
  }

  /// Finds out who calls, authorises, then counts. A refusal by any of them is in the audit trail.
  func admit() async throws(AdminError) -> ToolCall {
    let call = try await authorize()
    do throws(AdminError) {
      try services.limiter.admit()
    } catch {
      throw await refused(error, call.caller)
    }
    return call
  }

  /// The same for what is not counted: the reading of resources.
  func authorize() async throws(AdminError) -> ToolCall {
    let caller: Caller
    do throws(AdminError) {
      caller = try await services.callers.caller(
        presenting: context.credential, needsToken: services.callers.needsToken(tool, role))
    } catch {
      throw await refused(error, services.callers.local.withoutRoles)
    }
    do throws(AdminError) {
      try services.callers.require(role, for: tool, of: caller)
    } catch {
      throw await refused(error, caller)
    }
    return ToolCall(services: services, caller: caller, correlationID: correlationID, context: context)
  }

  /// Writes the refusal down.
  func refused(_ error: AdminError, _ caller: Caller) async -> AdminError {
    await trail(of: caller).recordDenial(error)
    return error
  }

  /// Runs what looks at the caller more closely than by roles: at its tenant, or at single keys. A refusal by that is in
  /// the audit trail as well.
  func refusing<Value>(
    _ caller: Caller, _ body: () async throws(AdminError) -> Value
  ) async throws(AdminError) -> Value {
    do throws(AdminError) {
      return try await body()
    } catch {
      guard error.isRefusalOfCaller else { throw error }
      throw await refused(error, caller)
    }
  }

  func trail(of caller: Caller) -> AuditTrail {
    AuditTrail(services: services, caller: caller, tool: tool, correlationID: correlationID)
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

extension AdminError {
  /// Whether it is the caller that may not do this, and not the application in the tenant.
  fileprivate var isRefusalOfCaller: Bool {
    switch code {
    case .keyDenied, .otherTenant, .agentMayNotWrite: true
    case .permissionDenied: details?["role"] != nil
    default: false
    }
  }
}
