import Access
import AdminCore
import Store
import Synchronization

/// Keeps what personas' configurations are made of, and how callers see them, as long as the store says that nothing has
/// changed. Bounded by what it holds.
final class PersonaCache: Sendable {
  /// Bytes of views, written out; what they are made of takes a few times that.
  private static let largestSize = 2 << 20
  private static let mostEntries = 1024
  private static let mostTenants = 64
  private static let mostViews = 16

  /// What tells one view of a persona from another.
  struct ViewKey: Hashable, Sendable {
    /// Whoever looks, as far as it makes a difference.
    let caller: Caller?
    let seesSensitive: Bool
    /// `experiment=variant`, for each that applies.
    let variants: [String]
    let wanted: [String]?
    let withProvenance: Bool
  }

  struct Entry: Sendable {
    let persona: LoadedPersona
    /// The store's change counter when this was known to hold.
    var counter: Int
    /// By the clock that never goes back.
    var checkedAt: Duration
    var views: [ViewKey: ConfigurationView] = [:]
    fileprivate var size = 1024
    fileprivate var lastUse = 0

    init(persona: LoadedPersona, counter: Int, checkedAt: Duration) {
      self.persona = persona
      self.counter = counter
      self.checkedAt = checkedAt
    }
  }

  private struct State {
    var entries: [PersonaAddress: Entry] = [:]
    var tenants: [TenantName: LoadedPersona.Shared] = [:]
    var size = 0
    var uses = 0

    mutating func remove(_ address: PersonaAddress) {
      if let old = entries.removeValue(forKey: address) { size -= old.size }
    }

    /// Lets go of the quarter that was not used for longest.
    mutating func makeRoom() {
      guard size > PersonaCache.largestSize || entries.count > PersonaCache.mostEntries else { return }
      let oldest = entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(max(1, entries.count / 4))
      for (address, _) in oldest { remove(address) }
    }
  }

  private let state = Mutex(State())

  func entry(for address: PersonaAddress) -> Entry? {
    state.withLock { state in
      state.uses += 1
      state.entries[address]?.lastUse = state.uses
      return state.entries[address]
    }
  }

  func shared(of tenant: TenantName) -> LoadedPersona.Shared? { state.withLock { $0.tenants[tenant] } }

  /// Notes that an entry still holds.
  func confirm(_ address: PersonaAddress, _ stamps: PersonaRepository.Stamps, counter: Int, at now: Duration) {
    state.withLock { state in
      guard state.entries[address]?.persona.stamps == stamps else { return }
      state.entries[address]?.counter = counter
      state.entries[address]?.checkedAt = now
    }
  }

  func keep(_ entry: Entry, _ shared: LoadedPersona.Shared, for address: PersonaAddress) {
    state.withLock { state in
      if state.tenants.count >= Self.mostTenants, state.tenants[address.tenant] == nil { state.tenants.removeAll() }
      state.tenants[address.tenant] = shared
      state.remove(address)
      state.uses += 1
      var entry = entry
      entry.lastUse = state.uses
      state.entries[address] = entry
      state.size += entry.size
      state.makeRoom()
    }
  }

  func keep(_ view: ConfigurationView, _ key: ViewKey, for address: PersonaAddress, _ stamps: PersonaRepository.Stamps)
  {
    state.withLock { state in
      guard var entry = state.entries[address], entry.persona.stamps == stamps else { return }
      if entry.views.count >= Self.mostViews {
        state.size -= entry.size - 1024
        entry.size = 1024
        entry.views.removeAll()
      }
      entry.views[key] = view
      entry.size += view.size
      state.size += view.size
      state.entries[address] = entry
      state.makeRoom()
    }
  }

  func forget(_ address: PersonaAddress) { state.withLock { $0.remove(address) } }
}
