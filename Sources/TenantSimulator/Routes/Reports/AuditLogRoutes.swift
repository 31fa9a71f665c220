import AdminCore

/// The directory's audit log: what the simulator was asked to change, and when.
enum AuditLogRoutes {
  static let routes = [
    Route(
      "GET", "/auditLogs/directoryAudits", .policy, permissions: ["AuditLog.Read.All", "Directory.Read.All"],
      options: [.select, .filter, .orderBy, .top, .skipToken, .count]
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(ReportModel.directoryAudit, call, .audit).answer(
        state.directoryAudits, context: "auditLogs/directoryAudits", id: { $0["id"]?.stringValue ?? "" }, json: { $0 })
    }
  ]
}
