/// The types of Entra ID's policies, as far as the simulator knows them.
enum PolicyModel {
  private static func named(_ properties: [ModelProperty]) -> [ModelProperty] {
    .of(.text, .byDefault, "id", "displayName", "description", "deletedDateTime") + properties
  }

  static let securityDefaults = ModelType(
    "identitySecurityDefaultsEnforcementPolicy",
    named([ModelProperty("isEnabled", .boolean, [.byDefault, .onUpdate])]))

  static let defaultUserRolePermissions = ModelType(
    "defaultUserRolePermissions",
    .of(
      .boolean, "allowedToCreateApps", "allowedToCreateSecurityGroups", "allowedToCreateTenants",
      "allowedToReadBitlockerKeysForOwnedDevice", "allowedToReadOtherUsers")
      + [ModelProperty("permissionGrantPoliciesAssigned", .collection(.text))])

  static let authorization = ModelType(
    "authorizationPolicy",
    named(
      .of(
        .boolean, [.byDefault, .onUpdate], "allowedToSignUpEmailBasedSubscriptions", "allowedToUseSSPR",
        "allowEmailVerifiedUsersToJoinOrganization", "allowUserConsentForRiskyApps", "blockMsolPowerShell") + [
          ModelProperty(
            "allowInvitesFrom",
            .enumeration(["none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"]),
            [.byDefault, .onUpdate]),
          ModelProperty("guestUserRoleId", .guid, [.byDefault, .onUpdate]),
          ModelProperty(
            "defaultUserRolePermissions", .complex(defaultUserRolePermissions), [.byDefault, .onUpdate]),
        ]))

  static let reviewer = ModelType("accessReviewReviewerScope", .of(.text, "query", "queryType", "queryRoot"))

  static let adminConsent = ModelType(
    "adminConsentRequestPolicy",
    [ModelProperty("id", .text), ModelProperty("version", .int32, .byDefault)]
      + .of(.boolean, [.byDefault, .onUpdate], "isEnabled", "notifyReviewers", "remindersEnabled") + [
        ModelProperty("requestDurationInDays", .int32, [.byDefault, .onUpdate]),
        ModelProperty("reviewers", .collection(.complex(reviewer)), [.byDefault, .onUpdate]),
      ])

  // MARK: Ways to sign in

  private static let targetType = ValueKind.enumeration(["user", "group"])

  static let excludeTarget = ModelType(
    "excludeTarget", [ModelProperty("id", .text), ModelProperty("targetType", targetType)])

  private static let campaignTarget = ModelType(
    "authenticationMethodsRegistrationCampaignIncludeTarget",
    [
      ModelProperty("id", .text), ModelProperty("targetType", targetType),
      ModelProperty("targetedAuthenticationMethod", .text),
    ])

  static let campaign = ModelType(
    "authenticationMethodsRegistrationCampaign",
    [
      ModelProperty("snoozeDurationInDays", .int32),
      ModelProperty("state", .enumeration(["default", "enabled", "disabled"])),
      ModelProperty("excludeTargets", .collection(.complex(excludeTarget))),
      ModelProperty("includeTargets", .collection(.complex(campaignTarget))),
    ])

  static let registrationEnforcement = ModelType(
    "registrationEnforcement", [ModelProperty("authenticationMethodsRegistrationCampaign", .complex(campaign))])

  static let authenticationMethods = ModelType(
    "authenticationMethodsPolicy",
    [
      ModelProperty(
        "registrationEnforcement", .complex(registrationEnforcement), [.byDefault, .onUpdate]),
      ModelProperty(
        "policyMigrationState", .enumeration(["preMigration", "migrationInProgress", "migrationComplete"]),
        [.byDefault, .onUpdate]),
      ModelProperty("reconfirmationInDays", .int32, .byDefault),
    ]
      + .of(
        .text, .byDefault, "id", "displayName", "description", "lastModifiedDateTime", "policyVersion",
        "authenticationMethodConfigurations"))

  /// A way to sign in: what all have, and what is its own.
  private static func method(_ name: String, _ own: [ModelProperty] = []) -> ModelType {
    ModelType(
      name + "AuthenticationMethodConfiguration",
      [
        ModelProperty("id", .text, .byDefault),
        ModelProperty("state", .enumeration(["enabled", "disabled"]), [.byDefault, .onUpdate]),
        ModelProperty("excludeTargets", .collection(.complex(excludeTarget)), [.byDefault, .onUpdate]),
      ] + own)
  }

  private static let keyRestrictions = ModelType(
    "fido2KeyRestrictions",
    [
      ModelProperty("isEnforced", .boolean), ModelProperty("enforcementType", .enumeration(["allow", "block"])),
      ModelProperty("aaGuids", .collection(.text)),
    ])

  static let fido2 = method(
    "fido2",
    .of(.boolean, [.byDefault, .onUpdate], "isAttestationEnforced", "isSelfServiceRegistrationAllowed") + [
      ModelProperty("keyRestrictions", .complex(keyRestrictions), [.byDefault, .onUpdate])
    ])

  static let microsoftAuthenticator = method(
    "microsoftAuthenticator", .of(.boolean, [.byDefault, .onUpdate], "isSoftwareOathEnabled"))

  static let temporaryAccessPass = method(
    "temporaryAccessPass",
    .of(
      .int32, [.byDefault, .onUpdate], "defaultLength", "defaultLifetimeInMinutes", "minimumLifetimeInMinutes",
      "maximumLifetimeInMinutes") + .of(.boolean, [.byDefault, .onUpdate], "isUsableOnce"))

  static let email = method(
    "email",
    [
      ModelProperty(
        "allowExternalIdToUseEmailOtp", .enumeration(["default", "enabled", "disabled"]), [.byDefault, .onUpdate])
    ])

  static let sms = method("sms")
  static let voice = method("voice")
  static let softwareOath = method("softwareOath")

  // MARK: Other tenants

  private static let target = ModelType(
    "crossTenantAccessPolicyTarget",
    [
      ModelProperty("target", .text), ModelProperty("targetType", .enumeration(["user", "group", "application"])),
    ])

  private static let targetConfiguration = ModelType(
    "crossTenantAccessPolicyTargetConfiguration",
    [
      ModelProperty("accessType", .enumeration(["allowed", "blocked"])),
      ModelProperty("targets", .collection(.complex(target))),
    ])

  private static let collaboration = ModelType(
    "crossTenantAccessPolicyB2BSetting", .of(.complex(targetConfiguration), "applications", "usersAndGroups"))

  static let crossTenantDefault = ModelType(
    "crossTenantAccessPolicyConfigurationDefault",
    [
      ModelProperty("isServiceDefault", .boolean, .byDefault),
      ModelProperty(
        "inboundTrust",
        .complex(
          ModelType(
            "crossTenantAccessPolicyInboundTrust",
            .of(.boolean, "isMfaAccepted", "isCompliantDeviceAccepted", "isHybridAzureADJoinedDeviceAccepted"))),
        [.byDefault, .onUpdate]),
      ModelProperty(
        "automaticUserConsentSettings",
        .complex(
          ModelType("inboundOutboundPolicyConfiguration", .of(.boolean, "inboundAllowed", "outboundAllowed"))),
        [.byDefault, .onUpdate]),
    ]
      + .of(
        .complex(collaboration), [.byDefault, .onUpdate], "b2bCollaborationInbound", "b2bCollaborationOutbound",
        "b2bDirectConnectInbound", "b2bDirectConnectOutbound"))

  // MARK: Lists of policies

  static let activityBasedTimeout = ModelType(
    "activityBasedTimeoutPolicy",
    [
      ModelProperty("id", .guid, .byDefault), ModelProperty("deletedDateTime", .dateTime, .byDefault),
      ModelProperty("displayName", .string(maximum: 256), [.byDefault, .onCreate]),
      ModelProperty("description", .text, [.byDefault, .onCreate]),
      ModelProperty("definition", .collection(.text), [.byDefault, .onCreate]),
      ModelProperty("isOrganizationDefault", .boolean, [.byDefault, .onCreate]),
    ])

  static let groupLifecycle = ModelType(
    "groupLifecyclePolicy",
    [
      ModelProperty("id", .guid, .byDefault),
      ModelProperty("groupLifetimeInDays", .int32, [.byDefault, .writable]),
      ModelProperty("managedGroupTypes", .enumeration(["All", "Selected", "None"]), [.byDefault, .writable]),
      ModelProperty("alternateNotificationEmails", .text, [.byDefault, .writable]),
    ])
}
