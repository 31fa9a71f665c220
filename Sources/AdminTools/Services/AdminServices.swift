package import Access
package import AdminCore
package import M365
package import Store

/// What tools, resources and prompts work with. Made in one place, by the program.
package struct AdminServices: Sendable {
  package let configuration: Configuration
  package let store: Gate<StoreSession>
  package let tenant: Gate<TenantConnection>
  package let caller: Caller
  package let limiter: CallRateLimiter
  package let answered: AnsweredRequests
  package let redactor: Redactor
  package let timekeeper: any Timekeeper
  package let log: Log
  package let health: HealthMonitor
  package let answers = AnswerCache()

  package init(
    configuration: Configuration, store: Gate<StoreSession>, tenant: Gate<TenantConnection>, caller: Caller,
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
    health = HealthMonitor(configuration: configuration, store: store, tenant: tenant, timekeeper: timekeeper)
  }

  /// The caller as the audit trail names it.
  package var actor: AuditActor { AuditActor(.local, caller.actor, roles: caller.roles.map(\.rawValue).sorted()) }
}
