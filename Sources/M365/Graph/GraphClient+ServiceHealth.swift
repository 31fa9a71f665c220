package import AdminCore

/// How a service of Microsoft 365 is.
package struct ServiceHealth: Hashable, Sendable {
  package let service: String
  /// `serviceOperational`, `serviceDegradation` and others.
  package let status: String
  /// What is not resolved yet.
  package let openIssues: [ServiceIssue]

  package init?(_ json: JSONObject) {
    guard let service = json.text("service") else { return nil }
    self.service = service
    status = json.text("status") ?? ""
    openIssues = json.objects("issues").compactMap(ServiceIssue.init).filter { !$0.isResolved }
  }

  package var isOperational: Bool { status == "serviceOperational" }
}

/// Something that is or was wrong with a service.
package struct ServiceIssue: Hashable, Sendable {
  package let id: String
  package let service: String
  package let title: String
  /// `advisory` or `incident`.
  package let classification: String
  package let status: String
  package let isResolved: Bool
  package let startedAt: Timestamp?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    service = json.text("service") ?? ""
    title = json.text("title") ?? ""
    classification = json.text("classification") ?? ""
    status = json.text("status") ?? ""
    isResolved = json.flag("isResolved") ?? false
    startedAt = json.time("startDateTime")
  }
}

/// A post of the message center.
package struct ServiceMessage: Hashable, Sendable {
  package let id: String
  package let title: String
  package let services: [String]
  package let category: String
  package let isMajorChange: Bool
  package let actBefore: Timestamp?
  package let changedAt: Timestamp?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    title = json.text("title") ?? ""
    services = json.texts("services")
    category = json.text("category") ?? ""
    isMajorChange = json.flag("isMajorChange") ?? false
    actBefore = json.time("actionRequiredByDateTime")
    changedAt = json.time("lastModifiedDateTime")
  }
}

extension GraphClient {
  /// How the services are, each with its open issues. Permission: ServiceHealth.Read.All. Idempotent.
  ///
  /// - Parameter budget: how long the caller can wait, with one attempt; `nil` for the usual patience.
  package func serviceHealth(within budget: Duration? = nil) async throws(AdminError) -> [ServiceHealth] {
    var query = GraphQuery()
    query.expand = "issues"
    var call = GraphCall.get(
      "/admin/serviceAnnouncement/healthOverviews", query, permissions: [.serviceHealthRead])
    if let budget {
      call.budget = budget
      call.policy = .once
    }
    return try await pages(call, reading(call, ServiceHealth.init)).collect(maximum: 1000)
  }

  /// What is or was wrong. Permission: ServiceHealth.Read.All. Idempotent.
  ///
  /// - Parameter openOnly: leaves out what is resolved.
  package func serviceIssues(openOnly: Bool = true) async throws(AdminError) -> [ServiceIssue] {
    var query = GraphQuery()
    if openOnly { query.filter = "isResolved eq \(false)" }
    let call = GraphCall.get("/admin/serviceAnnouncement/issues", query, permissions: [.serviceHealthRead])
    return try await pages(call, reading(call, ServiceIssue.init)).collect(maximum: 5000)
  }

  /// A page of the message center, without the texts. Permission: ServiceMessage.Read.All. Idempotent.
  package func serviceMessagePage(
    size: Int = 50, continuing link: PageLink? = nil
  ) async throws(AdminError) -> GraphPage<ServiceMessage> {
    var query = GraphQuery(select: [
      "id", "title", "services", "category", "isMajorChange", "actionRequiredByDateTime", "lastModifiedDateTime",
    ])
    query.top = min(max(size, 1), 100)
    let call = GraphCall.get("/admin/serviceAnnouncement/messages", query, permissions: [.serviceMessageRead])
    return try await page(call, continuing: link).map(reading(call, ServiceMessage.init))
  }
}
