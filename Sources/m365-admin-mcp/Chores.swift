import AdminCore
import AdminTools
import Store
import Workflows

/// What a server does besides answering: it goes on with operations whose process went away, at the start and whenever a
/// lease has had the time to run out; and it keeps connections that would end by themselves.
///
/// Nothing is taken up before the tenant can be reached and is known to be the store's own: an operation claimed by a
/// process that cannot sign in would only fail. A read-only server leaves everything as it is.
struct Chores {
  private let wiring: Wiring

  init(_ wiring: Wiring) { self.wiring = wiring }

  func run() async {
    let configuration = wiring.configuration
    guard !configuration.isReadOnly, configuration.signInProblems.isEmpty, configuration.storeProblems.isEmpty else {
      return
    }
    await withTaskGroup { group in
      group.addTask {
        await every(configuration.leaseDuration, failing: "Interrupted operations wait") {
          () async throws(AdminError) in
          try await recover()
        }
      }
      group.addTask {
        await every(ConnectionKeeper.interval, failing: "Connections are not kept") { () async throws(AdminError) in
          try await ConnectionKeeper(wiring.services).pass()
        }
      }
    }
  }

  private func every(
    _ interval: Duration, failing complaint: StaticString, _ work: () async throws(AdminError) -> Void
  ) async {
    while !Task.isCancelled, !wiring.shutdown.isRequested {
      do throws(AdminError) {
        try await work()
      } catch {
        // A server that ends closes its store under whoever still reads from it.
        guard !Task.isCancelled, !wiring.shutdown.isRequested else { return }
        wiring.log.failure(complaint, error)
      }
      do throws(CancellationError) {
        try await wiring.services.timekeeper.sleep(for: interval)
      } catch {
        return
      }
    }
  }

  private func recover() async throws(AdminError) {
    let store = try await wiring.services.store.value()
    guard try await store.journal.hasInterrupted() else { return }
    try store.requireIntactAudit()
    try await TenantBinding(store: store, tenant: try await wiring.services.tenant.value()).check()
    let reports = try await store.runner.recoverInterrupted()
    await wiring.services.health.note(recovered: reports)
  }
}
