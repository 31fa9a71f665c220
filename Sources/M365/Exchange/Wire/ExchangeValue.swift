package import AdminCore

/// A parameter's value in the type its cmdlet wants. Exchange's admin API binds JSON to .NET types and takes no other
/// form of them, so the form is decided here and nowhere else.
package enum ExchangeValue: Hashable, Sendable {
  /// A Boolean, or a switch that is set or not.
  case flag(Bool)
  /// A text, an enumeration by name, an identity, an address, a GUID.
  case text(String)
  case number(Int)
  /// Takes a single value away.
  case cleared
  /// Replaces all values of a list; an empty one takes all of them away.
  case list([String])
  /// Adds and removes values of a list and leaves the others alone.
  case changes(adding: [String], removing: [String])
  case time(Timestamp)
  case span(Duration)
  case bytes([UInt8])

  package var json: JSONValue {
    switch self {
    case .flag(let value): .bool(value)
    case .text(let value): .string(value)
    case .number(let value): .int(value)
    case .cleared: .null
    // An empty array is not reliably taken for an empty list; a table that adds nothing is.
    case .list(let values): values.isEmpty ? Self.table() : .strings(values)
    case .changes(let adding, let removing): Self.table(adding: adding, removing: removing)
    case .time(let time): .string(ExchangeTime.text(time))
    case .span(let duration): .string(ExchangeSpan.text(duration))
    case .bytes(let bytes): .array(bytes.map { .int($0) })
    }
  }

  private static func table(adding: [String] = [], removing: [String] = []) -> JSONValue {
    var table: JSONObject = ["@odata.type": "#Exchange.GenericHashTable"]
    if !adding.isEmpty { table["Add"] = .strings(adding) }
    if !removing.isEmpty { table["Remove"] = .strings(removing) }
    return .object(table)
  }
}

extension ExchangeValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
  package init(stringLiteral value: String) { self = .text(value) }
  package init(booleanLiteral value: Bool) { self = .flag(value) }

  /// The text, or the order to take away what is there.
  package static func optional(_ text: String?) -> ExchangeValue { text.map { .text($0) } ?? .cleared }
}

/// Moments as cmdlets take and show them: UTC with seven digits after the second.
enum ExchangeTime {
  static func text(_ time: Timestamp) -> String { "\(time.iso8601.dropLast())0000Z" }
}

/// Spans of time as .NET writes them: `d.hh:mm:ss`.
enum ExchangeSpan {
  static func text(_ duration: Duration) -> String {
    let total = max(0, duration.components.seconds)
    func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(total / 86_400).\(padded(total / 3600 % 24)):\(padded(total / 60 % 60)):\(padded(total % 60))"
  }

  /// - Parameter text: `d.hh:mm:ss`, with or without days and fractions of a second.
  static func duration(_ text: some StringProtocol) -> Duration? {
    let clock = text.split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3 else { return nil }
    let first = clock[0].split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(first.count), let hours = number(first[first.count - 1]), let minutes = number(clock[1]),
      let seconds = number(clock[2].prefix { $0 != "." }), hours < 24, minutes < 60, seconds < 60
    else { return nil }
    guard let days = first.count == 2 ? number(first[0]) : 0, days <= 100_000 else { return nil }
    return .seconds(days * 86_400 + hours * 3600 + minutes * 60 + seconds)
  }

  private static func number(_ text: some StringProtocol) -> Int? {
    text.utf8.count <= 9 && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }
}
