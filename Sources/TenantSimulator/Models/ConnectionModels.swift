/// The types of what ties Microsoft 365 to other things: plans, subscriptions, external connections.
enum ConnectionModel {
  static let planContainer = ModelType(
    "plannerPlanContainer", .of(.text, "containerId", "type", "url"))

  static let plan = ModelType(
    "plannerPlan",
    [
      ModelProperty("title", .string(maximum: 255), [.byDefault, .writable]),
      ModelProperty("owner", .guid, [.byDefault, .onCreate]),
      ModelProperty("container", .complex(planContainer), [.byDefault, .onCreate]),
    ] + .of(.text, .byDefault, "id", "createdDateTime", "createdBy"))

  static let bucket = ModelType(
    "plannerBucket",
    [
      ModelProperty("id", .text, .byDefault), ModelProperty("name", .string(maximum: 255), [.byDefault, .onCreate]),
      ModelProperty("planId", .text, [.byDefault, .onCreate]),
      ModelProperty("orderHint", .text, [.byDefault, .onCreate]),
    ])

  static let subscription = ModelType(
    "subscription",
    [
      ModelProperty("changeType", .text, [.byDefault, .onCreate]),
      ModelProperty("notificationUrl", .text, [.byDefault, .writable]),
      ModelProperty("lifecycleNotificationUrl", .text, [.byDefault, .onCreate]),
      ModelProperty("resource", .text, [.byDefault, .onCreate]),
      ModelProperty("expirationDateTime", .dateTime, [.byDefault, .writable]),
      ModelProperty("clientState", .string(maximum: 128), [.byDefault, .onCreate]),
      ModelProperty("latestSupportedTlsVersion", .text, [.byDefault, .onCreate]),
    ]
      + .of(
        .text, .byDefault, "id", "applicationId", "creatorId", "includeResourceData", "encryptionCertificate",
        "encryptionCertificateId", "notificationQueryOptions", "notificationUrlAppId"))

  static let externalConfiguration = ModelType(
    "externalConnectors.configuration", [ModelProperty("authorizedAppIds", .collection(.guid))])

  static let externalConnection = ModelType(
    "externalConnectors.externalConnection",
    [
      ModelProperty("id", .text, [.byDefault, .onCreate]),
      ModelProperty("name", .string(maximum: 128), [.byDefault, .onCreate]),
      ModelProperty("description", .string(maximum: 1024), [.byDefault, .onCreate]),
      ModelProperty("state", .text, .byDefault),
      ModelProperty("connectorId", .text, [.byDefault, .onCreate]),
      ModelProperty("configuration", .complex(externalConfiguration), [.byDefault, .onCreate]),
    ])

  static let externalProperty = ModelType(
    "externalConnectors.property",
    .of(.boolean, "isSearchable", "isRetrievable", "isQueryable", "isRefinable") + [
      ModelProperty("name", .text), ModelProperty("description", .text),
      ModelProperty(
        "type",
        .enumeration([
          "string", "int64", "double", "dateTime", "boolean", "stringCollection", "int64Collection", "doubleCollection",
          "dateTimeCollection",
        ])), ModelProperty("aliases", .collection(.text)),
      ModelProperty(
        "labels",
        .collection(
          .enumeration([
            "title", "url", "createdBy", "lastModifiedBy", "authors", "createdDateTime", "lastModifiedDateTime",
            "fileName", "fileExtension", "containerName", "containerUrl", "iconUrl",
          ]))),
    ])

  static let externalSchema = ModelType(
    "externalConnectors.schema",
    [
      ModelProperty("baseType", .text, .onUpdate),
      ModelProperty("properties", .collection(.complex(externalProperty)), .onUpdate),
    ])

  static let externalOperation = ModelType(
    "externalConnectors.connectionOperation", .of(.text, .byDefault, "id", "status", "error"))

  static let applicationTemplate = ModelType(
    "applicationTemplate",
    [
      ModelProperty("id", .guid, .byDefault, filter: .full),
      ModelProperty("displayName", .text, .byDefault, filter: .full),
      ModelProperty("publisher", .text, .byDefault, filter: .full),
      ModelProperty("categories", .collection(.text), .byDefault, filter: .full),
    ] + .of(.text, .byDefault, "description", "homePageUrl", "logoUrl", "supportedSingleSignOnModes"))

  static let application = ModelType(
    "application",
    [
      ModelProperty("id", .guid, .byDefault, filter: .standard),
      ModelProperty("appId", .guid, .byDefault, filter: .standard),
      ModelProperty("displayName", .text, [.byDefault, .sortable, .searchable], filter: .standard),
      ModelProperty("createdDateTime", .dateTime, .byDefault, filter: .standard),
      ModelProperty("applicationTemplateId", .guid, .byDefault, filter: .standard),
      ModelProperty("signInAudience", .text, .byDefault),
    ])

  static let permissionGrant = ModelType(
    "oAuth2PermissionGrant",
    [
      ModelProperty("id", .text, .byDefault, filter: .full),
      ModelProperty("clientId", .guid, [.byDefault, .onCreate], filter: .full),
      ModelProperty(
        "consentType", .enumeration(["AllPrincipals", "Principal"]), [.byDefault, .onCreate], filter: .full),
      ModelProperty("principalId", .guid, [.byDefault, .onCreate], filter: .full),
      ModelProperty("resourceId", .guid, [.byDefault, .onCreate], filter: .full),
      ModelProperty("scope", .text, [.byDefault, .writable]),
    ])
}
