import AdminTools
import Synchronization

/// Joins two parts that need each other: the tenant's sign-in audits its refusals in the store, and the store's
/// workflows sign in to the tenant.
final class StoreLink: Sendable {
  private let gate = Mutex<Gate<StoreSession>?>(nil)

  var store: Gate<StoreSession>? { gate.withLock { $0 } }

  func set(_ store: Gate<StoreSession>) { gate.withLock { $0 = store } }
}
