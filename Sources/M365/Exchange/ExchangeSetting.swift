package import AdminCore

/// Something of the tenant that is read, written, read back and restored as one value.
package protocol ExchangeSetting: Sendable {
  associatedtype Value: Hashable & Sendable

  /// For plans and reports: `forwarding of ann@contoso.com`.
  var title: String { get }
  /// The usual time until a change shows everywhere.
  var propagation: Duration { get }
  /// Names of those that read and write it, for plans.
  var cmdlets: (read: String, write: String) { get }

  func read(from client: ExchangeClient) async throws(AdminError) -> Value

  /// Absolute: writing what was read restores it exactly. Idempotent.
  func write(_ value: Value, to client: ExchangeClient) async throws(AdminError) -> ExchangeChange

  /// The value as a journal keeps it.
  func journalled(_ value: Value) -> JSONObject
  func value(journalled json: JSONObject) -> Value?
}

extension ExchangeSetting {
  package var propagation: Duration { .seconds(3600) }
}

extension ExchangeClient {
  package func value<Setting: ExchangeSetting>(of setting: Setting) async throws(AdminError) -> Setting.Value {
    try await setting.read(from: self)
  }

  /// Writes the value where it is another one.
  package func set<Setting: ExchangeSetting>(
    _ setting: Setting, to value: Setting.Value
  ) async throws(AdminError) -> ExchangeChange {
    guard try await setting.read(from: self) != value else { return .none }
    return try await setting.write(value, to: self)
  }

  /// Reads back until the value shows. A setting that is not there yet does not show.
  ///
  /// - Parameter deadline: how long to go on; zero looks once.
  /// - Returns: `false` when it did not show in that time, which says nothing against the change: reading can lag behind
  ///   writing.
  package func shows<Setting: ExchangeSetting>(
    _ setting: Setting, _ value: Setting.Value, within deadline: Duration = .seconds(30),
    every intervals: [Duration] = [1, 2, 3, 5].map { .seconds($0) }
  ) async throws(AdminError) -> Bool {
    let shown = try await timekeeper.poll(for: deadline, every: intervals) { () async throws(AdminError) -> Bool? in
      do throws(AdminError) {
        return try await setting.read(from: self) == value ? true : nil
      } catch  where error.exchangeFault == .notFound || error.isRetryable {
        return nil
      }
    }
    return shown ?? false
  }
}

/// A value that one cmdlet shows and another writes.
package protocol ExchangeState: Hashable, Sendable {
  associatedtype Reader: ExchangeCmdlet
  associatedtype Writer: ExchangeCmdlet

  /// - Parameter row: what the reading cmdlet shows, or what `parameters` were written as.
  /// - Returns: `nil` for a state that this program does not know how to write again.
  init?(_ row: JSONObject)

  /// What the writing cmdlet is given so that it becomes so again.
  var parameters: ExchangeParameters<Writer> { get }

  static var title: String { get }
  static var propagation: Duration { get }
  /// What is read of the object; none for all of it.
  static var properties: [String] { get }
}

extension ExchangeState {
  package static var propagation: Duration { .seconds(3600) }
  package static var properties: [String] { [] }
}

/// A part of a mailbox.
package struct MailboxSetting<State: ExchangeState>: ExchangeSetting
where State.Reader: IdentifiedCmdlet, State.Writer: IdentifiedCmdlet {
  package let mailbox: MailboxReference

  package init(_ state: State.Type = State.self, of mailbox: MailboxReference) { self.mailbox = mailbox }

  package var title: String { "\(State.title) of \(mailbox)" }
  package var propagation: Duration { State.propagation }
  package var cmdlets: (read: String, write: String) { (State.Reader.name, State.Writer.name) }

  package func read(from client: ExchangeClient) async throws(AdminError) -> State {
    let parameters = ExchangeParameters<State.Reader>()
    return try await client.row(ExchangeCall(mailbox, parameters, select: State.properties), State.init)
  }

  package func write(_ value: State, to client: ExchangeClient) async throws(AdminError) -> ExchangeChange {
    try await client.change(ExchangeCall(mailbox, value.parameters))
  }

  package func journalled(_ value: State) -> JSONObject { value.parameters.json }
  package func value(journalled json: JSONObject) -> State? { State(json) }
}

/// A part of an object of the organisation that has a name.
package struct ObjectSetting<State: ExchangeState>: ExchangeSetting
where State.Reader: IdentifiedCmdlet, State.Writer: IdentifiedCmdlet {
  package let identity: String

  package init(_ state: State.Type = State.self, of identity: String) { self.identity = identity }

  package var title: String { "\(State.title) (\(identity))" }
  package var propagation: Duration { State.propagation }
  package var cmdlets: (read: String, write: String) { (State.Reader.name, State.Writer.name) }

  package func read(from client: ExchangeClient) async throws(AdminError) -> State {
    try await client.row(ExchangeCall(identity: identity, ExchangeParameters<State.Reader>()), State.init)
  }

  package func write(_ value: State, to client: ExchangeClient) async throws(AdminError) -> ExchangeChange {
    try await client.change(ExchangeCall(identity: identity, value.parameters))
  }

  package func journalled(_ value: State) -> JSONObject { value.parameters.json }
  package func value(journalled json: JSONObject) -> State? { State(json) }
}

/// A part of what there is once in an organisation.
package struct OrganizationSetting<State: ExchangeState>: ExchangeSetting {
  package init(_ state: State.Type = State.self) {}

  package var title: String { State.title }
  package var propagation: Duration { State.propagation }
  package var cmdlets: (read: String, write: String) { (State.Reader.name, State.Writer.name) }

  package func read(from client: ExchangeClient) async throws(AdminError) -> State {
    try await client.row(ExchangeCall(ExchangeParameters<State.Reader>()), State.init)
  }

  package func write(_ value: State, to client: ExchangeClient) async throws(AdminError) -> ExchangeChange {
    try await client.change(ExchangeCall(value.parameters))
  }

  package func journalled(_ value: State) -> JSONObject { value.parameters.json }
  package func value(journalled json: JSONObject) -> State? { State(json) }
}
