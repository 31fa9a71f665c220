import AdminCore
import Content
import Testing

@Suite("The corpus of templates")
struct CorpusTests {
  @Test("Every template gives what its table says", arguments: Corpus.tables.indices)
  func outcomes(_ index: Int) {
    let table = Corpus.tables[index]
    for (template, outcome) in table.rows {
      let result = Result { () throws(TemplateError) in
        try Template(template, escaping: table.escaping).render(Corpus.context)
      }
      switch (outcome, result) {
      case (.gives(let expected), .success(let output)):
        #expect(output.utf8.elementsEqual(expected.utf8), "\(template) gives \(output.debugDescription)")
      case (.fails(let words), .failure(let error)): #expect(error.message.contains(words), "\(template): \(error)")
      default: Issue.record("\(template): \(result)")
      }
    }
  }

  @Test("No template is in the tables twice, and there are many")
  func unique() {
    let templates = Corpus.tables.flatMap { table in table.rows.map { "\(table.escaping) \($0.template)" } }
    #expect(Set(templates).count == templates.count)
    #expect(templates.count >= 1_200)
  }

  @Test(
    "Every filter of the language is in the tables",
    arguments: [
      "default", "d", "upper", "lower", "title", "capitalize", "trim", "striptags", "escape", "e", "safe", "length",
      "count", "join", "replace", "first", "last", "sort", "unique", "reverse", "round", "int", "float", "abs",
      "truncate", "wordcount", "wordwrap", "list", "string", "tojson", "format", "indent", "center", "batch", "slice",
      "sum", "min", "max", "dictsort", "items", "selectattr", "rejectattr", "select", "reject", "map", "groupby",
      "filesizeformat", "urlencode", "date",
    ])
  func filters(_ name: String) throws {
    #expect(isUsed(in: try Regex("\\|\\s*\(name)\\b")))
  }

  @Test(
    "Every test of the language is in the tables",
    arguments: [
      "defined", "undefined", "none", "boolean", "true", "false", "integer", "float", "number", "string", "sequence",
      "mapping", "iterable", "even", "odd", "divisibleby", "in", "eq", "ne", "lt", "le", "gt", "ge", "sameas", "upper",
      "lower",
    ])
  func tests(_ name: String) throws {
    #expect(isUsed(in: try Regex("\\bis (not )?\(name)\\b")))
  }

  /// Whether some template that does not fail matches.
  private func isUsed(in expression: Regex<AnyRegexOutput>) -> Bool {
    Corpus.tables.contains { table in
      table.rows.contains { row in
        if case .gives = row.outcome { row.template.contains(expression) } else { false }
      }
    }
  }
}
