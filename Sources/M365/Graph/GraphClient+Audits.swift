package import AdminCore

/// A row of the directory's audit log.
package struct DirectoryAudit: Hashable, Sendable {
  package struct Target: Hashable, Sendable {
    package let id: String?
    package let kind: String
    package let name: String
  }

  package let id: String
  package let at: Timestamp?
  package let activity: String
  package let category: String
  /// `success`, `failure` or `timeout`.
  package let result: String
  package let reason: String?
  /// A sign-in name, or the name of an application.
  package let initiator: String?
  package let targets: [Target]

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    at = json.time("activityDateTime")
    activity = json.text("activityDisplayName") ?? ""
    category = json.text("category") ?? ""
    result = json.text("result") ?? ""
    reason = json.text("resultReason").flatMap { $0.isEmpty ? nil : $0 }
    let initiators = json.object("initiatedBy")
    initiator =
      initiators?.object("user")?.text("userPrincipalName") ?? initiators?.object("app")?.text("displayName")
    targets = json.objects("targetResources").map {
      Target(
        id: $0.text("id"), kind: $0.text("type") ?? "",
        name: $0.text("userPrincipalName") ?? $0.text("displayName") ?? "")
    }
  }
}

/// Which rows are wanted.
package struct DirectoryAuditFilter: Sendable {
  /// The log reaches back seven days, or thirty with Entra ID P1.
  package var start: Timestamp
  package var end: Timestamp?
  /// `Add user`, exactly.
  package var activity: String?
  /// `UserManagement`, exactly.
  package var category: String?
  /// The id of what was changed.
  package var target: String?

  package init(since start: Timestamp) { self.start = start }

  var filter: GraphFilter {
    var filter: GraphFilter = "activityDateTime ge \(start)"
    if let end { filter = "\(filter) and activityDateTime le \(end)" }
    if let activity { filter = "\(filter) and activityDisplayName eq \(activity)" }
    if let category { filter = "\(filter) and category eq \(category)" }
    if let target { filter = "\(filter) and targetResources/any(t:t/id eq \(target))" }
    return filter
  }
}

extension GraphClient {
  /// A page of the directory's audit log, the newest rows first; it is some minutes behind. Permission:
  /// AuditLog.Read.All. Idempotent.
  package func directoryAuditPage(
    _ wanted: DirectoryAuditFilter, size: Int = 50, continuing link: PageLink? = nil
  ) async throws(AdminError) -> GraphPage<DirectoryAudit> {
    var query = GraphQuery()
    query.filter = wanted.filter
    query.top = min(max(size, 1), 1000)
    let call = GraphCall.get("/auditLogs/directoryAudits", query, permissions: [.auditLogRead])
    return try await page(call, continuing: link).map(reading(call, DirectoryAudit.init))
  }
}
