package import Access
package import AdminCore
package import M365
package import Store

/// What tools, resources and prompts work with. Made in one place, by the program.
package struct AdminServices: Sendable {
  package let configuration: Configuration
  package let store: Gate<StoreSession>
  package let tenant: Gate<TenantSession>
  package let caller: Caller
  package let limiter: CallRateLimiter
  package let answered: AnsweredRequests
  package let redactor: Redactor
  package let timekeeper: any Timekeeper
  package let log: Log

  package init(
    configuration: Configuration, store: Gate<StoreSession>, tenant: Gate<TenantSession>, caller: Caller,
    limiter: CallRateLimiter, redactor: Redactor, timekeeper: any Timekeeper, log: Log
  ) {
    self.configuration = configuration
    self.store = store
    self.tenant = tenant
    self.caller = caller
    self.limiter = limiter
    self.redactor = redactor
    self.timekeeper = timekeeper
    self.log = log
    answered = AnsweredRequests()
  }

  /// The caller as the audit trail names it.
  package var actor: Actor { Actor(.local, caller.actor, roles: caller.roles.map(\.rawValue).sorted()) }
}

/// The signed-in tenant.
package struct TenantSession: Sendable {
  package let graph: GraphClient

  package init(graph: GraphClient) { self.graph = graph }
}
