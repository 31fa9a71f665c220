import Access
import AdminCore
import M365

/// SharePoint and OneDrive for the whole tenant.
enum SharingFeatures {
  private static let area = Feature.Area.sharing
  private static let levels = [
    "existingGuests": "existingExternalUserSharingOnly", "newGuests": "externalUserSharingOnly",
    "anyone": "externalUserAndGuestSharing",
  ]

  @FeatureList static var all: [Feature] {
    Feature(
      "sharepoint_external_sharing", area,
      "Files can be shared with people outside, as far as configuration.with says.",
      .sharePoint, "sharing with people outside"
    ) { request in
      guard request.isEnabled else { return ["sharingCapability": "disabled"] }
      var wanted: JSONObject = ["sharingCapability": .optional(levels[request.text("with") ?? "existingGuests"])]
      if let domains = request.texts("allowedDomains") {
        wanted["sharingDomainRestrictionMode"] = "allowList"
        wanted["sharingAllowedDomainList"] = .strings(domains)
      } else if let domains = request.texts("blockedDomains") {
        wanted["sharingDomainRestrictionMode"] = "blockList"
        wanted["sharingBlockedDomainList"] = .strings(domains)
      }
      return wanted
    }
    .opposite("block_sharepoint_external_sharing")
    .configured(
      ConfigurationField(
        "with", .choice(["existingGuests", "newGuests", "anyone"]),
        "Guests there are (unless given), new guests too, or anyone with a link."),
      ConfigurationField("allowedDomains", .domains(maximum: 500), "Share with these domains only."),
      ConfigurationField("blockedDomains", .domains(maximum: 500), "Share with every domain but these.")
    )
    .weakens("files can leave the organization", when: true).shows(after: "up to a day")
    .with { feature in
      feature.resolve = { request, _ throws(AdminError) in
        guard request.texts("allowedDomains") == nil || request.texts("blockedDomains") == nil else {
          throw AdminError(problems: [
            AdminError.Problem(
              path: "/configuration/blockedDomains", rule: "exclusive", message: "cannot stand beside allowedDomains")
          ])
        }
        return request.configuration
      }
      feature.state = { _, access throws(AdminError) in
        let value = try await access.value(of: .sharePoint)["sharingCapability"]?.stringValue
        return value?.lowercased() == "disabled" ? .disabled : .enabled
      }
    }

    flag(
      "external_resharing", "Guests may share on what was shared with them.", "isResharingByExternalUsersEnabled",
      "sharing on by guests"
    )
    .weakens("guests decide who else sees files", when: true)

    flag(
      "block_sharepoint_legacy_auth", "Programs without modern authentication are kept out of SharePoint.",
      "isLegacyAuthProtocolsEnabled", "legacy authentication in SharePoint", isInverted: true
    )
    .opposite("sharepoint_legacy_auth").weakens("sign-in without MFA reaches SharePoint", when: false)

    Feature(
      "block_unmanaged_sync", area, "Only computers joined to allowed domains sync files.", .sharePoint,
      "sync from unmanaged computers"
    ) { request in
      var wanted: JSONObject = ["isUnmanagedSyncAppForTenantRestricted": .bool(request.isEnabled)]
      if request.isEnabled { wanted["allowedDomainGuidsForSyncApp"] = request.configuration["allowedDomainIds"] }
      return wanted
    }
    .alias("sync_restrictions")
    .configured(
      ConfigurationField(
        "allowedDomainIds", .texts(maximum: 100), "GUIDs of the Active Directory domains; replaces the list.")
    )
    .shows(after: "up to a day")

    flag("loop", "People make and share Loop components.", "isLoopEnabled", "Loop")

    flag(
      "site_creation", "Users create sites of their own.", "isSiteCreationEnabled", "the creation of sites"
    )
    .opposite("block_site_creation")
  }

  private static func flag(
    _ name: String, _ summary: String, _ member: String, _ title: String, isInverted: Bool = false
  ) -> Feature {
    Feature(name, area, summary, .sharePoint, title) { request in
      JSONObject([.init(key: member, value: .bool(request.isEnabled != isInverted))])
    }
    .shows(after: "up to a day")
  }
}
