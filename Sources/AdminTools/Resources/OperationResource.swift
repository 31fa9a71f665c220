import Access
import AdminCore
import MCPProtocol
import Store

/// `m365://operations/{id}`: what became of an operation, as `get_operation` shows it.
enum OperationResource {
  static let name = "operation"

  static func definition(_ services: AdminServices) -> ResourceTemplateDefinition? {
    URITemplate("m365://operations/{id}").map { template in
      ResourceTemplateDefinition(
        template, name: name,
        presentation: Presentation(title: "Operation", description: "State, steps, result and what is left to do."),
        mimeType: "application/json", completions: ["id": completion(services)]
      ) { request, context in
        try await Resources.read(services, request.uri, "m365://operations", context) { call throws(AdminError) in
          try await read(request.variables["id"] ?? "", call)
        }
      }
    }
  }

  /// Ids that begin with what was typed, or belong to a tool whose name does; the newest first.
  private static func completion(_ services: AdminServices) -> Completion {
    Resources.completion(services) { request, _ throws(AdminError) in
      let typed = request.value
      let newest = try await services.store.value().journal.list(limit: 200)
      let fitting = newest.items.filter { $0.id.text.hasPrefix(typed) || $0.tool.hasPrefix(typed) }
      return Completion.Suggestions(fitting.map(\.id.text), total: fitting.count)
    }
  }

  /// The newest operations, for clients that cannot browse a family.
  static func provider(_ services: AdminServices) -> ResourceProvider {
    ResourceProvider { position, limit, context in
      guard position == nil, await Resources.reader(services, context) != nil,
        let journal = try? await services.store.value().journal
      else {
        return ResourceProvider.Page([])
      }
      let newest = try await journal.list(limit: min(limit, 20))
      return ResourceProvider.Page(
        newest.items.map { record in
          ResourceEntry(
            uri: "m365://operations/\(record.id)", name: "\(name): \(record.tool)",
            presentation: Presentation(title: "\(record.tool), \(record.state.rawValue), \(record.createdAt.iso8601)"),
            mimeType: "application/json")
        })
    }
  }

  private static func read(_ text: String, _ call: ToolCall) async throws(AdminError) -> JSONFragment? {
    guard let id = LocalID(text) else { return nil }
    do throws(AdminError) {
      return try GetOperation.Output(try await call.store().journal.operation(id)).fragment()
    } catch  where error.code == .operationNotFound {
      return nil
    }
  }
}
