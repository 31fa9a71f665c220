import AdminCore

/// Something that changed in what the server offers.
package enum Change: Hashable, Sendable {
  case tools
  case prompts
  case resources
  /// The contents of one resource.
  case resource(String)

  var method: String {
    switch self {
    case .tools: "notifications/tools/list_changed"
    case .prompts: "notifications/prompts/list_changed"
    case .resources: "notifications/resources/list_changed"
    case .resource: "notifications/resources/updated"
    }
  }

  /// - Parameter stream: the listen request the notification belongs to; `nil` for a session of the handshake era.
  func line(for stream: RequestID?) -> [UInt8] {
    var uri: String?
    if case .resource(let changed) = self { uri = changed }
    guard stream != nil || uri != nil else { return OutgoingMessage.notification(method) }
    return OutgoingMessage.notification(method) { params in
      if let stream {
        params.key("_meta")
        params.object { meta in
          meta.key(MetaKey.subscriptionID)
          stream.write(to: &meta)
        }
      }
      if let uri { params.member("uri", .string(uri)) }
    }
  }

  /// Whether the server said that it announces this.
  func isAnnounced(by capabilities: ServerCapabilities) -> Bool {
    switch self {
    case .tools: capabilities.offersTools && capabilities.announcesToolChanges
    case .prompts: capabilities.offersPrompts && capabilities.announcesPromptChanges
    case .resources: capabilities.offersResources && capabilities.announcesResourceChanges
    case .resource: capabilities.offersResources && capabilities.watchesResources
    }
  }
}

/// What one `subscriptions/listen` stream is told about.
struct StreamFilter: Hashable, Sendable {
  private(set) var hears: Set<Change> = []
  /// In the order in which the client named them.
  private var uris: [String] = []

  /// What of the client's wishes the server can honour.
  init(_ wishes: JSONValue?, capabilities: ServerCapabilities, limits: SessionLimits) throws(JSONRPCError) {
    guard case .object(let wishes)? = wishes else {
      throw .invalidParams("subscriptions/listen needs the object notifications.")
    }
    let flags: [(String, Change)] = [
      ("toolsListChanged", .tools), ("promptsListChanged", .prompts), ("resourcesListChanged", .resources),
    ]
    for (name, change) in flags {
      guard let wish = wishes[name] else { continue }
      guard let isWanted = wish.boolValue else { throw .invalidParams("\(name) must be true or false.") }
      if isWanted, change.isAnnounced(by: capabilities) { hears.insert(change) }
    }
    guard let watched = wishes["resourceSubscriptions"] else { return }
    guard let listed = watched.arrayValue, listed.allSatisfy({ $0.stringValue != nil }) else {
      throw .invalidParams("resourceSubscriptions must be a list of addresses.")
    }
    guard listed.count <= limits.watchedResources else {
      throw .invalidParams("One stream watches at most \(limits.watchedResources) resources.")
    }
    for uri in listed.compactMap(\.stringValue) where Change.resource(uri).isAnnounced(by: capabilities) {
      if hears.insert(.resource(uri)).inserted { uris.append(uri) }
    }
  }

  func acknowledgement(for stream: RequestID) -> [UInt8] {
    OutgoingMessage.notification("notifications/subscriptions/acknowledged") { params in
      params.key("_meta")
      params.object { meta in
        meta.key(MetaKey.subscriptionID)
        stream.write(to: &meta)
      }
      params.member("notifications", .object(honoured))
    }
  }

  private var honoured: JSONObject {
    var honoured = JSONObject()
    if hears.contains(.tools) { honoured["toolsListChanged"] = true }
    if hears.contains(.prompts) { honoured["promptsListChanged"] = true }
    if hears.contains(.resources) { honoured["resourcesListChanged"] = true }
    if !uris.isEmpty { honoured["resourceSubscriptions"] = .strings(uris) }
    return honoured
  }
}
