import AdminCore
import Store
import TestSupport
import Testing

@Suite("Rows of personas")
struct PersonaRepositoryTests {
  private let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  private func repository() async throws -> PersonaRepository {
    PersonaRepository(try await fixture.open(timekeeper: VirtualTimekeeper(.manual)))
  }

  private static func address(_ persona: String = "p") throws -> PersonaAddress {
    PersonaAddress(try #require(TenantName("contoso")), try #require(PersonaName(persona)))
  }

  private func version(_ settings: JSONObject, keys: [String] = []) -> NewVersion {
    NewVersion(.update, patch: settings, keys: keys, settings: settings, locked: [], author: "a")
  }

  // MARK: Places

  @Test("A place is named and read back, and no tenant or persona can take a layer's name")
  func places() throws {
    let address = try Self.address()
    for place in [DocumentPlace.global, .tenant(address.tenant), .persona(address)] {
      #expect(DocumentPlace(text: place.text) == place)
    }
    #expect(DocumentPlace.persona(address).text == "contoso/p")
    for text in ["", "a/b/c", "_layer", "contoso/", "Contoso", "contoso/_layer/x"] {
      #expect(DocumentPlace(text: text) == nil, "\(text)")
    }
    #expect(TenantName("_global") == nil && PersonaName("_layer") == nil)
  }

  // MARK: Versions

  @Test("What is stored comes back to the letter")
  func letters() async throws {
    let repository = try await repository()
    let place = DocumentPlace.persona(try Self.address())
    let settings = try #require(try JSONParser.parse(#"{"b":1.0,"a":[1e2,"\u0000é"],"c":-0}"#).objectValue)
    let stored = try await repository.database.write { connection in
      try repository.append(version(settings), to: place, after: .none, in: connection)
    }
    let read = try await repository.database.read { connection in try repository.document(at: place, in: connection) }
    #expect(stored == read && read.version == 1)
    #expect(JSONValue.object(read.settings).serialized == JSONValue.object(settings).serialized)
    #expect(read.etag.hasPrefix("1-") && read.etag.utf8.count == 18)
  }

  @Test("The file itself refuses versions that do not follow, and changes and removals of those there are")
  func triggers() async throws {
    let repository = try await repository()
    let place = DocumentPlace.persona(try Self.address())
    try await repository.database.write { connection in
      let first = try repository.append(version(["a": 1]), to: place, after: .none, in: connection)
      try repository.append(version(["a": 2]), to: place, after: first, in: connection)
    }
    let foreign = try fixture.foreignConnection()
    for (statement, refusal) in [
      ("UPDATE pc_versions SET reason = 'x' WHERE version = 1", "never changed"),
      ("DELETE FROM pc_versions WHERE version = 1", "never deleted"),
      (
        "INSERT INTO pc_versions SELECT tenant_id, persona_id, 5, 4, etag, op, reason, at_ms, by, claimed_by, keys_json, patch_json, locked_json, settings_json FROM pc_versions WHERE version = 2",
        "follows the last one"
      ),
      ("INSERT OR REPLACE INTO pc_versions SELECT * FROM pc_versions WHERE version = 2", "follows the last one"),
    ] {
      let error = #expect(throws: StoreError.self) { try foreign.execute(SQL(raw: statement)) }
      #expect(error?.message.contains(refusal) == true, "\(statement)")
    }
    let stale = await adminError {
      try await repository.database.write { connection in
        _ = try repository.append(version(["a": 3]), to: place, after: .none, in: connection)
      }
    }
    #expect(stale != nil, "a version made from what is not the newest cannot be added")
    #expect(try await ChainCheck(repository.database).verify().problems == [])
  }

  // MARK: Stamps

  @Test("Every change has a number of its own, by which others find it")
  func stamps() async throws {
    let repository = try await repository()
    let address = try Self.address()
    func stamps() async throws -> PersonaRepository.Stamps {
      try await repository.database.read { connection in try repository.stamps(of: address, in: connection) }
    }
    #expect(try await stamps() == .init(global: 0, tenant: 0, persona: 0))
    try await repository.database.write { connection in
      try repository.append(version([:]), to: .global, after: .none, in: connection)
      try repository.append(version([:]), to: .persona(address), after: .none, in: connection)
      _ = try repository.store([], of: address.tenant, after: 0, by: "a", in: connection)
    }
    #expect(try await stamps() == .init(global: 1, tenant: 3, persona: 2))
    #expect(try await repository.changes(since: 1).places == [.persona(address), .tenant(address.tenant)])
    #expect(try await repository.changes(since: 3).places == [])
    #expect(try await repository.newestStamp() == 3)
  }

  // MARK: Operations

  @Test("What a change has answered is remembered for a month")
  func operations() async throws {
    let fixture = try StoreFixture()
    let clock = VirtualTimekeeper(.manual)
    let repository = PersonaRepository(try await fixture.open(timekeeper: clock))
    let ids = (0..<3).map { _ in LocalID.make(at: clock.now()) }
    func result(_ id: LocalID) async throws -> JSONObject? {
      try await repository.database.read { connection in try repository.result(of: id, in: connection) }
    }
    try await repository.database.write { connection in try repository.record(["v": 1], of: ids[0], in: connection) }
    #expect(try await result(ids[0]) == ["v": 1])
    #expect(try await result(ids[1]) == nil)
    clock.advance(by: .seconds(30 * 86_400 + 1))
    try await repository.database.write { connection in try repository.record([:], of: ids[2], in: connection) }
    #expect(try await result(ids[0]) == nil)
  }

  @Test("Names begin with what was typed, within a tenant or of tenants")
  func names() async throws {
    let repository = try await repository()
    try await repository.database.write { connection in
      for name in ["sales-1", "sales-2", "support", "Sales"] {
        let address = try Self.address(name)
        _ = try repository.store(PersonaRecord(address, displayName: name), after: nil, by: "a", in: connection)
      }
    }
    let tenant = try #require(TenantName("contoso"))
    #expect(try await repository.names(startingWith: "sales", in: tenant, limit: 10) == ["sales-1", "sales-2"])
    #expect(try await repository.names(startingWith: "", in: tenant, limit: 2) == ["Sales", "sales-1"])
    #expect(try await repository.names(startingWith: "c", in: nil, limit: 10) == ["contoso"])
    #expect(try await repository.names(startingWith: "x", in: nil, limit: 10) == [])
  }
}
