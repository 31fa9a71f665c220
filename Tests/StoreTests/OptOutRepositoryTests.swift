import AdminCore
import Store
import TestSupport
import Testing

@Suite("Opt-outs")
struct OptOutRepositoryTests {
  /// Keeps the store's file for as long as a test runs.
  private let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  private func repository() async throws -> (OptOutRepository, Database) {
    let database = try await fixture.open()
    return (OptOutRepository(database), database)
  }

  @Test("An opt-out holds from when it was recorded; recording it again changes nothing")
  func recorded() async throws {
    let (optOuts, database) = try await repository()
    let first = try await optOuts.record("ada@buyer.example", .marketing, reason: "by phone", source: "one")
    #expect(first.effectiveAt == database.timekeeper.now() || first.effectiveAt < database.timekeeper.now())
    let again = try await optOuts.record("ada@buyer.example", .marketing, reason: "by mail", source: "two")
    #expect(again == first)
    #expect(try await optOuts.optOut(of: "ada@buyer.example", .marketing) == first)
    #expect(try await optOuts.optOut(of: "ada@buyer.example", .all) == nil)
    #expect(try await optOuts.optOut(of: "bob@buyer.example", .marketing) == nil)
  }

  @Test("An address is the same however it is written")
  func folded() async throws {
    let (optOuts, _) = try await repository()
    _ = try await optOuts.record("Ren\u{E9}e@Buyer.example", .marketing, reason: nil, source: "one")
    let other = "RENE\u{301}E@BUYER.EXAMPLE"
    #expect(try await optOuts.optOut(of: other, .marketing) != nil)
    #expect(try await optOuts.optedOut(of: [.marketing], among: [other]) == [other])
  }

  @Test("Only who has opted out of one of the kinds is found")
  func scopes() async throws {
    let (optOuts, _) = try await repository()
    _ = try await optOuts.record("news@b.example", .marketing, reason: nil, source: "one")
    _ = try await optOuts.record("all@b.example", .all, reason: nil, source: "two")
    let everybody = ["news@b.example", "all@b.example", "none@b.example"]
    #expect(
      try await optOuts.optedOut(of: [.marketing, .all], among: everybody) == ["news@b.example", "all@b.example"])
    #expect(try await optOuts.optedOut(of: [.all], among: everybody) == ["all@b.example"])
    #expect(try await optOuts.optedOut(of: [], among: everybody).isEmpty)
    #expect(try await optOuts.optedOut(of: [.all], among: []).isEmpty)
  }

  @Test("Only what recorded an opt-out takes it back")
  func removed() async throws {
    let (optOuts, _) = try await repository()
    _ = try await optOuts.record("ada@b.example", .marketing, reason: nil, source: "one")
    #expect(try await !optOuts.remove("ada@b.example", .marketing, recordedBy: "two"))
    #expect(try await !optOuts.remove("ada@b.example", .all, recordedBy: "one"))
    #expect(try await optOuts.optOut(of: "ada@b.example", .marketing) != nil)
    #expect(try await optOuts.remove("ADA@b.example", .marketing, recordedBy: "one"))
    #expect(try await optOuts.optOut(of: "ada@b.example", .marketing) == nil)
    #expect(try await !optOuts.remove("ada@b.example", .marketing, recordedBy: "one"))
  }

  @Test("A stolen row is no mailing list")
  func sealed() async throws {
    let (optOuts, database) = try await repository()
    _ = try await optOuts.record("ada@buyer.example", .marketing, reason: "she was rude", source: "one")
    let rows = try await database.read { connection in
      try connection.all("SELECT lookup, sealed FROM opt_outs") { row throws(StoreError) in
        try row.next([UInt8].self) + (try row.next([UInt8].self))
      }
    }
    let text = String(decoding: try #require(rows.first), as: UTF8.self)
    for word in ["ada", "buyer", "rude"] { #expect(!text.contains(word)) }
  }

  @Test("One whose words cannot be read holds nevertheless")
  func unreadable() async throws {
    let (optOuts, database) = try await repository()
    _ = try await optOuts.record("ada@buyer.example", .marketing, reason: "by phone", source: "one")
    try await database.write { connection in
      try connection.execute("UPDATE opt_outs SET sealed = x'00'")
    }
    let found = try #require(try await optOuts.optOut(of: "ada@buyer.example", .marketing))
    #expect(found.reason == nil)
    #expect(try await optOuts.optedOut(of: [.marketing], among: ["ada@buyer.example"]).count == 1)
  }
}
