import Access
import AdminCore
import Content
import MCPProtocol
import Store
import Workflows

/// Stores a mail template, checked and with its HTML made safe.
struct CreateEmailTemplate: ChangingTool {
  static let name = "create_email_template"
  static let title = "Create a mail template"
  static let summary = """
    Store a mail template (Jinja2 syntax, no includes, macros or calls). HTML is sanitised; what was removed and which \
    variables are undeclared is reported. Bank details of wiring templates must be literal text.
    """
  static let role = Role.writeTemplates
  static let isDestructive = false
  static let isIdempotent = false

  struct Input: ToolInput {
    @Param("Unique name.", .length(1...120)) var templateName: String
    @Param("Subject.", .length(1...500)) var subject: String
    @Param("HTML body.", .length(1...524_288), .multiline) var bodyHtml: String
    @Param("Text body; made from the HTML when absent.", .length(1...262_144), .multiline) var bodyText: String?
    @Param("Purpose, with its rules.") var category: TemplateCategoryChoice
    @Param("Names of its variables.", .count(0...200), .length(1...100)) var variables: [String] = []
    @Param("For people.", .length(1...1000), .multiline) var description: String?
  }

  struct Output: ToolOutput {
    let templateId: String
    let templateName: String
    let category: String
    let version: Int
    let removed: [FreeForm]

    init(_ outcome: JSONObject) {
      templateId = outcome["templateId"]?.stringValue ?? ""
      templateName = outcome["templateName"]?.stringValue ?? ""
      category = outcome["category"]?.stringValue ?? ""
      version = outcome["version"]?.intValue ?? 0
      removed = (outcome["removed"]?.arrayValue ?? []).map(FreeForm.init)
    }
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<CreateTemplateWorkflow> {
    let accepted = try MailTemplate.accept(
      TemplateDraft(
        subject: input.subject, bodyHTML: input.bodyHtml, bodyText: input.bodyText, variables: input.variables),
      category: input.category.category)
    let store = try await call.store()
    if let taken = try await store.templates.template(named: input.templateName) {
      throw AdminError(
        .templateNameTaken, "There is a template of this name already; choose another, or use update_email_template.",
        details: ["templateId": .string(taken.id.text)])
    }
    let content = TemplateContent(
      name: input.templateName, subject: accepted.draft.subject, bodyHTML: accepted.draft.bodyHTML,
      bodyText: accepted.draft.bodyText, category: input.category.rawValue, variables: input.variables,
      description: input.description)
    let plan = Plan(
      "Store the \(input.category.rawValue) template “\(input.templateName)”",
      facts: [Plan.Fact("Subject", input.subject), Plan.Fact("Variables", input.variables.joined(separator: ", "))],
      calls: [Plan.Call("local", "Store the template", undo: "delete_email_template removes it")],
      warnings: accepted.warnings)
    return PreparedChange(
      plan,
      CreateTemplateWorkflow(
        content, author: call.caller.actor, removed: .array(accepted.removed.map(\.json)),
        services: store.workflowServices),
      warnings: accepted.warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output { Output(operation.output) }
}
