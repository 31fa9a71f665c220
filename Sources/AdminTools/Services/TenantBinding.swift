package import AdminCore
package import M365
import Store

/// A store belongs to the tenant it was first used with. Its journal, templates and audit trail speak of that tenant's
/// objects, so it is never used with another one.
package struct TenantBinding: Sendable {
  private static let key = "tenant_id"

  private let store: StoreSession
  private let tenant: TenantConnection

  package init(store: StoreSession, tenant: TenantConnection) {
    self.store = store
    self.tenant = tenant
  }

  /// Signs in, and makes sure that the tenant is the store's own; the first one ever becomes it.
  package func check() async throws(AdminError) {
    let token = try await tenant.tokens.token(for: tenant.endpoints.graphAudience)
    guard let id = TokenClaims(token)?.tenantID?.lowercased() else { return }
    guard let known = try await store.config.value(for: Self.key) else {
      return try await store.config.set(Self.key, to: id)
    }
    guard known == id else {
      throw .misconfigured([
        Configuration.Problem(
          setting: .databasePath,
          message: "names a store of tenant \(known), but the settings sign in to \(id); give each tenant its own store"
        )
      ])
    }
  }
}
