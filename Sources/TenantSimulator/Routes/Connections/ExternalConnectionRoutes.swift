import AdminCore

/// Connections to sources outside, for search.
enum ExternalConnectionRoutes {
  private static let writers = ["ExternalConnection.ReadWrite.OwnedBy", "ExternalConnection.ReadWrite.All"]
  private static let readers = writers + ["ExternalConnection.Read.All"]

  static let routes = [
    Route("GET", "/external/connections", .policy, permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let now = state.now
      return try CollectionQuery(ConnectionModel.externalConnection, call, .policy).answer(
        state.externalConnections.values, context: "external/connections", id: \.id
      ) { connection in connection.json(now: now) }
    },
    Route("POST", "/external/connections", .policy, permissions: writers, handler: create),
    Route("GET", "/external/connections/{connection}", .policy, permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      try call.answer(
        try require(call, state).json(now: state.now), ConnectionModel.externalConnection,
        context: "external/connections")
    },
    Route("DELETE", "/external/connections/{connection}", .policy, permissions: writers) {
      state, call throws(GraphFailure) in
      let connection = try require(call, state)
      state.externalConnections[connection.id] = nil
      state.record(.externalConnectionDeleted, connection.name, id: connection.id)
      return .empty(204)
    },
    Route("PATCH", "/external/connections/{connection}/schema", .policy, permissions: writers, handler: register),
    Route(
      "GET", "/external/connections/{connection}/operations/{operation}", .policy, permissions: readers,
      options: [.select]
    ) { state, call throws(GraphFailure) in
      let connection = try require(call, state)
      guard let operation = state.externalOperations[call["operation"].lowercased()],
        operation.connectionID == connection.id
      else { throw absent }
      return try call.answer(
        operation.json(now: state.now), ConnectionModel.externalOperation,
        context: "external/connections('\(connection.id)')/operations")
    },
  ]

  private static let absent = GraphFailure(404, "ItemNotFound", "The requested resource does not exist.")

  private static func invalid(_ message: String) -> GraphFailure { GraphFailure(400, "InvalidRequest", message) }

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> ExternalConnection {
    guard let found = state.externalConnections[call["connection"]] else { throw absent }
    return found
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(ConnectionModel.externalConnection, for: .create)
    guard let id = body["id"]?.stringValue, (3...32).contains(id.utf8.count),
      id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }), !id.lowercased().hasPrefix("microsoft")
    else { throw invalid("The id must be 3 to 32 letters and digits, and not begin with Microsoft.") }
    guard let name = body["name"]?.stringValue, !name.isEmpty else { throw invalid("The name must be given.") }
    guard !state.externalConnections.values.contains(where: { $0.id.lowercased() == id.lowercased() }) else {
      throw GraphFailure(409, "Conflict", "A connection with the id '\(id)' already exists.")
    }
    let own: JSONObject = ["authorizedAppIds": [.string(state.application.clientID)]]
    let connection = ExternalConnection(
      id: id, name: name, description: body["description"]?.stringValue,
      configuration: own.merging(body["configuration"]?.objectValue ?? [:]))
    state.externalConnections[id] = connection
    state.record(.externalConnectionCreated, name, id: id)
    return try call.answer(
      connection.json(now: state.now), ConnectionModel.externalConnection, context: "external/connections",
      status: 201)
  }

  @Sendable private static func register(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let connection = try require(call, state)
    let body = try call.object(ConnectionModel.externalSchema, for: .update)
    try check(body)
    let operation = ExternalOperation(
      id: state.identifiers.guid(), connectionID: connection.id, endsAt: state.now + state.lags.schema,
      hasFailed: state.isDoomed)
    state.externalOperations[operation.id] = operation
    if !operation.hasFailed {
      state.externalConnections.update(connection.id) { $0.readyAt = operation.endsAt }
      state.record(.externalSchemaRegistered, connection.name, id: connection.id)
    }
    let place = "\(call.target.origin)/v1.0/external/connections/\(connection.id)/operations/\(operation.id)"
    return .empty(202, headers: ["Location": place])
  }

  private static func check(_ body: JSONObject) throws(GraphFailure) {
    guard body["baseType"] == "microsoft.graph.externalItem" else {
      throw invalid("The baseType must be microsoft.graph.externalItem.")
    }
    let properties = body["properties"]?.arrayValue ?? []
    guard (1...128).contains(properties.count) else { throw invalid("A schema has 1 to 128 properties.") }
    var names: Set<String> = []
    for property in properties {
      let name = property["name"]?.stringValue ?? ""
      guard (1...32).contains(name.utf8.count), name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }),
        names.insert(name.lowercased()).inserted
      else { throw invalid("The property name '\(VisibleText.excerpt(name))' is not valid, or is there twice.") }
      guard let type = property["type"]?.stringValue else { throw invalid("The type of '\(name)' must be given.") }
      let isSearchable = property["isSearchable"] == true
      guard !isSearchable || ["string", "stringCollection"].contains(type) else {
        throw invalid("The property '\(name)' cannot be searchable: it is no text.")
      }
      guard !(isSearchable && property["isRefinable"] == true) else {
        throw invalid("The property '\(name)' cannot be both searchable and refinable.")
      }
    }
  }
}
