import AdminCore

/// Message trace, by whichever way it is asked for.
extension TenantState {
  private static let traceReach = Duration.seconds(90 * 86_400)
  private static let traceWindow = Duration.seconds(10 * 86_400)
  private static let quota = 100
  private static let quotaTime = Duration.seconds(300)

  /// What is wrong with a window; `nil` for one that is allowed.
  func traceWindowFault(from start: Timestamp, to end: Timestamp) -> String? {
    if end < start { return "The start date must be earlier than the end date." }
    if end > now + .seconds(60) { return "The end date must not be in the future." }
    if start < now - Self.traceReach - .seconds(60) { return "The start date must be within the last 90 days." }
    if end - start > Self.traceWindow { return "The date range must not exceed 10 days." }
    return nil
  }

  /// Counts a query; the tenant has a hundred in five minutes.
  ///
  /// - Returns: the seconds to wait where they are used up.
  mutating func admitTrace() -> Int? {
    transport.traceQueries.removeAll { $0 <= now - Self.quotaTime }
    guard transport.traceQueries.count < Self.quota else { return traceDelay }
    transport.traceQueries.append(now)
    return nil
  }

  /// Seconds until the next query is free.
  private var traceDelay: Int {
    guard let first = transport.traceQueries.first else { return 1 }
    return max(1, Int((first + Self.quotaTime - now).milliseconds + 999) / 1000)
  }

  func traceRows(in window: ClosedRange<Timestamp>) -> [MailTransport.TraceRow] {
    transport.trace.filter { $0.visibleAt <= now && window.contains($0.receivedAt) }
  }

  /// As Graph writes it. What has become of a message is known a little later than that there is one.
  func traceStatus(_ row: MailTransport.TraceRow) -> String { row.settledAt <= now ? row.status : "gettingStatus" }
}
