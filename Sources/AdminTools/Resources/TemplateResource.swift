import Access
import AdminCore
import MCPProtocol
import Store

/// `m365://templates/{templateId}`: a mail template with its bodies, as `get_email_template` shows it.
enum TemplateResource {
  static let name = "template"
  private static let kind = "m365://templates"

  static func definition(_ services: AdminServices) -> ResourceTemplateDefinition? {
    URITemplate("m365://templates/{templateId}").map { template in
      ResourceTemplateDefinition(
        template, name: name,
        presentation: Presentation(title: "Mail template", description: "A mail template with its bodies."),
        mimeType: "application/json", completions: ["templateId": completion(services)]
      ) { request, context in
        try await Resources.read(services, request.uri, kind, context) { call throws(AdminError) in
          try await read(request.variables["templateId"] ?? "", call)
        }
      }
    }
  }

  /// Ids of templates whose id begins with what was typed, or whose name contains it.
  static func completion(_ services: AdminServices) -> Completion {
    Resources.completion(services) { request, _ throws(AdminError) in
      let templates = try await services.store.value().templates
      let typed = request.value.lowercased()
      let byName = try await templates.list(search: typed.isEmpty ? nil : typed, limit: Completion.limit)
      let all = byName.items.isEmpty ? try await templates.list(limit: 200).items : byName.items
      let ids = byName.items.isEmpty ? all.filter { $0.id.text.hasPrefix(typed) }.map(\.id.text) : all.map(\.id.text)
      return Completion.Suggestions(ids, total: byName.items.isEmpty ? ids.count : byName.count)
    }
  }

  /// The concrete templates, for clients that cannot browse a family. A store that cannot be opened lists none: lists
  /// need no backend.
  static func provider(_ services: AdminServices) -> ResourceProvider {
    ResourceProvider { position, limit, context in
      guard await Resources.reader(services, context) != nil,
        let templates = try? await services.store.value().templates
      else { return ResourceProvider.Page([]) }
      let page = try await templates.list(limit: limit, cursor: position)
      let entries = page.items.map { summary in
        ResourceEntry(
          uri: "m365://templates/\(summary.id)", name: "\(name): \(VisibleText.excerpt(summary.name, limit: 80))",
          presentation: Presentation(
            title: VisibleText.excerpt(summary.name, limit: 80),
            description: summary.description.map { VisibleText.excerpt($0, limit: 200) }),
          mimeType: "application/json")
      }
      return ResourceProvider.Page(entries, next: page.nextCursor)
    }
  }

  private static func read(_ text: String, _ call: ToolCall) async throws(AdminError) -> JSONFragment? {
    guard let id = LocalID(text) else { return nil }
    let (template, usage): (EmailTemplate, TemplateUsageSummary)
    do throws(AdminError) {
      let templates = try await call.store().templates
      template = try await templates.template(id)
      usage = try await templates.usage(of: id)
    } catch  where error.code == .templateNotFound {
      return nil
    }
    let output = GetEmailTemplate.Output(template, usage: usage)
    if GetEmailTemplate.isSensitive(output), call.services.configuration.auditedReads >= .sensitive {
      try await AuditTrail(services: call.services, caller: call.caller, tool: kind, correlationID: call.correlationID)
        .recordRead(["templateId": .string(id.text)])
    }
    return try output.fragment()
  }
}
