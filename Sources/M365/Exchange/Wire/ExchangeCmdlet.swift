package import AdminCore

/// Where a cmdlet is done.
package enum ExchangeEndpoint: Hashable, Sendable {
  case exchange
  /// Security & Compliance: the same protocol at another address, for tokens of another audience.
  case compliance
}

/// Which mailbox a call is anchored to: it decides the server that does the work, and a wrong one cannot.
package enum ExchangeRouting: Hashable, Sendable {
  /// The organisation's system mailbox.
  case organization
  /// The arbitration mailbox that keeps the audit configuration.
  case arbitration
  /// The mailbox the call is about.
  case mailbox
}

/// A cmdlet this program may call. The type is its entry in the list of what is allowed: its name, the parameters it is
/// given and how it is called stand in code, and nothing that a caller of ours sends can become one of them.
///
/// A cmdlet is an enumeration of its parameters; the raw values are their names.
package protocol ExchangeCmdlet: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
  static var name: String { get }
  static var endpoint: ExchangeEndpoint { get }
  static var routing: ExchangeRouting { get }
  static var workload: Workload { get }
  static var safety: RetrySafety { get }
}

extension ExchangeCmdlet {
  package static var endpoint: ExchangeEndpoint { .exchange }
  package static var routing: ExchangeRouting { .organization }
  package static var workload: Workload { endpoint == .exchange ? .exchange : .compliance }

  /// What repeating it does, by its verb: reading and absolute values are repeated at will; what adds, makes or removes
  /// is looked at first, so that a result can tell what this call has changed.
  package static var safety: RetrySafety {
    switch name.prefix(while: { $0 != "-" }) {
    case "Get", "Set", "Enable", "Disable": .idempotent
    default: .checkFirst
    }
  }
}

/// A cmdlet that is told which object it is about.
package protocol IdentifiedCmdlet: ExchangeCmdlet {
  static var identity: Self { get }
}

/// The parameters of one call, in their order.
package struct ExchangeParameters<Cmdlet: ExchangeCmdlet>: Hashable, Sendable {
  package private(set) var json = JSONObject()

  package init() {}

  /// - Parameter value: `nil` leaves the parameter out.
  package mutating func set(_ parameter: Cmdlet, _ value: ExchangeValue?) {
    if let value { json[parameter.rawValue] = value.json }
  }

  mutating func add(_ other: ExchangeParameters) { json = json.merging(other.json) }
}

extension ExchangeParameters: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (Cmdlet, ExchangeValue?)...) {
    for (parameter, value) in elements { set(parameter, value) }
  }
}

/// A cmdlet that takes no parameters. An enumeration without cases cannot have raw values of its own.
package protocol BareCmdlet: ExchangeCmdlet where AllCases == [Self] {}

extension BareCmdlet {
  package static var allCases: [Self] { [] }
  package init?(rawValue: String) { nil }
  package var rawValue: String { "" }
}
