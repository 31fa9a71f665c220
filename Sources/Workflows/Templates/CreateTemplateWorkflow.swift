package import AdminCore
package import Store

/// Stores a new template.
package struct CreateTemplateWorkflow: Workflow {
  package static let name = "create_email_template"
  package static let version = 1

  private let content: TemplateContent
  private let author: String
  /// What the sanitizer took out, for the result.
  private let removed: JSONValue
  private let services: WorkflowServices

  package init(_ content: TemplateContent, author: String, removed: JSONValue, services: WorkflowServices) {
    self.content = content
    self.author = author
    self.removed = removed
    self.services = services
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let content = TemplateContent(journalled: input["content"]), let author = input["author"]?.stringValue else {
      throw .malformedJournal(Self.name)
    }
    self.init(content, author: author, removed: input["removed"] ?? [], services: services)
  }

  package var input: JSONObject {
    ["content": .object(content.journalled), "author": .string(author), "removed": removed]
  }

  package var target: AuditTarget { .object("template", content.name) }

  package var steps: [Step] {
    let (content, author, templates) = (content, author, services.templates)
    return [
      Step(
        "store", "Store the template",
        effect: .once { context throws(AdminError) in
          guard let found = try await templates.template(named: content.name), found.content == content,
            found.createdAt >= context.createdAt
          else { return .didNotHappen }
          return .happened(found.outcome)
        }, undo: TemplateUndo.deletingMade(author: author, templates)
      ) { _ throws(AdminError) in try await templates.create(content, by: author).outcome }
    ]
  }

  package func output(of context: StepContext) -> JSONObject {
    (context.output("store") ?? [:]).merging(["removed": removed])
  }
}
