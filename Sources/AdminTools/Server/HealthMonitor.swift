package import AdminCore
package import M365
import MCPProtocol
import Store
package import Workflows

/// Looks at the store and, at most once a minute, at the tenant.
package actor HealthMonitor {
  private static let probeAge = Duration.seconds(60)

  private let configuration: Configuration
  private let store: Gate<StoreSession>
  private let tenant: Gate<TenantConnection>
  private let timekeeper: any Timekeeper
  private var last: (status: ConnectionStatus, at: Duration)?
  private var recovered: [OperationReport] = []
  private var endingConnections: [String] = []

  package init(
    configuration: Configuration, store: Gate<StoreSession>, tenant: Gate<TenantConnection>,
    timekeeper: any Timekeeper
  ) {
    self.configuration = configuration
    self.store = store
    self.tenant = tenant
    self.timekeeper = timekeeper
  }

  /// Operations of earlier processes that this one went on with.
  package func note(recovered reports: [OperationReport]) {
    recovered = (recovered + reports).suffix(20)
  }

  /// Connections that end, or have ended, in words; replaces what was noted before.
  package func note(endingConnections: [String]) {
    self.endingConnections = endingConnections
  }

  package func report() async -> HealthReport {
    var findings = HealthFindings()
    let store = await storeView(&findings)
    let connection = await connection(&findings)
    noticeSettings(&findings)
    for warning in endingConnections { findings.add(.degraded, warning) }
    return HealthReport(
      status: findings.status, authenticated: connection?.isAuthenticated ?? false,
      graphApiConnected: connection?.isGraphConnected ?? false,
      lastCheck: (connection?.checkedAt ?? timekeeper.now()).iso8601,
      server: .init(name: configuration.serverName, version: configuration.serverVersion),
      tenant: .init(
        id: connection?.organization?.id ?? configuration.tenant,
        name: connection?.organization.map { VisibleText.excerpt($0.displayName) },
        domain: connection?.organization?.domains.first { $0.isDefault }?.name),
      database: FreeForm(.object(store.database)), tokenExpiresAt: connection?.tokenExpiresAt?.iso8601,
      certificateExpiresAt: connection?.certificateExpiresAt?.iso8601, audit: FreeForm(.object(store.audit)),
      pendingOperations: store.pending, recovered: recovered.map { FreeForm(.object($0.json)) },
      warnings: findings.warnings)
  }

  // MARK: The tenant

  private func connection(_ findings: inout HealthFindings) async -> ConnectionStatus? {
    let connection: TenantConnection
    do throws(AdminError) {
      connection = try await tenant.value()
    } catch {
      findings.add(.unhealthy, error.message)
      return nil
    }
    let status = await probed(connection)
    if let error = status.error { findings.add(status.isAuthenticated ? .degraded : .unhealthy, error.message) }
    if let roles = status.roles { noticePermissions(roles, &findings) }
    if let expiry = status.certificateExpiresAt {
      let left = expiry - timekeeper.now()
      if left <= .zero {
        findings.add(.unhealthy, "The certificate has expired; upload a new one to the app registration.")
      } else if left < .seconds(30 * 86_400) {
        findings.add(.degraded, "The certificate expires on \(expiry.isoDate); make a new one soon.")
      }
    }
    return status
  }

  /// Which of Graph's permissions the offered tools lack. Those of Exchange stand in another token, for `doctor`.
  private func noticePermissions(_ roles: [String], _ findings: inout HealthFindings) {
    let report = PermissionReport(tools: AdminCatalogue.offeredTools(configuration), roles: roles)
    let missing = report.missing.map(\.permission).filter { !$0.isOfExchange }.map(\.rawValue)
    guard !missing.isEmpty else { return }
    let shown = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? " and \(missing.count - 5) more" : "")
    findings.add(.healthy, "Offered tools lack permissions: \(shown). check_permissions says which tools.")
  }

  private func probed(_ connection: TenantConnection) async -> ConnectionStatus {
    if let last, timekeeper.uptime() - last.at < Self.probeAge { return last.status }
    let status = await connection.probe()
    last = (status, timekeeper.uptime())
    return status
  }

  // MARK: The store

  private struct StoreView {
    var database: JSONObject = ["status": "unavailable"]
    var audit: JSONObject = ["status": "unavailable"]
    var pending: [HealthReport.Operation] = []
  }

  private func storeView(_ findings: inout HealthFindings) async -> StoreView {
    var view = StoreView()
    do throws(AdminError) {
      let store = try await store.value()
      let database = await store.database.health()
      let status: JSONObject = ["status": database.isWritable ? "ok" : "read-only"]
      view.database = status.merging(database.json)
      if let problem = database.writeProblem { findings.add(.degraded, problem) }
      for warning in database.warnings { findings.add(.healthy, warning) }
      view.audit = try await auditView(store, &findings)

      let unfinished = try await store.journal.unfinished()
      view.pending = unfinished.map { record in
        .init(
          operationId: record.id.text, tool: record.tool, state: record.state.rawValue,
          updatedAt: record.updatedAt.iso8601)
      }
      let blocked = unfinished.count { $0.state == .blocked }
      if blocked > 0 {
        findings.add(
          .degraded,
          "\(blocked) operations wait for a person to say what became of them: m365-admin-mcp resolve OPERATION_ID")
      }
    } catch {
      findings.add(.unhealthy, error.message)
    }
    return view
  }

  private func auditView(
    _ store: StoreSession, _ findings: inout HealthFindings
  ) async throws(AdminError) -> JSONObject {
    let state = try await store.audit.state()
    let verified = store.auditAtStart
    if !verified.isIntact { findings.add(.unhealthy, "The audit trail does not verify: \(verified.summary)") }
    return [
      "status": verified.isIntact ? "intact" : "broken", "records": .int(state.records),
      "lastCheckpoint": .int(state.lastCheckpoint), "lastCheckpointAt": .optional(state.lastCheckpointAt?.iso8601),
      "keySource": .string(state.keySource.rawValue),
    ]
  }

  // MARK: Settings that are allowed and still worth a word

  private func noticeSettings(_ findings: inout HealthFindings) {
    if !configuration.confirmsOperations {
      findings.add(.healthy, "ENABLE_OPERATION_CONFIRMATION=false: risky calls run without anybody's approval.")
    }
    if configuration.allowsTokenApproval {
      findings.add(.healthy, "M365_TOKEN_APPROVAL=true: a program can approve risky calls.")
    }
    for problem in configuration.problems + configuration.callerProblems {
      findings.add(.degraded, "\(problem.setting.rawValue) \(problem.message)")
    }
    for name in Toolset.resolve(configuration.toolsets).unknown {
      findings.add(.healthy, "M365_TOOLSETS names \(VisibleText.excerpt(name, limit: 40)), which is no toolset.")
    }
  }
}
