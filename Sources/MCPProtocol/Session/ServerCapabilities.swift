import AdminCore

/// What the server offers, said in `initialize` and `server/discover` exactly as its handlers serve it.
package struct ServerCapabilities: Hashable, Sendable {
  package var offersTools = false
  package var offersResources = false
  package var offersPrompts = false
  package var offersCompletions = false
  /// Log messages to the client: a level for the session in the handshake era, a level with each request afterwards.
  package var offersLogging = true
  /// Whether clients may watch single resources.
  package var watchesResources = true
  package var announcesToolChanges = false
  package var announcesResourceChanges = false
  package var announcesPromptChanges = false

  package init() {}

  func json(for revision: Revision) -> JSONObject {
    var json = JSONObject()
    if offersTools { json["tools"] = .object(Self.flags([("listChanged", announcesToolChanges)])) }
    if offersResources {
      let flags = [("subscribe", watchesResources), ("listChanged", announcesResourceChanges)]
      json["resources"] = .object(Self.flags(flags))
    }
    if offersPrompts { json["prompts"] = .object(Self.flags([("listChanged", announcesPromptChanges)])) }
    if offersCompletions, revision.hasCompletionsCapability { json["completions"] = [:] }
    if offersLogging { json["logging"] = [:] }
    return json
  }

  private static func flags(_ flags: [(String, Bool)]) -> JSONObject {
    JSONObject(flags.filter(\.1).map { JSONObject.Member(key: $0.0, value: true) })
  }
}
