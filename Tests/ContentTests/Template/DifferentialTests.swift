import AdminCore
import Content
import Foundation
import Testing

@Suite("Templates beside Jinja2", .enabled(if: JinjaReference.unavailability == nil, skipReason))
struct DifferentialTests {
  /// Compares every case; records one issue for each that differs, up to a few.
  ///
  /// - Returns: how many were compared, and how many of these rendered without an error.
  static func compare(_ cases: [DifferentialCase], seed: UInt64? = nil) throws -> (compared: Int, rendered: Int) {
    let answers = try JinjaReference.answers(to: cases)
    try #require(answers.count == cases.count)
    var (compared, rendered, differences) = (0, 0, 0)
    for (item, theirs) in zip(cases, answers) {
      let ours = Result { () throws(TemplateError) in
        try Template(item.template, escaping: item.escaping).render(item.context)
      }
      if DeliberateDifferences.reason(for: item, ours: ours, theirs: theirs) != nil { continue }
      compared += 1
      switch (ours, theirs) {
      case (.success(let output), .output(let expected)) where output.utf8.elementsEqual(expected.utf8): rendered += 1
      case (.failure, .error): break
      default:
        differences += 1
        guard differences <= 20 else { continue }
        Issue.record(
          """
          \(seed.map { "seed \($0), " } ?? "")\(item.escaping): \(JSONValue.string(item.template).text)
          context \(JSONValue.object(item.context).text.prefix(60))
          ours \(ours)
          Jinja2 \(theirs)
          """)
      }
    }
    if differences > 20 { Issue.record("\(differences) differences in all") }
    return (compared, rendered)
  }

  static func integer(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

  @Test("Templates made at random come out as Jinja2 has them")
  func randomTemplates() throws {
    let count = Self.integer("M365_TEMPLATE_CASES") ?? 10_000
    let seed = UInt64(Self.integer("M365_TEMPLATE_SEED") ?? 1)
    var generator = TemplateGenerator(seed: seed)
    let (compared, rendered) = try Self.compare((0..<count).map { _ in generator.next() }, seed: seed)
    // A generator that makes errors mostly, or mostly what is left out, would prove little.
    #expect(compared * 10 >= count * 9)
    #expect(rendered * 2 >= count)
    print("seed \(seed): \(count) templates, \(compared) compared, \(rendered) rendered")
  }
}

private let skipReason: Comment = Comment(rawValue: JinjaReference.unavailability ?? "")
