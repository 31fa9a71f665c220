import AdminCore
import M365
import Store

/// Where in a long answer the next part begins: at a page of Graph, behind those of its entries that were shown.
struct AnswerPlace: Hashable {
  /// `nil` for the first page.
  var link: PageLink?
  var skipped = 0
  /// How many entries the list has in all, where Graph says it: with the first page only.
  var total: Int?
}

/// Places as cursors: signed, and good for the very question that gave them.
struct AnswerPlaces {
  private let codec: CursorCodec
  private let graph: GraphClient
  private let question: String

  init(_ store: StoreSession, _ graph: GraphClient, question: [String]) {
    codec = CursorCodec(key: store.database.keys[.cursor])
    self.graph = graph
    self.question = "graph_get/" + JSONValue.strings(question).text
  }

  func encode(_ place: AnswerPlace) -> String {
    codec.encode(
      [.optional(place.link?.url.text), .int(place.skipped), place.total.map(JSONValue.int) ?? .null], for: question)
  }

  func decode(_ cursor: String) throws(AdminError) -> AnswerPlace {
    let place = try codec.decode(cursor, for: question)
    guard place.count >= 2, let skipped = place[1].intValue, (0...100_000).contains(skipped) else { throw Self.refused }
    // A cursor of an older version has no total.
    let total = place.count > 2 ? place[2].intValue : nil
    guard let text = place[0].stringValue else { return AnswerPlace(skipped: skipped, total: total) }
    guard let link = PageLink(text, in: graph.endpoints) else { throw Self.refused }
    return AnswerPlace(link: link, skipped: skipped, total: total)
  }

  private static let refused = AdminError(problems: [
    AdminError.Problem(
      path: "/cursor", rule: "cursor", message: "belongs to another service; start again without it")
  ])
}

/// What is too long to be shown in whole.
enum AnswerText {
  private static let longestText = 500
  private static let longestList = 50

  /// The value with long texts and lists cut, and a mark where something is missing.
  static func shortened(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .number: return value
    case .string(let text):
      // Bytes first: counting the characters of megabytes takes its time.
      guard text.utf8.count > longestText else { return value }
      let start = text.unicodeScalars.prefix(longestText)
      return start.endIndex == text.unicodeScalars.endIndex ? value : .string(String(start) + "…")
    case .array(let elements):
      let kept = elements.prefix(longestList).map(shortened)
      return .array(elements.count > longestList ? kept + [.string("… \(elements.count - longestList) more")] : kept)
    case .object(let object):
      return .object(
        JSONObject(object.members.map { JSONObject.Member(key: $0.key, value: shortened($0.value)) }))
    }
  }
}
