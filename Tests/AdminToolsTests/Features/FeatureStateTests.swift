import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// Features in tenants where something is there already: it is told as it is, changed as a whole or not at all, and put
/// back as it was.
@Suite("Features over what is there already")
struct FeatureStateTests {
  private static let notify: JSONObject = ["notify": [.string(FeatureCase.user)]]

  // MARK: What stays

  @Test("A configuration of the tenant's own stays, and plan, result and undoing say so: where it was made, only")
  func customization() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.dehydrated())
    let first = FeatureCase(feature: "unified_audit_log", scope: "organization").arguments(enabled: true)
    let plan = try await harness.call("enable_feature", first.merging(["dryRun": true]))["plan"]
    #expect(plan?["reversible"] == false, "\(plan?.text ?? "")")
    #expect(plan?["risks"]?.text.contains("cannot be undone") == true, "\(plan?.text ?? "")")
    #expect(plan?.text.contains("harmless") == false, "what stays does not go with the rest")

    let made = try await harness.enable("unified_audit_log")
    #expect(made["changed"] == true && made["reversible"] == false, "\(made.json.text)")
    let undone = try await harness.undo(made)
    let kept = undone["kept"]?.text ?? ""
    #expect(kept.contains("configuration of its own") && kept.contains("no way back"), "\(undone.json.text)")

    let dry = try await harness.call("enable_feature", first.merging(["dryRun": true]))["plan"]
    #expect(dry?["reversible"] == true, "\(dry?.text ?? "")")
    #expect(dry?["risks"]?.text.contains("cannot be undone") == false, "\(dry?.text ?? "")")
    let again = try await harness.enable("unified_audit_log")
    #expect(again["changed"] == true && again["reversible"] == true, "\(again.json.text)")
    let back = try await harness.undo(again)
    #expect(back["kept"]?.arrayValue?.isEmpty ?? true, "the second one has made nothing that stays: \(back.json.text)")
  }

  @Test("DKIM keys stay, and the undoing of the call that made them says so")
  func keys() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.enable("dkim")
    #expect(made["changed"] == true && made["reversible"] == false, "\(made.json.text)")
    let undone = try await harness.undo(made)
    let kept = undone["kept"]?.text ?? ""
    #expect(kept.contains("DKIM keys") && kept.contains("no way to remove"), "\(undone.json.text)")
    let again = try await harness.enable("dkim")
    #expect(!again.isError && again["reversible"] == true, "the keys were there: \(again.json.text)")
  }

  // MARK: Groups

  @Test("A policy for selected groups keeps its groups, does not become one for all, and is not made again")
  func selectedGroups() async throws {
    let harness = try await AdminHarness()
    let graph = try await harness.services.tenant.value().graph
    let policy = try await graph.setGroupLifecycle(days: 365, types: "Selected", emails: nil)
    let closings = try await harness.groupID("Closings")
    let group = try #require(closings.stringValue)
    try await graph.setSelected(true, group: group, inLifecyclePolicy: policy.id)
    func isExpiring() async -> Bool {
      let found = await harness.state("groups").first { $0["id"] == closings }
      return found?["expirationDateTime"]?.stringValue != nil
    }
    #expect(await isExpiring(), "the test selects a group that can expire")

    let chosen = try await harness.enable("group_expiry", Self.notify.merging(["groups": "Selected"]))
    #expect(chosen.code == "VAL_001", "nothing says which groups: \(chosen.json.text)")
    let all = try await harness.enable("group_expiry", Self.notify.merging(["groups": "All"]))
    #expect(all.code == "VAL_001", "\(all.json.text)")
    #expect(all.json.text.contains("selected groups"), "\(all.json.text)")
    #expect(harness.transport.requests.allSatisfy { !$0.hasPrefix("PATCH") }, "what is refused changes nothing")

    let shorter = try await harness.enable("group_expiry", Self.notify.merging(["days": 90]))
    #expect(shorter["changed"] == true && shorter["reversible"] == true, "\(shorter.json.text)")
    let changed = try await graph.groupLifecyclePolicy()
    #expect(changed?.lifetimeInDays == 90 && changed?.managedGroupTypes == "Selected", "only the days are changed")
    try await harness.undo(shorter)
    #expect(try await graph.groupLifecyclePolicy() == policy, "the undoing puts the policy back as it was")
    #expect(await isExpiring(), "the group is still selected")

    let gone = try await harness.enable("group_expiry", enabled: false)
    #expect(gone["changed"] == true && gone["reversible"] == false, "\(gone.json.text)")
    #expect(try await graph.groupLifecyclePolicy() == nil, "disabling removes the policy")
    let undone = try await harness.tryUndoing(gone)
    #expect(undone.isError && undone.json.text.contains("selected"), "\(undone.json.text)")
    #expect(try await graph.groupLifecyclePolicy() == nil, "a policy over no groups would be no undoing")
  }

  @Test("A group that was let create groups is not let any more by not being named")
  func creators() async throws {
    let harness = try await AdminHarness()
    let graph = try await harness.services.tenant.value().graph
    let group = try await harness.groupID("Closings")
    func allowed() async throws -> String? {
      try await graph.directorySetting(template: DirectorySettingTemplate.groups)?.values["GroupCreationAllowedGroupId"]
    }
    _ = try await harness.enable("block_group_creation", ["allowedGroupId": group])
    #expect(try await allowed() == group.stringValue, "the group that was named may create groups")
    let example = FeatureCase(feature: "block_group_creation", scope: "organization")
    #expect(try await harness.state(of: example) == "enabled", "an exception does not make it another state")
    _ = try await harness.enable("block_group_creation", enabled: false)
    #expect(try await harness.state(of: example) == "disabled", "everybody creates groups")
    let again = try await harness.enable("block_group_creation")
    #expect(again["changed"] == true, "\(again.json.text)")
    #expect(try await allowed() == "", "without the field only administrators create groups")
    try await harness.undo(again)
    #expect(try await allowed() == group.stringValue, "the undoing brings the exception back")
  }

  // MARK: Holds and retention

  @Test("A hold without days is for ever, whatever an earlier one was")
  func hold() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.withEverything())
    let exchange = try await harness.services.tenant.value().exchange
    let nora = try #require(UserPrincipalName(FeatureCase.user))
    let setting = MailboxSetting(LitigationHold.self, of: MailboxReference(nora))
    let example = FeatureCase(feature: "litigation_hold", scope: "user")
    _ = try await harness.enable("litigation_hold", ["days": 30], scope: "user")
    #expect(try await exchange.value(of: setting).duration == .days(30), "held as long as was said")
    #expect(try await harness.state(of: example) == "enabled", "a hold of some days is one")
    let longer = try await harness.enable("litigation_hold", scope: "user")
    #expect(longer["changed"] == true, "\(longer.json.text)")
    #expect(try await exchange.value(of: setting).duration == .unlimited, "without days it is for ever")
    let again = try await harness.enable("litigation_hold", scope: "user")
    #expect(again["changed"] == false, "\(again.json.text)")
    try await harness.undo(longer)
    #expect(try await exchange.value(of: setting).duration == .days(30), "the undoing puts the duration back")
  }

  @Test("A Purview policy with another rule, or of somebody else, is not taken for the one that is wanted")
  func otherRule() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.withEverything())
    let made = try await harness.enable("purview_retention_policy", ["days": 365])
    #expect(made["changed"] == true, "\(made.json.text)")
    let same = try await harness.enable("purview_retention_policy", ["days": 365])
    #expect(same["changed"] == false, "\(same.json.text)")
    let writes = harness.writes.count
    let others: [JSONObject] = [["days": 30, "action": "delete"], ["days": 365, "action": "keepAndDelete"], [:]]
    for other in others {
      let answer = try await harness.enable("purview_retention_policy", other)
      #expect(answer.code == "VAL_001", "\(answer.json.text)")
      #expect(answer["message"]?.stringValue?.contains("Keep, 365 days") == true, "\(answer.json.text)")
    }
    #expect(harness.writes.count == writes, "what is refused changes nothing")

    let exchange = try await harness.services.tenant.value().exchange
    _ = try await exchange.addCompliancePolicy(named: "Theirs", ComplianceRetention(.keep, .unlimited))
    let theirs = try await harness.enable("purview_retention_policy", ["name": "Theirs"])
    #expect(theirs.code == "VAL_001", "nobody knows its rule: \(theirs.json.text)")
  }

  @Test("Safe Links over a policy for other domains are refused, and for the same ones they are there already")
  func otherDomains() async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.withEverything())
    let own: JSONObject = ["domains": [.string(FeatureCase.domain)]]
    let made = try await harness.enable("safe_links", own)
    #expect(made["changed"] == true, "\(made.json.text)")
    let writes = harness.writes.count
    let same = try await harness.enable("safe_links", own)
    #expect(same["changed"] == false, "\(same.json.text)")
    let others: [JSONObject] = [["domains": ["harbourfinch.onmicrosoft.com"]], [:]]
    for other in others {
      let answer = try await harness.enable("safe_links", other)
      #expect(answer.code == "VAL_001", "\(answer.json.text)")
      #expect(answer["message"]?.stringValue?.contains("there already") == true, "\(answer.json.text)")
    }
    #expect(harness.writes.count == writes, "what is refused changes nothing")
    let second = try await harness.enable("safe_links", own.merging(["name": "Second"]))
    #expect(second["changed"] == true, "another name is free: \(second.json.text)")
    _ = try await harness.enable("safe_links", enabled: false)
    let moved = try await harness.enable("safe_links", ["domains": ["harbourfinch.onmicrosoft.com"]])
    #expect(moved["changed"] == true, "once removed it can be made otherwise: \(moved.json.text)")
    let rules = await harness.tenant.report("exchange")?["safeLinksRules"]
    #expect(rules?.text.contains("harbourfinch.onmicrosoft.com") == true, "\(rules?.text ?? "")")
  }

  // MARK: Idle sessions

  @Test("A timeout policy comes back whole: its name, and what it says of single applications")
  func timeoutPolicy() async throws {
    let harness = try await AdminHarness()
    let graph = try await harness.services.tenant.value().graph
    let definition: JSONValue = [
      "ActivityBasedTimeoutPolicy": [
        "Version": 1,
        "ApplicationPolicies": [
          ["ApplicationId": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "WebSessionIdleTimeout": "00:15:00"],
          ["ApplicationId": "default", "WebSessionIdleTimeout": "02:00:00"],
        ],
      ]
    ]
    _ = try await graph.createTimeoutPolicy([
      "displayName": "Portals", "description": "Agreed with the board", "definition": [.string(definition.text)],
    ])
    let start = await TenantSnapshot(harness)

    let shorter = try await harness.enable("session_timeout", ["minutes": 30])
    #expect(shorter["changed"] == true, "\(shorter.json.text)")
    let policies = try await graph.timeoutPolicies()
    #expect(policies.map(\.displayName) == ["Portals"], "the policy keeps its name")
    let text = policies.first?.json["definition"]?[0]?.stringValue ?? ""
    #expect(text.contains("00:30:00") && text.contains("00:15:00"), "one timeout is changed, and no other: \(text)")
    try await harness.undo(shorter)
    let changed = await TenantSnapshot(harness)
    #expect(changed == start, "\(changed.differences(to: start))")

    let unnamed = try await harness.enable("session_timeout")
    let idle = unnamed["after"]?.text ?? ""
    #expect(!idle.contains("minutes"), "what there is holds unless minutes are given: \(unnamed.json.text)")
    try await harness.undo(unnamed)

    let gone = try await harness.enable("session_timeout", enabled: false)
    #expect(gone["changed"] == true, "\(gone.json.text)")
    #expect(try await graph.timeoutPolicies().isEmpty, "disabling removes the policy")
    try await harness.undo(gone)
    let end = await TenantSnapshot(harness)
    #expect(end == start, "\(end.differences(to: start))")
  }

  // MARK: Refusals

  @Test("Security defaults beside an enforced policy of conditional access: the tenant's refusal, with its reason")
  func securityDefaults() async throws {
    let harness = try await AdminHarness()
    let enforced = try await harness.enable(
      "conditional_access_policy",
      ["policy": "mfa_all_users", "state": "enforce", "excludedUsers": [.string(AdminHarness.daniel)]])
    #expect(!enforced.isError, "\(enforced.json.text)")
    let start = await TenantSnapshot(harness)
    let answer = try await harness.enable("security_defaults")
    #expect(answer.code == "GRAPH_001", "\(answer.json.text)")
    let message = answer["message"]?.stringValue ?? ""
    #expect(message.contains("while Conditional Access policies are enabled"), "\(message)")
    let end = await TenantSnapshot(harness)
    #expect(end == start, "\(end.differences(to: start))")
  }

  @Test("A journal in the organization is refused with the reason before anybody is asked")
  func journalInside() async throws {
    let harness = try await AdminHarness()
    let person = PretendPerson(.approve)
    let inside: JSONObject = [
      "journalAddress": .string("Journal@\(FeatureCase.domain.uppercased())"),
      "undeliverableTo": .string(FeatureCase.user),
    ]
    let example = FeatureCase(feature: "journaling", scope: "organization", on: inside)
    let answer = try await harness.call("enable_feature", example.arguments(enabled: true), as: person)
    #expect(answer.code == "VAL_001", "\(answer.json.text)")
    let text = answer.json.text
    #expect(text.contains("/configuration/journalAddress") && text.contains("mailbox of the organization"), "\(text)")
    #expect(person.questions.isEmpty, "nobody approves what cannot be")
    #expect(harness.writes.isEmpty, "what is refused changes nothing")
    let both = try await harness.enable("journaling", ["journalAddress": .string("journal@\(FeatureCase.domain)")])
    #expect(both.json.text.contains("undeliverableTo"), "everything that is wrong is told at once: \(both.json.text)")
  }

  // MARK: Answers with status 200 that are no success

  @Test("A good status with errors in the body is a refusal, and nothing is said to be done")
  func errorsInBody() async throws {
    let harness = try await AdminHarness()
    harness.fail("Set-ExternalInOutlook", with: .adminErrors)
    let answer = try await harness.enable("external_sender_tag")
    #expect(answer.code == "EXO_001", "\(answer.json.text)")
    #expect(answer.json.text.contains("The task has failed"), "\(answer.json.text)")
    #expect(await harness.counts() == [:])
  }

  @Test("A cmdlet that warns in the header that it has changed nothing is not taken for one that has")
  func warningInHeader() async throws {
    let harness = try await AdminHarness()
    harness.fail("Set-ExternalInOutlook", with: .headerWarning)
    let answer = try await harness.enable("external_sender_tag")
    #expect(answer["verified"] == false, "\(answer.json.text)")
    #expect(answer["pending"]?.text.contains("still shows the old value") == true, "\(answer.json.text)")
  }
}

extension AdminHarness {
  /// Switches a feature, for everybody or for `FeatureCase.user`.
  fileprivate func enable(
    _ feature: String, _ configuration: JSONObject = [:], enabled: Bool = true, scope: String = "organization"
  ) async throws -> Answer {
    let example = FeatureCase(feature: feature, scope: scope, on: configuration, off: configuration)
    return try await call("enable_feature", example.arguments(enabled: enabled))
  }
}
