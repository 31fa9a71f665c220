/// What Microsoft tells of the health of its services, and of changes to come.
enum ServiceHealthRoutes {
  private static let healthReaders = ["ServiceHealth.Read.All"]
  private static let listOptions: Set<QueryOption> = [.select, .filter, .orderBy, .top, .skipToken, .count]

  static let routes = [
    Route(
      "GET", "/admin/serviceAnnouncement/healthOverviews", .policy, permissions: healthReaders,
      options: listOptions.union([.expand])
    ) { state, call throws(GraphFailure) in
      let current = state
      return try CollectionQuery(ReportModel.serviceHealth, call, .policy, expandable: ["issues"]).answer(
        MonitoredService.all, context: "admin/serviceAnnouncement/healthOverviews", id: \.id
      ) { service in current.json(service) }
    },
    Route(
      "GET", "/admin/serviceAnnouncement/healthOverviews/{service}", .policy, permissions: healthReaders,
      options: [.select, .expand]
    ) { state, call throws(GraphFailure) in
      guard let service = MonitoredService.all.first(where: { $0.id == call["service"] || $0.name == call["service"] })
      else { throw GraphFailure(404, "UnknownError", "The service was not found.") }
      return try call.answer(
        state.json(service), ReportModel.serviceHealth, context: "admin/serviceAnnouncement/healthOverviews",
        expandable: ["issues"])
    },
    Route(
      "GET", "/admin/serviceAnnouncement/issues", .policy, permissions: healthReaders, options: listOptions
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(ReportModel.issue, call, .policy).answer(
        state.serviceIssues, context: "admin/serviceAnnouncement/issues", id: \.id, json: \.json)
    },
    Route(
      "GET", "/admin/serviceAnnouncement/messages", .policy, permissions: ["ServiceMessage.Read.All"],
      options: listOptions
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(ReportModel.message, call, .policy).answer(
        state.serviceMessages, context: "admin/serviceAnnouncement/messages", id: \.id, json: \.json)
    },
  ]
}
