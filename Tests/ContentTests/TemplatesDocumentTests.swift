import AdminCore
import Content
import Foundation
import Testing

@Suite("docs/templates.md")
struct TemplatesDocumentTests {
  /// A fenced block: what stands behind its opening fence, and its lines.
  private struct Block {
    let kind: String
    let lines: [Substring]

    var text: String { lines.joined(separator: "\n") }
  }

  /// A line of examples: a template, and what it gives.
  private struct Example {
    let template: String
    let result: String
  }

  private static let document: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: root.appendingPathComponent("docs/templates.md"), encoding: .utf8)) ?? ""
  }()

  private static let blocks: [Block] = {
    var blocks: [Block] = []
    var open: (kind: String, lines: [Substring])?
    for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let block = open { blocks.append(Block(kind: block.kind, lines: block.lines)) }
        open = open == nil ? (String(line.dropFirst(3)), []) : nil
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }()

  private static func data() throws -> JSONObject {
    let block = try #require(blocks.first { $0.kind == "json" })
    return try #require(JSONParser.parse(block.text).objectValue)
  }

  private static func examples(_ kind: String) throws -> [Example] {
    try blocks.filter { $0.kind == kind }.flatMap(\.lines).map { line in
      let parts = line.split(separator: "→", maxSplits: 1)
      try #require(parts.count == 2, "\(line)")
      func trimmed(_ text: Substring) -> String { text.trimmingCharacters(in: .whitespaces) }
      return Example(template: trimmed(parts[0]), result: trimmed(parts[1]))
    }
  }

  @Test(
    "Every example gives what is said of it",
    arguments: [("examples", Template.Escaping.none), ("html-examples", .html)])
  func examples(_ kind: String, _ escaping: Template.Escaping) throws {
    let data = try Self.data()
    let examples = try Self.examples(kind)
    #expect(!examples.isEmpty)
    for example in examples {
      do throws(TemplateError) {
        let output = try Template(example.template, escaping: escaping).render(data)
        #expect(output == example.result, "\(example.template)")
      } catch {
        let words = example.result.split(separator: "error: ", maxSplits: 1).first.map(String.init) ?? ""
        #expect(example.result.hasPrefix("error: ") && error.message.contains(words), "\(example.template): \(error)")
      }
    }
  }

  @Test("Every longer template gives the text that follows it")
  func templates() throws {
    let data = try Self.data()
    let indices = Self.blocks.indices.filter { Self.blocks[$0].kind == "jinja" }
    #expect(indices.count >= 2)
    for index in indices {
      let output = try Template(Self.blocks[index].text, escaping: .none).render(data)
      #expect(Self.blocks[index + 1].kind == "text")
      #expect(output == Self.blocks[index + 1].text)
    }
  }

  @Test("The categories accept and refuse what is said", arguments: [TemplateCategory.wiring, .marketing])
  func categories(_ category: TemplateCategory) throws {
    let examples = try Self.examples(category.rawValue)
    #expect(examples.count >= 2)
    for example in examples {
      let draft = TemplateDraft(subject: "x", bodyHTML: example.template)
      do throws(AdminError) {
        _ = try MailTemplate.accept(draft, category: category, cache: TemplateCache())
        #expect(example.result == "accepted", "\(example.template)")
      } catch {
        let words = example.result.split(separator: "refused: ", maxSplits: 1).first.map(String.init) ?? ""
        #expect(example.result.hasPrefix("refused: ") && error.message.contains(words), "\(error.message)")
      }
    }
  }

  @Test("What is written instead can be stored, and what it replaces cannot")
  func places() {
    let rows = Self.document.split(separator: "\n").filter { $0.hasPrefix("| `<") || $0.hasPrefix("| `{%") }
    #expect(rows.count == 4)
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `…")) }
      #expect(throws: AdminError.self) { try store(cells[0]) }
      if cells[1].hasPrefix("<") || cells[1].hasPrefix("{") { #expect(throws: Never.self) { try store(cells[1]) } }
    }
  }

  private func store(_ html: String) throws(AdminError) {
    let html = html.hasPrefix("<td") ? "<table><tr>\(html)x</td></tr></table>" : html
    _ = try HTMLSanitizer.sanitize(template: html, splitter: .templateLanguage)
  }

  @Test("Every deliberate difference is explained", arguments: DeliberateDifference.all)
  func differences(_ difference: DeliberateDifference) {
    #expect(Self.document.contains("**\(difference.name)"))
  }

  @Test("The limits are those of the language")
  func limits() {
    let limits = TemplateLimits.standard
    for (value, text) in [
      (limits.sourceBytes, "512 KiB"), (limits.outputBytes, "1 MiB"), (limits.loopTurns, "100,000"),
      (limits.tokens, "100,000"),
      (limits.nesting, "100"), (limits.tagTokens, "1,000"), (limits.expressionDepth, "150"), (limits.valueDepth, "150"),
      (limits.valueBytes, "1 MiB"), (limits.valueBytes / 16, "65,536"),
    ] {
      let digits = text.filter { $0.isNumber }
      let unit = text.hasSuffix("MiB") ? 1 << 20 : text.hasSuffix("KiB") ? 1 << 10 : 1
      #expect(value == (Int(digits) ?? 0) * unit)
      #expect(Self.document.contains(text))
    }
  }
}
