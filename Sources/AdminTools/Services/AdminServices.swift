package import Access
package import AdminCore
package import M365

/// What tools, resources and prompts work with. Made in one place, by the program.
package struct AdminServices: Sendable {
  package let configuration: Configuration
  package let store: Gate<StoreSession>
  package let tenant: Gate<TenantConnection>
  package let callers: CallerAuthenticator
  package let limiter: CallRateLimiter
  package let answered: AnsweredRequests
  package let redactor: Redactor
  package let timekeeper: any Timekeeper
  package let log: Log
  package let health: HealthMonitor
  package let answers = AnswerCache()

  package init(
    configuration: Configuration, store: Gate<StoreSession>, tenant: Gate<TenantConnection>,
    callers: CallerAuthenticator, limiter: CallRateLimiter, redactor: Redactor, timekeeper: any Timekeeper, log: Log
  ) {
    self.configuration = configuration
    self.store = store
    self.tenant = tenant
    self.callers = callers
    self.limiter = limiter
    self.redactor = redactor
    self.timekeeper = timekeeper
    self.log = log
    answered = AnsweredRequests()
    health = HealthMonitor(configuration: configuration, store: store, tenant: tenant, timekeeper: timekeeper)
  }
}
