import AdminCore
import Foundation
import MCPProtocol
import TestSupport
import Testing

/// The calls and answers of `docs/examples.md`, in its order.
struct ExamplesDocument {
  struct Example {
    let tool: String
    let arguments: JSONValue
    let answer: JSONValue
    let line: Int
  }

  let examples: [Example]

  init() throws {
    var blocks: [(line: Int, text: String)] = []
    var open: (line: Int, lines: [Substring])?
    let lines = try Repository.text("docs/examples.md").split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line == "```json" {
        open = (index + 1, [])
      } else if line == "```", let block = open {
        blocks.append((block.line, block.lines.joined(separator: "\n")))
        open = nil
      } else {
        open?.lines.append(line)
      }
    }
    examples = try stride(from: 0, to: blocks.count, by: 2).map { index in
      let answer = try #require(blocks.indices.contains(index + 1) ? blocks[index + 1].text : nil, "an answer follows")
      let call = try JSONParser.parse(blocks[index].text)
      return Example(
        tool: try #require(call["tool"]?.stringValue), arguments: call["arguments"] ?? [:],
        answer: try JSONParser.parse(answer), line: blocks[index].line)
    }
  }

  /// Makes one call after the other, with what earlier answers had under their names filled in.
  func run(
    _ harness: AdminHarness, as person: PretendPerson = PretendPerson(.approve),
    check: (Example, AdminHarness.Answer, Duration) async throws -> Void
  ) async throws {
    var known = ["today": String(harness.timekeeper.now().iso8601.prefix(10))]
    for example in examples {
      let arguments = try #require(Self.filled(example.arguments, from: known).objectValue)
      let start = harness.timekeeper.now()
      let answer = try await harness.call(example.tool, arguments, as: person)
      try await check(example, answer, harness.timekeeper.now() - start)
      // Whoever works through them reads what was answered; meanwhile the tenant shows what was done.
      try await harness.timekeeper.sleep(for: .seconds(20))
      for member in answer.json.objectValue ?? [:] {
        if let text = member.value.stringValue { known[member.key] = text }
      }
    }
  }

  private static func filled(_ value: JSONValue, from known: [String: String]) -> JSONValue {
    switch value {
    case .string(var text):
      for (name, value) in known { text = text.replacingOccurrences(of: "<\(name)>", with: value) }
      return .string(text)
    case .array(let items): return .array(items.map { filled($0, from: known) })
    case .object(let object):
      return .object(JSONObject(object.map { JSONObject.Member(key: $0.key, value: filled($0.value, from: known)) }))
    default: return value
    }
  }

  /// Whether an answer holds what is shown: members and items that are not shown may be there too.
  static func holds(_ shown: JSONValue, _ answer: JSONValue?) -> Bool {
    switch (shown, answer) {
    case ("…", let answer): answer != nil
    case (.object(let shown), .object(let answer)): shown.allSatisfy { holds($0.value, answer[$0.key]) }
    case (.array(let shown), .array(let answer)):
      shown.isEmpty ? answer.isEmpty : shown.allSatisfy { item in answer.contains { holds(item, $0) } }
    default: shown == answer
    }
  }
}
