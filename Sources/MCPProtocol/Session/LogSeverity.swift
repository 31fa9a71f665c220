/// How much a message to the client's log matters (RFC 5424, section 6.2.1).
package enum LogSeverity: String, CaseIterable, Comparable, Sendable {
  case debug, info, notice, warning, error, critical, alert, emergency

  static let names = allCases.map(\.rawValue).joined(separator: ", ")

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .notice: 2
    case .warning: 3
    case .error: 4
    case .critical: 5
    case .alert: 6
    case .emergency: 7
    }
  }

  package static func < (left: LogSeverity, right: LogSeverity) -> Bool { left.rank < right.rank }
}
