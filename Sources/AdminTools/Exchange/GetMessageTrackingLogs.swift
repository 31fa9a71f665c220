import Access
import AdminCore
import Content
import M365
import MCPProtocol
import Store

/// Shows what became of mail: message trace, newest first, joined with the mail that was sent from here.
struct GetMessageTrackingLogs: ReadingTool {
  static let name = "get_message_tracking_logs"
  static let title = "Get message tracking logs"
  static let summary = """
    Trace mail of up to 90 days by sender, recipient or message id: delivered, failed, pending, quarantined. Marks mail \
    sent from here. Never tells whether a mail was read.
    """
  static let toolset = Toolset.exchange
  static let role = Role.read
  static let permissions: [GraphPermission] = [.messageTraceRead]
  static let clientHints: JSONObject = ["anthropic/maxResultSizeChars": 200_000]

  struct Input: ToolInput {
    @Param("Date, or ISO 8601 time; at most 90 days ago.", .length(10...40)) var startDate: String
    @Param("Date (with that day), or ISO 8601 time.", .length(10...40)) var endDate: String
    @Param("Only from this address.", .length(3...320)) var senderEmail: String?
    @Param("Only to this address.", .length(3...320)) var recipientEmail: String?
    @Param("Only this internetMessageId.", .length(3...998)) var messageId: String?
    @Param("Also what happened on the way; for ten rows at most.") var details: Bool = false
    @Param("Page size.", .range(1...500)) var limit: Int = 20
    @Param("Where to go on.", .length(1...2000)) var cursor: String?
  }

  struct Output: ToolOutput {
    struct Row: ToolOutput {
      let receivedAt: String
      let status: String
      let senderAddress: String
      let recipientAddress: String
      let subject: String
      let messageId: String
      let traceId: String
      let operationId: String?
      let templateId: String?
      let events: [FreeForm]?

      static let descriptions = FieldDescriptions(
        CodingKeys.self,
        [.operationId: "The operation of this server that sent the mail.", .status: "Never says that a mail was read."])
    }

    let items: [Row]
    let count: Int
    let truncated: Bool
    let nextCursor: String?
    let source: String
    let searchedFrom: String
    let searchedTo: String
    let warnings: [String]

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .count: "Rows in this answer; a trace does not tell how many there are.",
        .source: "graph or exchange: where the trace was read.",
        .searchedFrom: "How far back this answer and those before it have looked.",
      ])
  }

  /// A trace tells who writes to whom.
  static func isSensitive(_ output: Output) -> Bool { true }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let period = try TracePeriod(input, now: call.services.timekeeper.now())
    let store = try await call.store()
    let cursors = CursorCodec(key: store.database.keys[.cursor])
    let list =
      "traces/"
      + JSONValue.array([
        .string(call.caller.actor), .string(input.startDate), .string(input.endDate), .optional(input.senderEmail),
        .optional(input.recipientEmail), .optional(input.messageId),
      ]).text
    let position = try input.cursor.map { cursor throws(AdminError) in
      try TracePosition(try cursors.decode(cursor, for: list))
    }
    var query = MessageTraceQuery(from: period.start, to: period.end)
    query.sender = try address(input.senderEmail, "/senderEmail")
    query.recipient = try address(input.recipientEmail, "/recipientEmail")
    if let id = input.messageId { query.setMessageID(id) }
    query.patience = .seconds(45)

    let trace = MessageTracing(try await call.tenant(), query, call)
    let page = try await trace.page(limit: input.limit, after: position)
    let own = try await store.templates.sentMessages(among: Set(page.rows.map(\.messageID)))
    let events = input.details ? try await trace.events(of: page) : [:]
    let rows = page.rows.map { row in
      Output.Row(
        receivedAt: row.receivedAt.iso8601, status: VisibleText.excerpt(row.status, limit: 40),
        senderAddress: VisibleText.excerpt(row.sender, limit: 320),
        recipientAddress: VisibleText.excerpt(row.recipient, limit: 320),
        subject: VisibleText.excerpt(row.subject, limit: 200),
        messageId: VisibleText.excerpt(row.messageID, limit: 300), traceId: VisibleText.excerpt(row.id, limit: 100),
        operationId: own[row.messageID]?.operationID.text, templateId: own[row.messageID]?.templateID.text,
        events: events[row.place].map { $0.map(FreeForm.init) })
    }
    return Output(
      items: rows, count: rows.count, truncated: page.next != nil,
      nextCursor: page.next.map { cursors.encode($0.json, for: list) }, source: page.source.rawValue,
      searchedFrom: page.reached.iso8601Seconds, searchedTo: period.end.iso8601Seconds,
      warnings: period.warnings + page.warnings + eventsWarning(input, page))
  }

  private static func address(_ text: String?, _ path: String) throws(AdminError) -> String? {
    guard let text else { return nil }
    do throws(EmailAddress.Problem) {
      return try EmailAddress(checking: text).text
    } catch {
      throw AdminError(.invalidAddress, "The address is not valid: \(error).", details: ["path": .string(path)])
    }
  }

  private static func eventsWarning(_ input: Input, _ page: MessageTracing.Page) -> [String] {
    guard input.details, page.rows.count > MessageTracing.maximumEvents else { return [] }
    return ["Events are shown for the first \(MessageTracing.maximumEvents) rows; narrow the search for the others."]
  }
}

/// From when to when, as a caller says it.
struct TracePeriod {
  let start: Timestamp
  let end: Timestamp
  private(set) var warnings: [String] = []

  init(_ input: GetMessageTrackingLogs.Input, now: Timestamp) throws(AdminError) {
    var start = try Self.time(input.startDate, "/startDate", isEnd: false)
    let end = min(try Self.time(input.endDate, "/endDate", isEnd: true), now)
    let reach = now - MessageTraceQuery.reach
    // Whoever asks for ninety days means all there is, not to the second.
    if start < reach, start >= reach - .seconds(86_400) {
      start = reach
      warnings.append("Message trace reaches back 90 days, to \(reach.iso8601Seconds).")
    }
    self.start = start
    self.end = end
  }

  private static func time(_ text: String, _ path: String, isEnd: Bool) throws(AdminError) -> Timestamp {
    guard let reading = ISO8601Reading(text) else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: path, rule: "dateTime", message: "must be a date or a time in ISO 8601, such as 2026-08-01")
      ])
    }
    let isDay = reading.secondOfDay == nil
    return isDay && isEnd ? reading.timestamp + .seconds(86_400) : reading.timestamp
  }
}
