import Access
import AdminCore
import Foundation
import Glibc
import Personas
import Store
import TestSupport
import Testing

/// What several processes, and one that dies, do to configuration.
@Suite("Configuration and other processes")
struct OtherProcessTests {
  /// Raises a number in the document, as often as told, with nothing but the etag to guard it.
  private static func count(
    _ name: String, to target: Int, at path: String, key: String
  ) async throws {
    let database = try await Database.open(at: path, key: StoreKey(Secret(key)))
    let service = PersonaService(PersonaRepository(database), audit: AuditLog(database))
    let caller = Caller(actor: "local:1:\(name)", roles: [.writePersonas, .readPersonas])
    let address = PersonaAddress(try PersonaFixture.name("contoso"), try PersonaFixture.persona("sales-agent"))
    var done = 0
    while done < target {
      let answer = try await service.configuration(ConfigurationQuery(address), for: caller)
      let values = try JSONParser.parse(answer.configurations)
      var request = ConfigurationUpdate.Request(
        address, .persona,
        ["both": .int((values["both"]?.intValue ?? 0) + 1), name: .int(done + 1)])
      request.ifMatch = answer.etag
      do throws(AdminError) {
        _ = try await service.perform(
          ConfigurationUpdate(request, by: caller, base: nil), operation: LocalID.make(at: database.timekeeper.now()),
          correlationID: name)
        done += 1
      } catch {
        guard error.code == .etagConflict else { throw error }
      }
    }
    await database.close()
  }

  @Test("Two processes that write the same document a thousand times each lose no update")
  func twoWriters() async throws {
    let fixture = try await PersonaFixture()
    let (path, key) = (fixture.files.path, fixture.files.keyText.reveal())
    async let left = #expect(processExitsWith: .success) { [path = path as String, key = key as String] in
      try await OtherProcessTests.count("left", to: 1000, at: path, key: key)
    }
    async let right = #expect(processExitsWith: .success) { [path = path as String, key = key as String] in
      try await OtherProcessTests.count("right", to: 1000, at: path, key: key)
    }
    _ = await (left, right)
    let reading = try await fixture.read()
    #expect(reading.values == ["both": 2000, "left": 1000, "right": 1000])
    #expect(reading.answer.version == 2000)
    let chain = try await ChainCheck(fixture.database).verify()
    #expect(chain.problems == [] && chain.versions == 2000)
    #expect(try await AuditLog(fixture.database).verify().isIntact)
  }

  @Test("Two processes that write different keys without a guard both get all of theirs in")
  func disjointWriters() async throws {
    let fixture = try await PersonaFixture()
    let (path, key) = (fixture.files.path, fixture.files.keyText.reveal())
    async let child = #expect(processExitsWith: .success) { [path = path as String, key = key as String] in
      let database = try await Database.open(at: path, key: StoreKey(Secret(key)))
      let service = PersonaService(PersonaRepository(database), audit: AuditLog(database))
      let address = PersonaAddress(try PersonaFixture.name("contoso"), try PersonaFixture.persona("sales-agent"))
      for number in 1...150 {
        let request = ConfigurationUpdate.Request(address, .persona, ["child": .int(number)])
        let base = try await service.preview(request, by: PersonaFixture.writer).base
        _ = try await service.perform(
          ConfigurationUpdate(request, by: PersonaFixture.writer, base: base),
          operation: LocalID.make(at: database.timekeeper.now()), correlationID: "c")
      }
    }
    for number in 1...150 { try await fixture.update(["parent": .int(number)], by: PersonaFixture.writer) }
    _ = await child
    let reading = try await fixture.read()
    #expect(reading.values == ["parent": 150, "child": 150] && reading.answer.version == 300)
  }

  @Test("A process killed while it writes leaves whole versions, each following the one before", arguments: 1...6)
  func killed(round: Int) async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["n": 0])
    let (path, key) = (fixture.files.path, fixture.files.keyText.reveal())
    await fixture.database.close()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, key = key as String, round = round as Int] in
      let database = try await Database.open(at: path, key: StoreKey(Secret(key)))
      let service = PersonaService(PersonaRepository(database), audit: AuditLog(database))
      let address = PersonaAddress(try PersonaFixture.name("contoso"), try PersonaFixture.persona("sales-agent"))
      // Some moment while it writes; whichever it is, the outcome must be the same.
      DetachedThread.start {
        usleep(UInt32(20_000 + round * 13_337))
        kill(getpid(), SIGKILL)
      }
      for number in 1... {
        let padding = JSONValue.string(String(repeating: "x", count: number % 3000))
        let request = ConfigurationUpdate.Request(address, .persona, ["n": .int(number), "padding": padding])
        _ = try await service.perform(
          ConfigurationUpdate(request, by: PersonaFixture.writer, base: nil),
          operation: LocalID.make(at: database.timekeeper.now()), correlationID: "c")
      }
    }
    let database = try await fixture.files.open()
    let chain = try await ChainCheck(database).verify()
    #expect(chain.problems == [] && chain.documents == 1 && chain.versions > 0)
    #expect(try await AuditLog(database).verify().isIntact)
    let service = PersonaService(PersonaRepository(database), audit: AuditLog(database))
    let answer = try await service.configuration(ConfigurationQuery(fixture.address), for: PersonaFixture.writer)
    #expect(answer.version == chain.versions)
    #expect(try JSONParser.parse(answer.configurations)["n"]?.intValue == chain.versions - 1)
    // Every version has its record, and no record is without its version.
    let records = try await database.read { connection in
      try connection.value("SELECT count(*) FROM audit_records WHERE op = 'pcfg.update'", as: Int.self)
    }
    #expect(records == chain.versions)
  }
}
