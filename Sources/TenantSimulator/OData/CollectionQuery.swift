import AdminCore
import Cryptography

/// How a collection answers queries.
struct CollectionRules: Sendable {
  enum Paging: Sendable {
    /// `$skiptoken`, opaque, as the directory does.
    case token
    /// `$skip`, as Exchange does.
    case skip
  }

  var workload: Workload
  var paging: Paging
  var defaultPageSize: Int
  var maximumPageSize: Int

  static let directory = CollectionRules(
    workload: .directory, paging: .token, defaultPageSize: 100, maximumPageSize: 999)
  static let outlook = CollectionRules(workload: .outlook, paging: .skip, defaultPageSize: 10, maximumPageSize: 1000)
  static let teams = CollectionRules(workload: .teams, paging: .token, defaultPageSize: 100, maximumPageSize: 999)
  static let sharePoint = CollectionRules(
    workload: .sharePoint, paging: .token, defaultPageSize: 200, maximumPageSize: 5000)
  static let planner = CollectionRules(workload: .planner, paging: .token, defaultPageSize: 400, maximumPageSize: 400)
  static let audit = CollectionRules(workload: .policy, paging: .token, defaultPageSize: 1000, maximumPageSize: 1000)
  static let policy = CollectionRules(workload: .policy, paging: .token, defaultPageSize: 100, maximumPageSize: 999)
}

/// Answers one page of a collection, as the query of a call wants it.
struct CollectionQuery: Sendable {
  let type: ModelType
  let call: GraphCall
  let rules: CollectionRules
  let projection: Projection

  private let filter: FilterExpression?
  private let search: SearchExpression?
  private let ordering: Ordering?
  private let isCounted: Bool

  init(
    _ type: ModelType, _ call: GraphCall, _ rules: CollectionRules, expandable: Set<String> = []
  ) throws(GraphFailure) {
    let query = call.query
    self.type = type
    self.call = call
    self.rules = rules
    projection = try Projection(type, query, workload: rules.workload, expandable: expandable)
    isCounted = try query.counts()
    let isDirectory = rules.workload == .directory
    let isAdvanced = call.isEventual && isCounted
    filter = try query[.filter].map { text throws(GraphFailure) in try FilterParser.parse(text) }
    if let filter { try FilterChecker(type: type, isAdvanced: isAdvanced).check(filter) }
    search = try query[.search].map { text throws(GraphFailure) in try SearchExpression(text, type: type) }
    ordering = try query[.orderBy].map { text throws(GraphFailure) in try Ordering(text, type: type) }
    if isDirectory {
      try Self.checkDirectory(
        isEventual: call.isEventual, isCounted: isCounted, searches: search != nil,
        sortsSelection: ordering != nil && (filter != nil || search != nil))
    } else if rules.workload == .outlook, let ordering, let text = query[.filter] {
      try Self.checkExchange(ordering, filter: text)
    }
  }

  private static func checkDirectory(
    isEventual: Bool, isCounted: Bool, searches: Bool, sortsSelection: Bool
  ) throws(GraphFailure) {
    if searches, !isEventual {
      throw .unsupportedQuery(
        "Request with $search query parameter only works through MSGraph with a special request header: "
          + "'ConsistencyLevel: eventual'")
    }
    if isCounted, !isEventual {
      throw .unsupportedQuery("$count is not supported without the header. \(FilterChecker.advice)")
    }
    if sortsSelection, !(isEventual && isCounted) {
      throw .unsupportedQuery(
        "Sorting not supported together with $filter or $search. \(FilterChecker.advice)")
    }
  }

  /// Exchange can sort a filtered folder only along a property that the filter restricts too.
  private static func checkExchange(_ ordering: Ordering, filter: String) throws(GraphFailure) {
    guard let first = ordering.keys.first, !filter.contains(first.name) else { return }
    throw GraphFailure(
      400, "InefficientFilter", "The restriction or sort order is too complex for this operation.")
  }

  /// - Parameters:
  ///   - context: what follows `$metadata#`.
  ///   - id: what identifies an item, to go on after it on the next page.
  ///   - json: the whole item; made only for items that are looked at.
  func answer<Item>(
    _ items: [Item], context: String, id: (Item) -> String, json: (Item) -> JSONObject
  ) throws(GraphFailure) -> GraphAnswer {
    let matching = select(items, json)
    let size = try pageSize()
    let start = try start(in: matching, id)
    let end = min(matching.count, start + size)
    var body: JSONObject = ["@odata.context": .string(call.context(context, selected: call.query.selected))]
    // The directory counts once: a page that a token leads to does not say it again.
    if isCounted, call.query[.skipToken] == nil { body["@odata.count"] = .int(matching.count) }
    if end < matching.count, size > 0 {
      body["@odata.nextLink"] = .string(nextLink(offset: end, after: end > 0 ? id(matching[end - 1]) : ""))
    }
    body["value"] = .array(matching[start..<max(start, end)].map { .object(projection.apply(to: json($0))) })
    return .json(200, body)
  }

  private func select<Item>(_ items: [Item], _ json: (Item) -> JSONObject) -> [Item] {
    guard filter != nil || search != nil || ordering != nil else { return items }
    var rows = items.map { ($0, json($0)) }
    if let filter { rows.removeAll { !filter.matches($0.1) } }
    if let search { rows.removeAll { !search.matches($0.1) } }
    if let ordering {
      // Ties keep the order of the collection.
      let sorted = rows.enumerated().sorted { left, right in
        if ordering.precedes(left.element.1, right.element.1) { return true }
        return !ordering.precedes(right.element.1, left.element.1) && left.offset < right.offset
      }
      rows = sorted.map(\.element)
    }
    return rows.map(\.0)
  }

  // MARK: Pages

  private func pageSize() throws(GraphFailure) -> Int {
    guard let top = try call.query.number(.top) else { return rules.defaultPageSize }
    guard (1...rules.maximumPageSize).contains(top) else {
      throw .unsupportedQuery(
        "Invalid page size specified: '\(top)'. Must be between 1 and \(rules.maximumPageSize) inclusive.")
    }
    return top
  }

  private func start<Item>(in items: [Item], _ id: (Item) -> String) throws(GraphFailure) -> Int {
    if rules.paging == .skip { return min(try call.query.number(.skip) ?? 0, items.count) }
    guard let token = call.query[.skipToken] else { return 0 }
    guard let (offset, last) = PageToken.read(token, for: fingerprint) else {
      throw GraphFailure(
        400, "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.")
    }
    // An item that went away since must not make the next one be skipped.
    if let position = items.firstIndex(where: { id($0) == last }) { return position + 1 }
    return min(offset, items.count)
  }

  private func nextLink(offset: Int, after id: String) -> String {
    let token =
      rules.paging == .skip
      ? (QueryOption.skip.rawValue, String(offset))
      : (QueryOption.skipToken.rawValue, PageToken.make(offset: offset, after: id, for: fingerprint))
    let kept = (call.target.query ?? "").split(separator: "&").filter { part in
      let name = part.split(separator: "=", maxSplits: 1).first.flatMap { PercentEncoding.decode($0) }
      return name?.lowercased() != QueryOption.skip.rawValue && name?.lowercased() != QueryOption.skipToken.rawValue
    }
    let query = (kept.map(String.init) + ["\(token.0)=\(token.1)"]).joined(separator: "&")
    return "\(call.target.origin)\(call.target.path)?\(query)"
  }

  /// A page token belongs to the query it was made for.
  private var fingerprint: String {
    let query = call.query
    let text = [call.target.path, query[.filter] ?? "", query[.search] ?? "", query[.orderBy] ?? ""]
    return Hex.encode(SHA256.hash(Array(text.joined(separator: "\n").utf8)).prefix(8))
  }
}

/// The opaque text of a `$skiptoken`.
enum PageToken {
  static func make(offset: Int, after id: String, for fingerprint: String) -> String {
    Base64.encode(Array("\(fingerprint) \(offset) \(id)".utf8), .url)
  }

  static func read(_ token: String, for fingerprint: String) -> (offset: Int, last: String)? {
    guard let bytes = Base64.decode(token, .url) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == fingerprint, let offset = Int(parts[1]), offset >= 0 else { return nil }
    return (offset, String(parts[2]))
  }
}
