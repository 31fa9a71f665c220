/// The types of the directory, as far as the simulator knows them.
enum DirectoryModel {
  static let passwordProfile = ModelType(
    "passwordProfile",
    [
      ModelProperty("password", .string(maximum: 256)),
      ModelProperty("forceChangePasswordNextSignIn", .boolean),
      ModelProperty("forceChangePasswordNextSignInWithMfa", .boolean),
    ])

  static let assignedLicense = ModelType(
    "assignedLicense",
    [
      ModelProperty("skuId", .guid, filter: .standard),
      ModelProperty("disabledPlans", .collection(.guid)),
    ])

  static let assignedPlan = ModelType(
    "assignedPlan",
    [
      ModelProperty("assignedDateTime", .dateTime),
      ModelProperty("capabilityStatus", .text, filter: .advanced),
      ModelProperty("service", .text, filter: .advanced),
      ModelProperty("servicePlanId", .guid, filter: .advanced),
    ])

  static let licenseAssignmentState = ModelType(
    "licenseAssignmentState",
    ["assignedByGroup", "error", "state"].map { ModelProperty($0, .text) } + [
      ModelProperty("skuId", .guid), ModelProperty("disabledPlans", .collection(.guid)),
      ModelProperty("lastUpdatedDateTime", .dateTime),
    ])

  static let user = ModelType("user", identity + profile + state)

  private static let identity: [ModelProperty] = [
    ModelProperty("businessPhones", .collection(.string(maximum: 64)), [.byDefault, .writable]),
    ModelProperty(
      "displayName", .string(maximum: 256), [.byDefault, .writable, .sortable, .searchable], filter: .standard),
    ModelProperty("givenName", .string(maximum: 64), [.byDefault, .writable, .searchable], filter: .standard),
    ModelProperty("jobTitle", .string(maximum: 128), [.byDefault, .writable], filter: .standard),
    ModelProperty("mail", .string(maximum: 256), [.byDefault, .writable, .searchable], filter: .standard),
    ModelProperty("mobilePhone", .string(maximum: 64), [.byDefault, .writable]),
    ModelProperty("officeLocation", .string(maximum: 128), [.byDefault, .writable]),
    ModelProperty("preferredLanguage", .string(maximum: 64), [.byDefault, .writable]),
    ModelProperty("surname", .string(maximum: 64), [.byDefault, .writable, .searchable], filter: .standard),
    ModelProperty(
      "userPrincipalName", .string(maximum: 113), [.byDefault, .writable, .sortable, .searchable], filter: .standard),
    ModelProperty("id", .guid, [.byDefault], filter: .standard),
  ]

  private static let profile: [ModelProperty] = [
    ModelProperty("city", .string(maximum: 128), .writable, filter: .standard),
    ModelProperty("companyName", .string(maximum: 64), .writable, filter: .standard),
    ModelProperty("country", .string(maximum: 128), .writable, filter: .standard),
    ModelProperty("department", .string(maximum: 64), .writable, filter: .standard),
    ModelProperty("employeeId", .string(maximum: 16), .writable, filter: .standard),
    ModelProperty("employeeHireDate", .dateTime, .writable),
    ModelProperty("employeeType", .string(maximum: 128), .writable, filter: .standard),
    ModelProperty("faxNumber", .string(maximum: 64), .writable),
    ModelProperty("otherMails", .collection(.string(maximum: 250)), .writable, filter: .standard),
    ModelProperty("postalCode", .string(maximum: 40), .writable, filter: .standard),
    ModelProperty("showInAddressList", .boolean, .writable),
    ModelProperty("state", .string(maximum: 128), .writable, filter: .standard),
    ModelProperty("streetAddress", .string(maximum: 1024), .writable, filter: .standard),
  ]

  private static let state: [ModelProperty] = [
    ModelProperty("accountEnabled", .boolean, .writable, filter: .standard),
    ModelProperty("assignedLicenses", .collection(.complex(assignedLicense)), filter: .standard),
    ModelProperty("assignedPlans", .collection(.complex(assignedPlan)), filter: .advanced),
    ModelProperty("createdDateTime", .dateTime, .sortable, filter: .standard),
    ModelProperty("deletedDateTime", .dateTime, .sortable, filter: .standard),
    ModelProperty("externalUserState", .text, filter: .standard),
    ModelProperty("lastPasswordChangeDateTime", .dateTime),
    ModelProperty("licenseAssignmentStates", .collection(.complex(licenseAssignmentState))),
    ModelProperty("mailNickname", .string(maximum: 64), .writable, filter: .standard),
    ModelProperty("onPremisesImmutableId", .text, filter: .standard),
    ModelProperty("onPremisesLastSyncDateTime", .dateTime),
    ModelProperty("onPremisesSyncEnabled", .boolean, filter: .standard),
    ModelProperty("passwordPolicies", .text, .writable),
    ModelProperty("passwordProfile", .complex(passwordProfile), .writable),
    ModelProperty("proxyAddresses", .collection(.text), filter: .standard),
    ModelProperty("signInSessionsValidFromDateTime", .dateTime),
    ModelProperty("usageLocation", .string(maximum: 2), .writable, filter: .standard),
    ModelProperty("userType", .enumeration(["Member", "Guest"]), .writable, filter: .standard),
    ModelProperty("manager", .navigation),
    ModelProperty("memberOf", .navigation),
    ModelProperty("licenseDetails", .navigation),
  ]

  /// What a client sets and nothing in the simulator depends on.
  static let plainUserProperties: Set<String> = [
    "businessPhones", "givenName", "jobTitle", "mobilePhone", "officeLocation", "preferredLanguage", "surname", "city",
    "companyName", "country", "department", "employeeId", "employeeHireDate", "employeeType", "faxNumber",
    "otherMails", "postalCode", "showInAddressList", "state", "streetAddress", "passwordPolicies",
  ]

  static let group = ModelType("group", groupIdentity + groupState)

  private static let groupIdentity: [ModelProperty] = [
    ModelProperty("id", .guid, .byDefault, filter: .standard),
    ModelProperty("description", .string(maximum: 1024), [.byDefault, .writable, .searchable], filter: .standard),
    ModelProperty(
      "displayName", .string(maximum: 256), [.byDefault, .writable, .sortable, .searchable], filter: .standard),
    ModelProperty("groupTypes", .collection(.text), [.byDefault, .onCreate], filter: .standard),
    ModelProperty("mail", .text, [.byDefault, .searchable], filter: .standard),
    ModelProperty("mailEnabled", .boolean, [.byDefault, .onCreate], filter: .standard),
    ModelProperty("mailNickname", .string(maximum: 64), [.byDefault, .writable, .searchable], filter: .standard),
    ModelProperty("proxyAddresses", .collection(.text), .byDefault, filter: .standard),
    ModelProperty("securityEnabled", .boolean, [.byDefault, .onCreate], filter: .standard),
    ModelProperty(
      "visibility", .enumeration(["Private", "Public", "HiddenMembership"]), [.byDefault, .writable]),
    ModelProperty("owners@odata.bind", .bindings, .onCreate),
    ModelProperty("members@odata.bind", .bindings, .onCreate),
  ]

  private static let groupState: [ModelProperty] = [
    ModelProperty("assignedLicenses", .collection(.complex(assignedLicense)), filter: .standard),
    ModelProperty("createdDateTime", .dateTime, .byDefault, filter: .standard),
    ModelProperty("deletedDateTime", .dateTime, .byDefault),
    ModelProperty("expirationDateTime", .dateTime, .byDefault, filter: .standard),
    ModelProperty("hasMembersWithLicenseErrors", .boolean, filter: .standard),
    ModelProperty(
      "licenseProcessingState", .complex(ModelType("licenseProcessingState", [ModelProperty("state", .text)]))),
    ModelProperty("onPremisesLastSyncDateTime", .dateTime, .byDefault),
    ModelProperty("onPremisesSyncEnabled", .boolean, .byDefault, filter: .standard),
    ModelProperty("renewedDateTime", .dateTime, .byDefault, filter: .standard),
    ModelProperty("resourceProvisioningOptions", .collection(.text), .byDefault, filter: .standard),
  ]

  static let settingValue = ModelType("settingValue", .of(.text, "name", "value"))

  static let groupSetting = ModelType(
    "groupSetting",
    [
      ModelProperty("id", .guid, .byDefault), ModelProperty("displayName", .text, .byDefault),
      ModelProperty("templateId", .guid, [.byDefault, .onCreate]),
      ModelProperty("values", .collection(.complex(settingValue)), [.byDefault, .writable]),
    ])

  static let groupSettingTemplate = ModelType(
    "groupSettingTemplate", .of(.text, .byDefault, "id", "deletedDateTime", "displayName", "description", "values"))

  static let organization = ModelType(
    "organization",
    [
      "id", "deletedDateTime", "city", "country", "countryLetterCode", "createdDateTime", "defaultUsageLocation",
      "displayName", "postalCode", "preferredLanguage", "state", "street", "tenantType", "onPremisesSyncEnabled",
      "assignedPlans", "technicalNotificationMails", "verifiedDomains", "businessPhones",
    ].map { ModelProperty($0, .text, .byDefault) })

  static let domain = ModelType(
    "domain",
    .of(
      .text, .byDefault, "id", "authenticationType", "availabilityStatus", "isAdminManaged", "isDefault", "isInitial",
      "isRoot", "isVerified", "supportedServices", "state")
      + .of(
        .int32, [.byDefault, .onUpdate], "passwordValidityPeriodInDays", "passwordNotificationWindowInDays"))

  static let subscribedSku = ModelType(
    "subscribedSku",
    [
      "id", "accountId", "accountName", "appliesTo", "capabilityStatus", "consumedUnits", "prepaidUnits",
      "servicePlans", "skuId", "skuPartNumber", "subscriptionIds",
    ].map { ModelProperty($0, .text, .byDefault) })

  static let licenseDetails = ModelType(
    "licenseDetails",
    ["id", "servicePlans", "skuId", "skuPartNumber"].map { ModelProperty($0, .text, .byDefault) })

  static let servicePrincipal = ModelType(
    "servicePrincipal",
    [
      ModelProperty("id", .guid, .byDefault, filter: .standard),
      ModelProperty("accountEnabled", .boolean, .byDefault, filter: .standard),
      ModelProperty("appDisplayName", .text, .byDefault),
      ModelProperty("appId", .guid, .byDefault, filter: .standard),
      ModelProperty("appOwnerOrganizationId", .guid, .byDefault, filter: .advanced),
      ModelProperty("appRoleAssignmentRequired", .boolean, .byDefault),
      ModelProperty("applicationTemplateId", .guid, .byDefault, filter: .standard),
      ModelProperty("appRoles", .collection(.text), .byDefault),
      ModelProperty("displayName", .text, [.byDefault, .sortable, .searchable], filter: .standard),
      ModelProperty("servicePrincipalNames", .collection(.text), .byDefault, filter: .standard),
      ModelProperty("servicePrincipalType", .text, .byDefault, filter: .standard),
      ModelProperty("signInAudience", .text, .byDefault),
    ])

  static let appRoleAssignment = ModelType(
    "appRoleAssignment",
    .of(.guid, [.byDefault, .onCreate], "appRoleId", "principalId", "resourceId")
      + .of(
        .text, .byDefault, "id", "deletedDateTime", "createdDateTime", "principalDisplayName", "principalType",
        "resourceDisplayName"))

  static let directoryRole = ModelType(
    "directoryRole",
    [
      ModelProperty("id", .guid, .byDefault, filter: .standard),
      ModelProperty("displayName", .text, .byDefault, filter: .standard),
      ModelProperty("roleTemplateId", .guid, .byDefault, filter: .standard),
    ] + .of(.text, .byDefault, "deletedDateTime", "description"))

  static let roleDefinition = ModelType(
    "unifiedRoleDefinition",
    [
      ModelProperty("id", .guid, .byDefault, filter: .full),
      ModelProperty("displayName", .text, .byDefault, filter: .full),
      ModelProperty("templateId", .guid, .byDefault, filter: .full),
      ModelProperty("isBuiltIn", .boolean, .byDefault, filter: .full),
    ] + .of(.text, .byDefault, "description", "isEnabled", "resourceScopes", "version", "rolePermissions"))

  static let roleAssignment = ModelType(
    "unifiedRoleAssignment",
    [
      ModelProperty("id", .text, .byDefault, filter: .full),
      ModelProperty("principalId", .guid, [.byDefault, .onCreate], filter: .full),
      ModelProperty("roleDefinitionId", .guid, [.byDefault, .onCreate], filter: .full),
      ModelProperty("directoryScopeId", .text, [.byDefault, .onCreate], filter: .full),
    ] + .of(.text, .byDefault, "appScopeId", "condition"))

  static let invitation = ModelType(
    "invitation",
    [
      ModelProperty("invitedUserEmailAddress", .text, [.byDefault, .onCreate]),
      ModelProperty("invitedUserDisplayName", .string(maximum: 256), [.byDefault, .onCreate]),
      ModelProperty("inviteRedirectUrl", .text, [.byDefault, .onCreate]),
      ModelProperty("invitedUserType", .enumeration(["Guest"]), [.byDefault, .onCreate]),
      ModelProperty("sendInvitationMessage", .boolean, [.byDefault, .onCreate]),
      ModelProperty(
        "invitedUserMessageInfo",
        .complex(
          ModelType(
            "invitedUserMessageInfo",
            .of(.text, "customizedMessageBody", "messageLanguage") + [
              ModelProperty("ccRecipients", .collection(.complex(MailModel.recipient)))
            ])), [.byDefault, .onCreate]),
    ] + .of(.text, .byDefault, "id", "inviteRedeemUrl", "resetRedemption", "status", "invitedUser"))

  /// What is common to everything in the directory; members and deleted items are lists of these.
  static let directoryObject = ModelType(
    "directoryObject",
    user.properties
      + (group.properties + [
        ModelProperty("roleTemplateId", .guid, .byDefault), ModelProperty("appId", .guid, .byDefault),
        ModelProperty("servicePrincipalType", .text, .byDefault),
        ModelProperty("appDisplayName", .text, .byDefault),
      ]).filter { property in user[property.name] == nil && property.kind.isSelectable })
}
