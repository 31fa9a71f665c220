package import AdminCore

/// How long the tenant takes until a change shows everywhere.
package struct Lags: Sendable, Hashable {
  /// From creating a user until every replica of the directory knows it.
  package var directory: Duration
  /// From assigning a licence until the mailbox answers.
  package var mailbox: Duration
  /// From sending until the message lies in Sent Items and at its recipients.
  package var delivery: Duration
  package var site: Duration
  package var team: Duration
  /// From delivery until the message trace shows it.
  package var trace: Duration
  /// From a change by cmdlet until reading cmdlets show it, and until a mailbox that is converted is of its new kind.
  package var exchange: Duration
  /// From joining a group until Teams has somebody in the group's team.
  package var membership: Duration
  /// From changing a policy or a setting of the tenant until reading it shows the change.
  package var settings: Duration
  /// From registering the schema of an external connection until it is ready.
  package var schema: Duration
  /// From a change until the directory's audit log shows it.
  package var audit: Duration

  package init(
    directory: Duration = .milliseconds(500), mailbox: Duration = .seconds(2),
    delivery: Duration = .milliseconds(500), site: Duration = .seconds(3), team: Duration = .seconds(2),
    trace: Duration = .seconds(2), exchange: Duration = .milliseconds(500), membership: Duration = .seconds(4),
    settings: Duration = .milliseconds(500), schema: Duration = .seconds(5), audit: Duration = .seconds(2)
  ) {
    self.directory = directory
    self.mailbox = mailbox
    self.delivery = delivery
    self.site = site
    self.team = team
    self.trace = trace
    self.exchange = exchange
    self.membership = membership
    self.settings = settings
    self.schema = schema
    self.audit = audit
  }

  package init(all lag: Duration) {
    self.init()
    for part in Self.parts { self[keyPath: part.path] = lag }
  }

  package static let none = Lags(all: .zero)

  private static let parts: [(name: String, path: any WritableKeyPath<Lags, Duration> & Sendable)] = [
    ("directory", \.directory), ("mailbox", \.mailbox), ("delivery", \.delivery), ("site", \.site), ("team", \.team),
    ("trace", \.trace), ("exchange", \.exchange), ("membership", \.membership), ("settings", \.settings),
    ("schema", \.schema), ("audit", \.audit),
  ]

  /// These lags with those that `json` names changed: `{"mailbox": 2.5}` in seconds, or the text `none`.
  package func changed(by json: JSONValue) throws(SeedError) -> Lags {
    if json.stringValue == "none" { return .none }
    guard let object = json.objectValue else { throw SeedError("lags", "must be an object or the text \"none\"") }
    var lags = self
    for member in object {
      guard let part = Self.parts.first(where: { $0.name == member.key }) else {
        let names = Self.parts.map(\.name).joined(separator: ", ")
        throw SeedError("lags.\(member.key)", "is unknown; known are \(names)")
      }
      guard let seconds = member.value.doubleValue, (0...86_400).contains(seconds) else {
        throw SeedError("lags.\(member.key)", "must be a number of seconds from 0 to 86400")
      }
      lags[keyPath: part.path] = .milliseconds(Int64(seconds * 1000))
    }
    return lags
  }

  package var json: JSONValue {
    .object(
      JSONObject(
        Self.parts.map { part in
          JSONObject.Member(
            key: part.name,
            value: JSONNumber(Double(self[keyPath: part.path].milliseconds) / 1000).map(JSONValue.number) ?? 0)
        }))
  }
}
