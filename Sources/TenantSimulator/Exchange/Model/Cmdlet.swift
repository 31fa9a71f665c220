import AdminCore

/// A cmdlet the simulator knows: who may call it, how a call must be routed, what it takes and what it does.
struct Cmdlet: Sendable {
  /// Which roles hold it.
  enum Area: Sendable {
    case recipients, organization, security, compliance
  }

  /// Which mailbox a call must be anchored to.
  enum Routing: Sendable {
    /// Any that the organisation has.
    case any
    /// The one it is about: it is done in that mailbox's store.
    case target
    case arbitration
  }

  typealias Handler = @Sendable (inout TenantState, CmdletCall) throws(ExchangeFailure) -> CmdletAnswer

  let name: String
  let area: Area
  let routing: Routing
  let parameters: [CmdletParameter]
  /// Cannot be done in an organisation that still shares Microsoft's own configuration.
  let needsCustomization: Bool
  /// A plan without which the tenant has no such cmdlet.
  let plan: String?
  let handler: Handler

  init(
    _ name: String, _ area: Area, _ routing: Routing = .any, _ parameters: [CmdletParameter] = [],
    needsCustomization: Bool = false, plan: String? = nil, handler: @escaping Handler
  ) {
    self.name = name
    self.area = area
    self.routing = routing
    self.parameters = parameters
    self.needsCustomization = needsCustomization
    self.plan = plan
    self.handler = handler
  }

  var isReading: Bool { name.hasPrefix("Get-") }

  /// A person would be asked first; a client that does not say that nobody has to be, gets the question.
  /// What makes or sets something does not ask.
  var asks: Bool {
    parameters.contains { $0.name == "Confirm" } && !["New-", "Set-", "Rotate-"].contains { name.hasPrefix($0) }
  }
}

/// What a cmdlet gives back when nothing is wrong.
struct CmdletAnswer: Sendable {
  var rows: [JSONObject] = []
  var warnings: [String] = []

  static let nothing = CmdletAnswer()

  static func row(_ row: JSONObject) -> CmdletAnswer { CmdletAnswer(rows: [row]) }

  /// What `Set-` cmdlets say that have found everything as it should be.
  static func unchanged(_ name: String) -> CmdletAnswer {
    CmdletAnswer(
      warnings: ["The command completed successfully but no settings of '\(name)' have been modified."])
  }
}

/// A call that has passed the door, with its parameters bound.
struct CmdletCall: Sendable {
  let cmdlet: Cmdlet
  let values: [String: CmdletValue]
  let caller: AccessToken

  /// Whether the parameter was given, with whatever value.
  func isGiven(_ name: String) -> Bool { values[name] != nil }

  func text(_ name: String) -> String? {
    if case .text(let text) = values[name] { text } else { nil }
  }

  func flag(_ name: String) -> Bool? {
    if case .flag(let flag) = values[name] { flag } else { nil }
  }

  func number(_ name: String) -> Int? {
    if case .number(let number) = values[name] { number } else { nil }
  }

  func time(_ name: String) -> Timestamp? {
    if case .time(let time) = values[name] { time } else { nil }
  }

  func list(_ name: String) -> ListChange? {
    if case .list(let list) = values[name] { list } else { nil }
  }

  func bytes(_ name: String) -> [UInt8]? {
    if case .bytes(let bytes) = values[name] { bytes } else { nil }
  }

  /// The members of a list that is given whole.
  func values(_ name: String) -> [String] { list(name)?.applied(to: []) ?? [] }

  var identity: String { text("Identity") ?? "" }
}
