import AdminCore

/// Message trace by cmdlet: rounds instead of pages.
enum MessageTraceCmdlets {
  private static let statuses = [
    "Delivered", "Expanded", "Failed", "FilteredAsSpam", "GettingStatus", "Pending", "Quarantined",
  ]

  static let cmdlets = [
    Cmdlet(
      "Get-MessageTraceV2", .recipients, .any,
      [
        CmdletParameter("StartDate", .time), CmdletParameter("EndDate", .time),
        CmdletParameter("SenderAddress", .list), CmdletParameter("RecipientAddress", .list),
        CmdletParameter("MessageId", .list), CmdletParameter("MessageTraceId", .guid),
        CmdletParameter("Status", .choices(statuses)), CmdletParameter("Subject", .text),
        CmdletParameter("SubjectFilterType", .choice(["StartsWith", "EndsWith", "Contains"])),
        CmdletParameter("FromIP", .text), CmdletParameter("ToIP", .text),
        CmdletParameter("ResultSize", .number(1...5000)), CmdletParameter("StartingRecipientAddress", .text),
      ], handler: trace),
    Cmdlet(
      "Get-MessageTraceDetailV2", .recipients, .any,
      [
        CmdletParameter("MessageTraceId", .guid, required: true),
        CmdletParameter("RecipientAddress", .text, required: true), CmdletParameter("StartDate", .time),
        CmdletParameter("EndDate", .time), CmdletParameter("Event", .list), CmdletParameter("Action", .list),
      ], handler: detail),
  ]

  @Sendable private static func trace(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    if let delay = state.admitTrace() {
      throw ExchangeFailure(
        status: 429, body: .plain(code: "TooManyRequests"),
        message: "You have exceeded the limit of 100 message trace queries in 5 minutes.",
        headers: ["Retry-After": String(delay)])
    }
    let window = try window(call, state)
    guard call.isGiven("Subject") == call.isGiven("SubjectFilterType") else {
      throw .invalid("Subject and SubjectFilterType must be used together.")
    }
    let first = call.text("StartingRecipientAddress")?.lowercased()
    let rows = state.traceRows(in: window).filter { matches($0, call, state) }.sorted { left, right in
      left.receivedAt == right.receivedAt
        ? left.recipient.lowercased() < right.recipient.lowercased() : left.receivedAt > right.receivedAt
    }.filter { row in
      // What the round before has ended with begins the next one.
      row.receivedAt < window.upperBound || first.map { row.recipient.lowercased() >= $0 } ?? true
    }
    let size = call.number("ResultSize") ?? 1000
    let current = state
    return CmdletAnswer(
      rows: rows.prefix(size).enumerated().map { json($1, index: $0, current) },
      warnings: rows.count > size
        ? [
          "There are more results, use the following command to get more. Get-MessageTraceV2 -StartingRecipientAddress"
        ]
        : [])
  }

  private static func window(
    _ call: CmdletCall, _ state: TenantState
  ) throws(ExchangeFailure) -> ClosedRange<Timestamp> {
    let (start, end) = (call.time("StartDate"), call.time("EndDate"))
    guard (start == nil) == (end == nil) else { throw .invalid("StartDate and EndDate must be used together.") }
    let window = (start ?? state.now - .seconds(2 * 86_400), end ?? state.now)
    if let fault = state.traceWindowFault(from: window.0, to: window.1) { throw .invalid(fault) }
    return window.0...window.1
  }

  private static func matches(_ row: MailTransport.TraceRow, _ call: CmdletCall, _ state: TenantState) -> Bool {
    func fits(_ name: String, _ value: String) -> Bool {
      guard call.isGiven(name) else { return true }
      return call.values(name).contains { AddressPattern.matches(value, $0) }
    }
    let subject = (row.subject.lowercased(), call.text("Subject")?.lowercased() ?? "")
    let fitsSubject =
      switch call.text("SubjectFilterType") {
      case "StartsWith": subject.0.hasPrefix(subject.1)
      case "EndsWith": subject.0.hasSuffix(subject.1)
      case "Contains": subject.0.contains(subject.1)
      default: true
      }
    return fitsSubject && fits("SenderAddress", row.sender) && fits("RecipientAddress", row.recipient)
      && fits("MessageId", row.internetMessageID) && fits("Status", state.traceStatus(row))
      && (call.text("MessageTraceId").map { $0 == row.id } ?? true)
      && (call.text("ToIP").map { $0 == row.toIP } ?? true) && call.text("FromIP") == nil
  }

  private static func json(_ row: MailTransport.TraceRow, index: Int, _ state: TenantState) -> JSONObject {
    let status = state.traceStatus(row)
    return [
      "MessageTraceId": .string(row.id), "MessageId": .string(row.internetMessageID),
      "Received": .string(DotNetTime.text(row.receivedAt)), "SenderAddress": .string(row.sender),
      "RecipientAddress": .string(row.recipient), "Subject": .string(row.subject), "Size": .int(row.size),
      "Status": .string(status.prefix(1).uppercased() + status.dropFirst()), "FromIP": .null,
      "ToIP": .optional(row.toIP), "Index": .int(index),
    ]
  }

  @Sendable private static func detail(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let wanted = call.text("RecipientAddress")?.lowercased()
    let now = state.now
    let row = state.transport.trace.first {
      $0.id == call.text("MessageTraceId") && $0.recipient.lowercased() == wanted && $0.visibleAt <= now
    }
    let events = call.values("Event")
    return CmdletAnswer(
      rows: (row?.events ?? []).filter { events.isEmpty || events.contains($0.name) }.map { event in
        [
          "MessageTraceId": .optional(row?.id), "Date": .string(DotNetTime.text(event.at)),
          "Event": .string(event.name), "Action": .null, "Detail": .string(event.detail), "Data": "<root></root>",
        ]
      })
  }
}

/// An address that may begin with a star for everybody of a domain.
enum AddressPattern {
  static func matches(_ text: String, _ pattern: String) -> Bool {
    let (text, pattern) = (text.lowercased(), pattern.lowercased())
    return pattern.hasPrefix("*") ? text.hasSuffix(pattern.dropFirst()) : text == pattern
  }
}
