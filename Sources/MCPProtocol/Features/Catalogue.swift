import AdminCore
import Synchronization

/// Everything a server offers. Fixed for the life of a process: the order of the lists never changes, because clients
/// and their prompt caches depend on it.
package struct Catalogue: Sendable {
  /// A declaration that no client could use.
  package struct DeclarationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// Clients cut off longer descriptions and instructions.
  package static let maximumDescriptionLength = 2048

  package let tools: [ToolDefinition]
  package let resources: [ResourceDefinition]
  package let templates: [ResourceTemplateDefinition]
  package let providers: [ResourceProvider]
  package let prompts: [PromptDefinition]
  private let toolIndex: [String: Int]
  private let resourceIndex: [String: Int]
  private let lists = ListCache()

  package init(
    tools: [ToolDefinition] = [], resources: [ResourceDefinition] = [], templates: [ResourceTemplateDefinition] = [],
    providers: [ResourceProvider] = [], prompts: [PromptDefinition] = []
  ) throws(DeclarationError) {
    var toolIndex: [String: Int] = [:]
    for (index, tool) in tools.enumerated() {
      for name in [tool.name] + tool.aliases {
        try Self.check(name, tool.presentation)
        guard toolIndex.updateValue(index, forKey: name) == nil else {
          throw DeclarationError(description: "two tools answer to \(name)")
        }
      }
    }
    for prompt in prompts {
      try Self.check(prompt.name, prompt.presentation)
      guard prompts.count(where: { $0.name == prompt.name }) == 1 else {
        throw DeclarationError(description: "two prompts are called \(prompt.name)")
      }
    }
    var resourceIndex: [String: Int] = [:]
    for (index, resource) in resources.enumerated() {
      guard resourceIndex.updateValue(index, forKey: resource.entry.uri) == nil else {
        throw DeclarationError(description: "two resources have the address \(resource.entry.uri)")
      }
    }
    self.tools = tools
    self.resources = resources
    self.templates = templates
    self.providers = providers
    self.prompts = prompts
    self.toolIndex = toolIndex
    self.resourceIndex = resourceIndex
  }

  private static func check(_ name: String, _ presentation: Presentation) throws(DeclarationError) {
    let isValid =
      (1...128).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
          true
        default: false
        }
      }
    guard isValid else { throw DeclarationError(description: "\(name) is no valid name") }
    guard presentation.description?.count ?? 0 <= maximumDescriptionLength else {
      throw DeclarationError(description: "the description of \(name) is longer than clients show")
    }
  }

  /// The capabilities that follow from what there is; changes are announced only where the host says so.
  package func capabilities(_ adjust: (inout ServerCapabilities) -> Void = { _ in }) -> ServerCapabilities {
    var capabilities = ServerCapabilities()
    capabilities.offersTools = !tools.isEmpty
    capabilities.offersResources = !(resources.isEmpty && templates.isEmpty && providers.isEmpty)
    capabilities.offersPrompts = !prompts.isEmpty
    capabilities.offersCompletions = !(prompts.isEmpty && templates.isEmpty)
    adjust(&capabilities)
    return capabilities
  }

  // MARK: Looking up

  package func tool(named name: String) -> ToolDefinition? { toolIndex[name].map { tools[$0] } }

  package func prompt(named name: String) -> PromptDefinition? { prompts.first { $0.name == name } }

  /// The name somebody probably meant, aliases included.
  func nearestToolName(to name: String) -> String? { Suggestion.nearest(to: name, among: toolIndex.keys.sorted()) }

  /// Who reads this address, and with which variables; `nil` when nobody does.
  package func reader(of uri: String) -> (ResourceDefinition.Read, ResourceReadRequest)? {
    if let index = resourceIndex[uri] { return (resources[index].read, ResourceReadRequest(uri: uri)) }
    for template in templates {
      if let variables = template.template.match(uri) {
        return (template.read, ResourceReadRequest(uri: uri, variables: variables))
      }
    }
    return nil
  }

  // MARK: Lists

  enum List: Hashable {
    case tools, templates, prompts
  }

  /// The entries of a list, serialised once for each revision.
  func entries(of list: List, for revision: Revision) -> [JSONFragment] {
    lists.entries(ListCache.Key(list: list, revision: revision)) {
      switch list {
      case .tools: tools.filter(\.isListed).map { JSONFragment(.object($0.json(for: revision))) }
      case .templates: templates.map { JSONFragment(.object($0.json(for: revision))) }
      case .prompts: prompts.map { JSONFragment(.object($0.json(for: revision))) }
      }
    }
  }
}

private final class ListCache: Sendable {
  struct Key: Hashable {
    let list: Catalogue.List
    let revision: Revision
  }

  private let kept = Mutex<[Key: [JSONFragment]]>([:])

  /// Made outside the lock: two threads may make the same list, which is the same.
  func entries(_ key: Key, _ make: () -> [JSONFragment]) -> [JSONFragment] {
    if let entries = kept.withLock({ $0[key] }) { return entries }
    let entries = make()
    kept.withLock { $0[key] = entries }
    return entries
  }
}
