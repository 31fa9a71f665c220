import AdminCore

/// A plan of Planner, which belongs to a Microsoft 365 group.
struct PlannerPlan: Sendable {
  let id: String
  let groupID: String
  var title: String
  let createdAt: Timestamp
  var revision = 1

  var etag: String { PlannerTag.of("Plan", id, revision) }

  func json(creator: String) -> JSONObject {
    [
      "@odata.etag": .string(etag), "id": .string(id), "title": .string(title), "owner": .string(groupID),
      "createdDateTime": .string(createdAt.iso8601), "createdBy": ["application": ["id": .string(creator)]],
      "container": [
        "containerId": .string(groupID), "type": "group",
        "url": .string("https://graph.microsoft.com/v1.0/groups/\(groupID)"),
      ],
    ]
  }
}

struct PlannerBucket: Sendable {
  let id: String
  let planID: String
  var name: String
  var orderHint: String

  var etag: String { PlannerTag.of("Bucket", id, 1) }

  var json: JSONObject {
    [
      "@odata.etag": .string(etag), "id": .string(id), "planId": .string(planID), "name": .string(name),
      "orderHint": .string(orderHint),
    ]
  }
}

/// The version of something in Planner, as its etag tells it.
enum PlannerTag {
  static func of(_ kind: String, _ id: String, _ revision: Int) -> String {
    "W/\"" + Base64.encode(Array("\(revision)-\(kind)-\(id)".utf8)) + "\""
  }
}
