package import AdminCore

/// The workflows by the names under which the journal knows them, so that a process can go on with what another began.
package struct WorkflowRegistry: Sendable {
  private struct Key: Hashable, Sendable {
    let name: String
    let version: Int
  }

  private let makers: [Key: @Sendable (JSONObject) throws(AdminError) -> any Workflow]

  /// - Parameter types: with the services they need bound already (`{ input in try CreateUserWorkflow(…) }`).
  package init(_ entries: [Entry]) {
    makers = Dictionary(entries.map { (Key(name: $0.name, version: $0.version), $0.make) }) { first, _ in first }
  }

  package struct Entry: Sendable {
    let name: String
    let version: Int
    let make: @Sendable (JSONObject) throws(AdminError) -> any Workflow

    package init<W: Workflow>(
      _ type: W.Type, _ make: @escaping @Sendable (JSONObject) throws(AdminError) -> W
    ) {
      name = W.name
      version = W.version
      self.make = make
    }
  }

  /// - Returns: `nil` when this version of the program knows no such workflow.
  func workflow(named name: String, version: Int, input: JSONObject) throws(AdminError) -> (any Workflow)? {
    guard let make = makers[Key(name: name, version: version)] else { return nil }
    return try make(input)
  }
}
