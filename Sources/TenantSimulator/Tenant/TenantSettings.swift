import AdminCore

/// Every setting that a tenant has exactly one of, with what a new tenant has in it.
extension TenantSetting {
  private static func invalid(_ message: String) -> GraphFailure { .badRequest(message) }

  static let all = [
    securityDefaults, authorization, adminConsent, authenticationMethods, crossTenantDefault, sharePoint, itemInsights,
    pronouns, reports, installationOptions,
  ]

  // MARK: Policies

  static let securityDefaults = TenantSetting(
    "/policies/identitySecurityDefaultsEnforcementPolicy", PolicyModel.securityDefaults,
    read: ["Policy.Read.All"], write: ["Policy.ReadWrite.SecurityDefaults", "Policy.ReadWrite.ConditionalAccess"],
    start: [
      "id": "00000000-0000-0000-0000-000000000005", "displayName": "Security Defaults", "deletedDateTime": .null,
      "description": "Security defaults is a set of basic identity security mechanisms recommended by Microsoft.",
      "isEnabled": false,
    ]
  ) { state, value throws(GraphFailure) in
    let isInTheWay = state.conditionalAccessPolicies.values.contains { $0["state"] == "enabled" }
    guard value["isEnabled"] != true || !isInTheWay else {
      throw invalid("Security defaults cannot be enabled while Conditional Access policies are enabled.")
    }
  }

  private static let guestRoles = [
    "a0b1b346-4d3e-4e8b-98f8-753987be4970", "10dae51f-b6af-4016-8d66-8c2a99b929b3",
    "2af84b1e-32c8-42b7-82bc-daa82404023b",
  ]

  static let authorization = TenantSetting(
    "/policies/authorizationPolicy", PolicyModel.authorization, read: ["Policy.Read.All"],
    write: ["Policy.ReadWrite.Authorization"],
    start: [
      "id": "authorizationPolicy", "displayName": "Authorization Policy", "deletedDateTime": .null,
      "description": "Used to manage authorization related settings across the company.",
      "allowedToSignUpEmailBasedSubscriptions": true, "allowedToUseSSPR": true,
      "allowEmailVerifiedUsersToJoinOrganization": false, "allowInvitesFrom": "everyone",
      "allowUserConsentForRiskyApps": .null, "blockMsolPowerShell": false,
      "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
      "defaultUserRolePermissions": [
        "allowedToCreateApps": true, "allowedToCreateSecurityGroups": true, "allowedToCreateTenants": true,
        "allowedToReadBitlockerKeysForOwnedDevice": true, "allowedToReadOtherUsers": true,
        "permissionGrantPoliciesAssigned": ["ManagePermissionGrantsForSelf.microsoft-user-default-low"],
      ],
    ]
  ) { _, value throws(GraphFailure) in
    guard guestRoles.contains(value["guestUserRoleId"]?.stringValue ?? "") else {
      throw invalid("Invalid value specified for property 'guestUserRoleId' of resource 'AuthorizationPolicy'.")
    }
    let policies = value["defaultUserRolePermissions"]?["permissionGrantPoliciesAssigned"]?.arrayValue ?? []
    let isKnown = policies.allSatisfy { $0.stringValue?.hasPrefix("ManagePermissionGrantsFor") ?? false }
    guard isKnown else { throw invalid("A permission grant policy is named 'ManagePermissionGrantsForSelf.{id}'.") }
  }

  static let adminConsent = TenantSetting(
    "/policies/adminConsentRequestPolicy", PolicyModel.adminConsent, read: ["Policy.Read.All"],
    write: ["Policy.ReadWrite.ConsentRequest"], method: "PUT",
    start: [
      "isEnabled": false, "version": 0, "notifyReviewers": false, "remindersEnabled": false,
      "requestDurationInDays": 0, "reviewers": [],
    ]
  ) { _, value throws(GraphFailure) in
    guard value["isEnabled"] == true else { return }
    guard (1...60).contains(value["requestDurationInDays"]?.intValue ?? 0) else {
      throw invalid("'requestDurationInDays' must be from 1 to 60.")
    }
    guard let reviewers = value["reviewers"]?.arrayValue, !reviewers.isEmpty,
      reviewers.allSatisfy({ $0["query"]?.stringValue?.hasPrefix("/") ?? false })
    else { throw invalid("'reviewers' must name at least one user, group or role.") }
  }

  static let authenticationMethods = TenantSetting(
    "/policies/authenticationMethodsPolicy", PolicyModel.authenticationMethods,
    read: ["Policy.Read.All", "Policy.Read.AuthenticationMethod"], write: ["Policy.ReadWrite.AuthenticationMethod"],
    start: [
      "id": "authenticationMethodsPolicy", "displayName": "Authentication Methods Policy",
      "description": "The tenant-wide policy that controls which authentication methods are allowed in the tenant.",
      "lastModifiedDateTime": .null, "policyVersion": "1.5", "policyMigrationState": "preMigration",
      "reconfirmationInDays": .null, "authenticationMethodConfigurations": [],
      "registrationEnforcement": [
        "authenticationMethodsRegistrationCampaign": [
          "snoozeDurationInDays": 1, "state": "default", "excludeTargets": [],
          "includeTargets": [
            [
              "id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "microsoftAuthenticator",
            ]
          ],
        ]
      ],
    ]
  ) { _, value throws(GraphFailure) in
    let campaign = value["registrationEnforcement"]?["authenticationMethodsRegistrationCampaign"]
    guard (0...14).contains(campaign?["snoozeDurationInDays"]?.intValue ?? 0) else {
      throw invalid("'snoozeDurationInDays' must be from 0 to 14.")
    }
  }

  private static func everybody(_ access: JSONValue) -> JSONValue {
    [
      "usersAndGroups": [
        "accessType": access, "targets": [["target": "AllUsers", "targetType": "user"]],
      ],
      "applications": [
        "accessType": access, "targets": [["target": "AllApplications", "targetType": "application"]],
      ],
    ]
  }

  static let crossTenantDefault = TenantSetting(
    "/policies/crossTenantAccessPolicy/default", PolicyModel.crossTenantDefault, read: ["Policy.Read.All"],
    write: ["Policy.ReadWrite.CrossTenantAccess"],
    start: [
      "isServiceDefault": true,
      "inboundTrust": [
        "isMfaAccepted": false, "isCompliantDeviceAccepted": false, "isHybridAzureADJoinedDeviceAccepted": false,
      ],
      "automaticUserConsentSettings": ["inboundAllowed": false, "outboundAllowed": false],
      "b2bCollaborationInbound": everybody("allowed"),
      "b2bCollaborationOutbound": everybody("allowed"),
      "b2bDirectConnectInbound": everybody("blocked"),
      "b2bDirectConnectOutbound": everybody("blocked"),
    ]
  ) { state, _ throws(GraphFailure) in
    guard state.hasPlan("AAD_PREMIUM") else { throw GraphFailure.premiumMissing }
  }

  // MARK: Admin centres

  static let sharePoint = TenantSetting(
    "/admin/sharepoint/settings", AdminModel.sharePoint, .sharePoint, read: ["SharePointTenantSettings.Read.All"],
    write: ["SharePointTenantSettings.ReadWrite.All"], status: 200,
    start: [
      "allowedDomainGuidsForSyncApp": [], "availableManagedPathsForSiteCreation": ["/sites/", "/teams/"],
      "deletedUserPersonalSiteRetentionPeriodInDays": 30, "excludedFileExtensionsForSyncApp": [],
      "idleSessionSignOut": ["isEnabled": false, "warnAfterInSeconds": 0, "signOutAfterInSeconds": 0],
      "imageTaggingOption": "basic", "isCommentingOnSitePagesEnabled": true,
      "isFileActivityNotificationEnabled": true, "isLegacyAuthProtocolsEnabled": true, "isLoopEnabled": true,
      "isMacSyncAppEnabled": true, "isRequireAcceptingUserToMatchInvitedUserEnabled": false,
      "isResharingByExternalUsersEnabled": true, "isSharePointMobileNotificationEnabled": true,
      "isSharePointNewsfeedEnabled": true, "isSiteCreationEnabled": true, "isSiteCreationUIEnabled": true,
      "isSitePagesCreationEnabled": true, "isSitesStorageLimitAutomatic": true,
      "isSyncButtonHiddenOnPersonalSite": false, "isUnmanagedSyncAppForTenantRestricted": false,
      "personalSiteDefaultStorageLimitInMB": 1_048_576, "sharingAllowedDomainList": [],
      "sharingBlockedDomainList": [], "sharingCapability": "externalUserAndGuestSharing",
      "sharingDomainRestrictionMode": "none", "siteCreationDefaultManagedPath": "/sites/",
      "siteCreationDefaultStorageLimitInMB": 26_214_400,
      "tenantDefaultTimezone": "(UTC) Dublin, Edinburgh, Lisbon, London",
    ]
  ) { _, value throws(GraphFailure) in
    let idle = value["idleSessionSignOut"]
    let (warn, end) = (idle?["warnAfterInSeconds"]?.intValue ?? 0, idle?["signOutAfterInSeconds"]?.intValue ?? 0)
    guard idle?["isEnabled"] != true || (0 < warn && warn < end) else {
      throw GraphFailure(
        400, "invalidRequest", "The warning must come before the sign-out.", inner: "invalidRequest")
    }
    let lists = ["allowList": "sharingAllowedDomainList", "blockList": "sharingBlockedDomainList"]
    if let list = lists[value["sharingDomainRestrictionMode"]?.stringValue ?? ""],
      value[list]?.arrayValue?.isEmpty ?? true
    {
      throw GraphFailure(400, "invalidRequest", "'\(list)' must not be empty.", inner: "invalidRequest")
    }
  }

  static let itemInsights = TenantSetting(
    "/admin/people/itemInsights", AdminModel.insights, read: ["PeopleSettings.Read.All"],
    write: ["PeopleSettings.ReadWrite.All"], status: 200,
    start: ["isEnabledInOrganization": true, "disabledForGroup": .null]
  ) { state, value throws(GraphFailure) in
    guard let id = value["disabledForGroup"]?.stringValue else { return }
    guard state.groups[id.lowercased()] != nil else {
      throw invalid("The group '\(VisibleText.excerpt(id))' was not found.")
    }
  }

  static let pronouns = TenantSetting(
    "/admin/people/pronouns", AdminModel.pronouns, read: ["PeopleSettings.Read.All"],
    write: ["PeopleSettings.ReadWrite.All"], status: 200, start: ["isEnabledInOrganization": false])

  static let reports = TenantSetting(
    "/admin/reportSettings", AdminModel.reports, read: ["ReportSettings.Read.All"],
    write: ["ReportSettings.ReadWrite.All"], start: ["displayConcealedNames": true])

  static let installationOptions = TenantSetting(
    "/admin/microsoft365Apps/installationOptions", AdminModel.installation,
    read: ["OrgSettings-Microsoft365Install.Read.All"], write: ["OrgSettings-Microsoft365Install.ReadWrite.All"],
    start: [
      "updateChannel": "current",
      "appsForWindows": [
        "isMicrosoft365AppsEnabled": true, "isProjectEnabled": false, "isSkypeForBusinessEnabled": true,
        "isVisioEnabled": false,
      ],
      "appsForMac": ["isMicrosoft365AppsEnabled": true, "isSkypeForBusinessEnabled": true],
    ])
}

extension GraphFailure {
  /// What a policy answers that needs more than the tenant has bought.
  static let premiumMissing = GraphFailure(
    403, "AccessDenied", "Your tenant does not have a license for this feature (Microsoft Entra ID P1).")
}
