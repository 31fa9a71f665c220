package import AdminCore
import Store
import Workflows

/// Keeps the connections that this store's operations have asked for and that would end by themselves.
///
/// Several servers on one store may each do so: what another has renewed a moment ago is not due. What somebody has
/// removed in the tenant stays removed, and is told by `m365://health`.
package struct ConnectionKeeper: Sendable {
  /// Short against half of the shortest time after which a connection ends.
  package static let interval = Duration.seconds(3600)
  /// So many operations that connected something are looked through, the newest first.
  private static let limit = 500

  private let services: AdminServices

  package init(_ services: AdminServices) { self.services = services }

  /// One connection that stands.
  private struct Kept {
    /// What asked for it last: its word on how long it is to last counts.
    let request: ConnectionRequest
    let connection: ServiceConnection
    let asked: LocalID
    /// The operation that has made it, which takes it back; `nil` where it was there before.
    var made: LocalID?
  }

  /// Looks at each of them once, and does what is due.
  ///
  /// What cannot be kept does not keep the others from being kept.
  ///
  /// - Throws: where the store or the tenant as a whole cannot be reached.
  package func pass() async throws(AdminError) {
    let store = try await services.store.value()
    let kept = try await connections(store)
    var endings: [String] = []
    if !kept.isEmpty {
      try store.requireIntactAudit()
      try await TenantBinding(store: store, tenant: try await services.tenant.value()).check()
      let access = TenantAccess(sharingReadings: store.workflowServices)
      for connection in kept where !Task.isCancelled {
        if let ending = await keep(connection, store, access) { endings.append(ending) }
      }
    }
    await services.health.note(endingConnections: endings)
  }

  // MARK: What stands

  private func connections(_ store: StoreSession) async throws(AdminError) -> [Kept] {
    var found: [Kept] = []
    var places: [JSONObject: Int] = [:]
    // The newest first.
    for record in try await store.journal.standing(named: ConnectionWorkflow.name, limit: Self.limit) {
      let detail = try await store.journal.operation(record.id)
      guard let request = detail.input.objectValue.flatMap(ConnectionRequest.init(journalled:)),
        let connection = request.connection, let part = connection.renewal(request)
      else { continue }
      let wanted = JSONObject(
        connection.parts(request).compactMap { part in
          part.wanted.map { JSONObject.Member(key: part.name, value: .object($0)) }
        })
      let hasMade = detail.steps.contains { step in
        step.tookEffect && step.id != part.id && step.output?["changed"] == true
      }
      let place = places[wanted] ?? found.count
      if place == found.count {
        places[wanted] = place
        found.append(Kept(request: request, connection: connection, asked: record.id))
      }
      if hasMade, found[place].made == nil { found[place].made = record.id }
    }
    return found.filter { $0.connection.upkeep($0.request) != nil }
  }

  // MARK: Keeping

  /// - Returns: why it ends or has ended, and what to do about it; `nil` where it is kept.
  private func keep(_ kept: Kept, _ store: StoreSession, _ access: TenantAccess) async -> String? {
    let name = "The connection \(kept.connection.name) of operation \(kept.made ?? kept.asked)"
    return await Log.$correlationID.withValue(LocalID.make(at: services.timekeeper.now()).text) {
      let parts = kept.connection.parts(kept.request)
      let readings: [TenantPart.Reading]
      do throws(AdminError) {
        readings = try await PartsChange(parts, access, propagation: kept.connection.propagation).readings()
      } catch {
        services.log.failure("A connection could not be looked at", error)
        // What only waits is looked at again in the next pass.
        return error.isRetryable ? nil : "\(name) could not be looked at, and may end: \(error.message)"
      }
      guard zip(parts, readings).allSatisfy({ $0.wanted == nil || $1.value != nil }) else {
        // What was there before any operation is nobody's to undo.
        guard kept.made != nil else { return nil }
        return "\(name) is gone from the tenant. Make it again with connect_service, or undo the operation."
      }
      do throws(AdminError) {
        if zip(parts, readings).contains(where: { !$0.isAsWanted($1) }) { try await renew(kept, store) }
        return nil
      } catch {
        services.log.failure("A connection was not renewed", error)
        return "\(name) was not renewed, and ends unless that is made up for: \(error.message)"
      }
    }
  }

  private func renew(_ kept: Kept, _ store: StoreSession) async throws(AdminError) {
    guard let workflow = ConnectionUpkeepWorkflow(kept.request, services: store.workflowServices) else { return }
    var request = OperationRequest(
      tool: ConnectService.name, requestedBy: .system, correlationID: Log.correlationID ?? kept.asked.text,
      arguments: .object(workflow.input), approval: "given with operation \(kept.asked)")
    request.tenant = services.configuration.tenant
    let report = try await store.runner.run(workflow, request)
    if report.state != .completed { throw report.error ?? .cancelled }
  }
}
