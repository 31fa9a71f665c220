package import Access
package import AdminCore
import Store

extension Caller {
  /// A token opens its own tenant. Whoever may run the program on this machine has the store anyway.
  package func requireTenant(_ tenant: TenantName) throws(AdminError) {
    guard let tenantID, tenantID.text != tenant.text, !roles.contains(.allTenants) else { return }
    throw AdminError(.otherTenant, "The caller's token is of another tenant than \(tenant).")
  }
}

extension PersonaRepository {
  /// The identity of a persona's agent may read what it is to do and never decide it, whatever roles it was given and
  /// whoever it acts for.
  func requireNoAgent(_ caller: Caller, in connection: borrowing Connection) throws {
    guard let application = caller.applicationID, try isAgent(application, in: connection) else { return }
    throw AdminError(
      .agentMayNotWrite,
      "The caller is the agent of a persona (application \(application)); an agent changes no "
        + "persona. Use another identity.")
  }
}
