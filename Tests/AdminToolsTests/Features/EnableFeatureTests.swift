import AdminCore
import AdminTools
import M365
import MCPProtocol
import TenantSimulator
import TestSupport
import Testing
import Workflows

@Suite("enable_feature and list_features")
struct EnableFeatureTests {
  private static func enable(
    _ name: String, _ configuration: JSONObject = [:], enabled: Bool = true, user: String? = nil
  ) -> JSONObject {
    var arguments: JSONObject = [
      "featureName": .string(name), "scope": user == nil ? "organization" : "user", "enabled": .bool(enabled),
      "configuration": .object(configuration),
    ]
    arguments["targetEmail"] = user.map(JSONValue.string)
    return arguments
  }

  // MARK: Names

  @Test(
    "The camelCase names are the same features",
    arguments: [
      ("unifiedAuditLog", "unified_audit_log"), ("mailboxAuditing", "mailbox_audit"),
      ("litigationHold", "litigation_hold"), ("archiveMailbox", "archive_mailbox"),
      ("autoExpandingArchive", "auto_expanding_archive"), ("retentionPolicy", "retention_policy"),
      ("externalSenderTag", "external_sender_tag"), ("mailTips", "mail_tips"), ("focusedInbox", "focused_inbox"),
      ("plusAddressing", "plus_addressing"), ("sendFromAlias", "send_from_alias"), ("modernAuth", "modern_auth"),
      ("customerLockbox", "customer_lockbox"), ("dkim", "dkim"), ("readTracking", "read_tracking"),
      ("directSendBlock", "block_direct_send"), ("disclaimer", "disclaimer"), ("journaling", "journaling"),
      ("mailtips", "mail_tips"), ("mail_disclaimer", "disclaimer"), ("ome_encryption", "message_encryption"),
      ("sync_restrictions", "block_unmanaged_sync"), ("group_creation_restriction", "block_group_creation"),
      ("direct_send_block", "block_direct_send"), ("Safe-Links", "safe_links"), ("lockout", "password_protection"),
    ])
  func aliases(_ alias: String, _ name: String) throws {
    guard case .feature(let feature, let isOpposite) = try FeatureCatalogue.meaning(of: alias) else {
      Issue.record("\(alias) is refused")
      return
    }
    #expect(feature.name == name)
    #expect(!isOpposite)
  }

  @Test(
    "Enabling what a protective feature blocks is disabling it, and that is said",
    arguments: [
      ("smtpAuth", "block_smtp_auth"), ("autoForwardExternal", "block_external_forwarding"),
      ("external_forwarding", "block_external_forwarding"), ("user_app_registration", "block_user_app_registration"),
      ("sharepoint_legacy_auth", "block_sharepoint_legacy_auth"),
    ])
  func opposites(_ name: String, _ feature: String) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("enable_feature", Self.enable(name))
    #expect(answer["featureName"] == .string(feature), "\(answer.json.text)")
    #expect(answer["enabled"] == false)
    #expect(answer["warnings"]?.text.contains("enabled: false") == true)
  }

  @Test("An unknown name gets the nearest ones and all there are; nothing is asked of the tenant")
  func unknown() async throws {
    let harness = try await AdminHarness()
    let slip = try await harness.call("enable_feature", Self.enable("external_sender_tga"))
    #expect(slip.code == "FEAT_001")
    #expect(slip["message"]?.stringValue?.contains("external_sender_tag") == true)
    #expect(slip["details"]?["features"]?.arrayValue?.count == FeatureCatalogue.all.count)
    let word = try await harness.call("enable_feature", Self.enable("sharing_of_archive"))
    #expect(word["details"]?["nearest"]?.text.contains("archive_mailbox") == true)
    let hostile = try await harness.call("enable_feature", Self.enable("x\u{202E}evil"))
    #expect(hostile.isError)
    #expect(harness.transport.requests.isEmpty)
  }

  @Test("What the platform cannot do is refused with the reason", arguments: RefusedFeature.all.flatMap(\.names))
  func refused(_ name: String) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("enable_feature", Self.enable(name))
    #expect(answer.code == "FEAT_002")
    #expect(answer["message"]?.stringValue?.count ?? 0 > 50)
    #expect(harness.transport.requests.isEmpty)
  }

  // MARK: Scope and configuration

  @Test("scope user needs targetEmail, organization forbids it, and a feature has the scopes it has")
  func scopes() async throws {
    let harness = try await AdminHarness()
    var arguments = Self.enable("focused_inbox")
    arguments["scope"] = "user"
    let missing = try await harness.call("enable_feature", arguments)
    #expect(missing.code == "VAL_001")
    #expect(missing.json.text.contains("/targetEmail"))
    arguments["scope"] = "organization"
    arguments["targetEmail"] = .string(FeatureCase.user)
    #expect(try await harness.call("enable_feature", arguments).json.text.contains("not allowed"))
    let wrong = try await harness.call("enable_feature", Self.enable("dkim", user: FeatureCase.user))
    #expect(wrong.json.text.contains("must be organization"))
    let ghost = try await harness.call("enable_feature", Self.enable("focused_inbox", user: "ghost@\(harness.domain)"))
    #expect(ghost.code == "USER_002")
    #expect(harness.writes.isEmpty)
  }

  @Test("Configuration is checked as a whole, with the place of each fault")
  func configuration() async throws {
    let harness = try await AdminHarness()
    func problems(_ name: String, _ configuration: JSONObject) async throws -> String {
      let answer = try await harness.call("enable_feature", Self.enable(name, configuration))
      #expect(answer.code == "VAL_001", "\(answer.json.text)")
      return answer.json.text
    }
    let several = try await problems("registration_campaign", ["snoozeDays": 99, "snozeDays": 1])
    #expect(several.contains("/configuration/snoozeDays") && several.contains("did you mean snoozeDays"))
    #expect(try await problems("journaling", [:]).contains("journalAddress"))
    #expect(try await problems("journaling", ["journalAddress": "archive@out.example"]).contains("undeliverableTo"))
    #expect(try await problems("usage_guidelines", ["url": "https://10.0.0.1/rules"]).contains("public host"))
    #expect(try await problems("group_naming", [:]).contains("pattern"))
    #expect(try await problems("group_naming", ["pattern": "GRP_"]).contains("[GroupName]"))
    #expect(try await problems("disclaimer", ["html": "a\u{0}b"]).contains("control"))
    let policy: JSONObject = ["policy": "mfa_all_users", "state": "enforce"]
    #expect(try await problems("conditional_access_policy", policy).contains("excludedUsers"))
    let domains: JSONObject = ["allowedDomains": ["a.example"], "blockedDomains": ["b.example"]]
    #expect(try await problems("sharepoint_external_sharing", domains).contains("beside"))
    let domain = try await harness.call("enable_feature", Self.enable("dkim", ["domain": "other.example"]))
    #expect(domain.code == "USER_003")
    #expect(harness.writes.isEmpty)
  }

  // MARK: Plans and approval

  @Test("What concerns everybody is approved by a person; what is so already is not asked about")
  func approval() async throws {
    let harness = try await AdminHarness()
    let person = PretendPerson(.approve)
    let answer = try await harness.call("enable_feature", Self.enable("external_sender_tag"), as: person)
    #expect(answer["changed"] == true)
    let question = try #require(person.questions.first)
    for words in [
      "external_sender_tag", "whole organization", "\"Enabled\":false", "\"Enabled\":true", "24 to 48 hours",
    ] {
      #expect(question.contains(words), "\(question)")
    }
    let again = try await harness.call("enable_feature", Self.enable("external_sender_tag"), as: person)
    #expect(again["changed"] == false)
    #expect(person.questions.count == 1)
    let refusing = try await harness.call(
      "enable_feature", Self.enable("external_sender_tag", enabled: false), as: PretendPerson(.decline))
    #expect(refusing.code == "CONF_001")
    let mine = try await harness.call(
      "enable_feature", Self.enable("focused_inbox", enabled: false, user: FeatureCase.user), as: PretendPerson())
    #expect(mine["changed"] == true, "one user's own tab needs nobody")
  }

  @Test("A dry run lists the exact requests, permissions and what cannot be undone, and changes nothing")
  func dryRun() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.withEverything())
    var arguments = Self.enable("auto_expanding_archive")
    arguments["dryRun"] = true
    let plan = try await harness.call("enable_feature", arguments)["plan"]
    #expect(plan?["calls"]?.text.contains("Set-OrganizationConfig") == true, "\(plan?.text ?? "")")
    #expect(plan?["permissions"] == ["Exchange.ManageAsApp"])
    #expect(plan?["reversible"] == false)
    #expect(plan?["risks"]?.text.contains("cannot be undone") == true)
    #expect(harness.writes.isEmpty)
  }

  // MARK: What the tenant is like

  @Test("DKIM without DNS records: keys are made, the records are told, and the next call switches it on")
  func dkim() async throws {
    let harness = try await AdminHarness()
    let first = try await harness.call("enable_feature", Self.enable("dkim"))
    #expect(!first.isError, "\(first.json.text)")
    #expect(first["verified"] == false)
    let pending = first["pending"]?.text ?? ""
    for selector in ["selector1", "selector2"] {
      #expect(pending.contains("\(selector)._domainkey.\(harness.domain) CNAME \(selector)-"), "\(pending)")
    }
    #expect(
      try await harness.call("list_features", ["featureName": "dkim", "includeState": true])["items"]?[0]?["state"]
        == "disabled")
    let initial = "harbourfinch.onmicrosoft.com"
    let label = harness.domain.replacing(".", with: "-")
    try await harness.publish(
      [1, 2].map { number in
        ("selector\(number)._domainkey.\(harness.domain)", "selector\(number)-\(label)._domainkey.\(initial)")
      })
    let second = try await harness.call("enable_feature", Self.enable("dkim"))
    #expect(second["verified"] == true && second["changed"] == true, "\(second.json.text)")
    #expect(
      try await harness.call("list_features", ["featureName": "dkim", "includeState": true])["items"]?[0]?["state"]
        == "enabled")
  }

  @Test("A tenant that shares Microsoft's configuration gets one of its own first")
  func dehydrated() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.dehydrated())
    let answer = try await harness.call("enable_feature", Self.enable("unified_audit_log"))
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(
      harness.writes.filter { $0.contains("-") } == ["Enable-OrganizationCustomization", "Set-AdminAuditLogConfig"])
  }

  @Test("Nobody's shorter timeout is made longer by not being named")
  func timeout() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("enable_feature", Self.enable("session_timeout", ["minutes": 30]))
    let again = try await harness.call("enable_feature", Self.enable("session_timeout"))
    #expect(again["changed"] == false, "\(again.json.text)")
    let longer = try await harness.call("enable_feature", Self.enable("session_timeout", ["minutes": 240]))
    #expect(longer["changed"] == true)
    try await harness.undo(longer)
    let check = try await harness.call("enable_feature", Self.enable("session_timeout", ["minutes": 30]))
    #expect(check["changed"] == false, "\(check.json.text)")
  }

  @Test("A rule that does something else is left alone")
  func foreignRule() async throws {
    let harness = try await AdminHarness()
    let exchange = try await harness.services.tenant.value().exchange
    _ = try await exchange.addRedirection(
      named: "Disclaimer", of: ["info@\(harness.domain)"], to: ["closings@\(harness.domain)"])
    let answer = try await harness.call("enable_feature", Self.enable("disclaimer", ["html": "<p>x</p>"]))
    #expect(answer.code == "VAL_001")
    #expect(answer["message"]?.stringValue?.contains("ruleName") == true)
    #expect(try await exchange.transportRule(named: "Disclaimer")?.redirectsTo.isEmpty == false)
  }

  // MARK: Somebody else at the same time

  @Test("A value that reads back as a third one is taken back, and the tenant is as before")
  func contradiction() async throws {
    let harness = try await AdminHarness()
    let start = await TenantSnapshot(harness)
    // Whatever is written, reading back finds what somebody else has written after it.
    let other = try await harness.services.tenant.value().graph
    let hasWritten = Latch<Bool>()
    harness.transport.onRequest("PATCH /v1.0/policies/authorizationPolicy") { hasWritten.set(true) }
    harness.transport.onRequest("GET /v1.0/policies/authorizationPolicy") {
      guard hasWritten.value == true else { return }
      try? await other.write(["allowInvitesFrom": "adminsGuestInvitersAndAllMembers"], to: .authorization)
    }
    let answer = try await harness.call("enable_feature", Self.enable("guest_invites", enabled: false))
    #expect(answer.isError)
    #expect(answer["message"]?.stringValue?.contains("reads back as something else") == true, "\(answer.json.text)")
    #expect(answer["details"]?["undone"]?.text.contains("put back") == true)
    let end = await TenantSnapshot(harness)
    #expect(end == start, "\(end.differences(to: start))")
  }

  @Test("What somebody has changed since is not undone")
  func drift() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("enable_feature", Self.enable("guest_invites", enabled: false))
    let graph = try await harness.services.tenant.value().graph
    try await graph.write(["allowInvitesFrom": "adminsAndGuestInviters"], to: .authorization)
    let undone = try await harness.tryUndoing(answer)
    #expect(undone.code == "WF_003")
    #expect(undone["message"]?.stringValue?.contains("changed since") == true)
  }

  @Test("A policy is not enforced against an emergency account")
  func breakGlass() async throws {
    let harness = try await AdminHarness(settings: [.breakGlassAccounts: AdminHarness.nora])
    func enforce(_ users: [JSONValue]) async throws -> AdminHarness.Answer {
      let configuration: JSONObject = ["policy": "mfa_all_users", "state": "enforce", "excludedUsers": .array(users)]
      return try await harness.call(
        "enable_feature", Self.enable("conditional_access_policy", configuration).merging(["dryRun": true]))
    }
    let refused = try await enforce([.string(AdminHarness.daniel)])
    #expect(refused.code == "VAL_001" && refused.json.text.contains(AdminHarness.nora), "\(refused.json.text)")
    let planned = try await enforce([.string(AdminHarness.daniel), .string(AdminHarness.nora)])
    #expect(!planned.isError, "\(planned.json.text)")
  }

  // MARK: list_features

  @Test("The list is short, with and without state, and each state is read in as few requests as there are places")
  func list() async throws {
    let harness = try await AdminHarness()
    let plain = try await harness.call("list_features")
    #expect(plain["count"] == .int(FeatureCatalogue.all.count))
    #expect(harness.transport.requests.isEmpty)
    let states = try await harness.call("list_features", ["includeState": true])
    let words = Set((states["items"]?.arrayValue ?? []).compactMap { $0["state"]?.stringValue })
    #expect(words.isSuperset(of: ["enabled", "disabled"]), "\(words)")
    for answer in [plain, states] {
      let size = answer.json.serialized.count / 4
      print("list_features: \(size) tokens")
      #expect(size < 2000)
    }
    let reads = harness.transport.requests.filter { $0.contains("/policies/authorizationPolicy") }
    #expect(reads.count == 1, "one look serves seven features")
    #expect(harness.writes.isEmpty)
  }

  @Test("One feature with all there is to know; a user's own states")
  func one() async throws {
    let harness = try await AdminHarness()
    let one = try await harness.call("list_features", ["featureName": "externalSenderTag"])["items"]?[0]
    #expect(one?["reference"]?["configuration"]?["properties"]?["allowedSenders"] != nil, "\(one?.text ?? "")")
    let users: JSONObject = ["scope": "user", "includeState": true, "targetEmail": .string(FeatureCase.user)]
    let own = try await harness.call("list_features", users)
    #expect(own["items"]?.arrayValue?.allSatisfy { $0["state"] != nil } == true, "\(own.json.text)")
    #expect(try await harness.call("list_features", ["scope": "user", "includeState": true]).code == "VAL_001")
    let schema = try #require(try await harness.resource("m365://schemas/enable_feature"))
    #expect(schema["features"]?.arrayValue?.count == FeatureCatalogue.all.count)
  }
}

extension FeatureSeed {
  static func dehydrated() throws -> Seed {
    var json = try JSONParser.parse(Seed.standardText).objectValue ?? [:]
    json["exchange"] = ["dehydrated": true, "unifiedAuditLog": false]
    return try Seed(text: JSONValue.object(json).text)
  }
}

extension AdminHarness {
  /// Puts CNAME records into the pretended DNS.
  func publish(_ records: [(name: String, target: String)]) async throws {
    let body = JSONObject(records.map { JSONObject.Member(key: $0.name, value: .string($0.target)) })
    try await tenant.publish(.object(body))
  }
}
