import AdminCore
import M365

/// What people see of each other, reports, and the Office apps.
enum ExperienceFeatures {
  private static let area = Feature.Area.experience

  @FeatureList static var all: [Feature] {
    Feature(
      "item_insights", area, "People see which documents others work on, as far as they may open them.", .itemInsights,
      "item insights"
    ) { request in
      var wanted: JSONObject = ["isEnabledInOrganization": .bool(request.isEnabled)]
      if request.isEnabled { wanted["disabledForGroup"] = request.configuration["disabledForGroupId"] }
      return wanted
    }
    .configured(ConfigurationField("disabledForGroupId", .guid, "A group whose members are left out."))
    .shows(after: "up to a day")

    Feature(
      "pronouns", area, "People show their pronouns on their profiles.", .pronouns, "pronouns"
    ) { request in ["isEnabledInOrganization": .bool(request.isEnabled)] }
    .shows(after: "up to 7 hours")

    Feature(
      "report_names", area, "Usage reports show names of users, groups and sites instead of made-up ones.", .reports,
      "names in usage reports"
    ) { request in ["displayConcealedNames": .bool(!request.isEnabled)] }
    .alias("deanonymise_reports", "report_deanonymization")
    .with { feature in
      feature.notes = { request in
        request.isEnabled ? ["Names in reports are personal data; in some countries staff must be told."] : []
      }
    }

    Feature(
      "m365_apps_install_options", area, "People install the Office apps from their account page by themselves.",
      .installationOptions, "installation of the Office apps", sendsWholeObjects: true
    ) { request in
      var wanted: JSONObject = [
        "appsForWindows": ["isMicrosoft365AppsEnabled": .bool(request.isEnabled)],
        "appsForMac": ["isMicrosoft365AppsEnabled": .bool(request.isEnabled)],
      ]
      if let channel = request.text("updateChannel"), request.isEnabled { wanted["updateChannel"] = .string(channel) }
      return wanted
    }
    .configured(
      ConfigurationField(
        "updateChannel", .choice(["current", "monthlyEnterprise", "semiAnnual"]), "How often the apps are updated.")
    )
  }
}
