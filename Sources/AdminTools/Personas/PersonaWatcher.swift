package import AdminCore
package import MCPProtocol
import Personas
import Store

/// Tells whoever watches a persona's configuration that it has changed, whichever process changed it; and makes changes
/// whose time has come.
///
/// One timer looks at the store's change counter, which costs microseconds; more is read only when it has moved.
package struct PersonaWatcher: Sendable {
  package static let interval = Duration.milliseconds(500)
  /// A store that cannot be opened is not asked again so soon: stretching a passphrase alone takes a while.
  private static let pauseAfterFailure = Duration.seconds(30)

  private let services: AdminServices
  private let changes: ChangeFeed
  private let timekeeper: any Timekeeper

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
    var cursor: PersonaService.ObservationCursor?
    var hasFailed = false
    while !Task.isCancelled {
      do throws(CancellationError) {
        try await timekeeper.sleep(for: hasFailed ? Self.pauseAfterFailure : Self.interval)
      } catch {
        return
      }
      do throws(AdminError) {
        let observation = try await services.store.value().personas.observe(since: cursor)
        cursor = observation.cursor
        if !observation.places.isEmpty { announce(observation.places) }
        hasFailed = false
      } catch {
        if !hasFailed { services.log.failure("Changes of personas are not noticed", error) }
        hasFailed = !error.isRetryable
      }
    }
  }

  private func announce(_ places: [DocumentPlace]) {
    let places = Set(places)
    changes.announceResources { uri in
      guard let address = PersonaResource.address(of: uri) else { return false }
      return places.contains(.global) || places.contains(.tenant(address.tenant)) || places.contains(.persona(address))
    }
  }
}
