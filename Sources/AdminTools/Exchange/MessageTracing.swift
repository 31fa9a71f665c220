import AdminCore
import M365
import Workflows

/// Where a page of a trace begins: after which row, and how many rows of its last second were given before.
struct TracePosition {
  let place: MessageTracePlace
  /// Services compare whole seconds, so the rows of this one come again.
  let given: Int

  init(place: MessageTracePlace, given: Int) {
    self.place = place
    self.given = given
  }

  var json: [JSONValue] {
    [.int(place.receivedAt.milliseconds), .string(place.recipient), .string(place.id), .int(given)]
  }

  init(_ json: [JSONValue]) throws(AdminError) {
    guard json.count == 4, let at = json[0].intValue, let recipient = json[1].stringValue,
      let id = json[2].stringValue, let given = json[3].intValue
    else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/cursor", rule: "cursor", message: "is not a cursor of this list; start again without")
      ])
    }
    self.init(
      place: MessageTracePlace(receivedAt: Timestamp(milliseconds: Int64(at)), recipient: recipient, id: id),
      given: given)
  }

  /// The first moment after the second that the place lies in.
  fileprivate var end: Timestamp { Timestamp(seconds: place.receivedAt.seconds + 1) }
}

/// Goes through message trace ten days at a time, the newest first: by Graph where the tenant has it there, by a cmdlet
/// of Exchange where it does not.
struct MessageTracing {
  enum Source: String {
    case graph, exchange
  }

  struct Page {
    var rows: [MessageTraceRow] = []
    /// Where the next page begins; `nil` after the last one.
    var next: TracePosition?
    /// How far back it has been looked.
    var reached: Timestamp
    var source: Source
    var warnings: [String] = []
  }

  /// Each costs one of the tenant's hundred questions in five minutes.
  static let maximumEvents = 10

  private let tenant: TenantConnection
  private let query: MessageTraceQuery
  private let call: ToolCall

  init(_ tenant: TenantConnection, _ query: MessageTraceQuery, _ call: ToolCall) {
    self.tenant = tenant
    self.query = query
    self.call = call
  }

  func page(limit: Int, after position: TracePosition?) async throws(AdminError) -> Page {
    // Message trace by Graph is there in the global cloud only.
    guard tenant.endpoints.cloud == .global else { return try await page(limit, position, .exchange) }
    do throws(AdminError) {
      return try await page(limit, position, .graph)
    } catch {
      guard error.graphFault == .traceServiceMissing || error.graphFault == .permissionMissing else { throw error }
      return try await fallback(limit, position, after: error)
    }
  }

  /// Without Graph the same is had from Exchange, if the application may call it; why Graph was none stays said.
  private func fallback(
    _ limit: Int, _ position: TracePosition?, after refusal: AdminError
  ) async throws(AdminError) -> Page {
    do throws(AdminError) {
      var page = try await page(limit, position, .exchange)
      page.warnings.append("Read from Exchange, because Graph refused: \(Self.explained(refusal).message)")
      return page
    } catch  where error.code == .permissionDenied || error.code == .misconfigured {
      throw Self.explained(refusal)
    }
  }

  private static func explained(_ refusal: AdminError) -> AdminError {
    guard refusal.graphFault == .traceServiceMissing else { return refusal }
    return AdminError(
      refusal.code,
      refusal.message + " connect_service (sourceService exchange, targetService message-trace) creates it, where the "
        + "application has Application.ReadWrite.All.",
      details: refusal.details, cause: refusal.cause)
  }

  private func page(
    _ limit: Int, _ position: TracePosition?, _ source: Source
  ) async throws(AdminError) -> Page {
    let windows = try windows(position)
    var page = Page(reached: query.end, source: source)
    for (index, window) in windows.enumerated() {
      call.report(
        OperationProgress(
          done: index, total: windows.count, message: "Searching \(window.start.isoDate) to \(window.end.isoDate)"))
      let wanted = limit - page.rows.count
      // What was received in the second in which a window ends may have been given already, and comes again.
      let repeated =
        page.rows.count { $0.receivedAt.seconds >= window.end.seconds } + (index == 0 ? position?.given ?? 0 : 0)
      let found = try await rows(of: window, limit: wanted + repeated, source)
      // A row that was received where one window ends and the next begins is in both.
      let last = page.rows.last?.place ?? position?.place
      let new = found.rows.filter { row in last.map { $0 < row.place } ?? true }
      page.rows += new.prefix(wanted)
      let isFull = page.rows.count >= limit
      let hasMore = found.isTruncated || new.count > wanted || index + 1 < windows.count
      page.reached = isFull && hasMore ? page.rows.last?.receivedAt ?? window.start : window.start
      if isFull {
        if hasMore { page.next = next(page.rows, position) }
        return page
      }
    }
    return page
  }

  private func windows(_ position: TracePosition?) throws(AdminError) -> [MessageTraceQuery] {
    var query = query
    let now = call.services.timekeeper.now()
    if let position {
      // A page later, the ninety days have moved on.
      query.start = max(query.start, now - MessageTraceQuery.reach)
      query.end = min(query.end, position.end)
      guard query.start < query.end else { return [] }
    }
    return try query.windows(now: now)
  }

  private func rows(
    of window: MessageTraceQuery, limit: Int, _ source: Source
  ) async throws(AdminError) -> MessageTraceResult {
    switch source {
    case .graph: try await tenant.graph.messageTrace(window, limit: limit)
    case .exchange: try await tenant.exchange.messageTrace(window, limit: limit)
    }
  }

  private func next(_ rows: [MessageTraceRow], _ position: TracePosition?) -> TracePosition? {
    guard let last = rows.last?.place else { return nil }
    let second = last.receivedAt.seconds
    let before = position.map { $0.place.receivedAt.seconds == second ? $0.given : 0 } ?? 0
    return TracePosition(place: last, given: before + rows.count { $0.receivedAt.seconds == second })
  }

  /// What happened on the way to the first recipients of a page.
  func events(of page: Page) async throws(AdminError) -> [MessageTracePlace: [JSONValue]] {
    var events: [MessageTracePlace: [JSONValue]] = [:]
    for row in page.rows.prefix(Self.maximumEvents) {
      let found: [MessageTraceEvent]
      switch page.source {
      case .graph: found = try await tenant.graph.messageTraceEvents(of: row, within: query.patience)
      case .exchange: found = try await tenant.exchange.messageTraceEvents(of: row, within: query.patience)
      }
      events[row.place] = found.sorted { $0.at < $1.at }.prefix(30).map { event in
        var json: JSONObject = ["at": .string(event.at.iso8601), "event": .string(event.event)]
        if let action = event.action, !action.isEmpty {
          json["action"] = .string(VisibleText.excerpt(action, limit: 80))
        }
        if let text = event.description { json["description"] = .string(VisibleText.excerpt(text, limit: 240)) }
        return .object(json)
      }
    }
    return events
  }
}
