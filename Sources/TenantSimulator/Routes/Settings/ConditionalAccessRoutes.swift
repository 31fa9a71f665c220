import AdminCore

/// Conditional access, which needs Entra ID P1, and timeouts for idle sessions.
enum ConditionalAccessRoutes {
  private static let readers = ["Policy.Read.All"]
  private static let writers = ["Policy.ReadWrite.ConditionalAccess"]
  private static let timeoutWriters = ["Policy.ReadWrite.ApplicationConfiguration"]

  static let routes = [
    Route(
      "GET", "/identity/conditionalAccess/policies", .policy, permissions: readers,
      options: [.select, .filter, .top, .skipToken]
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(ConditionalAccessModel.policy, call, .policy).answer(
        state.conditionalAccessPolicies.values, context: "identity/conditionalAccess/policies", id: id, json: { $0 })
    },
    Route(
      "POST", "/identity/conditionalAccess/policies", .policy, permissions: writers, and: readers, handler: create),
    Route(
      "PATCH", "/identity/conditionalAccess/policies/{policy}", .policy, permissions: writers, and: readers,
      handler: update),
    Route(
      "DELETE", "/identity/conditionalAccess/policies/{policy}", .policy, permissions: writers, and: readers
    ) { state, call throws(GraphFailure) in
      let policy = try require(call, state.conditionalAccessPolicies)
      state.conditionalAccessPolicies[id(policy)] = nil
      state.record(.policyDeleted, policy["displayName"]?.stringValue ?? "", id: id(policy))
      return .empty(204)
    },
    Route(
      "GET", "/policies/activityBasedTimeoutPolicies", .policy, permissions: readers + timeoutWriters,
      options: [.select]
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(PolicyModel.activityBasedTimeout, call, .policy).answer(
        state.timeoutPolicies.values, context: "policies/activityBasedTimeoutPolicies", id: id, json: { $0 })
    },
    Route(
      "POST", "/policies/activityBasedTimeoutPolicies", .policy, permissions: timeoutWriters, handler: createTimeout),
    Route("DELETE", "/policies/activityBasedTimeoutPolicies/{policy}", .policy, permissions: timeoutWriters) {
      state, call throws(GraphFailure) in
      let policy = try require(call, state.timeoutPolicies)
      state.timeoutPolicies[id(policy)] = nil
      state.record(.policyDeleted, policy["displayName"]?.stringValue ?? "", id: id(policy))
      return .empty(204)
    },
  ]

  @Sendable private static func id(_ policy: JSONObject) -> String { policy["id"]?.stringValue ?? "" }

  private static func require(
    _ call: GraphCall, _ policies: Table<JSONObject>
  ) throws(GraphFailure) -> JSONObject {
    guard let found = policies[call["policy"].lowercased()] else {
      throw GraphFailure(404, "ResourceNotFound", "The policy was not found.")
    }
    return found
  }

  // MARK: Conditional access

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard state.hasPlan("AAD_PREMIUM") else { throw GraphFailure.premiumMissing }
    let body = try call.object(ConditionalAccessModel.policy, for: .create)
    let head: JSONObject = [
      "id": .string(state.identifiers.guid()), "displayName": .null, "state": .null, "conditions": .null,
      "grantControls": .null, "sessionControls": .null, "createdDateTime": .string(state.now.iso8601Seconds),
      "modifiedDateTime": .null, "templateId": .null,
    ]
    let policy = head.merging(body)
    try check(policy, state)
    state.conditionalAccessPolicies[id(policy)] = policy
    state.record(.policyCreated, policy["displayName"]?.stringValue ?? "", id: id(policy))
    return try call.answer(
      policy, ConditionalAccessModel.policy, context: "identity/conditionalAccess/policies", status: 201)
  }

  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let old = try require(call, state.conditionalAccessPolicies)
    let body = try call.object(ConditionalAccessModel.policy, for: .update)
    let policy = old.merging(body).merging(["modifiedDateTime": .string(state.now.iso8601Seconds)])
    try check(policy, state)
    state.conditionalAccessPolicies[id(policy)] = policy
    state.record(.policyChanged, policy["displayName"]?.stringValue ?? "", id: id(policy))
    return .empty(204)
  }

  private static func check(_ policy: JSONObject, _ state: TenantState) throws(GraphFailure) {
    guard policy["displayName"]?.stringValue?.isEmpty == false else {
      throw .badRequest("The displayName must be given.")
    }
    guard let stateName = policy["state"]?.stringValue else { throw .badRequest("The state must be given.") }
    let conditions = policy["conditions"]
    guard conditions?["clientAppTypes"]?.arrayValue?.isEmpty == false,
      conditions?["applications"]?["includeApplications"]?.arrayValue?.isEmpty == false
        || conditions?["applications"]?["includeUserActions"]?.arrayValue?.isEmpty == false,
      ["includeUsers", "includeGroups", "includeRoles"].contains(where: {
        conditions?["users"]?[$0]?.arrayValue?.isEmpty == false
      })
    else { throw .badRequest("1011: The conditions must name client app types, applications and users.") }
    let hasGrant = policy["grantControls"]?["builtInControls"]?.arrayValue?.isEmpty == false
    guard hasGrant || policy["sessionControls"]?.objectValue != nil else {
      throw .badRequest("1007: The policy must have grant or session controls.")
    }
    guard stateName != "enabled" || state.value(of: .securityDefaults)["isEnabled"] != true else {
      throw .badRequest(
        "1039: Security Defaults is enabled in the tenant. You must disable Security defaults before enabling a "
          + "Conditional Access policy.")
    }
  }

  // MARK: Timeouts

  @Sendable private static func createTimeout(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard state.hasPlan("AAD_PREMIUM") else { throw GraphFailure.premiumMissing }
    let body = try call.object(PolicyModel.activityBasedTimeout, for: .create)
    let texts = (body["definition"]?.arrayValue ?? []).compactMap(\.stringValue)
    guard texts.count == 1, let definition = try? JSONParser.parse(texts[0]),
      definition["ActivityBasedTimeoutPolicy"]?["ApplicationPolicies"]?.arrayValue?.isEmpty == false
    else { throw .badRequest("The definition must be the text of an ActivityBasedTimeoutPolicy.") }
    let isDefault = body["isOrganizationDefault"] == true
    guard !isDefault || !state.timeoutPolicies.values.contains(where: { $0["isOrganizationDefault"] == true }) else {
      throw .badRequest("A policy of this kind that is the organization's default already exists.")
    }
    let head: JSONObject = [
      "id": .string(state.identifiers.guid()), "deletedDateTime": .null, "displayName": .null, "description": .null,
      "isOrganizationDefault": false,
    ]
    let policy = head.merging(body)
    state.timeoutPolicies[id(policy)] = policy
    state.record(.policyCreated, policy["displayName"]?.stringValue ?? "", id: id(policy))
    return try call.answer(
      policy, PolicyModel.activityBasedTimeout, context: "policies/activityBasedTimeoutPolicies", status: 201)
  }
}
