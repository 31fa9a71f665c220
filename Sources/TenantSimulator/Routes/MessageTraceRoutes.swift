import AdminCore

/// `/admin/exchange/tracing/messageTraces`: what has become of mail.
enum MessageTraceRoutes {
  private static let path = "/admin/exchange/tracing/messageTraces"
  private static let readers = ["ExchangeMessageTrace.Read.All"]

  static let type = ModelType(
    "exchangeMessageTrace",
    [
      ModelProperty("id", .text, .byDefault, filter: .full),
      ModelProperty("senderAddress", .text, .byDefault, filter: .full),
      ModelProperty("recipientAddress", .text, .byDefault, filter: .full),
      ModelProperty("messageId", .text, .byDefault, filter: .full),
      ModelProperty("receivedDateTime", .dateTime, .byDefault, filter: .full),
      ModelProperty("subject", .text, .byDefault, filter: .full),
      ModelProperty("size", .int32, .byDefault),
      ModelProperty("fromIP", .text, .byDefault, filter: .full),
      ModelProperty("toIP", .text, .byDefault, filter: .full),
      ModelProperty("status", .text, .byDefault, filter: .full),
    ])

  private static let detailType = ModelType(
    "exchangeMessageTraceDetail",
    ["id", "messageId", "dateTime", "event", "action", "description", "data"]
      .map { ModelProperty($0, .text, .byDefault) })

  private static let rules = CollectionRules(
    workload: .outlook, paging: .token, defaultPageSize: 1000, maximumPageSize: 5000)

  static let routes = [
    Route("GET", path, permissions: readers, options: [.filter, .top, .skipToken], handler: list),
    Route("GET", path + "/{trace}/getDetailsByRecipient(recipientAddress='{recipientAddress}')", permissions: readers) {
      state, call throws(GraphFailure) in
      try admit(&state)
      let now = state.now
      let row = state.transport.trace.first {
        $0.id == call["trace"].lowercased() && $0.recipient.lowercased() == call["recipientAddress"].lowercased()
          && $0.visibleAt <= now
      }
      guard let row else { throw .noSuchResource(call["trace"]) }
      let events = Array(row.events.enumerated())
      return try CollectionQuery(detailType, call, rules).answer(
        events, context: "Collection(microsoft.graph.exchangeMessageTraceDetail)", id: { String($0.offset) }
      ) { event in
        [
          "id": .string("\(row.id)-\(event.offset)"), "messageId": .string(row.internetMessageID),
          "dateTime": .string(event.element.at.iso8601), "event": .string(event.element.name), "action": "",
          "description": .string(event.element.detail), "data": "<root></root>",
        ]
      }
    },
  ]

  /// The tenant must have let the service in, and has a hundred questions in five minutes.
  private static func admit(_ state: inout TenantState) throws(GraphFailure) {
    guard state.servicePrincipals.values.contains(where: { $0.appID == WellKnownApps.messageTrace }) else {
      throw GraphFailure(
        401, "UnknownError",
        "Service principal-less authentication failed: The service principal for App ID \(WellKnownApps.messageTrace) "
          + "was not found. Create a service principal for this in your tenant.")
    }
    if let delay = state.admitTrace() {
      throw GraphFailure(
        429, "TooManyRequests", "Too many requests: 100 message trace queries in 5 minutes.",
        headers: ["Retry-After": String(delay)])
    }
  }

  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    try admit(&state)
    let window = try window(call, state)
    let rows = state.traceRows(in: window).sorted { left, right in
      left.receivedAt == right.receivedAt ? left.recipient < right.recipient : left.receivedAt > right.receivedAt
    }
    let current = state
    return try CollectionQuery(type, call, rules).answer(
      rows, context: "admin/exchange/tracing/messageTraces", id: { "\($0.id)/\($0.recipient)" }
    ) { row in
      [
        "id": .string(row.id), "senderAddress": .string(row.sender), "recipientAddress": .string(row.recipient),
        "messageId": .string(row.internetMessageID), "receivedDateTime": .string(row.receivedAt.iso8601),
        "subject": .string(row.subject), "size": .int(row.size), "fromIP": .null, "toIP": .optional(row.toIP),
        "status": .string(current.traceStatus(row)),
      ]
    }
  }

  // MARK: The filter

  /// The bounds that a filter names; both or none. An `or`, or a second value of a property, is something that the real
  /// service passes over in silence, so it is refused.
  private static func window(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> ClosedRange<Timestamp> {
    var bounds = (start: Timestamp?.none, end: Timestamp?.none)
    if let text = call.query[.filter] {
      var seen: Set<String> = []
      for part in try conjunction(try FilterParser.parse(text)) { try read(part, &bounds, &seen) }
    }
    guard (bounds.start == nil) == (bounds.end == nil) else {
      throw .badRequest("The filter must hold both bounds of receivedDateTime, or neither.")
    }
    let start = bounds.start ?? state.now - .seconds(2 * 86_400)
    let end = bounds.end ?? state.now
    if let fault = state.traceWindowFault(from: start, to: end) { throw .badRequest(fault) }
    return start...end
  }

  private static func conjunction(_ expression: FilterExpression) throws(GraphFailure) -> [FilterExpression] {
    switch expression {
    case .and(let left, let right): return try conjunction(left) + conjunction(right)
    case .compare, .text: return [expression]
    default: throw unsupported
    }
  }

  private static let unsupported = GraphFailure.badRequest(
    "Message traces can be filtered by single values joined by 'and' only.")

  private static func read(
    _ part: FilterExpression, _ bounds: inout (start: Timestamp?, end: Timestamp?), _ seen: inout Set<String>
  ) throws(GraphFailure) {
    switch part {
    case .compare(let path, .greaterOrEqual, .bare(let text)) where path.text == "receivedDateTime":
      bounds.start = Timestamp(iso8601: text)
      guard seen.insert("start").inserted else { throw unsupported }
    case .compare(let path, .lessOrEqual, .bare(let text)) where path.text == "receivedDateTime":
      bounds.end = Timestamp(iso8601: text)
      guard seen.insert("end").inserted else { throw unsupported }
    case .compare(let path, .equal, .string) where path.text != "subject" && path.text != "receivedDateTime":
      guard seen.insert(path.text).inserted else { throw unsupported }
    case .text(_, let path, _) where path.text == "subject":
      guard seen.insert(path.text).inserted else { throw unsupported }
    default: throw unsupported
    }
  }
}
