import AdminCore
import Content
import ContentFuzzing
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
    let stored = try HTMLSanitizer.sanitize(template: seed.draft.bodyHTML, splitter: .templateLanguage)
    #expect(stored.removed == [])
    #expect(stored.html == seed.draft.bodyHTML)
    #expect(try seed.category.problems(in: seed.draft, splitter: .templateLanguage) == [])
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

  /// Values as they would come for each seed. The second set has only those that may not be left out.
  static let values: [(name: String, all: JSONObject, fewest: [String])] = [
    (
      "customer_update",
      [
        "recipient_name": "Dr. Ada <Lovelace>", "headline": "Your order is on its way",
        "summary": "Three parcels left.",
        "paragraphs": ["They reach you within two days.", "Nobody at home? We leave a card & come again."],
        "details": [["label": "Order", "value": "A-1024"], ["label": "Parcels", "value": 3]],
        "action_url": "https://example.com/orders/A-1024?lang=en&x=1", "action_text": "Follow the parcels",
        "sender_name": "Grace Hopper", "company_name": "Example Ltd",
      ], ["recipient_name", "headline", "paragraphs", "sender_name", "company_name"]
    ),
    (
      "newsletter",
      [
        "headline": "What is new in March", "preview": "Five things", "issue": "March 2026", "first_name": "Ada",
        "introduction": "Here is what we have been doing.", "company_name": "Example Ltd",
        "articles": [["title": "One", "summary": "First", "url": "https://example.com/1"]],
        "action_url": "https://example.com/", "action_text": "See everything",
        "unsubscribe_url": "https://example.com/unsubscribe?u=1",
        "postal_address": "12 Main Street, Springfield, IL 62701",
      ], ["headline", "issue", "introduction", "company_name", "articles", "unsubscribe_url", "postal_address"]
    ),
    (
      "wire_instructions",
      [
        "recipient_name": "Dr. Ada Lovelace", "amount": "12,500.00 EUR", "due_date": "15 March 2026",
        "reference": "INV-2026-0042", "purpose": "invoice INV-2026-0042", "sender_name": "Grace Hopper",
        "sender_company": "Example Ltd",
      ],
      ["recipient_name", "amount", "due_date", "reference", "purpose", "sender_name", "sender_company"]
    ),
  ]

  @Test("A seed renders to a mail that nothing has to be taken out of, with all values and with the fewest")
  func renders() throws {
    for (name, all, fewest) in Self.values {
      let seed = try Self.seed(name)
      let accepted = try MailTemplate.accept(seed.draft, category: seed.category, cache: TemplateCache())
      #expect(accepted.warnings == [] && accepted.removed == [], "\(name)")
      // As its owner would have it, with details of their own.
      var draft = accepted.draft
      draft.bodyHTML = draft.bodyHTML.replacing("\(SeedTemplate.placeholderMark): ", with: "")
      draft.bodyText = draft.bodyText?.replacing("\(SeedTemplate.placeholderMark): ", with: "")
      let template = try MailTemplate(draft, category: seed.category, cache: TemplateCache())
      for names in [all.keys, fewest] {
        let mail = try template.render(JSONObject(all.members.filter { names.contains($0.key) }))
        #expect(mail.removed == [] && !mail.html.contains("{{") && !mail.text.contains("{{"), "\(name)")
        #expect(!mail.text.contains("\n\n\n") && mail.text.contains("Example Ltd"), "\(name): \(mail.text)")
        let shown = try PlainText.derive(fromHTML: mail.html)
        for key in names where !["summary", "preview"].contains(key) {
          guard let value = all[key]?.stringValue else { continue }
          #expect(shown.contains(value) && (key == "headline" || mail.text.contains(value)), "\(name): \(key)")
        }
      }
      let missing = try template.preview([:]).missingVariables
      #expect(Set(fewest).isSuperset(of: missing), "\(name): \(missing)")
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
