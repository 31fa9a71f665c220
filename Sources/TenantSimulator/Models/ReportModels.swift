/// The types of reports: service health, message center, audit logs.
enum ReportModel {
  static let serviceHealth = ModelType(
    "serviceHealth",
    [
      ModelProperty("id", .text, .byDefault, filter: .full), ModelProperty("service", .text, .byDefault, filter: .full),
      ModelProperty("status", .text, .byDefault, filter: .full), ModelProperty("issues", .navigation),
    ])

  static let issue = ModelType(
    "serviceHealthIssue",
    [
      ModelProperty("id", .text, .byDefault, filter: .full), ModelProperty("service", .text, .byDefault, filter: .full),
      ModelProperty("status", .text, .byDefault, filter: .full),
      ModelProperty("classification", .text, .byDefault, filter: .full),
      ModelProperty("isResolved", .boolean, .byDefault, filter: .full),
      ModelProperty("startDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
      ModelProperty("lastModifiedDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
      ModelProperty("endDateTime", .dateTime, .byDefault, filter: .full),
    ]
      + .of(.text, .byDefault, "title", "feature", "featureGroup", "impactDescription", "origin", "details", "posts"))

  static let message = ModelType(
    "serviceUpdateMessage",
    [
      ModelProperty("id", .text, .byDefault, filter: .full),
      ModelProperty("category", .text, .byDefault, filter: .full),
      ModelProperty("severity", .text, .byDefault, filter: .full),
      ModelProperty("isMajorChange", .boolean, .byDefault, filter: .full),
      ModelProperty("services", .collection(.text), .byDefault, filter: .full),
      ModelProperty("startDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
      ModelProperty("lastModifiedDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
    ]
      + .of(
        .text, .byDefault, "title", "tags", "details", "endDateTime", "actionRequiredByDateTime", "hasAttachments",
        "body"))

  private static let appIdentity = ModelType(
    "appIdentity",
    ["appId", "displayName", "servicePrincipalId", "servicePrincipalName"].map {
      ModelProperty($0, .text, filter: .full)
    })

  private static let userIdentity = ModelType(
    "userIdentity", ["id", "displayName", "userPrincipalName"].map { ModelProperty($0, .text, filter: .full) })

  private static let targetResource = ModelType(
    "targetResource",
    ["id", "displayName", "type", "userPrincipalName"].map {
      ModelProperty($0, .text, filter: .full)
    })

  static let directoryAudit = ModelType(
    "directoryAudit",
    [
      ModelProperty("activityDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
      ModelProperty(
        "initiatedBy",
        .complex(
          ModelType(
            "auditActivityInitiator",
            [
              ModelProperty("app", .complex(appIdentity), filter: .full),
              ModelProperty("user", .complex(userIdentity), filter: .full),
            ])), .byDefault, filter: .full),
      ModelProperty("targetResources", .collection(.complex(targetResource)), .byDefault, filter: .full),
    ]
      + ["id", "activityDisplayName", "category", "correlationId", "loggedByService", "operationType", "result"].map {
        ModelProperty($0, .text, .byDefault, filter: .full)
      } + .of(.text, .byDefault, "resultReason", "additionalDetails"))
}
