import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Policies and settings of the tenant")
struct PolicyTests {
  struct Change: Sendable, CustomTestStringConvertible {
    let path: String
    var method = "PATCH"
    let body: JSONObject
    var status = 204
    var testDescription: String { path }
  }

  private static let methods = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations"

  static let possibleChanges = [
    Change(path: "/policies/identitySecurityDefaultsEnforcementPolicy", body: ["isEnabled": true]),
    Change(
      path: "/policies/authorizationPolicy",
      body: ["allowInvitesFrom": "none", "defaultUserRolePermissions": ["allowedToCreateApps": false]]),
    Change(
      path: "/policies/adminConsentRequestPolicy", method: "PUT",
      body: [
        "isEnabled": true, "notifyReviewers": true, "remindersEnabled": false, "requestDurationInDays": 30,
        "reviewers": [["query": "/users/x", "queryType": "MicrosoftGraph"]],
      ]),
    Change(
      path: "/policies/authenticationMethodsPolicy",
      body: [
        "registrationEnforcement": [
          "authenticationMethodsRegistrationCampaign": ["state": "enabled", "snoozeDurationInDays": 3]
        ]
      ]),
    Change(
      path: "\(methods)/fido2",
      body: ["@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "state": "enabled"]),
    Change(
      path: "\(methods)/TemporaryAccessPass",
      body: [
        "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration", "isUsableOnce": true,
      ]),
    Change(path: "/policies/crossTenantAccessPolicy/default", body: ["inboundTrust": ["isMfaAccepted": true]]),
    Change(path: "/admin/sharepoint/settings", body: ["sharingCapability": "disabled"], status: 200),
    Change(path: "/admin/people/itemInsights", body: ["isEnabledInOrganization": false], status: 200),
    Change(path: "/admin/people/pronouns", body: ["isEnabledInOrganization": true], status: 200),
    Change(path: "/admin/reportSettings", body: ["displayConcealedNames": false]),
    Change(
      path: "/admin/microsoft365Apps/installationOptions", body: ["appsForWindows": ["isVisioEnabled": true]]),
    Change(path: "/domains/harbourfinch.example", body: ["passwordValidityPeriodInDays": 2_147_483_647]),
  ]

  @Test("A setting is read, changed by members, and reads as changed", arguments: possibleChanges)
  func changing(_ change: Change) async throws {
    let fixture = try await TenantFixture()
    let before = try await fixture.graph("GET", change.path)
    #expect(before.status == 200, "\(before.text)")
    let reply = try await fixture.graph(change.method, change.path, json: .object(change.body))
    #expect(reply.status == change.status, "\(reply.text)")
    let after = try await fixture.graph("GET", change.path)
    for member in change.body where !member.key.contains("@") {
      Self.expect(after.json[member.key], toShow: member.value)
    }
    for member in before.json.objectValue ?? [:]
    where change.body[member.key] == nil
      && !["version", "lastModifiedDateTime", "isServiceDefault"].contains(member.key)
    {
      #expect(after.json[member.key] == member.value, "\(member.key) is left alone")
    }
    let unknown = try await fixture.graph(
      change.method, change.path, json: .object(change.body.merging(["colour": "red"])))
    #expect(unknown.status == 400)
    #expect(await Self.written(fixture) == 1)
  }

  private static func expect(_ value: JSONValue?, toShow wanted: JSONValue) {
    guard let object = wanted.objectValue else {
      #expect(value == wanted)
      return
    }
    for member in object { expect(value?[member.key], toShow: member.value) }
  }

  private static func written(_ fixture: TenantFixture) async -> Int {
    var sum = 0
    for kind in ["policyChanged", "tenantSettingChanged", "domainUpdated"] { sum += await fixture.count(kind) }
    return sum
  }

  @Test("What is read follows a change a little later")
  func lag() async throws {
    let fixture = try await TenantFixture(lags: Lags(settings: .seconds(30)))
    let path = "/policies/authorizationPolicy"
    #expect(try await fixture.graph("PATCH", path, json: ["allowInvitesFrom": "none"]).status == 204)
    #expect(try await fixture.graph("GET", path).json["allowInvitesFrom"] == "everyone")
    fixture.timekeeper.advance(by: .seconds(30))
    #expect(try await fixture.graph("GET", path).json["allowInvitesFrom"] == "none")
    let state = await fixture.tenant.report("settings")
    #expect(state?["policies/authorizationPolicy"]?["allowInvitesFrom"] == "none")
  }

  @Test(
    "A value that a setting cannot have is refused",
    arguments: [
      Change(path: "/policies/authorizationPolicy", body: ["allowInvitesFrom": "strangers"]),
      Change(path: "/policies/authorizationPolicy", body: ["guestUserRoleId": .string(SKU.basic)]),
      Change(
        path: "/policies/authorizationPolicy",
        body: ["defaultUserRolePermissions": ["permissionGrantPoliciesAssigned": ["anything"]]]),
      Change(path: "/policies/authorizationPolicy", body: ["id": "x"]),
      Change(path: "/policies/adminConsentRequestPolicy", method: "PUT", body: ["isEnabled": false]),
      Change(
        path: "/policies/adminConsentRequestPolicy", method: "PUT",
        body: [
          "isEnabled": true, "notifyReviewers": true, "remindersEnabled": false, "requestDurationInDays": 30,
          "reviewers": [],
        ]),
      Change(
        path: "/policies/adminConsentRequestPolicy", method: "PUT",
        body: [
          "isEnabled": true, "notifyReviewers": true, "remindersEnabled": false, "requestDurationInDays": 61,
          "reviewers": [["query": "/users/x"]],
        ]),
      Change(
        path: "/policies/authenticationMethodsPolicy",
        body: [
          "registrationEnforcement": ["authenticationMethodsRegistrationCampaign": ["snoozeDurationInDays": 15]]
        ]),
      Change(path: "\(methods)/fido2", body: ["state": "enabled"]),
      Change(
        path: "\(methods)/fido2",
        body: ["@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration", "state": "enabled"]),
      Change(path: "/admin/sharepoint/settings", body: ["sharingDomainRestrictionMode": "allowList"]),
      Change(
        path: "/admin/sharepoint/settings",
        body: ["idleSessionSignOut": ["isEnabled": true, "warnAfterInSeconds": 60, "signOutAfterInSeconds": 30]]),
      Change(path: "/admin/people/itemInsights", body: ["disabledForGroup": "nobody"]),
      Change(path: "/domains/harbourfinch.example", body: ["passwordValidityPeriodInDays": 5]),
      Change(path: "/domains/harbourfinch.example", body: ["passwordNotificationWindowInDays": 31]),
      Change(path: "/domains/closings.harbourfinch.example", body: ["passwordValidityPeriodInDays": 90]),
    ])
  func refusals(_ change: Change) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph(change.method, change.path, json: .object(change.body))
    #expect(reply.status == 400, "\(reply.text)")
    #expect(await Self.written(fixture) == 0)
  }

  @Test("What is not there is not found")
  func absent() async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("GET", "\(Self.methods)/pigeon").outcome == "404 resourceNotFound")
    #expect(try await fixture.graph("PATCH", "/domains/contoso.com", json: [:]).status == 404)
    #expect(try await fixture.graph("PUT", "/policies/authorizationPolicy", json: [:]).status == 405)
    let all = try await fixture.graph("GET", "/policies/authenticationMethodsPolicy")
    #expect(all.json["authenticationMethodConfigurations"]?.arrayValue?.count == 7)
  }

  @Test(
    "Reading and writing ask for their permissions",
    arguments: [
      ("/policies/authorizationPolicy", "Policy.Read.All", "Policy.ReadWrite.Authorization"),
      ("/admin/reportSettings", "ReportSettings.Read.All", "ReportSettings.ReadWrite.All"),
      ("/admin/sharepoint/settings", "SharePointTenantSettings.Read.All", "SharePointTenantSettings.ReadWrite.All"),
    ])
  func permissions(_ path: String, _ reader: String, _ writer: String) async throws {
    let reading = try await TenantFixture.holding([reader])
    #expect(try await reading.graph("GET", path).status == 200)
    #expect(try await reading.graph("PATCH", path, json: [:]).status == 403)
    let writing = try await TenantFixture.holding([writer])
    #expect(try await writing.graph("GET", path).status == 200)
    let none = try await TenantFixture.holding(["User.Read.All"])
    #expect(try await none.graph("GET", path).status == 403)
  }

  @Test("Sharing that is turned off keeps strangers out, and people of the house in")
  func sharing() async throws {
    let fixture = try await TenantFixture()
    #expect(
      try await fixture.graph("PATCH", "/admin/sharepoint/settings", json: ["sharingCapability": "disabled"]).status
        == 200)
    let drive = try await fixture.graph("GET", "/users/nora.keane@harbourfinch.example/drive").id
    func invite(_ email: String) async throws -> String {
      let body: JSONValue = ["recipients": [["email": .string(email)]], "roles": ["read"]]
      return try await fixture.graph("POST", "/drives/\(drive)/items/root/invite", json: body).outcome
    }
    #expect(try await invite("ann@bank.example") == "403 accessDenied")
    #expect(try await invite("owen.harbour@harbourfinch.example") == "200")
  }

  // MARK: Conditional access

  private static func policy(_ changing: JSONObject = [:]) -> JSONValue {
    let policy: JSONObject = [
      "displayName": "Require MFA", "state": "enabledForReportingButNotEnforced",
      "conditions": [
        "clientAppTypes": ["all"], "applications": ["includeApplications": ["All"]],
        "users": ["includeUsers": ["All"], "excludeUsers": ["x"]],
      ], "grantControls": ["operator": "OR", "builtInControls": ["mfa"]],
    ]
    return .object(policy.merging(changing))
  }

  private static let policies = "/identity/conditionalAccess/policies"

  @Test("A policy is made, changed and deleted; it and the security defaults exclude each other")
  func conditionalAccess() async throws {
    let fixture = try await TenantFixture()
    let made = try await fixture.graph("POST", Self.policies, json: Self.policy())
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["grantControls"]?["builtInControls"] == ["mfa"])
    let defaults = "/policies/identitySecurityDefaultsEnforcementPolicy"
    #expect(try await fixture.graph("PATCH", defaults, json: ["isEnabled": true]).status == 204)
    let path = "\(Self.policies)/\(made.id)"
    let clash = try await fixture.graph("PATCH", path, json: ["state": "enabled"])
    #expect(clash.message.contains("You must disable Security defaults"))
    #expect(try await fixture.graph("PATCH", defaults, json: ["isEnabled": false]).status == 204)
    #expect(try await fixture.graph("PATCH", path, json: ["state": "enabled"]).status == 204)
    #expect(try await fixture.graph("PATCH", defaults, json: ["isEnabled": true]).status == 400)
    #expect(try await fixture.graph("GET", Self.policies).values.map { $0["state"] } == ["enabled"])
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("DELETE", path).outcome == "404 ResourceNotFound")
    let half = try await TenantFixture.holding(["Policy.ReadWrite.ConditionalAccess"])
    #expect(try await half.graph("POST", Self.policies, json: Self.policy()).outcome == "403 AccessDenied")
  }

  @Test(
    "A policy that says too little is refused",
    arguments: [
      policy(["displayName": ""]), policy(["state": "on"]), policy().without("state"), policy().without("conditions"),
      policy().without("grantControls"), policy(["conditions": ["clientAppTypes": ["all"]]]),
      policy(["grantControls": ["builtInControls": ["hope"]]]), policy(["id": "x"]),
    ])
  func conditionalAccessRefusals(_ body: JSONValue) async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("POST", Self.policies, json: body).outcome == "400 BadRequest")
    #expect(await fixture.count("policyCreated") == 0)
  }

  @Test("What needs a premium plan is refused to a tenant without one")
  func premium() async throws {
    let seed = try Seed.standard().setting(
      "products",
      to: [
        ["partNumber": "O365_BUSINESS_ESSENTIALS", "seats": 2], ["partNumber": "O365_BUSINESS_PREMIUM", "seats": 40],
        ["partNumber": "SPB", "seats": 0], ["partNumber": "POWER_BI_STANDARD", "seats": 10],
      ])
    let fixture = try await TenantFixture(seed: seed)
    let lifecycle: JSONValue = ["groupLifetimeInDays": 180, "managedGroupTypes": "All"]
    for (method, path, body) in [
      ("POST", Self.policies, Self.policy()), ("POST", "/policies/activityBasedTimeoutPolicies", Self.timeout),
      ("POST", "/groupLifecyclePolicies", lifecycle),
      ("PATCH", "/policies/crossTenantAccessPolicy/default", ["inboundTrust": ["isMfaAccepted": true]]),
    ] as [(String, String, JSONValue)] {
      let reply = try await fixture.graph(method, path, json: body)
      #expect(reply.outcome == "403 AccessDenied")
      #expect(reply.message.contains("Your tenant does not have a license"))
    }
  }

  private static let timeout: JSONValue = [
    "displayName": "Idle", "isOrganizationDefault": true,
    "definition": [
      "{\"ActivityBasedTimeoutPolicy\":{\"Version\":1,\"ApplicationPolicies\":[{\"ApplicationId\":\"default\"}]}}"
    ],
  ]

  @Test("One timeout is the organization's default")
  func timeouts() async throws {
    let fixture = try await TenantFixture()
    let path = "/policies/activityBasedTimeoutPolicies"
    let made = try await fixture.graph("POST", path, json: Self.timeout)
    #expect(made.status == 201, "\(made.text)")
    #expect(try await fixture.graph("POST", path, json: Self.timeout).status == 400)
    for definition in [[], ["x"], ["{}"], ["{}", "{}"]] as [JSONValue] {
      let body: JSONValue = ["displayName": "x", "definition": definition]
      #expect(try await fixture.graph("POST", path, json: body).status == 400)
    }
    #expect(try await fixture.graph("GET", path).values.count == 1)
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 204)
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 404)
  }

  @Test("Groups expire by the one policy there is")
  func lifecycle() async throws {
    let fixture = try await TenantFixture()
    let path = "/groupLifecyclePolicies"
    let body: JSONValue = [
      "groupLifetimeInDays": 180, "managedGroupTypes": "All", "alternateNotificationEmails": "it@harbourfinch.example",
    ]
    for wrong in [
      ["groupLifetimeInDays": 29, "managedGroupTypes": "All"], ["groupLifetimeInDays": 180],
      ["groupLifetimeInDays": 180, "managedGroupTypes": "Most"],
    ] as [JSONValue] {
      #expect(try await fixture.graph("POST", path, json: wrong).status == 400)
    }
    let made = try await fixture.graph("POST", path, json: body)
    #expect(made.status == 201, "\(made.text)")
    #expect(try await fixture.graph("POST", path, json: body).status == 400)
    let group = try await fixture.groupID("Closings")
    let renew = try await fixture.graph("POST", "/groups/\(group)/renew")
    #expect(renew.status == 204)
    func expiry() async throws -> JSONValue? {
      try await fixture.graph("GET", "/groups/\(group)?$select=expirationDateTime").json["expirationDateTime"]
    }
    #expect(try await expiry() == "2026-07-04T08:00:00Z")
    let select: JSONValue = ["groupId": .string(group)]
    #expect(try await fixture.graph("POST", "\(path)/\(made.id)/addGroup", json: select).status == 400)
    #expect(
      try await fixture.graph("PATCH", "\(path)/\(made.id)", json: ["managedGroupTypes": "Selected"]).status == 204)
    #expect(try await expiry() == .null)
    for (action, changed) in [("addGroup", true), ("addGroup", false), ("removeGroup", true), ("removeGroup", false)] {
      let reply = try await fixture.graph("POST", "\(path)/\(made.id)/\(action)", json: select)
      #expect(reply.json["value"] == .bool(changed))
    }
    #expect(try await fixture.graph("GET", path).values.count == 1)
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 204)
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 404)
    #expect(try await fixture.graph("GET", path).values.isEmpty)
  }
}
