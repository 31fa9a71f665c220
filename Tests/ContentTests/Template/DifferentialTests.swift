import AdminCore
import Content
import ContentFuzzing
import Foundation
import Testing

@Suite("Templates beside Jinja2", .enabled(if: JinjaReference.unavailability == nil, skipReason))
struct DifferentialTests {
  private struct Outcome {
    let item: DifferentialCase
    let ours: Result<String, TemplateError>
    let theirs: JinjaReference.Answer

    var isSame: Bool {
      switch (ours, theirs) {
      case (.success(let output), .output(let expected)): output.utf8.elementsEqual(expected.utf8)
      case (.failure, .error): true
      default: false
      }
    }

    var description: String {
      """
      \(item.escaping): \(JSONValue.string(item.template).text)
      context \(JSONValue.object(item.context).text.prefix(60))
      ours \(ours)
      Jinja2 \(theirs)
      """
    }
  }

  private static func outcomes(of cases: [DifferentialCase]) throws -> [Outcome] {
    let inquiry = try JinjaReference.ask(cases)
    let ours = cases.map { item in
      Result { () throws(TemplateError) in
        try Template(item.template, escaping: item.escaping).render(item.context)
      }
    }
    let answers = try inquiry.answers()
    try #require(answers.count == cases.count)
    return zip(cases, zip(ours, answers)).map { Outcome(item: $0, ours: $1.0, theirs: $1.1) }
  }

  @Test("The corpus comes out as Jinja2 has it")
  func corpus() throws {
    let cases = Corpus.tables.flatMap(\.cases)
    #expect(cases.count >= 400)
    for outcome in try Self.outcomes(of: cases) { #expect(outcome.isSame, "\(outcome.description)") }
  }

  @Test("What differs on purpose differs as it is documented", arguments: DeliberateDifference.all)
  func differences(_ difference: DeliberateDifference) throws {
    for outcome in try Self.outcomes(of: difference.examples.map(\.item)) {
      #expect(!outcome.isSame, "\(outcome.description)")
      #expect(difference.covers(outcome.item, ours: outcome.ours, theirs: outcome.theirs), "\(outcome.description)")
    }
  }

  private static func integer(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

  @Test("Templates made at random come out as Jinja2 has them")
  func randomTemplates() throws {
    let count = Self.integer("M365_TEMPLATE_CASES") ?? 10_000
    let seed = UInt64(Self.integer("M365_TEMPLATE_SEED") ?? 1)
    var generator = TemplateGenerator(seed: seed)
    var (compared, rendered, differences) = (0, 0, 0)
    for outcome in try Self.outcomes(of: (0..<count).map { _ in generator.next() }) {
      let isLeftOut = DeliberateDifference.all.contains {
        $0.covers(outcome.item, ours: outcome.ours, theirs: outcome.theirs)
      }
      if isLeftOut, !outcome.isSame { continue }
      compared += 1
      if case .success = outcome.ours { rendered += 1 }
      guard !outcome.isSame else { continue }
      differences += 1
      if differences <= 20 { Issue.record("seed \(seed), \(outcome.description)") }
    }
    if differences > 20 { Issue.record("\(differences) differences in all") }
    // A generator that makes errors mostly, or mostly what is left out, would prove little.
    #expect(compared * 10 >= count * 9)
    #expect(rendered * 2 >= count)
    print("seed \(seed): \(count) templates, \(compared) compared, \(rendered) rendered")
  }
}

private let skipReason: Comment = Comment(rawValue: JinjaReference.unavailability ?? "")
