package import AdminCore

extension MessageTraceRow {
  init?(exchange row: JSONObject) {
    guard let id = row.value("MessageTraceId"), let recipient = row.value("RecipientAddress"),
      let received = row.time("Received"), let status = row.value("Status")
    else { return nil }
    self.id = id.lowercased()
    self.recipient = recipient
    // As Graph writes it.
    self.status = status.prefix(1).lowercased() + status.dropFirst()
    receivedAt = received
    messageID = row.text("MessageId") ?? ""
    sender = row.text("SenderAddress") ?? ""
    subject = row.text("Subject") ?? ""
    size = row.number("Size")
    fromIP = row.value("FromIP")
    toIP = row.value("ToIP")
  }
}

extension MessageTraceEvent {
  init?(exchange row: JSONObject) {
    guard let at = row.time("Date"), let event = row.value("Event") else { return nil }
    self.at = at
    self.event = event
    action = row.value("Action")
    description = row.value("Detail")
  }
}

extension ExchangeClient {
  /// The most rows of one answer.
  private static let roundSize = 5000
  /// More rounds than any window here has.
  private static let maximumRounds = 200

  /// One window of message trace, where Graph has none. There are no pages: each round begins where the one before
  /// ended, with the last row's time and recipient. Idempotent.
  ///
  /// - Parameters:
  ///   - window: of `MessageTraceQuery.windows(now:)`.
  ///   - limit: how many rows are wanted at most.
  package func messageTrace(
    _ window: MessageTraceQuery, limit: Int = 1000
  ) async throws(AdminError) -> MessageTraceResult {
    let size = min(max(limit + 1, 2), Self.roundSize)
    var collector = MessageTraceCollector(limit: limit)
    var (end, recipient): (Timestamp, String?) = (window.end, nil)
    for _ in 0..<Self.maximumRounds {
      let found = try await traceRound(window, until: end, from: recipient, size: size)
      let added = collector.add(found)
      guard let last = found.last, found.count >= size, added > 0, !collector.isFull else {
        return collector.result(isTruncated: false)
      }
      (end, recipient) = (last.receivedAt, last.recipient)
    }
    return collector.result(isTruncated: true)
  }

  private func traceRound(
    _ window: MessageTraceQuery, until end: Timestamp, from recipient: String?, size: Int
  ) async throws(AdminError) -> [MessageTraceRow] {
    let parameters: ExchangeParameters<GetMessageTraceV2> = [
      .startDate: .time(window.start), .endDate: .time(end), .resultSize: .number(size),
      .senderAddress: window.sender.map { .list([$0]) }, .recipientAddress: window.recipient.map { .list([$0]) },
      .messageID: window.messageID.map { .list([$0]) }, .startingRecipientAddress: recipient.map { .text($0) },
    ]
    var call = ExchangeCall(parameters)
    call.budget = window.patience
    return try await pages(call, MessageTraceRow.init(exchange:)).collect(maximum: 50_000)
  }

  /// What happened on the way to one recipient. Idempotent.
  package func messageTraceEvents(
    of row: MessageTraceRow, within patience: Duration? = nil
  ) async throws(AdminError) -> [MessageTraceEvent] {
    let parameters: ExchangeParameters<GetMessageTraceDetailV2> = [
      .messageTraceID: .text(row.id), .recipientAddress: .text(row.recipient),
      .startDate: .time(row.receivedAt - .seconds(86_400)),
      .endDate: .time(min(row.receivedAt + .seconds(86_400), timekeeper.now())),
    ]
    var call = ExchangeCall(parameters)
    call.budget = patience
    return try await pages(call, MessageTraceEvent.init(exchange:)).collect(maximum: 1000)
  }
}
