package import AdminCore

/// The application of Microsoft that message trace by Graph rests on. A tenant lets it in once.
package enum MessageTraceService {
  package static let appID = "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"
}

extension MessageTraceRow {
  init?(graph json: JSONObject) {
    guard let id = json.text("id"), let recipient = json.text("recipientAddress"),
      let received = json.time("receivedDateTime"), let status = json.text("status")
    else { return nil }
    self.id = id
    self.recipient = recipient
    self.status = status
    receivedAt = received
    messageID = json.text("messageId") ?? ""
    sender = json.text("senderAddress") ?? ""
    subject = json.text("subject") ?? ""
    size = json.number("size")
    fromIP = json.text("fromIP")
    toIP = json.text("toIP")
  }
}

extension MessageTraceEvent {
  init?(graph json: JSONObject) {
    guard let at = json.time("dateTime"), let event = json.text("event") else { return nil }
    self.at = at
    self.event = event
    action = json.text("action")
    description = json.text("description")
  }
}

extension GraphClient {
  /// One window of message trace; the global cloud only. Permission: ExchangeMessageTrace.Read.All. Idempotent.
  ///
  /// - Parameters:
  ///   - window: of `MessageTraceQuery.windows(now:)`.
  ///   - limit: how many rows are wanted at most.
  /// - Throws: `PERM_001` with the fault `traceServiceMissing` where the tenant has not let the service in.
  package func messageTrace(
    _ window: MessageTraceQuery, limit: Int = 1000
  ) async throws(AdminError) -> MessageTraceResult {
    // One address and one id only: the service ignores a second value of a property, and every `or`.
    var filter: GraphFilter = "receivedDateTime ge \(window.start) and receivedDateTime le \(window.end)"
    if let sender = window.sender { filter = "\(filter) and senderAddress eq \(sender)" }
    if let recipient = window.recipient { filter = "\(filter) and recipientAddress eq \(recipient)" }
    if let id = window.messageID { filter = "\(filter) and messageId eq \(id)" }
    var query = GraphQuery()
    query.filter = filter
    query.top = min(max(limit + 1, 1), 5000)
    var call = GraphCall.get("/admin/exchange/tracing/messageTraces", query, permissions: [.messageTraceRead])
    call.budget = window.patience
    var collector = MessageTraceCollector(limit: limit)
    var pages = pages(call, reading(call, MessageTraceRow.init(graph:))).makeAsyncIterator()
    while !collector.isFull, let page = try await pages.next() { _ = collector.add(page.items) }
    return collector.result(isTruncated: false)
  }

  /// What happened on the way to one recipient. Permission: ExchangeMessageTrace.Read.All. Idempotent.
  package func messageTraceEvents(
    of row: MessageTraceRow, within patience: Duration? = nil
  ) async throws(AdminError) -> [MessageTraceEvent] {
    var call = GraphCall.get(
      "/admin/exchange/tracing/messageTraces/\(row.id)/getDetailsByRecipient(recipientAddress='\(argument: row.recipient)')",
      permissions: [.messageTraceRead])
    call.budget = patience
    return try await pages(call, reading(call, MessageTraceEvent.init(graph:))).collect(maximum: 1000)
  }
}
