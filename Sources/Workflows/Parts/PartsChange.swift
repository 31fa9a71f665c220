package import AdminCore

/// The parts of one change of the tenant, as steps of a workflow and as what has become of them.
package struct PartsChange: Sendable {
  package let parts: [TenantPart]
  private let access: TenantAccess
  private let propagation: String

  /// - Parameter propagation: how long the tenant may take until it shows the change, in words.
  package init(_ parts: [TenantPart], _ access: TenantAccess, propagation: String) {
    self.parts = parts
    self.access = access
    self.propagation = propagation
  }

  package var steps: [Step] { parts.flatMap { $0.steps(access, propagation: propagation) } }

  /// What is there now, part by part. A later part may ask for what an earlier one has found.
  package func readings() async throws(AdminError) -> [TenantPart.Reading] {
    var readings: [TenantPart.Reading] = []
    var outputs: [String: JSONObject] = [:]
    let now = access.timekeeper.now()
    for part in parts {
      let context = StepContext(
        operationID: LocalID.make(at: now), createdAt: now, correlationID: Log.correlationID ?? "", outputs: outputs)
      let reading = try await part.reading(in: context, access)
      if let id = reading.objectID { outputs[part.id] = ["objectId": .string(id)] }
      readings.append(reading)
    }
    return readings
  }

  // MARK: What has become of them

  package func hasChanged(_ context: StepContext) -> Bool {
    parts.contains { context.output($0.id)?["changed"] == true }
  }

  /// What there was, of the parts that were changed.
  package func before(_ context: StepContext) -> JSONObject {
    values(context) { part in
      guard let output = context.output("\(part.id).before") else { return ["done": false] }
      guard let content = output["content"] else { return output.isEmpty ? .null : .object(output) }
      return content.objectValue.map { .object(part.wanted == nil ? $0 : $0.only((part.wanted ?? [:]).keys)) } ?? .null
    }
  }

  /// What there is now, of the parts that were changed.
  package func after(_ context: StepContext) -> JSONObject {
    values(context) { part in part.wanted.map(JSONValue.object) ?? .null }
  }

  private func values(_ context: StepContext, _ value: (TenantPart) -> JSONValue) -> JSONObject {
    let changed = parts.filter { context.output($0.id)?["changed"] == true }
    return JSONObject(changed.map { JSONObject.Member(key: $0.name, value: value($0)) })
  }

  /// Ids of the objects that there are now, by the ids of their parts.
  package func objectIDs(_ context: StepContext) -> JSONObject {
    JSONObject(
      parts.compactMap { part in
        guard part.wanted != nil, let id = context.output(part.id)?["objectId"]?.stringValue, !id.isEmpty else {
          return nil
        }
        return JSONObject.Member(key: part.id, value: .string(id))
      })
  }
}
