import AdminCore

/// The policy by which groups expire, of which a tenant has at most one.
enum GroupLifecycleRoutes {
  private static let readers = ["Directory.Read.All", "Directory.ReadWrite.All"]
  private static let writers = ["Directory.ReadWrite.All"]

  static let routes = [
    Route("GET", "/groupLifecyclePolicies", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      try CollectionQuery(PolicyModel.groupLifecycle, call, .directory).answer(
        [state.groupLifecycle].compactMap { $0 }, context: "groupLifecyclePolicies", id: \.id, json: \.json)
    },
    Route("POST", "/groupLifecyclePolicies", permissions: writers, handler: create),
    Route("PATCH", "/groupLifecyclePolicies/{policy}", permissions: writers) { state, call throws(GraphFailure) in
      var policy = try require(call, state)
      policy.apply(try checked(call, for: .update))
      state.groupLifecycle = policy
      state.record(.policyChanged, "group lifecycle", id: policy.id)
      return .empty(204)
    },
    Route("DELETE", "/groupLifecyclePolicies/{policy}", permissions: writers) { state, call throws(GraphFailure) in
      let policy = try require(call, state)
      state.groupLifecycle = nil
      state.record(.policyDeleted, "group lifecycle", id: policy.id)
      return .empty(204)
    },
    Route("POST", "/groupLifecyclePolicies/{policy}/addGroup", permissions: writers) {
      state, call throws(GraphFailure) in
      try select(&state, call, "addGroup") { groups, id in
        guard !groups.contains(id) else { return false }
        groups.append(id)
        return true
      }
    },
    Route("POST", "/groupLifecyclePolicies/{policy}/removeGroup", permissions: writers) {
      state, call throws(GraphFailure) in
      try select(&state, call, "removeGroup") { groups, id in
        guard groups.contains(id) else { return false }
        groups.removeAll { $0 == id }
        return true
      }
    },
  ]

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> GroupLifecyclePolicy {
    guard let policy = state.groupLifecycle, policy.id == call["policy"].lowercased() else {
      throw .noSuchResource(call["policy"])
    }
    return policy
  }

  private static func checked(
    _ call: GraphCall, for purpose: ModelReader.Purpose
  ) throws(GraphFailure) -> JSONObject {
    let body = try call.object(PolicyModel.groupLifecycle, for: purpose)
    if let days = body["groupLifetimeInDays"]?.intValue, days < 30 {
      throw .invalidValue("groupLifetimeInDays", of: "GroupLifecyclePolicy")
    }
    return body
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard state.hasPlan("AAD_PREMIUM") else { throw GraphFailure.premiumMissing }
    let body = try checked(call, for: .create)
    for name in ["groupLifetimeInDays", "managedGroupTypes"] where body[name] == nil {
      throw .directory("A value is required for property '\(name)' of resource 'GroupLifecyclePolicy'.")
    }
    guard state.groupLifecycle == nil else {
      throw .directory("A lifecycle policy for groups already exists in the tenant.")
    }
    var policy = GroupLifecyclePolicy(id: state.identifiers.guid())
    policy.apply(body)
    state.groupLifecycle = policy
    state.record(.policyCreated, "group lifecycle", id: policy.id)
    return try call.answer(
      policy.json, PolicyModel.groupLifecycle, context: "groupLifecyclePolicies", status: 201)
  }

  private static func select(
    _ state: inout TenantState, _ call: GraphCall, _ action: String, _ change: (inout [String], String) -> Bool
  ) throws(GraphFailure) -> GraphAnswer {
    var policy = try require(call, state)
    let parameters = try call.actionParameters(action, ["groupId"], required: ["groupId"])
    let group = try state.requireGroup(parameters["groupId"]?.stringValue ?? "")
    guard policy.managedGroupTypes == "Selected" else {
      throw .directory("Groups are selected only where the policy manages selected groups.")
    }
    let hasChanged = change(&policy.groups, group.id)
    state.groupLifecycle = policy
    if hasChanged { state.record(.policyChanged, "group lifecycle: \(group.displayName)", id: policy.id) }
    return .json(200, ["@odata.context": .string(call.context("Edm.Boolean")), "value": .bool(hasChanged)])
  }
}

/// By which groups expire when nobody renews them.
struct GroupLifecyclePolicy: Sendable {
  let id: String
  var lifetimeInDays = 180
  /// `All`, `Selected` or `None`.
  var managedGroupTypes = "None"
  var notificationEmails: String?
  /// Ids of the groups that are selected.
  var groups: [String] = []

  init(id: String) { self.id = id }

  mutating func apply(_ body: JSONObject) {
    lifetimeInDays = body["groupLifetimeInDays"]?.intValue ?? lifetimeInDays
    managedGroupTypes = body["managedGroupTypes"]?.stringValue ?? managedGroupTypes
    if let emails = body["alternateNotificationEmails"] { notificationEmails = emails.stringValue }
  }

  func expiry(of group: Group) -> Timestamp? {
    guard group.kind == .microsoft365,
      managedGroupTypes == "All" || (managedGroupTypes == "Selected" && groups.contains(group.id))
    else { return nil }
    return group.renewedAt + .seconds(lifetimeInDays * 86_400)
  }

  var json: JSONObject {
    [
      "id": .string(id), "groupLifetimeInDays": .int(lifetimeInDays),
      "managedGroupTypes": .string(managedGroupTypes), "alternateNotificationEmails": .optional(notificationEmails),
    ]
  }
}
