package import AdminCore

/// A source outside Microsoft 365 whose items search finds.
package struct ExternalConnection: Hashable, Sendable {
  package let id: String
  package let name: String
  package let description: String?
  /// `draft`, `ready`, `obsolete` or `limitExceeded`.
  package let state: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    name = json.text("name") ?? ""
    description = json.text("description")
    state = json.text("state") ?? ""
  }
}

/// A property that the items of an external connection have.
package struct ExternalProperty: Hashable, Sendable {
  package let name: String
  /// `string`, `int64`, `double`, `dateTime`, `boolean` or a collection of one of them.
  package let type: String
  package var isSearchable = false
  package var isRetrievable = true
  package var isQueryable = false
  package var isRefinable = false
  /// What it means to search: `title`, `url` and others.
  package var labels: [String] = []

  package init(_ name: String, _ type: String) {
    self.name = name
    self.type = type
  }

  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "type": .string(type), "isSearchable": .bool(isSearchable),
      "isRetrievable": .bool(isRetrievable), "isQueryable": .bool(isQueryable), "isRefinable": .bool(isRefinable),
    ]
    if !labels.isEmpty { object["labels"] = .strings(labels) }
    return .object(object)
  }
}

extension GraphClient {
  /// Permission: ExternalConnection.ReadWrite.OwnedBy. Idempotent.
  package func externalConnections() async throws(AdminError) -> [ExternalConnection] {
    let call = GraphCall.get("/external/connections", permissions: [.externalConnectionReadWriteOwned])
    return try await pages(call, reading(call, ExternalConnection.init)).collect(maximum: 1000)
  }

  /// `nil` where there is none. Permission: ExternalConnection.ReadWrite.OwnedBy. Idempotent.
  package func externalConnection(id: String) async throws(AdminError) -> ExternalConnection? {
    let call = GraphCall.get("/external/connections/\(id)", permissions: [.externalConnectionReadWriteOwned])
    return try await ifPresent { () async throws(AdminError) in
      try await send(call).decode(call, ExternalConnection.init)
    }
  }

  /// Permission: ExternalConnection.ReadWrite.OwnedBy. To be checked after an unclear end by `externalConnection(id:)`:
  /// its id is the caller's to choose.
  package func createExternalConnection(
    id: String, name: String, description: String
  ) async throws(AdminError) -> ExternalConnection {
    let call = GraphCall.post(
      "/external/connections",
      .json(["id": .string(id), "name": .string(name), "description": .string(description)]),
      permissions: [.externalConnectionReadWriteOwned], safety: .checkFirst)
    return try await send(call).decode(call, ExternalConnection.init)
  }

  /// Begins to register what the items look like; it takes five to fifteen minutes, and the connection is `ready` then.
  /// Permission: ExternalConnection.ReadWrite.OwnedBy. Idempotent.
  ///
  /// - Returns: the id of the operation.
  package func registerSchema(
    _ properties: [ExternalProperty], ofExternalConnection id: String
  ) async throws(AdminError) -> String {
    let call = GraphCall.patch(
      "/external/connections/\(id)/schema",
      ["baseType": "microsoft.graph.externalItem", "properties": .array(properties.map(\.json))],
      permissions: [.externalConnectionReadWriteOwned])
    let reply = try await send(call)
    guard let operation = reply.headers["Location"]?.split(separator: "/").last.map(String.init),
      operation.utf8.count <= 100
    else {
      throw AdminError(
        .graphFailed,
        "The schema was accepted, but the answer does not say where to ask for the result. Watch the "
          + "state of the connection.")
    }
    return operation
  }

  /// Waits for the end of a registration.
  ///
  /// - Returns: `false` when the deadline passed before the end.
  /// - Throws: `GRAPH_001` when the registration failed.
  package func waitForSchema(
    operation: String, ofExternalConnection id: String, deadline: Duration,
    every intervals: [Duration] = [.seconds(10), .seconds(30), .seconds(60)],
    onCheck: @Sendable (Duration) async -> Void = { _ in }
  ) async throws(AdminError) -> Bool {
    let call = GraphCall.get(
      "/external/connections/\(id)/operations/\(operation)", permissions: [.externalConnectionReadWriteOwned])
    let end = try await wait(for: deadline, every: intervals, onCheck: onCheck) {
      () async throws(AdminError) -> JSONObject? in
      let state = try await send(call).decode(call) { $0.text("status") == nil ? nil : $0 }
      return state.text("status") == "inprogress" ? nil : state
    }
    guard let end else { return false }
    guard end.text("status") == "completed" else {
      let reason = VisibleText.excerpt(end.object("error")?.text("message") ?? "", limit: 300)
      throw AdminError(
        .graphFailed, "The schema of the connection could not be registered. Microsoft 365 says: \"\(reason)\"")
    }
    return true
  }

  /// Deletes the connection with everything indexed through it. One that is gone already is as good. Permission:
  /// ExternalConnection.ReadWrite.OwnedBy. Idempotent.
  package func deleteExternalConnection(id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete("/external/connections/\(id)", permissions: [.externalConnectionReadWriteOwned]))
    }
  }
}
