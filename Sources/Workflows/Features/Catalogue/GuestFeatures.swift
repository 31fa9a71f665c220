import Access
import AdminCore
import M365

/// Who may come in from outside, and what users may let in.
enum GuestFeatures {
  private static let area = Feature.Area.guests

  /// Roles that guests can have, by the ids they have in every tenant.
  private static let guestRoles = [
    "member": "a0b1b346-4d3e-4e8b-98f8-753987be4970", "limited": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
    "restricted": "2af84b1e-32c8-42b7-82bc-daa82404023b",
  ]

  @FeatureList static var all: [Feature] {
    Feature(
      "guest_invites", area, "Guests may be invited, by those whom configuration.invitedBy names.",
      .authorization, "who may invite guests"
    ) { request in
      ["allowInvitesFrom": .string(request.isEnabled ? request.text("invitedBy") ?? "adminsAndGuestInviters" : "none")]
    }
    .configured(
      ConfigurationField(
        "invitedBy", .choice(["adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"]),
        "Who may invite; administrators and guest inviters unless given.")
    )
    .weakens("people from outside can be let in", when: true)
    .with { feature in
      feature.state = { _, access throws(AdminError) in
        let inviters = try await access.value(of: .authorization)["allowInvitesFrom"]?.stringValue
        return inviters == "none" ? .disabled : .enabled
      }
    }

    Feature(
      "guest_role", area, "Guests see as much of the directory as configuration.role says; disabled, only themselves.",
      .authorization, "what guests may see of the directory"
    ) { request in
      let role = request.isEnabled ? request.text("role") ?? "limited" : "restricted"
      return ["guestUserRoleId": .optional(guestRoles[role])]
    }
    .configured(
      ConfigurationField(
        "role", .choice(["limited", "member"]), "limited (unless given), or as much as members of the tenant.")
    )
    .weakens("guests see more of the directory", when: true)
    .with { feature in
      feature.state = { _, access throws(AdminError) in
        let role = try await access.value(of: .authorization)["guestUserRoleId"]?.stringValue?.lowercased()
        return role == guestRoles["restricted"] ? .disabled : .enabled
      }
    }

    permission(
      "block_user_app_registration", "Only administrators register applications.", "allowedToCreateApps",
      "whether users may register applications"
    )
    .opposite("user_app_registration").weakens("users may register applications", when: false)

    permission(
      "block_tenant_creation", "Only administrators create tenants.", "allowedToCreateTenants",
      "whether users may create tenants"
    )
    .opposite("tenant_creation")

    permission(
      "block_security_group_creation", "Only administrators create security groups.", "allowedToCreateSecurityGroups",
      "whether users may create security groups"
    )
    .opposite("security_group_creation")

    Feature(
      "user_consent", area, "Users may let applications act for them, as far as configuration.level says.",
      .authorization, "what users may consent to"
    ) { request in
      ["defaultUserRolePermissions": ["permissionGrantPoliciesAssigned": request.configuration["policies"] ?? []]]
    }
    .configured(
      ConfigurationField(
        "level", .choice(["low", "any"]),
        "low (unless given): permissions classified as low impact, of verified publishers; any: all applications.")
    )
    .opposite("block_user_consent").weakens("users can give applications access to their data", when: true)
    .with { feature in
      feature.resolve = consentPolicies
      feature.state = { _, access throws(AdminError) in
        try await assignedPolicies(access).contains(where: isAboutSelf) ? .enabled : .disabled
      }
    }

    Feature(
      "admin_consent_workflow", area, "Users may ask for applications that need an administrator's consent.",
      permissions: Feature.permissions(of: .adminConsentRequests) + [.userRead],
      organization: { request in
        var wanted: JSONObject = ["isEnabled": .bool(request.isEnabled)]
        if request.isEnabled {
          wanted["notifyReviewers"] = .bool(request.flag("notifyReviewers") ?? true)
          wanted["remindersEnabled"] = true
          wanted["requestDurationInDays"] = .int(request.number("days") ?? 30)
          wanted["reviewers"] = request.configuration["reviewerScopes"]
        }
        return [.graph(.adminConsentRequests, "the workflow for admin consent", to: wanted)]
      }
    )
    .configured(
      ConfigurationField("reviewers", .addresses(maximum: 20), "Who decides over requests.", .enabling),
      ConfigurationField("notifyReviewers", .flag, "Whether they get a mail; yes unless given."),
      ConfigurationField("days", .number(1...60), "For how long a request stands; 30 unless given.")
    )
    .shows(after: "up to an hour")
    .with { feature in
      feature.resolve = reviewers
      feature.state = { _, access throws(AdminError) in
        try await access.value(of: .adminConsentRequests)["isEnabled"] == true ? .enabled : .disabled
      }
    }

    Feature(
      "cross_tenant_default", area,
      "People of other tenants may be guests here unless a policy for their tenant says no.",
      .crossTenantDefault, "the default for other tenants", sendsWholeObjects: true
    ) { request in
      let access: JSONValue = request.isEnabled ? "allowed" : "blocked"
      var wanted: JSONObject = [
        "b2bCollaborationInbound": [
          "usersAndGroups": [
            "accessType": access, "targets": [["target": "AllUsers", "targetType": "user"]],
          ],
          "applications": [
            "accessType": access, "targets": [["target": "AllApplications", "targetType": "application"]],
          ],
        ]
      ]
      var trust = JSONObject()
      trust["isMfaAccepted"] = request.flag("trustMFA").map(JSONValue.bool)
      trust["isCompliantDeviceAccepted"] = request.flag("trustCompliantDevices").map(JSONValue.bool)
      if !trust.isEmpty { wanted["inboundTrust"] = .object(trust) }
      return wanted
    }
    .configured(
      ConfigurationField("trustMFA", .flag, "Whether MFA done in their own tenant counts here."),
      ConfigurationField("trustCompliantDevices", .flag, "Whether devices their tenant holds compliant count here.")
    )
    .licensed(.entraP1).weakens("people of other tenants can become guests", when: true)
  }

  /// Something that users may do by themselves, and that can be kept to administrators.
  private static func permission(_ name: String, _ summary: String, _ member: String, _ title: String) -> Feature {
    Feature(name, area, summary, .authorization, title) { request in
      ["defaultUserRolePermissions": .object(JSONObject([.init(key: member, value: .bool(!request.isEnabled))]))]
    }
  }

  // MARK: Consent

  private static func isAboutSelf(_ policy: String) -> Bool {
    policy.lowercased().hasPrefix("managepermissiongrantsforself.")
  }

  private static func assignedPolicies(_ access: TenantAccess) async throws(AdminError) -> [String] {
    let permissions = try await access.value(of: .authorization)["defaultUserRolePermissions"]
    return (permissions?["permissionGrantPoliciesAssigned"]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  /// The list is written as a whole, so what else it holds (consent for teams that somebody owns) is kept.
  @Sendable private static func consentPolicies(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let level = request.text("level") == "any" ? "legacy" : "low"
    let own = request.isEnabled ? ["ManagePermissionGrantsForSelf.microsoft-user-default-\(level)"] : []
    let others = try await assignedPolicies(access).filter { !isAboutSelf($0) }
    return request.configuration.merging(["policies": .strings(own + others)])
  }

  @Sendable private static func reviewers(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    guard request.isEnabled else { return request.configuration }
    let ids = try await TenantFacts.userIDs(request.texts("reviewers") ?? [], access)
    let scopes = ids.map { id -> JSONValue in ["query": .string("/users/\(id)"), "queryType": "MicrosoftGraph"] }
    return request.configuration.merging(["reviewerScopes": .array(scopes)])
  }
}
