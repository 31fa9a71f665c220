import AdminCore

/// A service of Microsoft 365 whose health is reported.
struct MonitoredService: Sendable {
  let id: String
  let name: String

  static let all = [
    MonitoredService(id: "Exchange", name: "Exchange Online"),
    MonitoredService(id: "microsoftteams", name: "Microsoft Teams"),
    MonitoredService(id: "SharePoint", name: "SharePoint Online"),
    MonitoredService(id: "OneDriveForBusiness", name: "OneDrive for Business"),
    MonitoredService(id: "OrgLiveID", name: "Microsoft Entra"),
    MonitoredService(id: "OSDPPlatform", name: "Microsoft 365 suite"),
    MonitoredService(id: "Planner", name: "Planner"),
  ]
}

/// Something that is or was wrong with a service.
struct ServiceIssue: Sendable {
  let id: String
  let service: String
  let title: String
  let feature: String
  /// `advisory` or `incident`.
  let classification: String
  /// `serviceDegradation`, `serviceRestored` and others.
  let status: String
  let startedAt: Timestamp
  let endedAt: Timestamp?

  var json: JSONObject {
    let changedAt = JSONValue.string((endedAt ?? startedAt).iso8601Seconds)
    return [
      "id": .string(id), "title": .string(title), "service": .string(service), "feature": .string(feature),
      "featureGroup": .string(feature), "impactDescription": .string(title),
      "classification": .string(classification), "status": .string(status), "origin": "microsoft",
      "isResolved": .bool(endedAt != nil), "startDateTime": .string(startedAt.iso8601Seconds),
      "endDateTime": .optional(endedAt?.iso8601Seconds), "lastModifiedDateTime": changedAt, "details": [],
      "posts": [
        [
          "createdDateTime": .string(startedAt.iso8601Seconds), "postType": "regular",
          "description": ["contentType": "html", "content": .string("<p>\(title)</p>")],
        ]
      ],
    ]
  }
}

/// A post of the message center.
struct ServiceMessage: Sendable {
  let id: String
  let title: String
  let services: [String]
  /// `planForChange`, `stayInformed` or `preventOrFixIssue`.
  let category: String
  let isMajor: Bool
  let text: String
  let postedAt: Timestamp

  var json: JSONObject {
    let time = JSONValue.string(postedAt.iso8601Seconds)
    return [
      "id": .string(id), "title": .string(title), "services": .strings(services), "category": .string(category),
      "severity": isMajor ? "high" : "normal", "isMajorChange": .bool(isMajor), "tags": [], "details": [],
      "startDateTime": time, "lastModifiedDateTime": time,
      "endDateTime": .string((postedAt + .seconds(90 * 86_400)).iso8601Seconds), "actionRequiredByDateTime": .null,
      "hasAttachments": false, "body": ["contentType": "html", "content": .string("<p>\(text)</p>")],
    ]
  }
}

extension TenantState {
  /// A service is as its worst open issue says.
  func json(_ service: MonitoredService) -> JSONObject {
    let issues = serviceIssues.filter { $0.service == service.name }
    let open = issues.filter { $0.endedAt == nil }
    let worst = open.first { $0.classification == "incident" } ?? open.first
    return [
      "id": .string(service.id), "service": .string(service.name),
      "status": .string(worst?.status ?? "serviceOperational"), "issues": .array(issues.map { .object($0.json) }),
    ]
  }
}
