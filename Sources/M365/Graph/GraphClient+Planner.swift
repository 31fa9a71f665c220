package import AdminCore

/// A plan of Planner.
package struct PlannerPlan: Hashable, Sendable {
  package let id: String
  package let title: String
  /// The id of the group it belongs to.
  package let groupID: String?
  package let createdAt: Timestamp?
  /// The version that was read; changing the plan needs it.
  package let etag: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    title = json.text("title") ?? ""
    groupID = json.object("container")?.text("containerId") ?? json.text("owner")
    createdAt = json.time("createdDateTime")
    etag = json.text("@odata.etag")
  }
}

/// A column of a plan.
package struct PlannerBucket: Hashable, Sendable {
  package let id: String
  package let name: String
  package let etag: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    name = json.text("name") ?? ""
    etag = json.text("@odata.etag")
  }
}

extension GraphClient {
  /// Permission: Tasks.Read.All. Idempotent.
  ///
  /// - Throws: `PERM_001` also as long as Planner does not know of a group just made.
  package func plans(ofGroup id: String) async throws(AdminError) -> [PlannerPlan] {
    let call = GraphCall.get("/groups/\(id)/planner/plans", permissions: [.tasksRead], subject: .group(id))
    return try await pages(call, reading(call, PlannerPlan.init)).collect(maximum: 1000)
  }

  /// `nil` where there is none. Permission: Tasks.Read.All. Idempotent.
  package func plan(id: String) async throws(AdminError) -> PlannerPlan? {
    let call = GraphCall.get("/planner/plans/\(id)", permissions: [.tasksRead])
    return try await ifPresent { () async throws(AdminError) in try await send(call).decode(call, PlannerPlan.init) }
  }

  /// Permission: Tasks.ReadWrite.All. To be checked after an unclear end by `plans(ofGroup:)`.
  ///
  /// - Throws: `PERM_001` also as long as Planner does not know of a group just made.
  package func createPlan(_ title: String, inGroup id: String) async throws(AdminError) -> PlannerPlan {
    let call = GraphCall.post(
      "/planner/plans",
      .json(["container": ["url": .string(reference("/groups/\(id)"))], "title": .string(title)]),
      permissions: [.tasksReadWrite], safety: .checkFirst, subject: .group(id))
    return try await send(call).decode(call, PlannerPlan.init)
  }

  /// As `createPlan`, and waits for a group just made to be known to Planner, which takes minutes. Planner says of such a
  /// group what it says of a missing permission, so the wait is worth it only where the permission is there.
  ///
  /// - Returns: `nil` when the deadline passed.
  package func createPlan(
    _ title: String, inGroup id: String, deadline: Duration, every intervals: [Duration] = GraphClient.usualPauses,
    onCheck: @Sendable (Duration) async -> Void = { _ in }
  ) async throws(AdminError) -> PlannerPlan? {
    try await wait(for: deadline, every: intervals, onCheck: onCheck) { () async throws(AdminError) -> PlannerPlan? in
      do throws(AdminError) {
        return try await createPlan(title, inGroup: id)
      } catch  where error.graphFault == .targetProtected {
        return nil
      }
    }
  }

  /// One that is gone already is as good. Permission: Tasks.ReadWrite.All. Idempotent.
  ///
  /// - Throws: an error whose fault is `changedMeanwhile` when somebody changed it again and again in between.
  package func deletePlan(id: String) async throws(AdminError) {
    try await deleting { () async throws(AdminError) -> GraphCall? in
      guard let plan = try await plan(id: id) else { return nil }
      var call = GraphCall.delete("/planner/plans/\(id)", permissions: [.tasksReadWrite])
      call.ifMatch = plan.etag
      return call
    }
  }

  // MARK: Buckets

  /// Permission: Tasks.Read.All. Idempotent.
  package func buckets(ofPlan id: String) async throws(AdminError) -> [PlannerBucket] {
    let call = GraphCall.get("/planner/plans/\(id)/buckets", permissions: [.tasksRead])
    return try await pages(call, reading(call, PlannerBucket.init)).collect(maximum: 1000)
  }

  /// Permission: Tasks.ReadWrite.All. To be checked after an unclear end by `buckets(ofPlan:)`.
  package func createBucket(_ name: String, inPlan id: String) async throws(AdminError) -> PlannerBucket {
    let call = GraphCall.post(
      "/planner/buckets", .json(["name": .string(name), "planId": .string(id), "orderHint": " !"]),
      permissions: [.tasksReadWrite], safety: .checkFirst)
    return try await send(call).decode(call, PlannerBucket.init)
  }

  /// One that is gone already is as good. Permission: Tasks.ReadWrite.All. Idempotent.
  package func deleteBucket(id: String, ofPlan plan: String) async throws(AdminError) {
    try await deleting { () async throws(AdminError) -> GraphCall? in
      guard let bucket = try await buckets(ofPlan: plan).first(where: { $0.id == id }) else { return nil }
      var call = GraphCall.delete("/planner/buckets/\(id)", permissions: [.tasksReadWrite])
      call.ifMatch = bucket.etag
      return call
    }
  }

  /// Deletes what must be named with its version: where somebody changed it in between, the new version is read.
  ///
  /// - Parameter prepare: reads the version; `nil` when there is nothing to delete.
  private func deleting(_ prepare: () async throws(AdminError) -> GraphCall?) async throws(AdminError) {
    for attempt in 1...3 {
      guard let call = try await prepare() else { return }
      do throws(AdminError) {
        return try await ignoringAbsence { () async throws(AdminError) in try await send(call) }
      } catch  where error.graphFault == .changedMeanwhile && attempt < 3 {
        continue
      }
    }
  }
}
