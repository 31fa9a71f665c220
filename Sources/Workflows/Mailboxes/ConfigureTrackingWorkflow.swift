package import AdminCore
package import Store

/// Gives receipts and tracking their values, for one mailbox or for the organisation.
package struct ConfigureTrackingWorkflow: Workflow {
  package static let name = "configure_tracking"
  package static let version = 1

  /// The mailbox it is about; `nil` for the organisation.
  private let address: String?
  private let parts: [TrackingPart]
  private let unsupported: [Unsupported]
  private let services: WorkflowServices

  package init(
    address: String?, _ parts: [TrackingPart], unsupported: [Unsupported], services: WorkflowServices
  ) {
    self.address = address
    self.parts = parts
    self.unsupported = unsupported
    self.services = services
  }

  package var target: AuditTarget {
    address.map { .person("mailbox", $0) } ?? .object("organization", "tracking")
  }

  package var auditDetail: JSONObject { ["settings": .strings(parts.map(\.setting))] }

  package var steps: [Step] {
    parts.enumerated().flatMap { index, part in part.steps(Self.id(index), services) }
  }

  private static func id(_ index: Int) -> String { "setting_\(index + 1)" }

  package func output(of context: StepContext) -> JSONObject {
    [
      "scope": address == nil ? "organization" : "user", "targetEmail": .optional(address),
      "changes": .array(parts.enumerated().map { index, part in part.change(Self.id(index), in: context) }),
      "unsupported": .array(unsupported.map(\.json)),
    ]
  }

  package func manualActions(after context: StepContext) -> [OperationReport.ManualAction] {
    output(of: context)["changes"]?.arrayValue?.flatMap { change -> [OperationReport.ManualAction] in
      guard let count = change["failedMailboxes"]?.intValue, let failures = change["failures"]?.arrayValue else {
        return []
      }
      let names = failures.prefix(5).compactMap { $0["mailbox"]?.stringValue }.joined(separator: ", ")
      return [.init(step: "Set the read receipt answers", action: "\(count) mailboxes could not be set: \(names)")]
    } ?? []
  }
}

// MARK: - The journalled form

extension ConfigureTrackingWorkflow {
  package var input: JSONObject {
    [
      "address": .optional(address), "parts": .array(parts.map(\.journalled)),
      "unsupported": .array(unsupported.map(\.json)),
    ]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let list = input["parts"]?.arrayValue else { throw .malformedJournal(Self.name) }
    let parts = list.compactMap(TrackingPart.init(journalled:))
    guard parts.count == list.count else { throw .malformedJournal(Self.name) }
    self.init(
      address: input["address"]?.stringValue, parts,
      unsupported: (input["unsupported"]?.arrayValue ?? []).compactMap(Unsupported.init(journalled:)),
      services: services)
  }
}
