package import AdminCore

/// The workflows by the names under which the journal knows them, so that a process can go on with what another began.
package struct WorkflowRegistry: Sendable {
  private struct Key: Hashable, Sendable {
    let name: String
    let version: Int
  }

  private let types: [Key: any Workflow.Type]

  package init(_ types: [any Workflow.Type]) {
    self.types = Dictionary(types.map { (Key(name: $0.name, version: $0.version), $0) }) { first, _ in first }
  }

  /// - Returns: `nil` when this version of the program knows no such workflow.
  package func workflow(
    named name: String, version: Int, input: JSONObject, services: WorkflowServices
  ) throws(AdminError) -> (any Workflow)? {
    guard let type = types[Key(name: name, version: version)] else { return nil }
    return try type.init(journalled: input, services: services)
  }
}
