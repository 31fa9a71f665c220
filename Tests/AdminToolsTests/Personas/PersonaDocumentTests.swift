import AdminCore
import AdminTools
import Foundation
import MCPProtocol
import TestSupport
import Testing

/// Runs the examples of `docs/personas.md`, in order, on an empty store.
@Suite("The page about personas")
struct PersonaDocumentTests {
  private struct Block {
    let kind: String
    let body: JSONValue
  }

  private static func blocks(now: Timestamp) throws -> [Block] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/personas.md"), encoding: .utf8)
      .replacing("TOMORROW", with: (now + .seconds(86_400)).iso8601)
    return try text.split(separator: "\n```").compactMap { part in
      let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard lines.count == 2, lines[0].hasPrefix("call ") || lines[0] == "answer" else { return nil }
      return Block(kind: String(lines[0]), body: try JSONParser.parse(String(lines[1])))
    }
  }

  @Test("Every call succeeds and answers at least what the page shows")
  func examples() async throws {
    let personas = try await PersonaHarness(registered: false)
    var last: AdminHarness.Answer?
    var (calls, answers) = (0, 0)
    for block in try Self.blocks(now: personas.harness.timekeeper.now()) {
      if block.kind == "answer" {
        answers += 1
        #expect(Self.holds(last?.json ?? .null, block.body), "\(block.body.text)\nis not in\n\(last?.json.text ?? "")")
        continue
      }
      calls += 1
      let tool = String(block.kind.dropFirst("call ".count))
      let answer = try await personas.harness.call(tool, block.body.objectValue ?? [:])
      #expect(!answer.isError, "\(tool): \(answer.json.text)")
      last = answer
    }
    #expect(calls == 20 && answers == 11, "\(calls) calls, \(answers) answers")
  }

  /// Whether everything that is shown stands in the answer.
  private static func holds(_ answer: JSONValue, _ shown: JSONValue) -> Bool {
    switch shown {
    case .object(let members):
      return members.allSatisfy { member in answer[member.key].map { holds($0, member.value) } ?? false }
    case .array(let elements):
      guard let found = answer.arrayValue, found.count == elements.count else { return false }
      return zip(found, elements).allSatisfy(holds)
    default: return answer == shown
    }
  }
}
