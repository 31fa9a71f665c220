/// The requests a client may send.
package enum Method: String, CaseIterable, Sendable {
  case initialize
  case ping
  case discover = "server/discover"
  case listTools = "tools/list"
  case callTool = "tools/call"
  case listResources = "resources/list"
  case listResourceTemplates = "resources/templates/list"
  case readResource = "resources/read"
  case subscribe = "resources/subscribe"
  case unsubscribe = "resources/unsubscribe"
  case listPrompts = "prompts/list"
  case getPrompt = "prompts/get"
  case complete = "completion/complete"
  case setLogLevel = "logging/setLevel"
  case listen = "subscriptions/listen"

  /// Methods whose name alone tells that the client speaks a modern revision, served or not.
  static let modernOnlyNames: Set<String> = ["server/discover", "subscriptions/listen", "tasks/update"]
}

/// The methods that exist in each era of this server; they follow from what it offers.
package struct ServedMethods: Sendable {
  let legacy: Set<Method>
  let modern: Set<Method>

  init(_ capabilities: ServerCapabilities) {
    var common: Set<Method> = []
    if capabilities.offersTools { common.formUnion([.listTools, .callTool]) }
    if capabilities.offersResources { common.formUnion([.listResources, .listResourceTemplates, .readResource]) }
    if capabilities.offersPrompts { common.formUnion([.listPrompts, .getPrompt]) }
    if capabilities.offersCompletions { common.insert(.complete) }
    modern = common.union([.discover, .listen])
    var legacy = common.union([.initialize, .ping])
    if capabilities.offersLogging { legacy.insert(.setLogLevel) }
    if capabilities.offersResources, capabilities.watchesResources { legacy.formUnion([.subscribe, .unsubscribe]) }
    self.legacy = legacy
  }
}
