/// The part of Microsoft 365 that does the work of a call. Each throttles for itself, so each is waited for by itself.
package enum Workload: Hashable, Sendable {
  case login
  case directory
  /// One mailbox: requests are counted, and run four at a time, for each.
  case outlook(mailbox: String)
  /// Teams, and the team of the call where it has one.
  case teams(team: String?)
  case sharePoint
  case planner
  case reports
  case auditLogs
  case messageTrace
  case serviceHealth
  case exchange
  case compliance
  case instanceMetadata

  /// The name for metrics and logs: one of a small fixed set.
  package var name: String {
    switch self {
    case .login: "login"
    case .directory: "directory"
    case .outlook: "outlook"
    case .teams: "teams"
    case .sharePoint: "sharepoint"
    case .planner: "planner"
    case .reports: "reports"
    case .auditLogs: "audit_logs"
    case .messageTrace: "message_trace"
    case .serviceHealth: "service_health"
    case .exchange: "exchange"
    case .compliance: "compliance"
    case .instanceMetadata: "instance_metadata"
    }
  }

  /// What a `Retry-After` holds for.
  var throttled: Workload {
    if case .teams = self { .teams(team: nil) } else { self }
  }
}
