import Access
import AdminCore
import Synchronization
import TenantSimulator
import TestSupport

/// A simulated tenant that issues tokens, and an authenticator that fetches its keys.
final class TokenFixture: Sendable {
  let timekeeper = VirtualTimekeeper(.manual)
  let tenant: SimulatedTenant
  let authenticator: CallerAuthenticator
  let fetches: Counter
  private let outage = Outage()

  final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
  }

  init(_ settings: [Setting: String] = [:], roles: Set<Role> = Set(Role.standardLocal)) throws {
    let timekeeper = timekeeper
    let tenant = try SimulatedTenant(SimulatedTenant.Options(lags: Lags.none, timekeeper: timekeeper))
    self.tenant = tenant
    let base: [Setting: String] = [
      .tenantID: tenant.credentials.tenantID, .clientID: tenant.credentials.clientID,
    ]
    let configuration = Configuration(base.merging(settings) { $1 }, home: "/nowhere")
    let (fetches, outage) = (Counter(), outage)
    self.fetches = fetches
    let path = "https://login.microsoftonline.com/\(tenant.credentials.tenantID)/discovery/v2.0/keys"
    authenticator = CallerAuthenticator(
      configuration, local: Caller(actor: "local:1000:tester", roles: roles),
      keys: { () async throws(AdminError) in
        fetches.add()
        if let error = outage.error { throw error }
        do {
          return try await tenant.handle(SimulatedRequest("GET", path)).body
        } catch {
          throw AdminError(.authenticationFailed, "lost", isRetryable: true)
        }
      }, timekeeper: timekeeper)
  }

  private final class Outage: Sendable {
    private let current = Mutex<AdminError?>(nil)
    var error: AdminError? {
      get { current.withLock { $0 } }
      set { current.withLock { $0 = newValue } }
    }
  }

  /// Whether the authority can be reached.
  func setOutage(_ error: AdminError?) { outage.error = error }

  // MARK: Tokens

  func token(_ order: TokenOrder) async throws -> String { try await tenant.issueToken(order) }

  /// A token of an application with roles.
  func token(roles: [String] = ["PersonaConfig.Read"], _ claims: JSONObject = [:]) async throws -> String {
    try await token(TokenOrder(.app, claims: (["roles": .strings(roles)] as JSONObject).merging(claims)))
  }

  func caller(_ token: String?, needsToken: Bool = false) async throws(AdminError) -> Caller {
    try await authenticator.caller(
      presenting: token.map { Secret(.string("Bearer \($0)")) }, needsToken: needsToken)
  }

  /// The code with which a token is refused; `nil` when it is accepted.
  func refusal(of token: String?) async -> ErrorCode? {
    do throws(AdminError) {
      _ = try await caller(token)
      return nil
    } catch {
      return error.code
    }
  }

  func refusal(of order: TokenOrder) async throws -> ErrorCode? { await refusal(of: try await token(order)) }
}
