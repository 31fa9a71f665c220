import AdminCore
import AdminTools
import Store
import Workflows

/// Goes on with operations whose process went away: at the start, and whenever a lease has had the time to run out.
///
/// Nothing is taken up before the tenant can be reached and is known to be the store's own: an operation claimed by a
/// process that cannot sign in would only fail.
struct Recovery {
  private let wiring: Wiring

  init(_ wiring: Wiring) { self.wiring = wiring }

  func run() async {
    guard !wiring.configuration.isReadOnly else { return }
    while !Task.isCancelled, !wiring.shutdown.isRequested {
      do throws(AdminError) {
        try await recover()
      } catch {
        // A server that ends closes its store under whoever still reads from it.
        guard !Task.isCancelled, !wiring.shutdown.isRequested else { return }
        wiring.log.failure("Interrupted operations wait", error)
      }
      do throws(CancellationError) {
        try await wiring.services.timekeeper.sleep(for: wiring.configuration.leaseDuration)
      } catch {
        return
      }
    }
  }

  private func recover() async throws(AdminError) {
    // A server that is not set up for the tenant or the store leaves everything as it is.
    guard wiring.configuration.signInProblems.isEmpty, wiring.configuration.storeProblems.isEmpty else { return }
    let store = try await wiring.services.store.value()
    guard try await store.journal.hasInterrupted() else { return }
    try await TenantBinding(store: store, tenant: try await wiring.services.tenant.value()).check()
    let reports = try await store.runner.recoverInterrupted()
    await wiring.services.health.note(recovered: reports)
  }
}
