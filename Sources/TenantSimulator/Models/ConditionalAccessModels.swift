/// The types of conditional access, as far as the simulator knows them.
enum ConditionalAccessModel {
  private static let applications = ModelType(
    "conditionalAccessApplications",
    .of(
      .collection(.text), "includeApplications", "excludeApplications", "includeUserActions",
      "includeAuthenticationContextClassReferences"))

  private static let users = ModelType(
    "conditionalAccessUsers",
    .of(
      .collection(.text), "includeUsers", "excludeUsers", "includeGroups", "excludeGroups", "includeRoles",
      "excludeRoles"))

  private static let locations = ModelType(
    "conditionalAccessLocations", .of(.collection(.text), "includeLocations", "excludeLocations"))

  private static let platform = ValueKind.enumeration([
    "android", "iOS", "windows", "windowsPhone", "macOS", "all", "linux",
  ])

  private static let platforms = ModelType(
    "conditionalAccessPlatforms", .of(.collection(platform), "includePlatforms", "excludePlatforms"))

  private static let riskLevel = ValueKind.enumeration(["low", "medium", "high", "hidden", "none"])

  static let conditions = ModelType(
    "conditionalAccessConditionSet",
    [
      ModelProperty("applications", .complex(applications)), ModelProperty("users", .complex(users)),
      ModelProperty("locations", .complex(locations)), ModelProperty("platforms", .complex(platforms)),
      ModelProperty(
        "clientAppTypes",
        .collection(
          .enumeration([
            "all", "browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other",
          ]))),
    ] + .of(.collection(riskLevel), "userRiskLevels", "signInRiskLevels"))

  static let grantControls = ModelType(
    "conditionalAccessGrantControls",
    [
      ModelProperty("operator", .text),
      ModelProperty(
        "builtInControls",
        .collection(
          .enumeration([
            "block", "mfa", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication",
            "passwordChange",
          ]))),
    ] + .of(.collection(.text), "customAuthenticationFactors", "termsOfUse"))

  private static let signInFrequency = ModelType(
    "signInFrequencySessionControl",
    [
      ModelProperty("isEnabled", .boolean), ModelProperty("type", .enumeration(["days", "hours"])),
      ModelProperty("value", .int32),
      ModelProperty(
        "authenticationType", .enumeration(["primaryAndSecondaryAuthentication", "secondaryAuthentication"])),
      ModelProperty("frequencyInterval", .enumeration(["timeBased", "everyTime"])),
    ])

  private static let persistentBrowser = ModelType(
    "persistentBrowserSessionControl",
    [ModelProperty("isEnabled", .boolean), ModelProperty("mode", .enumeration(["always", "never"]))])

  static let sessionControls = ModelType(
    "conditionalAccessSessionControls",
    [
      ModelProperty("signInFrequency", .complex(signInFrequency)),
      ModelProperty("persistentBrowser", .complex(persistentBrowser)),
      ModelProperty("disableResilienceDefaults", .boolean),
    ])

  static let policy = ModelType(
    "conditionalAccessPolicy",
    [
      ModelProperty("id", .guid, .byDefault, filter: .full),
      ModelProperty("displayName", .string(maximum: 256), [.byDefault, .writable], filter: .full),
      ModelProperty(
        "state", .enumeration(["enabled", "disabled", "enabledForReportingButNotEnforced"]), [.byDefault, .writable],
        filter: .full),
      ModelProperty("conditions", .complex(conditions), [.byDefault, .writable]),
      ModelProperty("grantControls", .complex(grantControls), [.byDefault, .writable]),
      ModelProperty("sessionControls", .complex(sessionControls), [.byDefault, .writable]),
      ModelProperty("createdDateTime", .dateTime, .byDefault),
      ModelProperty("modifiedDateTime", .dateTime, .byDefault),
      ModelProperty("templateId", .text, .byDefault),
    ])
}
