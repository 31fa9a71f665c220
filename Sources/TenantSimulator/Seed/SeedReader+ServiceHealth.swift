import AdminCore

extension SeedReader {
  /// What Microsoft has reported of its services before the simulation began.
  mutating func addServiceHealth(_ root: SeedObject) throws(SeedError) {
    let issueNames: Set<String> = [
      "id", "service", "title", "feature", "classification", "status", "daysAgo", "resolved",
    ]
    for object in try root.objects("serviceIssues", allowing: issueNames) {
      let service = try object.requiredText("service")
      guard MonitoredService.all.contains(where: { $0.name == service }) else {
        let known = MonitoredService.all.map(\.name).joined(separator: ", ")
        throw SeedError(object.place("service"), "is unknown; known are \(known)")
      }
      let startedAt = try moment(object)
      state.serviceIssues.append(
        ServiceIssue(
          id: try object.requiredText("id"), service: service, title: try object.requiredText("title"),
          feature: try object.text("feature") ?? service,
          classification: try object.text("classification") ?? "advisory",
          status: try object.text("status") ?? "serviceDegradation", startedAt: startedAt,
          endedAt: try object.flag("resolved", default: false) ? startedAt + .seconds(7200) : nil))
    }
    let messageNames: Set<String> = ["id", "title", "services", "category", "major", "text", "daysAgo"]
    for object in try root.objects("serviceMessages", allowing: messageNames) {
      state.serviceMessages.append(
        ServiceMessage(
          id: try object.requiredText("id"), title: try object.requiredText("title"),
          services: try object.texts("services"), category: try object.text("category") ?? "stayInformed",
          isMajor: try object.flag("major", default: false), text: try object.text("text") ?? "",
          postedAt: try moment(object)))
    }
  }

  private func moment(_ object: SeedObject) throws(SeedError) -> Timestamp {
    state.now - .seconds(try object.number("daysAgo", in: 0...365, default: 1) * 86_400)
  }
}
