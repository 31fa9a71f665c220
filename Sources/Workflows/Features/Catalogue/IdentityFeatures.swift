import Access
import AdminCore
import M365

/// How people sign in, and what protects their accounts.
enum IdentityFeatures {
  private static let area = Feature.Area.identity

  @FeatureList static var all: [Feature] {
    Feature(
      "security_defaults", area,
      "Microsoft's basic protection: everybody registers for MFA, legacy sign-in is refused.",
      .securityDefaults, "security defaults"
    ) { request in ["isEnabled": .bool(request.isEnabled)] }
    .weakens("MFA is no longer asked of everybody", when: false)
    .with { feature in
      feature.notes = { request in
        request.isEnabled
          ? [
            "Refused while policies of conditional access are enforced; programs that sign in with a password alone stop."
          ]
          : []
      }
    }

    Feature(
      "admin_self_service_password_reset", area, "Administrators may reset their own forgotten passwords.",
      .authorization, "self-service password reset of administrators"
    ) { request in ["allowedToUseSSPR": .bool(request.isEnabled)] }

    Feature(
      "authentication_method", area, "People may sign in with the method that configuration.method names.",
      permissions: Feature.permissions(of: .authenticationMethods),
      organization: { request in
        let method = request.text("method").flatMap(TenantSetting.AuthenticationMethod.init) ?? .fido2
        let state: JSONObject = ["state": request.isEnabled ? "enabled" : "disabled"]
        return [.graph(.authenticationMethod(method), "the sign-in method \(method.rawValue)", to: state)]
      }
    )
    .configured(
      ConfigurationField(
        "method", .choice(TenantSetting.AuthenticationMethod.allCases.map(\.rawValue)), "Which method.", .always)
    )
    .weakens("a sign-in method that some may depend on is taken away", when: false)
    .with { feature in
      feature.state = { request, access throws(AdminError) in
        let methods = try await access.value(of: .authenticationMethods)["authenticationMethodConfigurations"]
        let states = (methods?.arrayValue ?? []).map {
          "\($0["id"]?.stringValue ?? ""): \($0["state"]?.stringValue ?? "")"
        }
        return .other(states.joined(separator: ", "))
      }
    }

    Feature(
      "registration_campaign", area, "People without it are asked at sign-in to set up Microsoft Authenticator.",
      .authenticationMethods, "the registration campaign", sendsWholeObjects: true
    ) { request in
      var campaign: JSONObject = ["state": request.isEnabled ? "enabled" : "disabled"]
      campaign["snoozeDurationInDays"] = request.number("snoozeDays").map(JSONValue.int)
      return ["registrationEnforcement": ["authenticationMethodsRegistrationCampaign": .object(campaign)]]
    }
    .configured(
      ConfigurationField("snoozeDays", .number(0...14), "Days until somebody who skipped it is asked again."))

    conditionalAccess

    Feature(
      "session_timeout", area, "Idle sessions in the portals and in SharePoint end after a while.",
      permissions: [.policyRead, .policyApplicationConfiguration, .sharePointSettings],
      organization: { request in [timeoutPolicy(request), idleSignOut(request)] }
    )
    .configured(
      ConfigurationField(
        "minutes", .number(10...1440), "After how many idle minutes; unless given what there is, or else 180.")
    )
    .licensed(.entraP1).shows(after: "up to an hour")
    .with { $0.resolve = idleMinutes }

    Feature(
      "password_protection", area, "The tenant's own list of banned passwords is enforced, and lockout as configured.",
      directory: DirectorySettingTemplate.passwords, "password protection"
    ) { request in
      guard request.isEnabled else { return ["EnableBannedPasswordCheck": "false"] }
      var values = ["EnableBannedPasswordCheck": "true"]
      values["BannedPasswordList"] = request.texts("bannedPasswords")?.joined(separator: "\t")
      values["LockoutThreshold"] = request.number("lockoutThreshold").map(String.init)
      values["LockoutDurationInSeconds"] = request.number("lockoutSeconds").map(String.init)
      return values
    }
    .configured(
      ConfigurationField(
        "bannedPasswords", .texts(maximum: 1000), "Words that no password may hold; replaces the list."),
      ConfigurationField("lockoutThreshold", .number(1...100), "Failed sign-ins until an account is locked."),
      ConfigurationField("lockoutSeconds", .number(5...18_000), "For how long it is locked at first.")
    )
    .alias("lockout").licensed(.entraP1).weakens("weak passwords of your own list are accepted", when: false)

    Feature(
      "password_never_expires", area, "Passwords of the domain do not expire.",
      permissions: [.domainRead, .domainReadWrite, .organizationRead],
      organization: { request in
        let domain = request.text("domain") ?? ""
        let days = request.isEnabled ? Int(Int32.max) : request.number("days") ?? 90
        return [
          .graph(
            .domain(domain), "the expiry of passwords in \(domain)", to: ["passwordValidityPeriodInDays": .int(days)])
        ]
      }
    )
    .configured(
      ConfigurationField("domain", .domain, "A verified domain; the default one unless given."),
      ConfigurationField("days", .number(14...730), "When disabled: days until a password expires; 90 unless given.")
    )
    .with { feature in
      feature.resolve = TenantFacts.domain
      feature.state = { request, access throws(AdminError) in
        var request = request
        request.configuration = try await TenantFacts.domain(request, access)
        let value = try await access.value(of: .domain(request.text("domain") ?? ""))
        return value["passwordValidityPeriodInDays"]?.intValue == Int(Int32.max) ? .enabled : .disabled
      }
    }
  }

  // MARK: Idle sessions

  /// Nobody's shorter timeout is made longer by not being named.
  @Sendable private static func idleMinutes(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    guard request.isEnabled, request.number("minutes") == nil else { return request.configuration }
    let known = try await timeout(access)?.content["minutes"]?.intValue
    return request.configuration.merging(["minutes": .int(known ?? 180)])
  }

  @Sendable private static func timeout(_ access: TenantAccess) async throws(AdminError) -> FoundObject? {
    let policies = try await access.graph().timeoutPolicies()
    guard let policy = policies.first(where: { $0.json["isOrganizationDefault"] == true }) else { return nil }
    let minutes: JSONObject = ["minutes": policy.idleMinutes.map { .int($0) } ?? .null]
    return FoundObject(id: policy.id, minutes.merging(policy.json.only(timeoutMembers).withoutNulls))
  }

  /// What a timeout policy is made of, to be made again.
  private static let timeoutMembers = ["displayName", "description", "definition"]

  private static func timeoutPolicy(_ request: FeatureRequest) -> TenantPart {
    let path = "/policies/activityBasedTimeoutPolicies"
    let minutes = request.number("minutes") ?? 180
    return .object(
      ObjectWish("policy", "the timeout policy of the portals", request.isEnabled ? ["minutes": .int(minutes)] : nil),
      ObjectRequests(find: "GET \(path)", create: "POST \(path)", remove: "DELETE \(path)/{id}"),
      find: { _, access throws(AdminError) in try await timeout(access) },
      create: { content, _, access throws(AdminError) in try await makeTimeout(content, over: [:], access) },
      // The service knows no change of such a policy; there is one of the organization's at a time.
      update: { _, content, context, access throws(AdminError) in
        let known = try await timeout(access)
        if let known { try await access.graph().deleteTimeoutPolicy(id: known.id) }
        // Whoever goes on after a death between the two finds none, and what there was stands in the journal.
        let captured = context.output("policy.before")?["content"]?.objectValue
        _ = try await makeTimeout(content, over: known?.content ?? captured ?? [:], access)
      },
      remove: { id, _, access throws(AdminError) in try await access.graph().deleteTimeoutPolicy(id: id) },
      matches: { found, wanted in wanted.allSatisfy { found[$0.key] == $0.value } })
  }

  /// - Parameters:
  ///   - content: the minutes, or all that a policy was found to be, which is then made again.
  ///   - earlier: what there was, of which everything but the minutes stays.
  private static func makeTimeout(
    _ content: JSONObject, over earlier: JSONObject, _ access: TenantAccess
  ) async throws(AdminError) -> String {
    var policy = content.only(timeoutMembers)
    if policy["definition"] == nil {
      let definition = TenantPolicy.timeoutDefinition(
        minutes: content["minutes"]?.intValue ?? 180, in: earlier["definition"]?[0]?.stringValue)
      policy = earlier.only(timeoutMembers).merging(["definition": .strings([definition])])
    }
    if policy["displayName"] == nil { policy["displayName"] = "Idle session timeout" }
    return try await access.graph().createTimeoutPolicy(policy).id
  }

  private static func idleSignOut(_ request: FeatureRequest) -> TenantPart {
    let seconds = (request.number("minutes") ?? 180) * 60
    let wanted: JSONObject =
      request.isEnabled
      ? ["isEnabled": true, "warnAfterInSeconds": .int(seconds - 300), "signOutAfterInSeconds": .int(seconds)]
      : ["isEnabled": false]
    var part = TenantPart.graph(
      .sharePoint, "the sign-out of idle sessions in SharePoint", to: ["idleSessionSignOut": .object(wanted)],
      id: "sharepoint", sendsWholeObjects: true)
    part.isOn = { $0.value?["idleSessionSignOut"]?["isEnabled"]?.boolValue }
    return part
  }
}

extension TenantPolicy {
  /// After how many minutes an activity-based timeout policy ends idle sessions of applications that it does not name.
  fileprivate var idleMinutes: Int? {
    let text = json["definition"]?[0]?.stringValue
    let definition = text.flatMap { try? JSONParser.parse($0) }
    let applications = definition?["ActivityBasedTimeoutPolicy"]?["ApplicationPolicies"]?.arrayValue ?? []
    let usual = applications.first { $0["ApplicationId"] == "default" }
    let parts = (usual?["WebSessionIdleTimeout"]?.stringValue ?? "").split(separator: ":").compactMap { Int($0) }
    return parts.count == 3 ? parts[0] * 60 + parts[1] : nil
  }
}
