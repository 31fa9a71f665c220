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

  package init(
    directory: Duration = .milliseconds(500), mailbox: Duration = .seconds(2),
    delivery: Duration = .milliseconds(500), site: Duration = .seconds(3), team: Duration = .seconds(2),
    trace: Duration = .seconds(2)
  ) {
    self.directory = directory
    self.mailbox = mailbox
    self.delivery = delivery
    self.site = site
    self.team = team
    self.trace = trace
  }

  package init(all lag: Duration) {
    self.init(directory: lag, mailbox: lag, delivery: lag, site: lag, team: lag, trace: lag)
  }

  package static let none = Lags(all: .zero)

  private static let names = ["directory", "mailbox", "delivery", "site", "team", "trace"]

  private subscript(name: String) -> Duration {
    get {
      switch name {
      case "directory": directory
      case "mailbox": mailbox
      case "delivery": delivery
      case "site": site
      case "team": team
      default: trace
      }
    }
    set {
      switch name {
      case "directory": directory = newValue
      case "mailbox": mailbox = newValue
      case "delivery": delivery = newValue
      case "site": site = newValue
      case "team": team = newValue
      default: trace = newValue
      }
    }
  }

  /// These lags with those that `json` names changed: `{"mailbox": 2.5}` in seconds, or the text `none`.
  package func changed(by json: JSONValue) throws(SeedError) -> Lags {
    if json.stringValue == "none" { return .none }
    guard let object = json.objectValue else { throw SeedError("lags", "must be an object or the text \"none\"") }
    var lags = self
    for member in object {
      guard Self.names.contains(member.key) else {
        throw SeedError("lags.\(member.key)", "is unknown; known are \(Self.names.joined(separator: ", "))")
      }
      guard let seconds = member.value.doubleValue, (0...86_400).contains(seconds) else {
        throw SeedError("lags.\(member.key)", "must be a number of seconds from 0 to 86400")
      }
      lags[member.key] = .milliseconds(Int64(seconds * 1000))
    }
    return lags
  }

  package var json: JSONValue {
    .object(
      JSONObject(
        Self.names.map { name in
          JSONObject.Member(
            key: name, value: JSONNumber(Double(self[name].milliseconds) / 1000).map(JSONValue.number) ?? 0)
        }))
  }
}
