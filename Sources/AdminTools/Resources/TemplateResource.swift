import Access
import AdminCore
import MCPProtocol
import Store

/// `m365://templates/{templateId}`: a mail template with its bodies, as `get_email_template` shows it.
enum TemplateResource {
  static let name = "template"

  static func definition(_ services: AdminServices) -> ResourceTemplateDefinition? {
    URITemplate("m365://templates/{templateId}").map { template in
      ResourceTemplateDefinition(
        template, name: name,
        presentation: Presentation(title: "Mail template", description: "A mail template with its bodies."),
        mimeType: "application/json", completions: ["templateId": completion(services)]
      ) { request, context in
        try await Resources.read(services, request.uri) { () async throws(AdminError) in
          try await read(request.variables["templateId"] ?? "", services, context)
        }
      }
    }
  }

  /// Ids of templates whose id begins with what was typed, or whose name contains it.
  static func completion(_ services: AdminServices) -> Completion {
    Resources.completion { typed throws(AdminError) in
      let templates = try await services.store.value().templates
      let typed = typed.lowercased()
      let byName = try await templates.list(search: typed.isEmpty ? nil : typed, limit: Completion.limit)
      let all = byName.items.isEmpty ? try await templates.list(limit: 200).items : byName.items
      let ids = byName.items.isEmpty ? all.filter { $0.id.text.hasPrefix(typed) }.map(\.id.text) : all.map(\.id.text)
      return Completion.Suggestions(ids, total: byName.items.isEmpty ? ids.count : byName.count)
    }
  }

  /// The concrete templates, for clients that cannot browse a family. A store that cannot be opened lists none: lists
  /// need no backend.
  static func provider(_ services: AdminServices) -> ResourceProvider {
    ResourceProvider { position, limit, _ in
      guard let templates = try? await services.store.value().templates else { return ResourceProvider.Page([]) }
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

  private static func read(
    _ text: String, _ services: AdminServices, _ context: RequestContext
  ) async throws(AdminError) -> JSONFragment? {
    guard let id = LocalID(text) else { return nil }
    let (template, usage): (EmailTemplate, TemplateUsageSummary)
    do throws(AdminError) {
      let templates = try await services.store.value().templates
      template = try await templates.template(id)
      usage = try await templates.usage(of: id)
    } catch  where error.code == .templateNotFound {
      return nil
    }
    let output = GetEmailTemplate.Output(template, usage: usage)
    if GetEmailTemplate.isSensitive(output), services.configuration.auditedReads >= .sensitive {
      let correlation = LocalID.make(at: services.timekeeper.now()).text
      try await AuditTrail(services: services, tool: "m365://templates", correlationID: correlation)
        .recordRead(["templateId": .string(id.text)])
    }
    return try output.fragment()
  }
}
