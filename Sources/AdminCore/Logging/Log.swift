/// How much a log line matters.
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
  case debug, info, warning, error

  package init?(name: String) {
    switch name.lowercased() {
    case "debug", "trace": self = .debug
    case "info", "notice": self = .info
    case "warning", "warn": self = .warning
    case "error", "critical": self = .error
    default: return nil
    }
  }

  package var name: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .warning: "warning"
    case .error: "error"
    }
  }

  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Writes JSON lines for people who operate the server. Messages are constants of the program; whatever comes from
/// outside is a field, and every field passes the redaction first and loses what could not be seen on a terminal.
package struct Log: Sendable {
  /// The correlation id of the call that the current task serves; added to every line.
  @TaskLocal package static var correlationID: String?

  package let level: LogLevel
  private let redactor: Redactor
  private let now: @Sendable () -> Timestamp
  private let write: @Sendable ([UInt8]) -> Void

  /// - Parameter write: takes one line with its line feed; called from any thread.
  package init(
    level: LogLevel,
    redactor: Redactor,
    now: @escaping @Sendable () -> Timestamp,
    write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.level = level
    self.redactor = redactor
    self.now = now
    self.write = write
  }

  /// A log that goes nowhere.
  package static let none = Log(
    level: .error, redactor: Redactor(), now: { Timestamp(milliseconds: 0) }, write: { _ in })

  package func debug(_ message: StaticString, _ fields: @autoclosure () -> JSONObject = [:]) {
    record(.debug, message, fields)
  }

  package func info(_ message: StaticString, _ fields: @autoclosure () -> JSONObject = [:]) {
    record(.info, message, fields)
  }

  package func warning(_ message: StaticString, _ fields: @autoclosure () -> JSONObject = [:]) {
    record(.warning, message, fields)
  }

  package func error(_ message: StaticString, _ fields: @autoclosure () -> JSONObject = [:]) {
    record(.error, message, fields)
  }

  /// What failed, with the private cause that answers leave out.
  package func failure(_ message: StaticString, _ error: AdminError) {
    record(error.code == .internalFault ? .error : .warning, message) {
      ["code": .string(error.code.rawValue), "text": .string(error.message), "cause": .optional(error.cause)]
    }
  }

  /// What every line begins with. A field of such a name gets a prefix, so that no name stands twice.
  private static let headerNames: Set<String> = ["ts", "level", "message", "correlationId"]

  private func record(_ level: LogLevel, _ message: StaticString, _ fields: () -> JSONObject) {
    guard level >= self.level else { return }
    var writer = JSONWriter()
    writer.object { line in
      line.member("ts", .string(now().iso8601))
      line.member("level", .string(level.name))
      line.member("message", .string("\(message)"))
      if let id = Log.correlationID { line.member("correlationId", .string(id)) }
      for field in redactor.redact(fields()) where !field.value.isNull {
        let name = VisibleText.clean(field.key)
        line.member(
          Self.headerNames.contains(name) ? "field." + name : name, VisibleText.clean(field.value))
      }
    }
    write(writer.bytes + [0x0A])
  }
}
