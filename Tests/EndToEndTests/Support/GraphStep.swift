import AdminCore
import Foundation
import TestSupport

/// A call of Graph that registers the application, with one word in place of what every tenant has of its own.
struct GraphStep: Hashable {
  let method: String
  let url: String
  /// JSON null where there is none.
  let body: JSONValue

  /// The ids that are the same in every tenant: of Graph, Exchange Online, message trace and Exchange Administrator.
  private static let known: Set<String> = [
    "00000003-0000-0000-c000-000000000000", "00000002-0000-0ff1-ce00-000000000000",
    "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373", "29232cdf-9323-42fd-ade2-1d097af3e4de",
  ]

  private init(method: String, url: String, body: JSONValue) {
    self.method = method
    self.url = Self.general(url.removingPercentEncoding ?? url)
    self.body = Self.general(body)
  }

  /// The calls that the pretended Azure CLI wrote down, in their order.
  static func recorded(in file: String) throws -> [GraphStep] {
    try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { line in
      let call = try JSONParser.parse(String(line))
      return GraphStep(
        method: call["method"]?.stringValue ?? "", url: call["url"]?.stringValue ?? "",
        body: call["requestBody"] ?? .null)
    }
  }

  /// The calls in the `http` blocks of a document, in their order: a line with method and address, then the body.
  static func documented(in path: String) throws -> [GraphStep] {
    var calls: [(method: Substring, url: Substring, body: String)] = []
    var isInside = false
    for line in try Repository.text(path).split(separator: "\n") {
      if line.hasPrefix("```") {
        isInside = line == "```http"
      } else if isInside, let start = line.wholeMatch(of: /([A-Z]+) (https:.+)/) {
        calls.append((start.1, start.2, ""))
      } else if isInside, !calls.isEmpty {
        calls[calls.count - 1].body += line
      }
    }
    return try calls.map { call in
      GraphStep(
        method: String(call.method), url: String(call.url),
        body: call.body.isEmpty ? .null : try JSONParser.parse(call.body))
    }
  }

  func isSameCall(as other: GraphStep) -> Bool { method == other.method && url == other.url }

  /// The text with `<id>` for ids of one tenant and for what a document has in their place.
  static func general(_ text: String) -> String {
    text.replacing(/<[^<>]+>|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/) { match in
      let found = String(match.output)
      return known.contains(found) ? found : "<id>"
    }
  }

  /// One permission stands for all of them, and any key for a key.
  private static func general(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): return .string(general(text))
    case .array(let items):
      var distinct: [JSONValue] = []
      for item in items.map({ general($0) }) where !distinct.contains(item) { distinct.append(item) }
      return .array(distinct)
    case .object(let members):
      return .object(
        JSONObject(
          members.map { member in
            JSONObject.Member(key: member.key, value: member.key == "key" ? "<id>" : general(member.value))
          }))
    default: return value
    }
  }
}
