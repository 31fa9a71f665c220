package import AdminCore
package import Store

/// Removes a template; its versions and the record of its use stay.
package struct DeleteTemplateWorkflow: Workflow {
  package static let name = "delete_email_template"
  package static let version = 1

  private let id: LocalID
  private let title: String
  private let author: String
  private let services: WorkflowServices

  package init(_ id: LocalID, named title: String, author: String, services: WorkflowServices) {
    self.id = id
    self.title = title
    self.author = author
    self.services = services
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let id = input["templateId"]?.stringValue.flatMap(LocalID.init), let title = input["name"]?.stringValue,
      let author = input["author"]?.stringValue
    else { throw .malformedJournal(Self.name) }
    self.init(id, named: title, author: author, services: services)
  }

  package var input: JSONObject {
    ["templateId": .string(id.text), "name": .string(title), "author": .string(author)]
  }

  package var target: AuditTarget { .object("template", id.text) }

  package var steps: [Step] {
    let (id, author, templates) = (id, author, services.templates)
    return [
      Step(
        "delete", "Delete the template",
        effect: .once { _ throws(AdminError) in
          do throws(AdminError) {
            _ = try await templates.template(id)
            return .didNotHappen
          } catch  where error.code == .templateNotFound {
            return .happened([:])
          }
        }
      ) { _ throws(AdminError) in
        try await templates.delete(id, by: author)
        return [:]
      }
    ]
  }

  package func output(of context: StepContext) -> JSONObject {
    ["templateId": .string(id.text), "templateName": .string(title)]
  }
}
