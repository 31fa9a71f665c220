import Access
import AdminCore
import MCPProtocol
import Store
import Workflows

/// Removes a template. Its versions and the record of its use stay.
struct DeleteEmailTemplate: ChangingTool {
  static let name = "delete_email_template"
  static let title = "Delete a mail template"
  static let summary = "Delete a mail template; its versions and the record of its use are kept. Needs approval."
  static let role = Role.writeTemplates
  static let isDestructive = true
  static let isIdempotent = false
  static let clientHints: JSONObject = ["anthropic/requiresUserInteraction": true]

  struct Input: ToolInput {
    @Param("The template.", .length(36...36)) var templateId: String
  }

  struct Output: ToolOutput {
    let templateId: String
    let templateName: String
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<DeleteTemplateWorkflow> {
    let store = try await call.store()
    let template = try await store.templates.template(.template(input.templateId))
    let plan = Plan(
      "Delete the template “\(template.content.name)” (version \(template.version))",
      calls: [Plan.Call("local", "Delete the template", undo: "its last version can be restored")],
      risks: [.deletes("the template “\(template.content.name)”")], basis: ["version": .int(template.version)])
    return PreparedChange(
      plan,
      DeleteTemplateWorkflow(
        template.id, named: template.content.name, version: template.version, author: call.caller.actor,
        services: store.workflowServices))
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    Output(
      templateId: operation.output["templateId"]?.stringValue ?? "",
      templateName: operation.output["templateName"]?.stringValue ?? "")
  }
}
