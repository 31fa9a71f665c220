package import AdminCore

/// What a tenant is at its start. Read from JSON (docs/simulator.md) and kept as it was written, so that a reset makes
/// the same tenant again.
package struct Seed: Sendable {
  package let json: JSONValue

  /// - Parameter json: checked when a tenant is made of it.
  package init(_ json: JSONValue) { self.json = json }

  package init(text: String) throws(SeedError) {
    do throws(JSONParseError) {
      json = try JSONParser.parse(text)
    } catch {
      throw SeedError("", "The seed is not valid JSON: \(error)")
    }
  }

  /// The same seed with one of its members in place of the old one.
  package func setting(_ member: String, to value: JSONValue) -> Seed {
    var object = json.objectValue ?? [:]
    object[member] = value
    return Seed(.object(object))
  }

  /// Ids and secrets are drawn from this, so that they are the same in every run.
  package static let standardNumber: UInt64 = 365

  private static let members: Set<String> = [
    "tenant", "application", "products", "users", "deletedUsers", "groups", "mail", "exchange", "generate", "lags",
    "serviceIssues", "serviceMessages",
  ]

  func object() throws(SeedError) -> SeedObject { try SeedObject(json, at: "", allowing: Self.members) }

  /// The lags it names, over the usual ones.
  func lags() throws(SeedError) -> Lags {
    guard let lags = try object()["lags"] else { return Lags() }
    return try Lags().changed(by: lags)
  }
}
