import Access
import AdminCore
import M365

/// What holds for all Microsoft 365 groups of the tenant.
enum GroupFeatures {
  private static let area = Feature.Area.groups
  private static let template = DirectorySettingTemplate.groups

  @FeatureList static var all: [Feature] {
    Feature(
      "group_naming", area, "Names of new groups follow a pattern and hold no blocked word.", directory: template,
      "the naming policy for groups"
    ) { request in
      guard request.isEnabled else { return ["PrefixSuffixNamingRequirement": "", "CustomBlockedWordsList": ""] }
      var values: [String: String] = [:]
      values["PrefixSuffixNamingRequirement"] = request.text("pattern")
      values["CustomBlockedWordsList"] = request.texts("blockedWords")?.joined(separator: ",")
      return values
    }
    .configured(
      ConfigurationField(
        "pattern", .text(maximum: 200), "Such as GRP_[GroupName]_[Department]; must hold [GroupName]."),
      ConfigurationField("blockedWords", .texts(maximum: 5000), "Words that no name may hold; replaces the list.")
    )
    .licensed(.entraP1)
    .with { feature in
      feature.resolve = namingPattern
      feature.state = { _, access throws(AdminError) in
        let values = try await access.directorySetting(template)?.content ?? [:]
        let names = ["PrefixSuffixNamingRequirement", "CustomBlockedWordsList"]
        return names.contains { values[$0]?.stringValue?.isEmpty == false } ? .enabled : .disabled
      }
    }

    Feature(
      "block_group_creation", area, "Only administrators, and the group that configuration names, create groups.",
      permissions: [.groupSettingsReadWrite, .groupRead],
      organization: { request in
        var values = ["EnableGroupCreation": request.isEnabled ? "false" : "true"]
        // A group that was let once is not let again by not being named.
        values["GroupCreationAllowedGroupId"] = request.isEnabled ? request.text("allowedGroupId") ?? "" : nil
        var part = TenantPart.directory(template, "who may create groups", to: values)
        part.isOn = { reading in
          reading.value?["EnableGroupCreation"]?.stringValue.map { $0.lowercased() == "false" }
        }
        return [part]
      }
    )
    .alias("group_creation_restriction").opposite("group_creation")
    .configured(
      ConfigurationField(
        "allowedGroupId", .guid, "A security group whose members may create groups; none unless given.")
    )
    .licensed(.entraP1)
    .with { feature in
      feature.resolve = { request, access throws(AdminError) in
        if let id = request.text("allowedGroupId") { _ = try await access.graph().group(id: id) }
        return request.configuration
      }
    }

    Feature(
      "guest_groups", area, "Owners of groups may add guests, and guests may use what the groups share.",
      directory: template, "guests in groups"
    ) { request in
      let value = request.isEnabled ? "true" : "false"
      return ["AllowToAddGuests": value, "AllowGuestsToAccessGroups": value]
    }
    .weakens("people from outside can be let into groups", when: true).shows(after: "up to a day")

    Feature(
      "usage_guidelines", area, "A page with your rules is shown where groups are created.", directory: template,
      "the guidelines for groups"
    ) { request in ["UsageGuidelinesUrl": request.isEnabled ? request.text("url") ?? "" : ""] }
    .configured(ConfigurationField("url", .url, "The page.", .enabling))
    .with { feature in
      feature.state = { _, access throws(AdminError) in
        let url = try await access.directorySetting(template)?.content["UsageGuidelinesUrl"]?.stringValue ?? ""
        return url.isEmpty ? .disabled : .enabled
      }
    }

    Feature(
      "group_expiry", area,
      "Groups that nobody uses or renews are deleted after a while, and can be restored for 30 days.",
      permissions: [.directoryReadWrite], organization: { request in [lifecycle(request)] }
    )
    .configured(
      ConfigurationField("days", .number(30...1825), "After how many days; 180 unless given."),
      ConfigurationField(
        "groups", .choice(["All"]), "All groups; unless given those that the policy there is for, or else all."),
      ConfigurationField("notify", .addresses(maximum: 10), "Who hears of groups without owners.", .enabling)
    )
    .licensed(.entraP1).shows(after: "up to a day")
    .with { feature in
      feature.resolve = managedGroups
      feature.risks = { $0.isEnabled ? [.deletes("groups that nobody renews")] : [] }
    }
  }

  @Sendable private static func namingPattern(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    guard request.isEnabled else { return request.configuration }
    guard request.text("pattern") != nil || request.texts("blockedWords") != nil else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/configuration", rule: "required", message: "must give a pattern, blockedWords, or both")
      ])
    }
    guard request.text("pattern")?.contains("[GroupName]") ?? true else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/configuration/pattern", rule: "pattern", message: "must hold [GroupName]")
      ])
    }
    return request.configuration
  }

  // MARK: Expiry

  private static let selected = "Selected"

  /// Somebody may have selected groups for the policy. No one request tells which, so such a policy keeps them while
  /// its other values change: it is not made one for all groups, and is not made again once it is gone.
  @Sendable private static func managedGroups(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    guard try await access.graph().groupLifecyclePolicy()?.managedGroupTypes == selected else {
      return request.configuration
    }
    guard !request.isEnabled || request.text("groups") == nil else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/configuration/groups", rule: "selected",
          message: "cannot be given: the policy there is for selected groups, which could not be put back. Change it "
            + "in the Entra admin center, or disable group_expiry first, which cannot be undone then")
      ])
    }
    return request.configuration.merging(["groups": .string(selected)])
  }

  private static let removalOfSelection = TenantPart.action(
    "policy", "Remove the expiry of the selected groups", "DELETE /groupLifecyclePolicies/{id}",
    reversal: .never("which groups were selected cannot be read, so the policy could not be made again for them"),
    isDone: { _, access throws(AdminError) in try await access.graph().groupLifecyclePolicy() == nil },
    perform: { _, access throws(AdminError) in
      let graph = try await access.graph()
      guard let policy = try await graph.groupLifecyclePolicy() else { return }
      try await graph.deleteGroupLifecyclePolicy(id: policy.id)
    })

  private static func lifecycle(_ request: FeatureRequest) -> TenantPart {
    guard request.isEnabled || request.text("groups") != selected else { return removalOfSelection }
    let content: JSONObject = [
      "days": .int(request.number("days") ?? 180), "groups": .string(request.text("groups") ?? "All"),
      "notify": .string((request.texts("notify") ?? []).joined(separator: ";")),
    ]
    let path = "/groupLifecyclePolicies"
    return .object(
      ObjectWish("policy", "the expiry of groups", request.isEnabled ? content : nil),
      ObjectRequests(find: "GET \(path)", create: "POST or PATCH \(path)/{id}", remove: "DELETE \(path)/{id}"),
      find: { _, access throws(AdminError) in
        guard let policy = try await access.graph().groupLifecyclePolicy() else { return nil }
        return FoundObject(
          id: policy.id,
          [
            "days": .int(policy.lifetimeInDays), "groups": .string(policy.managedGroupTypes),
            "notify": .string(policy.notificationEmails ?? ""),
          ])
      },
      create: { content, _, access throws(AdminError) in
        guard content["groups"]?.stringValue != selected else {
          throw AdminError(
            .illegalState, "The policy for selected groups was removed meanwhile, and a new one would be over none.")
        }
        return try await write(content, access)
      },
      update: { _, content, _, access throws(AdminError) in _ = try await write(content, access) },
      remove: { id, _, access throws(AdminError) in try await access.graph().deleteGroupLifecyclePolicy(id: id) })
  }

  private static func write(_ content: JSONObject, _ access: TenantAccess) async throws(AdminError) -> String {
    let emails = content["notify"]?.stringValue ?? ""
    return try await access.graph().setGroupLifecycle(
      days: content["days"]?.intValue ?? 180, types: content["groups"]?.stringValue ?? "All",
      emails: emails.isEmpty ? nil : emails
    ).id
  }
}
