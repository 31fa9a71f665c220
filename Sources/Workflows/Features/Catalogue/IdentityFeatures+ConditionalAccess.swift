import Access
import AdminCore
import M365

extension IdentityFeatures {
  /// A policy of conditional access, of the few that every tenant should have.
  private enum Template: String, CaseIterable {
    case mfaForEverybody = "mfa_all_users"
    case mfaForAdministrators = "mfa_administrators"
    case noLegacyAuthentication = "block_legacy_authentication"

    var title: String {
      switch self {
      case .mfaForEverybody: "Require multifactor authentication for all users"
      case .mfaForAdministrators: "Require multifactor authentication for administrators"
      case .noLegacyAuthentication: "Block legacy authentication"
      }
    }

    /// Roles that administer, by the ids they have in every tenant.
    private static let administrators: JSONValue = [
      "62e90394-69f5-4237-9190-012177145e10", "e8611ab8-c189-46e8-94e1-60213ab1f814",
      "194ae4cb-b126-40b2-bd5b-6091b380977d", "29232cdf-9323-42fd-ade2-1d097af3e4de",
      "f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
      "fe930be7-5e62-47db-91af-98c3a49a38b1", "729827e3-9c14-49f7-bb1b-9608f156bbb8",
      "c4e39bd9-1100-46d3-8c65-fb160da0071f", "b0f54661-2d74-4c50-afa3-1ec803f12efe",
    ]

    func policy(named name: String, state: String, excluding users: [String]) -> JSONObject {
      var people: JSONObject =
        self == .mfaForAdministrators ? ["includeRoles": Self.administrators] : ["includeUsers": ["All"]]
      if !users.isEmpty { people["excludeUsers"] = .strings(users) }
      let isBlocking = self == .noLegacyAuthentication
      return [
        "displayName": .string(name), "state": .string(state),
        "conditions": [
          "clientAppTypes": isBlocking ? ["exchangeActiveSync", "other"] : ["all"],
          "applications": ["includeApplications": ["All"]], "users": .object(people),
        ],
        "grantControls": ["operator": "OR", "builtInControls": [isBlocking ? "block" : "mfa"]],
      ]
    }
  }

  static let conditionalAccess =
    Feature(
      "conditional_access_policy", .identity,
      "The policy of conditional access that configuration.policy names exists, at first for reports only.",
      permissions: [.policyRead, .policyConditionalAccess, .userRead], organization: { request in [policy(request)] }
    )
    .configured(
      ConfigurationField("policy", .choice(Template.allCases.map(\.rawValue)), "Which policy.", .always),
      ConfigurationField("displayName", .text(maximum: 200), "Its name; the policy's usual one unless given."),
      ConfigurationField(
        "state", .choice(["report", "enforce"]), "Only report what it would do (unless given), or enforce it."),
      ConfigurationField(
        "excludedUsers", .addresses(maximum: 20), "Emergency accounts it must not lock out; needed to enforce it.")
    )
    .licensed(.entraP1).weakens("the policy no longer protects sign-ins", when: false)
    .with { feature in
      feature.resolve = excludedUsers
      feature.state = policies
      feature.risks = { [risks = feature.risks] request in
        let isEnforced = request.isEnabled && request.text("state") == "enforce"
        return risks(request) + (isEnforced ? [.canLockOut("everybody whose sign-ins do not meet the policy")] : [])
      }
      feature.notes = { request in
        guard request.isEnabled, request.text("state") != "enforce" else { return [] }
        return ["The policy only reports; look at the sign-in logs, then enable it with state: enforce."]
      }
    }

  private static func template(_ request: FeatureRequest) -> Template {
    request.text("policy").flatMap(Template.init) ?? .mfaForEverybody
  }

  private static func title(_ request: FeatureRequest) -> String {
    request.text("displayName") ?? template(request).title
  }

  /// A policy for everybody that exempts nobody can lock out whoever would have to take it back.
  @Sendable private static func excludedUsers(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let users = request.texts("excludedUsers") ?? []
    guard !request.isEnabled || request.text("state") != "enforce" || !users.isEmpty else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/configuration/excludedUsers", rule: "required",
          message:
            "must name at least one emergency account before the policy is enforced, so that nobody is locked out")
      ])
    }
    guard !users.isEmpty else { return request.configuration }
    let ids = try await TenantFacts.userIDs(users, access)
    let named = Set(users.map { $0.lowercased() }).union(ids.map { $0.lowercased() })
    let forgotten = access.configuration.breakGlassAccounts.filter { !named.contains($0.lowercased()) }
    guard !request.isEnabled || request.text("state") != "enforce" || forgotten.isEmpty else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/configuration/excludedUsers", rule: "breakGlass",
          message: "must name every emergency account of M365_BREAK_GLASS_ACCOUNTS; it lacks "
            + forgotten.map { VisibleText.excerpt($0, limit: 80) }.joined(separator: ", "))
      ])
    }
    return request.configuration.merging(["excludedUserIds": .strings(ids.sorted())])
  }

  @Sendable private static func policies(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> FeatureState {
    let policies = try await access.graph().conditionalAccessPolicies()
    let enforced = policies.count { $0.state == "enabled" }
    return policies.isEmpty ? .disabled : .other("\(policies.count) policies, \(enforced) enforced")
  }

  private static func policy(_ request: FeatureRequest) -> TenantPart {
    let name = title(request)
    let path = "/identity/conditionalAccess/policies"
    let content = template(request).policy(
      named: name, state: request.text("state") == "enforce" ? "enabled" : "enabledForReportingButNotEnforced",
      excluding: request.texts("excludedUserIds") ?? [])
    return .object(
      ObjectWish("policy", "the conditional access policy \(name)", request.isEnabled ? content : nil),
      ObjectRequests(find: "GET \(path)", create: "POST \(path)", remove: "DELETE \(path)/{id}"),
      find: { _, access throws(AdminError) in
        let policies = try await access.graph().conditionalAccessPolicies()
        guard let policy = policies.first(where: { $0.displayName == name }) else { return nil }
        return FoundObject(id: policy.id, policy.restorable)
      },
      create: { content, _, access throws(AdminError) in
        try await access.graph().createConditionalAccessPolicy(content).id
      },
      update: { id, content, _, access throws(AdminError) in
        try await access.graph().updateConditionalAccessPolicy(id: id, content)
      },
      remove: { id, _, access throws(AdminError) in
        try await access.graph().deleteConditionalAccessPolicy(id: id)
      }, matches: { $0.shows($1) })
  }
}

extension TenantPolicy {
  /// What a policy of conditional access is made of, to be made again.
  fileprivate var restorable: JSONObject {
    json.only(["displayName", "state", "conditions", "grantControls", "sessionControls"]).withoutNulls
  }
}

extension JSONObject {
  /// Services show what is not set as null, and do not always take that back.
  var withoutNulls: JSONObject {
    JSONObject(
      compactMap { member in
        if member.value.isNull { return nil }
        guard let inner = member.value.objectValue else { return member }
        return Member(key: member.key, value: .object(inner.withoutNulls))
      })
  }
}
