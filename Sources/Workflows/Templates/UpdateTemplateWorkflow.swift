package import AdminCore
package import Store

/// Makes a new version of a template, if nobody has made one since the change was planned.
package struct UpdateTemplateWorkflow: Workflow {
  package static let name = "update_email_template"
  package static let version = 1

  private let id: LocalID
  private let baseVersion: Int
  private let content: TemplateContent
  private let author: String
  private let removed: JSONValue
  private let services: WorkflowServices

  /// - Parameters:
  ///   - baseVersion: the version that was planned on.
  ///   - content: the template as it shall be.
  package init(
    _ id: LocalID, from baseVersion: Int, to content: TemplateContent, author: String, removed: JSONValue,
    services: WorkflowServices
  ) {
    self.id = id
    self.baseVersion = baseVersion
    self.content = content
    self.author = author
    self.removed = removed
    self.services = services
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let id = input["templateId"]?.stringValue.flatMap(LocalID.init),
      let base = input["baseVersion"]?.intValue, let content = TemplateContent(journalled: input["content"]),
      let author = input["author"]?.stringValue
    else { throw .malformedJournal(Self.name) }
    self.init(id, from: base, to: content, author: author, removed: input["removed"] ?? [], services: services)
  }

  package var input: JSONObject {
    [
      "templateId": .string(id.text), "baseVersion": .int(baseVersion), "content": .object(content.journalled),
      "author": .string(author), "removed": removed,
    ]
  }

  package var target: AuditTarget { .object("template", id.text) }

  package var steps: [Step] {
    let (id, baseVersion, content, author, templates) = (id, baseVersion, content, author, services.templates)
    return [
      Step(
        "store", "Store the new version",
        effect: .once { _ throws(AdminError) in
          let current = try await templates.template(id)
          if current.version == baseVersion { return .didNotHappen }
          return current.content == content ? .happened(current.outcome) : .didNotHappen
        }, undo: TemplateUndo.restoring(id, version: baseVersion, author: author, templates)
      ) { _ throws(AdminError) in
        let current = try await templates.template(id)
        guard current.version == baseVersion else { throw .templateMoved(try await templates.version(of: id)) }
        return try await templates.update(id, content.asChanges, by: author).outcome
      }
    ]
  }

  package func output(of context: StepContext) -> JSONObject {
    (context.output("store") ?? [:]).merging(["removed": removed])
  }
}

extension TemplateContent {
  /// Every part, so that what is stored is exactly this; an absent text is removed.
  fileprivate var asChanges: TemplateChanges {
    var changes = TemplateChanges()
    changes.name = name
    changes.subject = subject
    changes.bodyHTML = bodyHTML
    changes.bodyText = bodyText ?? ""
    changes.category = category
    changes.variables = variables
    changes.description = description ?? ""
    return changes
  }
}
