import Access
import AdminCore
import Content
import MCPProtocol
import Store
import Workflows

/// Makes a new version of a template.
struct UpdateEmailTemplate: ChangingTool {
  static let name = "update_email_template"
  static let title = "Update a mail template"
  static let summary = "Change parts of a mail template; earlier versions are kept. Checked as when it is created."
  static let role = Role.writeTemplates
  static let isDestructive = false
  static let isIdempotent = true

  struct Input: ToolInput {
    @Param("The template.", .length(36...36)) var templateId: String
    @Param("New name.", .length(1...120)) var templateName: String?
    @Param("Subject.", .length(1...500)) var subject: String?
    @Param("HTML body.", .length(1...524_288), .multiline) var bodyHtml: String?
    @Param("Text body; an empty text removes it.", .length(0...262_144), .multiline) var bodyText: String?
    @Param("Purpose.") var category: TemplateCategoryChoice?
    @Param("Names of its variables.", .count(0...200), .length(1...100)) var variables: [String]?
    @Param("For people.", .length(0...1000), .multiline) var description: String?
  }

  typealias Output = CreateEmailTemplate.Output

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<UpdateTemplateWorkflow> {
    let store = try await call.store()
    let current = try await store.templates.template(.template(input.templateId))
    var content = current.content
    content.name = input.templateName ?? content.name
    content.subject = input.subject ?? content.subject
    content.bodyHTML = input.bodyHtml ?? content.bodyHTML
    content.bodyText = (input.bodyText ?? content.bodyText).flatMap { $0.isEmpty ? nil : $0 }
    content.category = input.category?.rawValue ?? content.category
    content.variables = input.variables ?? content.variables
    content.description = (input.description ?? content.description).flatMap { $0.isEmpty ? nil : $0 }

    let accepted = try MailTemplate.accept(content.draft, category: content.knownCategory)
    content.bodyHTML = accepted.draft.bodyHTML
    if let other = try await store.templates.template(named: content.name), other.id != current.id {
      throw AdminError(
        .templateNameTaken, "There is another template of this name; choose a different one.",
        details: ["templateId": .string(other.id.text)])
    }
    let plan = Plan(
      "Store version \(current.version + 1) of the template “\(current.content.name)”",
      facts: [Plan.Fact("Changes", Self.changedParts(current.content, content))],
      calls: [Plan.Call("local", "Store the new version", undo: "earlier versions are kept")],
      risks: Risk.ofLeavingWiring(from: current.content, to: content),
      warnings: accepted.warnings, basis: ["version": .int(current.version)])
    return PreparedChange(
      plan,
      UpdateTemplateWorkflow(
        current.id, from: current.version, to: content, author: call.caller.actor,
        removed: .array(accepted.removed.map(\.json)), services: store.workflowServices),
      warnings: accepted.warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output { Output(operation.output) }

  private static func changedParts(_ old: TemplateContent, _ new: TemplateContent) -> String {
    let parts = [
      ("name", old.name != new.name), ("subject", old.subject != new.subject),
      ("HTML body", old.bodyHTML != new.bodyHTML), ("text body", old.bodyText != new.bodyText),
      ("category", old.category != new.category), ("variables", old.variables != new.variables),
      ("description", old.description != new.description),
    ]
    let changed = parts.filter(\.1).map(\.0)
    return changed.isEmpty ? "none" : changed.joined(separator: ", ")
  }
}
