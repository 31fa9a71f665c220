package import AdminCore
package import Store

/// Makes an old version of a template the newest one, or brings a deleted template back.
package struct RestoreTemplateWorkflow: Workflow {
  package static let name = "restore_template_version"
  package static let version = 1

  private let id: LocalID
  /// What the template was when the restoring was planned; `nil` for one that was deleted.
  private let baseVersion: Int?
  private let oldVersion: Int
  private let author: String
  private let services: WorkflowServices

  package init(_ id: LocalID, from baseVersion: Int?, to oldVersion: Int, author: String, services: WorkflowServices) {
    self.id = id
    self.baseVersion = baseVersion
    self.oldVersion = oldVersion
    self.author = author
    self.services = services
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let id = input["templateId"]?.stringValue.flatMap(LocalID.init), let old = input["oldVersion"]?.intValue,
      let author = input["author"]?.stringValue
    else { throw .malformedJournal(Self.name) }
    self.init(id, from: input["baseVersion"]?.intValue, to: old, author: author, services: services)
  }

  package var input: JSONObject {
    [
      "templateId": .string(id.text), "baseVersion": baseVersion.map { .int($0) } ?? .null,
      "oldVersion": .int(oldVersion), "author": .string(author),
    ]
  }

  package var target: AuditTarget { .object("template", id.text) }

  package var auditDetail: JSONObject { ["version": .int(oldVersion)] }

  package var steps: [Step] {
    let (id, baseVersion, oldVersion, author, templates) = (id, baseVersion, oldVersion, author, services.templates)
    let undo =
      if let baseVersion {
        TemplateUndo.restoring(id, version: baseVersion, author: author, templates)
      } else {
        TemplateUndo.deleting(id, author: author, templates)
      }
    return [
      Step(
        "store", "Restore version \(oldVersion)",
        effect: .once { context throws(AdminError) in
          guard let newest = try await templates.version(of: id), newest.change == .restored,
            newest.changedAt >= context.createdAt
          else { return .didNotHappen }
          return .happened(try await templates.template(id).outcome)
        }, undo: undo
      ) { _ throws(AdminError) in
        let current = try await templates.version(of: id)
        guard (current?.change == .deleted ? nil : current?.version) == baseVersion else {
          throw .templateMoved(current)
        }
        return try await templates.restore(id, version: oldVersion, by: author).outcome
      }
    ]
  }

  package func output(of context: StepContext) -> JSONObject { context.output("store") ?? [:] }
}

extension AdminError {
  /// A template that is no longer what the change was planned on.
  static func templateMoved(_ now: TemplateVersion?) -> AdminError {
    let what = now.map { "version \($0.version), \($0.change.rawValue)" } ?? "gone"
    return AdminError(
      .illegalState, "The template was changed meanwhile (\(what)); read it again and repeat the change.")
  }
}
