import AdminCore

/// The .NET type of a parameter, as far as it decides what JSON fits it and how the value is shown.
enum CmdletKind: Sendable {
  case boolean
  /// A parameter without a value of its own: `true` sets it.
  case flag
  case text
  /// The name of an object, in any of its forms.
  case identity
  /// A mail address, or the empty return path.
  case address
  /// A mail address that is shown with `smtp:` before it.
  case proxyAddress
  case number(ClosedRange<Int>)
  case choice([String])
  /// A list that can be replaced, or changed value by value.
  case list
  /// The same with a closed list of values.
  case choices([String])
  /// A list that can only be replaced.
  case array
  /// Whole days, or without end.
  case days
  case span
  case time
  case guid
  case bytes

  /// As binding errors name it.
  var typeName: String {
    switch self {
    case .boolean: "System.Boolean"
    case .flag: "System.Management.Automation.SwitchParameter"
    case .text, .choice: "System.String"
    case .identity: "Microsoft.Exchange.Configuration.Tasks.IIdentityParameter"
    case .address: "Microsoft.Exchange.Data.SmtpAddress"
    case .proxyAddress: "Microsoft.Exchange.Data.ProxyAddress"
    case .number: "System.Int32"
    case .list, .choices: "Microsoft.Exchange.Data.MultiValuedProperty"
    case .array: "System.String[]"
    case .days: "Microsoft.Exchange.Data.Unlimited`1[Microsoft.Exchange.Data.EnhancedTimeSpan]"
    case .span: "Microsoft.Exchange.Data.EnhancedTimeSpan"
    case .time: "System.DateTime"
    case .guid: "System.Guid"
    case .bytes: "System.Byte[]"
    }
  }
}

struct CmdletParameter: Sendable {
  let name: String
  let kind: CmdletKind
  let isRequired: Bool

  init(_ name: String, _ kind: CmdletKind, required isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
  }

  static let identity = CmdletParameter("Identity", .identity, required: true)
  static let anyIdentity = CmdletParameter("Identity", .identity)
  static let resultSize = CmdletParameter("ResultSize", .text)
  static let confirm = CmdletParameter("Confirm", .flag)
}

/// A value that has been bound to its parameter.
enum CmdletValue: Sendable, Hashable {
  case flag(Bool)
  case text(String)
  case number(Int)
  case none
  case list(ListChange)
  case span(Duration)
  case time(Timestamp)
  case bytes([UInt8])

  /// As objects show it, where the value alone decides that.
  func shown(as kind: CmdletKind) -> JSONValue {
    switch (self, kind) {
    case (.flag(let value), _): .bool(value)
    case (.text(let text), .proxyAddress): .string(text.lowercased().hasPrefix("smtp:") ? text : "smtp:" + text)
    case (.text(let text), _): .string(text)
    case (.number(let number), _): .int(number)
    case (.none, _): .null
    case (.list(let change), _): .strings(change.applied(to: []))
    case (.span(let span), _): .string(DotNetSpan.text(span))
    case (.time(let time), _): .string(DotNetTime.text(time))
    case (.bytes, _): .null
    }
  }
}

/// What becomes of a list.
struct ListChange: Sendable, Hashable {
  /// `nil` to change the one that is there.
  var replacement: [String]?
  var added: [String] = []
  var removed: [String] = []

  func applied(to values: [String]) -> [String] {
    if let replacement { return replacement }
    let kept = values.filter { value in !removed.contains { $0.lowercased() == value.lowercased() } }
    return kept + added.filter { value in !kept.contains { $0.lowercased() == value.lowercased() } }
  }

  /// The same change with each value as `transform` names it.
  func map<Failure: Error>(_ transform: (String) throws(Failure) -> String) throws(Failure) -> ListChange {
    func all(_ values: [String]) throws(Failure) -> [String] {
      var mapped: [String] = []
      for value in values { mapped.append(try transform(value)) }
      return mapped
    }
    return ListChange(
      replacement: try replacement.map { values throws(Failure) in try all(values) }, added: try all(added),
      removed: try all(removed))
  }
}

/// `d.hh:mm:ss`.
enum DotNetSpan {
  static func text(_ span: Duration) -> String {
    let total = span.components.seconds
    let parts = [total / 3600 % 24, total / 60 % 60, total % 60].map { $0 < 10 ? "0\($0)" : String($0) }
    return "\(total / 86_400).\(parts.joined(separator: ":"))"
  }

  static func read(_ text: String) -> Duration? {
    let clock = text.split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, clock.allSatisfy({ $0.utf8.count <= 12 }) else { return nil }
    let first = clock[0].split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(first.count), let hours = Int(first[first.count - 1]), let minutes = Int(clock[1]),
      let seconds = Int(clock[2]), let days = first.count == 2 ? Int(first[0]) : 0,
      (0..<24).contains(hours), (0..<60).contains(minutes), (0..<60).contains(seconds), (0...100_000).contains(days)
    else { return nil }
    return .seconds(days * 86_400 + hours * 3600 + minutes * 60 + seconds)
  }
}

/// UTC with seven digits after the second.
enum DotNetTime {
  static func text(_ time: Timestamp) -> String { "\(time.iso8601.dropLast())0000+00:00" }

  /// `yyyy-MM-ddTHH:mm:ss` with or without a fraction and `Z`; other forms depend on a server's language.
  static func read(_ text: String) -> Timestamp? {
    guard let reading = ISO8601Reading(text), reading.secondOfDay != nil, reading.offsetMinutes ?? 0 == 0,
      text.contains("T")
    else { return nil }
    return reading.timestamp
  }
}
