/// The types of the admin centres' settings, as far as the simulator knows them.
enum AdminModel {
  static let idleSignOut = ModelType(
    "idleSessionSignOut",
    [ModelProperty("isEnabled", .boolean)] + .of(.int64, "warnAfterInSeconds", "signOutAfterInSeconds"))

  static let sharePoint = ModelType(
    "sharepointSettings",
    [
      ModelProperty(
        "sharingCapability",
        .enumeration([
          "disabled", "externalUserSharingOnly", "externalUserAndGuestSharing", "existingExternalUserSharingOnly",
        ]), [.byDefault, .onUpdate]),
      ModelProperty(
        "sharingDomainRestrictionMode", .enumeration(["none", "allowList", "blockList"]), [.byDefault, .onUpdate]),
      ModelProperty("imageTaggingOption", .enumeration(["disabled", "basic", "enhanced"]), [.byDefault, .onUpdate]),
      ModelProperty("idleSessionSignOut", .complex(idleSignOut), [.byDefault, .onUpdate]),
      ModelProperty("allowedDomainGuidsForSyncApp", .collection(.guid), [.byDefault, .onUpdate]),
      ModelProperty("availableManagedPathsForSiteCreation", .collection(.text), .byDefault),
    ]
      + .of(
        .boolean, [.byDefault, .onUpdate], "isCommentingOnSitePagesEnabled", "isFileActivityNotificationEnabled",
        "isLegacyAuthProtocolsEnabled", "isLoopEnabled", "isMacSyncAppEnabled",
        "isRequireAcceptingUserToMatchInvitedUserEnabled", "isResharingByExternalUsersEnabled",
        "isSharePointMobileNotificationEnabled", "isSharePointNewsfeedEnabled", "isSiteCreationEnabled",
        "isSiteCreationUIEnabled", "isSitePagesCreationEnabled", "isSitesStorageLimitAutomatic",
        "isSyncButtonHiddenOnPersonalSite", "isUnmanagedSyncAppForTenantRestricted")
      + .of(
        .collection(.text), [.byDefault, .onUpdate], "excludedFileExtensionsForSyncApp", "sharingAllowedDomainList",
        "sharingBlockedDomainList")
      + .of(.int32, [.byDefault, .onUpdate], "deletedUserPersonalSiteRetentionPeriodInDays")
      + .of(.int64, [.byDefault, .onUpdate], "personalSiteDefaultStorageLimitInMB")
      + .of(.int32, [.byDefault, .onUpdate], "siteCreationDefaultStorageLimitInMB")
      + .of(.text, [.byDefault, .onUpdate], "siteCreationDefaultManagedPath", "tenantDefaultTimezone"))

  static let insights = ModelType(
    "insightsSettings",
    [
      ModelProperty("id", .text), ModelProperty("isEnabledInOrganization", .boolean, [.byDefault, .onUpdate]),
      ModelProperty("disabledForGroup", .text, [.byDefault, .onUpdate]),
    ])

  static let pronouns = ModelType(
    "pronounsSettings",
    [ModelProperty("id", .text), ModelProperty("isEnabledInOrganization", .boolean, [.byDefault, .onUpdate])])

  static let reports = ModelType(
    "adminReportSettings",
    [ModelProperty("id", .text), ModelProperty("displayConcealedNames", .boolean, [.byDefault, .onUpdate])])

  static let installation = ModelType(
    "m365AppsInstallationOptions",
    [
      ModelProperty("id", .text),
      ModelProperty(
        "updateChannel", .enumeration(["current", "monthlyEnterprise", "semiAnnual"]), [.byDefault, .onUpdate]),
      ModelProperty(
        "appsForWindows",
        .complex(
          ModelType(
            "appsInstallationOptionsForWindows",
            .of(
              .boolean, "isMicrosoft365AppsEnabled", "isProjectEnabled", "isSkypeForBusinessEnabled",
              "isVisioEnabled"))), [.byDefault, .onUpdate]),
      ModelProperty(
        "appsForMac",
        .complex(
          ModelType(
            "appsInstallationOptionsForMac", .of(.boolean, "isMicrosoft365AppsEnabled", "isSkypeForBusinessEnabled"))),
        [.byDefault, .onUpdate]),
    ])
}
