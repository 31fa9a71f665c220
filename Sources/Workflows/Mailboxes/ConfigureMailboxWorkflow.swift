package import AdminCore
package import Store

/// Gives parts of one mailbox their values, each read before and read back, all of them put back when one fails.
package struct ConfigureMailboxWorkflow: Workflow {
  package static let name = "configure_mailbox"
  package static let version = 1

  private let mailbox: MailboxPart.Target
  private let parts: [MailboxPart]
  private let unsupported: [Unsupported]
  private let services: WorkflowServices

  package init(
    _ target: MailboxPart.Target, _ parts: [MailboxPart], unsupported: [Unsupported], services: WorkflowServices
  ) {
    mailbox = target
    self.parts = parts
    self.unsupported = unsupported
    self.services = services
  }

  package var target: AuditTarget { .person("mailbox", mailbox.address) }

  package var auditDetail: JSONObject { ["settings": .strings(parts.map(\.setting))] }

  package var steps: [Step] {
    parts.enumerated().flatMap { index, part in part.steps(Self.id(index), mailbox, services) }
  }

  private static func id(_ index: Int) -> String { "setting_\(index + 1)" }

  package func output(of context: StepContext) -> JSONObject {
    let changes = parts.enumerated().map { index, part in part.change(Self.id(index), in: context) }
    return [
      "userId": .string(mailbox.userID), "userEmail": .string(mailbox.address), "changes": .array(changes),
      "unsupported": .array(unsupported.map(\.json)),
    ]
  }
}

extension MailboxPart {
  /// What became of the part, for a result.
  func change(_ id: String, in context: StepContext) -> JSONValue {
    let before = context.output("\(id).before") ?? [:]
    return [
      "setting": .string(setting), "changed": context.output(id)?["changed"] ?? false,
      "before": .string(describe(before)), "after": .string(describe(wanted)),
    ]
  }
}

// MARK: - The journalled form

extension ConfigureMailboxWorkflow {
  package var input: JSONObject {
    [
      "userId": .string(mailbox.userID), "address": .string(mailbox.address),
      "parts": .array(parts.map(\.journalled)), "unsupported": .array(unsupported.map(\.json)),
    ]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let userID = input["userId"]?.stringValue, let address = input["address"]?.stringValue,
      let list = input["parts"]?.arrayValue
    else { throw .malformedJournal(Self.name) }
    let parts = list.compactMap(MailboxPart.init(journalled:))
    guard parts.count == list.count else { throw .malformedJournal(Self.name) }
    self.init(
      MailboxPart.Target(userID: userID, address: address), parts,
      unsupported: (input["unsupported"]?.arrayValue ?? []).compactMap(Unsupported.init(journalled:)),
      services: services)
  }
}
