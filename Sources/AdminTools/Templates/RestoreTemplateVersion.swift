import Access
import AdminCore
import Content
import MCPProtocol
import Store
import Workflows

/// Makes an old version of a template the newest one.
struct RestoreTemplateVersion: ChangingTool {
  static let name = "restore_template_version"
  static let title = "Restore a template version"
  static let summary = "Make an old version of a mail template the newest one, or bring a deleted template back."
  static let role = Role.writeTemplates
  static let isDestructive = false
  static let isIdempotent = false

  struct Input: ToolInput {
    @Param("The template.", .length(36...36)) var templateId: String
    @Param("The version to restore.", .range(1...1_000_000)) var version: Int
  }

  struct Output: ToolOutput {
    let templateId: String
    let templateName: String
    let category: String
    let version: Int
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<RestoreTemplateWorkflow> {
    let store = try await call.store()
    let id = try LocalID.template(input.templateId)
    guard let old = try await store.templates.version(input.version, of: id), old.change != .deleted else {
      throw AdminError(
        .templateNotFound, "The template has no version \(input.version) to restore; list_template_versions shows them."
      )
    }
    // Rules may have become stricter since it was stored.
    let accepted = try MailTemplate.accept(old.content.draft, category: old.content.knownCategory)
    let newest = try await store.templates.version(of: id)
    let base = newest?.change == .deleted ? nil : newest?.version
    let plan = Plan(
      "Restore version \(old.version) of the template “\(old.content.name)”",
      facts: [
        Plan.Fact("Now", base.map { "version \($0)" } ?? "deleted"),
        Plan.Fact("Then", "\(old.changedAt.isoDate), by \(old.changedBy)"), Plan.Fact("Subject", old.content.subject),
      ],
      calls: [Plan.Call("local", "Store it as the newest version", undo: "the version before is kept")],
      risks: Risk.ofLeavingWiring(from: newest?.content, to: old.content),
      warnings: accepted.warnings, basis: ["newest": .int(newest?.version ?? 0)])
    return PreparedChange(
      plan,
      RestoreTemplateWorkflow(
        id, from: base, to: old.version, author: call.caller.actor, services: store.workflowServices),
      warnings: accepted.warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let made = operation.output
    return Output(
      templateId: made["templateId"]?.stringValue ?? "", templateName: made["templateName"]?.stringValue ?? "",
      category: made["category"]?.stringValue ?? "", version: made["version"]?.intValue ?? 0)
  }
}
