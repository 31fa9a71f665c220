import AdminCore
import Store
import TestSupport
import Testing

@Suite("Templates")
struct TemplateRepositoryTests {
  private let fixture: StoreFixture
  private let clock = VirtualTimekeeper()
  private let database: Database
  private let templates: TemplateRepository

  init() async throws {
    fixture = try StoreFixture()
    database = try await fixture.open(timekeeper: clock)
    templates = TemplateRepository(database)
  }

  private func draft(_ name: String, _ category: String = "wiring") -> TemplateContent {
    TemplateContent(
      name: name, subject: "Subject of \(name)", bodyHTML: "<p>{{ amount }}</p>", bodyText: "{{ amount }}",
      category: category, variables: ["amount", "iban"], description: "About \(name)")
  }

  @Test("A template comes back as it was written, by id and by name in any case")
  func creates() async throws {
    let made = try await templates.create(draft("Überweisung Nord"), by: "ada")
    #expect(made.version == 1)
    #expect(made.createdAt == clock.now() && made.updatedAt == clock.now())
    #expect(made.content == draft("Überweisung Nord"))
    #expect(try await templates.template(made.id) == made)
    #expect(try await templates.template(named: "u\u{308}BERWEISUNG nord") == made)
    #expect(try await templates.template(named: "Überweisung") == nil)
    let bare = TemplateContent(name: "Bare", subject: "", bodyHTML: "", category: "marketing")
    #expect(try await templates.create(bare, by: "ada").content == bare)
    #expect(try await templates.template(named: "bare")?.content == bare)
  }

  @Test("A name is taken whatever its case, and the error names the owner")
  func nameTaken() async throws {
    let made = try await templates.create(draft("Wire"), by: "ada")
    let other = try await templates.create(draft("Other"), by: "ada")
    var changes = TemplateChanges()
    changes.name = "wIRE"
    for error in [
      await adminError { _ = try await templates.create(draft("WIRE"), by: "ada") },
      await adminError { _ = try await templates.update(other.id, changes, by: "ada") },
    ] {
      #expect(error?.code == .templateNameTaken)
      #expect(error?.details?["templateId"]?.stringValue == made.id.text)
    }
    let renamed = try await templates.update(made.id, changes, by: "ada")
    #expect(renamed.content.name == "wIRE")
  }

  @Test("A change makes a version, and what is not named stays")
  func updates() async throws {
    let made = try await templates.create(draft("Wire"), by: "ada")
    clock.advance(by: .seconds(60))
    var changes = TemplateChanges()
    changes.subject = "New"
    changes.bodyText = ""
    changes.description = ""
    changes.variables = []
    changes.category = "customer_communication"
    changes.bodyHTML = "<b>"
    let updated = try await templates.update(made.id, changes, by: "bob")
    #expect(updated.version == 2)
    #expect(updated.createdAt == made.createdAt && updated.updatedAt == clock.now())
    #expect(
      updated.content
        == TemplateContent(
          name: "Wire", subject: "New", bodyHTML: "<b>", category: "customer_communication"))
    #expect(try await templates.template(made.id) == updated)
    #expect(try await templates.update(made.id, changes, by: "bob") == updated)
    let versions = try await templates.versions(of: made.id).items
    #expect(versions.map(\.version) == [2, 1])
    #expect(versions.map(\.change) == [.updated, .created])
    #expect(versions.map(\.changedBy) == ["bob", "ada"])
    #expect(versions.map(\.name) == ["Wire", "Wire"] && versions.map(\.subject) == ["New", made.content.subject])
    #expect(try await templates.version(of: made.id)?.content == updated.content)
    #expect(try await templates.version(1, of: made.id)?.content == made.content)
    #expect(try await templates.version(3, of: made.id) == nil)
  }

  @Test("A deleted template frees its name, keeps its history, and can be brought back")
  func deletesAndRestores() async throws {
    let made = try await templates.create(draft("Wire"), by: "ada")
    try await templates.recordUse(use(of: made))
    try await templates.delete(made.id, by: "bob")
    for error in [
      await adminError { _ = try await templates.template(made.id) },
      await adminError { try await templates.delete(made.id, by: "bob") },
      await adminError { _ = try await templates.update(made.id, TemplateChanges(), by: "bob") },
    ] {
      #expect(error?.code == .templateNotFound)
      #expect(error?.message.contains("list_email_templates") == true)
    }
    #expect(try await templates.versions(of: made.id).items.map(\.change) == [.deleted, .created])
    #expect(try await templates.usage(of: made.id).sends == 1)

    let second = try await templates.create(draft("Wire"), by: "ada")
    let blocked = await adminError { _ = try await templates.restore(made.id, version: 1, by: "ada") }
    #expect(blocked?.code == .templateNameTaken)
    try await templates.delete(second.id, by: "ada")

    let restored = try await templates.restore(made.id, version: 1, by: "ada")
    #expect(restored.id == made.id && restored.version == 3)
    #expect(restored.content == made.content && restored.createdAt == made.createdAt)
    #expect(try await templates.template(made.id) == restored)
    try await templates.recordUse(use(of: restored))
    #expect(try await templates.usage(of: made.id).sends == 2)
  }

  @Test("An old version becomes the newest one")
  func restores() async throws {
    let made = try await templates.create(draft("Wire"), by: "ada")
    var changes = TemplateChanges()
    changes.name = "Wire 2"
    _ = try await templates.update(made.id, changes, by: "ada")
    let restored = try await templates.restore(made.id, version: 1, by: "bob")
    #expect(restored.version == 3 && restored.content == made.content)
    #expect(try await templates.versions(of: made.id).items.map(\.change) == [.restored, .updated, .created])
    let error = await adminError { _ = try await templates.restore(made.id, version: 9, by: "bob") }
    #expect(error?.code == .templateNotFound)
    #expect(error?.message.contains("no version 9") == true)
    let unknown = LocalID.make(at: clock.now())
    #expect(await adminError { _ = try await templates.versions(of: unknown) }?.code == .templateNotFound)
    #expect(await adminError { _ = try await templates.version(of: unknown) }?.code == .templateNotFound)
  }

  @Test("Versions come page by page")
  func versionPages() async throws {
    let made = try await templates.create(draft("Wire"), by: "ada")
    for number in 1...4 {
      var changes = TemplateChanges()
      changes.subject = "Subject \(number)"
      _ = try await templates.update(made.id, changes, by: "ada")
    }
    let first = try await templates.versions(of: made.id, limit: 2)
    #expect(first.items.map(\.version) == [5, 4] && first.count == 5)
    let second = try await templates.versions(of: made.id, limit: 2, cursor: first.nextCursor)
    #expect(second.items.map(\.version) == [3, 2])
    let last = try await templates.versions(of: made.id, limit: 2, cursor: second.nextCursor)
    #expect(last.items.map(\.version) == [1] && last.nextCursor == nil)
    let other = try await templates.create(draft("Other"), by: "ada")
    let error = await adminError { _ = try await templates.versions(of: other.id, cursor: first.nextCursor) }
    #expect(error?.code == .invalidArgument)
  }

  @Test("A list tells the three newest months of each template")
  func months() async throws {
    let made = try await templates.create(draft("Wire"), by: "ada")
    let never = try await templates.create(draft("Never"), by: "ada")
    for _ in 1...5 {
      try await templates.recordUse(use(of: made))
      clock.advance(by: .seconds(31 * 86_400))
    }
    try await templates.recordUse(use(of: made))
    let listed = try await templates.list().items
    let row = try #require(listed.first { $0.id == made.id })
    let usage = try await templates.usage(of: made.id)
    #expect(row.sends == 6 && row.months == Array(usage.months.prefix(3)))
    #expect(row.months.count == 3)
    #expect(listed.first { $0.id == never.id }?.months == [])
  }

  @Test("Versions cannot be changed or removed, not even by a statement")
  func versionsStay() async throws {
    _ = try await templates.create(draft("Wire"), by: "ada")
    for sql in ["UPDATE email_template_versions SET subject = ''", "DELETE FROM email_template_versions"] {
      let error = await adminError { _ = try await database.write { try $0.execute(SQL(raw: sql)) } }
      #expect(error?.cause?.contains("never") == true)
    }
  }

  @Test("A list is sorted by name without regard to case, and comes without bodies")
  func lists() async throws {
    for name in ["delta", "Alpha", "charlie", "Bravo"] { _ = try await templates.create(draft(name), by: "ada") }
    _ = try await templates.create(draft("Echo", "marketing"), by: "ada")
    let page = try await templates.list()
    #expect(page.items.map(\.name) == ["Alpha", "Bravo", "charlie", "delta", "Echo"])
    #expect(page.count == 5 && !page.isTruncated)
    let alpha = try #require(page.items.first)
    #expect(alpha.variables == ["amount", "iban"])
    #expect(alpha.description == "About Alpha" && alpha.subject == "Subject of Alpha" && alpha.version == 1)
    #expect(alpha.createdAt == clock.now() && alpha.updatedAt == clock.now())
    #expect(try await templates.list(category: "marketing").items.map(\.name) == ["Echo"])
    #expect(try await templates.list(search: "OF CHARLIE").items.map(\.name) == ["charlie"])
    #expect(try await templates.list(category: "marketing", search: "charlie").count == 0)
    #expect(try await templates.list(search: "").count == 5)
    #expect(try await templates.list(search: "100%_").count == 0)
  }

  @Test("Pages follow one another without gap or repetition while rows come and go")
  func pages() async throws {
    for number in 10..<60 { _ = try await templates.create(draft("t\(number)"), by: "ada") }
    var names: [String] = []
    var cursor: String?
    var pages = 0
    repeat {
      let page = try await templates.list(limit: 7, cursor: cursor)
      names += page.items.map(\.name)
      cursor = page.nextCursor
      pages += 1
      #expect(page.count == 49 + pages)
      // One row before the place, one after it.
      _ = try await templates.create(draft("a\(pages)"), by: "ada")
    } while cursor != nil
    #expect(pages == 8)
    #expect(names == (10..<60).map { "t\($0)" })
    #expect(try await templates.list(limit: 0).items.count == 1)
    #expect(try await templates.list(limit: 10_000).items.count == 58)
  }

  @Test("A cursor of another list, of other filters, or altered is refused")
  func cursors() async throws {
    for number in 0..<3 { _ = try await templates.create(draft("t\(number)"), by: "ada") }
    let cursor = try #require(try await templates.list(limit: 1).nextCursor)
    #expect(try await templates.list(limit: 1, cursor: cursor).items.map(\.name) == ["t1"])
    for error in [
      await adminError { _ = try await templates.list(category: "wiring", cursor: cursor) },
      await adminError { _ = try await templates.list(search: "t", cursor: cursor) },
      await adminError { _ = try await templates.list(cursor: String(cursor.dropLast())) },
      await adminError { _ = try await templates.list(cursor: "x") },
      await adminError { _ = try await templates.list(cursor: "") },
      await adminError { _ = try await AuditLog(database).records(cursor: cursor) },
    ] {
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("/cursor") == true)
    }
  }

  @Test("Shipped templates are added once, and never come back after somebody touched them")
  func seeds() async throws {
    let shipped = [draft("One"), draft("Two"), draft("Three")]
    #expect(try await templates.seed(shipped, by: "m365-admin-mcp") == 3)
    let one = try #require(try await templates.template(named: "One"))
    #expect(try await templates.versions(of: one.id).items.map(\.change) == [.seeded])
    try await templates.delete(one.id, by: "ada")
    let two = try #require(try await templates.template(named: "Two"))
    var changes = TemplateChanges()
    changes.name = "Zwei"
    _ = try await templates.update(two.id, changes, by: "ada")
    #expect(try await templates.seed(shipped + [draft("Four")], by: "m365-admin-mcp") == 1)
    #expect(try await templates.list().items.map(\.name) == ["Four", "Three", "Zwei"])
  }

  private func use(of template: EmailTemplate) -> TemplateUse {
    TemplateUse(
      templateID: template.id, version: template.version, sentBy: "ada@contoso.com", sentTo: ["bob@contoso.com"],
      variables: ["iban": "DE89370400440532013000", "amount": "1200"], messageID: "<1@contoso.com>")
  }

  @Test("Usage keeps the names of variables and one keyed hash, never a value")
  func usageHoldsNoValues() async throws {
    let template = try await templates.create(draft("Wire"), by: "ada")
    let first = try await templates.recordUse(use(of: template))
    let same = try await templates.recordUse(use(of: template))
    var changed = use(of: template)
    changed.variables["amount"] = "1201"
    let other = try await templates.recordUse(changed)
    let stored = try await database.read { connection in
      try Dictionary(
        uniqueKeysWithValues: connection.all("SELECT usage_id, variables_used FROM template_usage") {
          row throws(StoreError) in (try row.next(LocalID.self), try row.next(JSONValue.self))
        })
    }
    #expect(stored[first]?["names"] == ["amount", "iban"])
    #expect(stored[first]?["hmac"]?.stringValue?.utf8.count == 64)
    #expect(stored[first] == stored[same])
    #expect(stored[first] != stored[other])
    #expect(stored.values.allSatisfy { !$0.text.contains("DE89") && !$0.text.contains("1200") })
  }

  @Test("The summary counts sends by month and names the last")
  func usageSummary() async throws {
    let template = try await templates.create(draft("Wire"), by: "ada")
    let unused = try await templates.usage(of: template.id)
    #expect(unused.sends == 0 && unused.lastSentAt == nil && unused.months.isEmpty)
    for days in [0, 0, 31, 31, 31] {
      clock.advance(by: .seconds(days * 86_400))
      try await templates.recordUse(use(of: template))
    }
    let summary = try await templates.usage(of: template.id)
    #expect(summary.sends == 5)
    #expect(summary.lastSentAt == clock.now())
    #expect(summary.months.map(\.month) == ["2026-04", "2026-03", "2026-02", "2026-01"])
    #expect(summary.months.map(\.sends) == [1, 1, 1, 2])
  }

  @Test("A use of a version that never was is refused")
  func unknownUse() async throws {
    var use = use(of: try await templates.create(draft("Wire"), by: "ada"))
    use.version = 7
    let wrong = use
    #expect(await adminError { try await templates.recordUse(wrong) }?.cause?.contains("FOREIGN KEY") == true)
  }
}
