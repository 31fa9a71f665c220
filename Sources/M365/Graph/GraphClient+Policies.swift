package import AdminCore

/// A policy of which a tenant can have several, as it was read. Written again, it is the same policy under a new id.
package struct TenantPolicy: Hashable, Sendable {
  package let id: String
  package let displayName: String
  /// Of conditional access: `enabled`, `disabled` or `enabledForReportingButNotEnforced`.
  package let state: String?
  /// Without annotations.
  package let json: JSONObject

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? ""
    state = json.text("state")
    self.json = JSONObject(json.members.filter { !$0.key.contains("@") })
  }
}

extension TenantPolicy {
  /// The text that a policy for idle sessions is made of.
  ///
  /// - Parameter earlier: the text of such a policy, of which all else is kept: what it says of single applications.
  package static func timeoutDefinition(minutes: Int, in earlier: String? = nil) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60)
    let span = "\(hours < 10 ? "0" : "")\(hours):\(rest < 10 ? "0" : "")\(rest):00"
    let usual: JSONObject = ["ApplicationId": "default", "WebSessionIdleTimeout": .string(span)]
    let known = earlier.flatMap { try? JSONParser.parse($0) }
    var policy: JSONObject = known?["ActivityBasedTimeoutPolicy"]?.objectValue ?? ["Version": 1]
    var applications = policy["ApplicationPolicies"]?.arrayValue ?? []
    if let place = applications.firstIndex(where: { $0["ApplicationId"] == "default" }) {
      applications[place] = .object((applications[place].objectValue ?? [:]).merging(usual))
    } else {
      applications.append(.object(usual))
    }
    policy["ApplicationPolicies"] = .array(applications)
    return JSONValue.object(["ActivityBasedTimeoutPolicy": .object(policy)]).text
  }
}

/// By which groups expire when nobody renews them.
package struct GroupLifecyclePolicy: Hashable, Sendable {
  package let id: String
  package let lifetimeInDays: Int
  /// `All`, `Selected` or `None`.
  package let managedGroupTypes: String
  package let notificationEmails: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    lifetimeInDays = json.number("groupLifetimeInDays") ?? 0
    managedGroupTypes = json.text("managedGroupTypes") ?? ""
    notificationEmails = json.text("alternateNotificationEmails")
  }
}

extension GraphClient {
  // MARK: Conditional access

  /// Permission: Policy.Read.All. Idempotent.
  ///
  /// - Throws: `LIC_003` where the tenant lacks Entra ID P1.
  package func conditionalAccessPolicies() async throws(AdminError) -> [TenantPolicy] {
    let call = GraphCall.get("/identity/conditionalAccess/policies", permissions: [.policyRead])
    return try await pages(call, reading(call, TenantPolicy.init)).collect(maximum: 1000)
  }

  /// Permissions: Policy.ReadWrite.ConditionalAccess, Policy.Read.All. To be checked after an unclear end by
  /// `conditionalAccessPolicies()`: names need not be unique, so what is found may be another's.
  ///
  /// - Parameter policy: `displayName`, `state`, `conditions`, `grantControls` and `sessionControls`.
  package func createConditionalAccessPolicy(_ policy: JSONObject) async throws(AdminError) -> TenantPolicy {
    let call = GraphCall.post(
      "/identity/conditionalAccess/policies", .json(.object(policy)),
      permissions: [.policyConditionalAccess, .policyRead], safety: .checkFirst)
    return try await send(call).decode(call, TenantPolicy.init)
  }

  /// Permissions: Policy.ReadWrite.ConditionalAccess, Policy.Read.All. Idempotent.
  package func updateConditionalAccessPolicy(id: String, _ changes: JSONObject) async throws(AdminError) {
    _ = try await send(
      .patch(
        "/identity/conditionalAccess/policies/\(id)", .object(changes),
        permissions: [.policyConditionalAccess, .policyRead]))
  }

  /// One that is gone already is as good. Permissions: Policy.ReadWrite.ConditionalAccess, Policy.Read.All. Idempotent.
  package func deleteConditionalAccessPolicy(id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete(
          "/identity/conditionalAccess/policies/\(id)", permissions: [.policyConditionalAccess, .policyRead]))
    }
  }

  // MARK: Idle sessions

  /// Permission: Policy.Read.All. Idempotent.
  package func timeoutPolicies() async throws(AdminError) -> [TenantPolicy] {
    let call = GraphCall.get("/policies/activityBasedTimeoutPolicies", permissions: [.policyRead])
    return try await pages(call, reading(call, TenantPolicy.init)).collect(maximum: 1000)
  }

  /// Ends idle sessions in the portals after a while, for the whole organization. Permission:
  /// Policy.ReadWrite.ApplicationConfiguration. To be checked after an unclear end by `timeoutPolicies()`.
  ///
  /// - Throws: `LIC_003` where the tenant lacks Entra ID P1.
  package func createTimeoutPolicy(_ name: String, minutes: Int) async throws(AdminError) -> TenantPolicy {
    let definition = TenantPolicy.timeoutDefinition(minutes: minutes)
    return try await createTimeoutPolicy(["displayName": .string(name), "definition": .strings([definition])])
  }

  /// Makes such a policy out of what one was read as. Permission: Policy.ReadWrite.ApplicationConfiguration. To be
  /// checked after an unclear end by `timeoutPolicies()`.
  ///
  /// - Parameter policy: `displayName`, `description` and `definition`.
  /// - Throws: `LIC_003` where the tenant lacks Entra ID P1.
  package func createTimeoutPolicy(_ policy: JSONObject) async throws(AdminError) -> TenantPolicy {
    let body = policy.merging(["isOrganizationDefault": true])
    let call = GraphCall.post(
      "/policies/activityBasedTimeoutPolicies", .json(.object(body)),
      permissions: [.policyApplicationConfiguration], safety: .checkFirst)
    return try await send(call).decode(call, TenantPolicy.init)
  }

  /// One that is gone already is as good. Permission: Policy.ReadWrite.ApplicationConfiguration. Idempotent.
  package func deleteTimeoutPolicy(id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete("/policies/activityBasedTimeoutPolicies/\(id)", permissions: [.policyApplicationConfiguration]))
    }
  }

  // MARK: Expiry of groups

  /// The policy of the tenant, of which there is at most one. Permission: Directory.ReadWrite.All. Idempotent.
  package func groupLifecyclePolicy() async throws(AdminError) -> GroupLifecyclePolicy? {
    let call = GraphCall.get("/groupLifecyclePolicies", permissions: [.directoryReadWrite])
    return try await page(call).map(reading(call, GroupLifecyclePolicy.init)).items.first
  }

  /// Makes the policy, or changes the one there is. Permission: Directory.ReadWrite.All. Idempotent.
  ///
  /// - Parameters:
  ///   - days: at least 30.
  ///   - types: `All`, `Selected` or `None`.
  ///   - emails: who hears of groups without owners, separated by semicolons.
  package func setGroupLifecycle(
    days: Int, types: String, emails: String?
  ) async throws(AdminError) -> GroupLifecyclePolicy {
    let body: JSONObject = [
      "groupLifetimeInDays": .int(days), "managedGroupTypes": .string(types),
      "alternateNotificationEmails": .optional(emails),
    ]
    if let known = try await groupLifecyclePolicy() {
      _ = try await send(
        .patch("/groupLifecyclePolicies/\(known.id)", .object(body), permissions: [.directoryReadWrite]))
    } else {
      let call = GraphCall.post(
        "/groupLifecyclePolicies", .json(.object(body)), permissions: [.directoryReadWrite], safety: .checkFirst)
      do throws(AdminError) {
        return try await send(call).decode(call, GroupLifecyclePolicy.init)
      } catch  where error.code == .outcomeUnknown {
        // There is at most one, so looking again tells.
        guard try await groupLifecyclePolicy() != nil else { throw error }
      }
    }
    guard let policy = try await groupLifecyclePolicy() else {
      throw AdminError(.graphFailed, "The policy for the expiry of groups was written and cannot be read. Look again.")
    }
    return policy
  }

  /// Groups do not expire any more. One that is gone already is as good. Permission: Directory.ReadWrite.All.
  /// Idempotent.
  package func deleteGroupLifecyclePolicy(id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(.delete("/groupLifecyclePolicies/\(id)", permissions: [.directoryReadWrite]))
    }
  }

  /// Puts a group under a policy for selected groups, or takes it out. Permission: Directory.ReadWrite.All. Idempotent.
  package func setSelected(
    _ isSelected: Bool, group: String, inLifecyclePolicy id: String
  ) async throws(AdminError) {
    _ = try await send(
      .post(
        isSelected ? "/groupLifecyclePolicies/\(id)/addGroup" : "/groupLifecyclePolicies/\(id)/removeGroup",
        .json(["groupId": .string(group)]), permissions: [.directoryReadWrite], safety: .idempotent,
        subject: .group(group)))
  }
}
