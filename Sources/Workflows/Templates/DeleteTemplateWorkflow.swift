package import AdminCore
package import Store

/// Removes a template; its versions and the record of its use stay.
package struct DeleteTemplateWorkflow: Workflow {
  package static let name = "delete_email_template"
  package static let version = 1

  private let id: LocalID
  private let title: String
  /// The one that was planned on, which an undo brings back.
  private let baseVersion: Int
  private let author: String
  private let services: WorkflowServices

  package init(_ id: LocalID, named title: String, version baseVersion: Int, author: String, services: WorkflowServices)
  {
    self.id = id
    self.title = title
    self.baseVersion = baseVersion
    self.author = author
    self.services = services
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let id = input["templateId"]?.stringValue.flatMap(LocalID.init), let title = input["name"]?.stringValue,
      let author = input["author"]?.stringValue, let version = input["version"]?.intValue
    else { throw .malformedJournal(Self.name) }
    self.init(id, named: title, version: version, author: author, services: services)
  }

  package var input: JSONObject {
    [
      "templateId": .string(id.text), "name": .string(title), "version": .int(baseVersion), "author": .string(author),
    ]
  }

  package var target: AuditTarget { .object("template", id.text) }

  package var steps: [Step] {
    let (id, baseVersion, author, templates) = (id, baseVersion, author, services.templates)
    return [
      Step(
        "store", "Delete the template",
        effect: .once { _ throws(AdminError) in
          do throws(AdminError) {
            _ = try await templates.template(id)
            return .didNotHappen
          } catch  where error.code == .templateNotFound {
            return .happened([:])
          }
        }, undo: TemplateUndo.restoring(id, version: baseVersion, author: author, templates)
      ) { _ throws(AdminError) in
        guard try await templates.template(id).version == baseVersion else {
          throw .templateMoved(try await templates.version(of: id))
        }
        try await templates.delete(id, by: author)
        return ["version": .int(baseVersion + 1)]
      }
    ]
  }

  package func output(of context: StepContext) -> JSONObject {
    ["templateId": .string(id.text), "templateName": .string(title)]
  }
}
