import AdminCore
import Content
import Foundation
import Testing

@Suite("Seed templates")
struct SeedTemplateTests {
  static let names = ["wire_instructions", "customer_update", "newsletter"]

  private static func file(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("data/seed/templates/\(name)"), encoding: .utf8)
  }

  private static func seed(_ name: String) throws -> SeedTemplate {
    try SeedTemplate(json: file("\(name).json"), html: file("\(name).html"), text: file("\(name).txt"))
  }

  @Test("A seed passes the sanitizer unchanged and its category's checks", arguments: names)
  func passes(_ name: String) throws {
    let seed = try Self.seed(name)
    let stored = try HTMLSanitizer.sanitize(template: seed.draft.bodyHTML, splitter: .simple)
    #expect(stored.removed == [])
    #expect(stored.html == seed.draft.bodyHTML)
    #expect(try seed.category.problems(in: seed.draft, splitter: .simple) == [])
    #expect(!seed.name.isEmpty && !seed.description.isEmpty && !seed.draft.variables.isEmpty)
  }

  @Test("Every category has its seed, and every variable that is declared is used")
  func complete() throws {
    let seeds = try Self.names.map(Self.seed)
    #expect(Set(seeds.map(\.category)) == Set(TemplateCategory.allCases))
    for seed in seeds {
      for variable in seed.draft.variables {
        let uses = [seed.draft.subject, seed.draft.bodyHTML, seed.draft.bodyText ?? ""].joined()
        #expect(uses.contains(variable), "\(variable)")
      }
    }
  }

  @Test("Example bank details cannot be sent")
  func examples() throws {
    let seed = try Self.seed("wire_instructions")
    let html = try HTMLSanitizer.sanitize(seed.draft.bodyHTML).html
    let found = try seed.category.problemsBeforeSending(html: html, text: seed.draft.bodyText)
    #expect(found.map(\.rule) == ["exampleBankDetails"])
    #expect(try seed.category.problemsBeforeSending(html: "<p>IBAN: DE89</p>", text: nil) == [])
    #expect(try seed.category.problemsBeforeSending(html: "<p>x</p>", text: "Replace before use").count == 1)
    #expect(try TemplateCategory.marketing.problemsBeforeSending(html: html, text: nil) == [])
  }

  @Test(
    "A description that lacks something says what",
    arguments: [
      ("x", "no JSON"), ("{}", "category, description, subject, templateName, variables"),
      (
        "{\"templateName\":\"a\",\"subject\":\"b\",\"description\":\"c\",\"variables\":[],\"category\":\"x\"}",
        "category"
      ),
      ("{\"templateName\":\"a\",\"subject\":\"b\",\"description\":\"c\",\"category\":\"wiring\"}", "variables"),
    ])
  func broken(_ json: String, _ words: String) {
    do {
      _ = try SeedTemplate(json: json, html: "", text: "")
      Issue.record("accepted")
    } catch {
      #expect(error.message.contains(words), "\(error.message)")
    }
  }
}
