package import AdminCore
package import MCPProtocol
import Personas
import Store

/// Tells whoever watches a resource that it has changed, whichever process changed it; and makes changes of personas
/// whose time has come.
///
/// One timer looks at the store's change counter, which costs microseconds; more is read only when it has moved. The
/// tenant is never asked: of its resources those are told that an operation of this store has changed.
package struct ResourceWatcher: Sendable {
  package static let interval = Duration.milliseconds(500)
  /// A store that cannot be opened is not asked again so soon: stretching a passphrase alone takes a while.
  private static let pauseAfterFailure = Duration.seconds(30)

  private let services: AdminServices
  private let changes: ChangeFeed
  private let timekeeper: any Timekeeper

  /// What the looks before have seen.
  private struct Seen {
    var personas: PersonaService.ObservationCursor?
    var mark: ChangeLog.Mark?
    var unfinished: [LocalID: OperationState] = [:]
  }

  /// - Parameter timekeeper: paces the looks; differs from that of the services in tests only.
  package init(_ services: AdminServices, _ changes: ChangeFeed, timekeeper: (any Timekeeper)? = nil) {
    self.services = services
    self.changes = changes
    self.timekeeper = timekeeper ?? services.timekeeper
  }

  /// Looks until the task is cancelled.
  package func run() async {
    // Without a key there is no store to look at, and there will be none.
    guard services.configuration.storeProblems.isEmpty else { return }
    var seen = Seen()
    var hasFailed = false
    while !Task.isCancelled {
      do throws(CancellationError) {
        try await timekeeper.sleep(for: hasFailed ? Self.pauseAfterFailure : Self.interval)
      } catch {
        return
      }
      do throws(AdminError) {
        let store = try await services.store.value()
        try await lookAtPersonas(store, &seen)
        try await lookAtOperations(store, &seen)
        hasFailed = false
      } catch {
        // A server that ends closes its store under whoever still reads from it.
        guard !Task.isCancelled else { return }
        if !hasFailed { services.log.failure("Changes of resources are not noticed", error) }
        hasFailed = !error.isRetryable
      }
    }
  }

  // MARK: Personas

  private func lookAtPersonas(_ store: StoreSession, _ seen: inout Seen) async throws(AdminError) {
    let observation = try await store.personas.observe(since: seen.personas)
    seen.personas = observation.cursor
    guard !observation.places.isEmpty else { return }
    let places = Set(observation.places)
    changes.announceResources { uri in
      guard let address = PersonaResource.address(of: uri) else { return false }
      return places.contains(.global) || places.contains(.tenant(address.tenant)) || places.contains(.persona(address))
    }
  }

  // MARK: Operations and templates

  private func lookAtOperations(_ store: StoreSession, _ seen: inout Seen) async throws(AdminError) {
    let look = try await ChangeLog(store.database).look(since: seen.mark)
    guard seen.mark != nil else {
      seen.unfinished = try await unfinished(store)
      seen.mark = look.mark
      return
    }
    var found = ChangedResources(operations: Set(look.operations.map(\.id)), templates: look.templates)
    for record in look.operations where ChangedResources.mayHaveChangedTenant(record) {
      do throws(AdminError) {
        let detail = try await store.journal.operation(record.id)
        found.add(detail, store.workflowServices)
      } catch  where !error.isRetryable {
        // One operation that cannot be read must not silence the others for good.
        services.log.failure("What an operation has changed is not told", error)
      }
    }
    if !look.operations.isEmpty {
      let unfinished = try await unfinished(store)
      if unfinished != seen.unfinished { found.add(fixed: HealthResource.uri) }
      seen.unfinished = unfinished
    }
    seen.mark = look.mark
    guard !found.isEmpty else { return }
    let changed = found
    changes.announceResources { changed.contains($0) }
  }

  /// As health names them.
  private func unfinished(_ store: StoreSession) async throws(AdminError) -> [LocalID: OperationState] {
    let records = try await store.journal.unfinished()
    return Dictionary(records.map { ($0.id, $0.state) }) { first, _ in first }
  }
}
