import AdminCore
import Store
import TestSupport
import Testing

@Suite("What is new in the store")
struct ChangeLogTests {
  private static func content(_ name: String) -> TemplateContent {
    TemplateContent(name: name, subject: "S", bodyHTML: "<p>x</p>", category: "marketing")
  }

  /// Looks until a look has nothing to tell, and gives the number of looks that had, with all they told.
  private static func all(
    _ log: ChangeLog, since mark: ChangeLog.Mark
  ) async throws -> (looks: Int, operations: Set<LocalID>, templates: Set<LocalID>, mark: ChangeLog.Mark) {
    var (looks, operations, templates, newest) = (0, Set<LocalID>(), Set<LocalID>(), mark)
    while looks < 100 {
      let look = try await log.look(since: newest)
      newest = look.mark
      if look.operations.isEmpty, look.templates.isEmpty { break }
      looks += 1
      operations.formUnion(look.operations.map(\.id))
      templates.formUnion(look.templates)
    }
    return (looks, operations, templates, newest)
  }

  @Test("The first look remembers, later ones tell what came since, and each thing once")
  func looks() async throws {
    let fixture = try await JournalFixture()
    let templates = TemplateRepository(fixture.database)
    let old = try await templates.create(Self.content("Old"), by: "ada")
    let fence = try await fixture.running()
    let log = ChangeLog(fixture.database)
    let first = try await log.look(since: nil)
    #expect(first.operations.isEmpty && first.templates.isEmpty, "what was there before is not new")

    let made = try await templates.create(Self.content("Made"), by: "ada")
    var use = TemplateUse(templateID: old.id, version: 1, sentBy: "a@b.c", sentTo: ["d@e.f"], variables: [:])
    use.id = fence.operation
    try await templates.recordUse(use)
    try await fixture.journal.finish(fence, .completed)
    let second = try await log.look(since: first.mark)
    #expect(second.templates == [old.id, made.id], "one was made, the other was sent")
    #expect(second.operations.map(\.id) == [fence.operation], "one operation has ended")
    #expect(second.operations.first?.state == .completed, "it is told as it is now")

    let third = try await log.look(since: second.mark)
    #expect(third.operations.isEmpty && third.templates.isEmpty, "nothing has come since")
    #expect(third.mark == second.mark, "a look at an unchanged store moves nothing")
  }

  @Test("The clock of whoever writes has no part in it")
  func clock() async throws {
    let fixture = try await JournalFixture()
    let templates = TemplateRepository(fixture.database)
    let log = ChangeLog(fixture.database)
    let first = try await log.look(since: nil)
    fixture.clock.setWallClock(by: .seconds(-86_400))
    let made = try await templates.create(Self.content("Made"), by: "ada")
    #expect(try await log.look(since: first.mark).templates == [made.id], "it is new, though it was made yesterday")
  }

  @Test("More than one look takes in is told by the next ones, without another change of the store")
  func pages() async throws {
    let fixture = try await JournalFixture()
    let templates = TemplateRepository(fixture.database)
    let log = ChangeLog(fixture.database, limit: 3)
    let first = try await log.look(since: nil)
    var made: Set<LocalID> = []
    for number in 1...10 { made.insert(try await templates.create(Self.content("T\(number)"), by: "ada").id) }
    let fence = try await fixture.running()
    let (looks, operations, told, mark) = try await Self.all(log, since: first.mark)
    #expect(looks == 4, "ten rows, three at a time")
    #expect(told == made, "every template is told")
    #expect(operations == [fence.operation], "and the operation")
    #expect(try await log.look(since: mark).mark == mark, "then it is at the end")
  }
}
