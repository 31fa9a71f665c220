import AdminCore

/// Plans and their buckets. Whoever changes something must say which version is meant.
enum PlannerRoutes {
  private static let readers = ["Tasks.Read.All", "Tasks.ReadWrite.All"]
  private static let writers = ["Tasks.ReadWrite.All"]

  static let routes = [
    Route("GET", "/groups/{group}/planner/plans", .planner, permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let group = try plannable(call["group"], state)
      let creator = state.application.clientID
      return try CollectionQuery(ConnectionModel.plan, call, .planner).answer(
        state.plans.values.filter { $0.groupID == group.id }, context: "groups('\(group.id)')/planner/plans", id: \.id
      ) { plan in plan.json(creator: creator) }
    },
    Route("POST", "/planner/plans", .planner, permissions: writers, handler: createPlan),
    Route("GET", "/planner/plans/{plan}", .planner, permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let plan = try require(call, state)
      return try call.answer(
        plan.json(creator: state.application.clientID), ConnectionModel.plan, context: "planner/plans")
    },
    Route("PATCH", "/planner/plans/{plan}", .planner, permissions: writers, handler: updatePlan),
    Route("DELETE", "/planner/plans/{plan}", .planner, permissions: writers) { state, call throws(GraphFailure) in
      let plan = try require(call, state)
      try checkVersion(plan.etag, call)
      state.plans[plan.id] = nil
      for bucket in state.buckets.values where bucket.planID == plan.id { state.buckets[bucket.id] = nil }
      state.record(.planDeleted, plan.title, id: plan.id)
      return .empty(204)
    },
    Route("GET", "/planner/plans/{plan}/buckets", .planner, permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let plan = try require(call, state)
      return try CollectionQuery(ConnectionModel.bucket, call, .planner).answer(
        state.buckets.values.filter { $0.planID == plan.id }, context: "planner/plans('\(plan.id)')/buckets", id: \.id,
        json: \.json)
    },
    Route("POST", "/planner/buckets", .planner, permissions: writers, handler: createBucket),
    Route("DELETE", "/planner/buckets/{bucket}", .planner, permissions: writers) { state, call throws(GraphFailure) in
      guard let bucket = state.buckets[call["bucket"]] else { throw absent }
      try checkVersion(bucket.etag, call)
      state.buckets[bucket.id] = nil
      state.record(.bucketDeleted, bucket.name, id: bucket.id)
      return .empty(204)
    },
  ]

  private static let absent = GraphFailure(404, "", "The requested item is not found.")

  private static func invalid(_ message: String) -> GraphFailure { GraphFailure(400, "", message) }

  /// The group that a plan can belong to. Planner lets nobody in as long as it does not know of a new group.
  private static func plannable(_ key: String, _ state: TenantState) throws(GraphFailure) -> Group {
    guard let group = state.groups[key.lowercased()] else { throw absent }
    guard group.kind == .microsoft365, group.createdAt + state.lags.site <= state.now else {
      throw Workload.planner.accessDenied
    }
    return group
  }

  /// A plan whose group is there.
  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> PlannerPlan {
    guard let plan = state.plans[call["plan"]], state.groups[plan.groupID] != nil else { throw absent }
    return plan
  }

  private static func checkVersion(_ etag: String, _ call: GraphCall) throws(GraphFailure) {
    guard let given = call.headers["If-Match"] else {
      throw invalid("The If-Match header must be specified for this type of request.")
    }
    guard given == etag else {
      throw GraphFailure(412, "", "The item was changed since it was read: the If-Match header names another version.")
    }
  }

  @Sendable private static func createPlan(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(ConnectionModel.plan, for: .create)
    guard let title = body["title"]?.stringValue, !title.isEmpty else { throw invalid("The title must be given.") }
    let group = try plannable(try owner(body, call), state)
    let plan = PlannerPlan(
      id: state.identifiers.token(bytes: 21), groupID: group.id, title: title, createdAt: state.now)
    state.plans[plan.id] = plan
    state.record(.planCreated, "\(group.displayName): \(title)", id: plan.id)
    return try call.answer(
      plan.json(creator: state.application.clientID), ConnectionModel.plan, context: "planner/plans", status: 201)
  }

  private static func owner(_ body: JSONObject, _ call: GraphCall) throws(GraphFailure) -> String {
    if let url = body["container"]?["url"]?.stringValue {
      return try ObjectReference(url, "container/url", call).key(in: ["groups"])
    }
    if let id = body["container"]?["containerId"]?.stringValue, body["container"]?["type"] == "group" { return id }
    guard let owner = body["owner"]?.stringValue else { throw invalid("The container must be given.") }
    return owner
  }

  @Sendable private static func updatePlan(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var plan = try require(call, state)
    try checkVersion(plan.etag, call)
    let body = try call.object(ConnectionModel.plan, for: .update)
    plan.title = body["title"]?.stringValue ?? plan.title
    plan.revision += 1
    state.plans[plan.id] = plan
    state.record(.planUpdated, plan.title, id: plan.id)
    guard call.prefersRepresentation else { return .empty(204) }
    return try call.answer(
      plan.json(creator: state.application.clientID), ConnectionModel.plan, context: "planner/plans")
  }

  @Sendable private static func createBucket(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(ConnectionModel.bucket, for: .create)
    guard let name = body["name"]?.stringValue, !name.isEmpty else { throw invalid("The name must be given.") }
    guard let plan = state.plans[body["planId"]?.stringValue ?? ""], state.groups[plan.groupID] != nil else {
      throw absent
    }
    let bucket = PlannerBucket(
      id: state.identifiers.token(bytes: 21), planID: plan.id, name: name,
      orderHint: body["orderHint"]?.stringValue ?? "8585\(state.buckets.ids.count)P")
    state.buckets[bucket.id] = bucket
    state.record(.bucketCreated, "\(plan.title): \(name)", id: bucket.id)
    return try call.answer(bucket.json, ConnectionModel.bucket, context: "planner/buckets", status: 201)
  }
}
