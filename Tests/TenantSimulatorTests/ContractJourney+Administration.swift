import AdminCore
import TenantSimulator
import TestSupport
import Testing

/// The routes of roles, applications, connections, policies and reports.
extension ContractJourney {
  func roles() async throws {
    let role = try await expect(200, "GET", "/directoryRoles").values[0]["id"]?.stringValue ?? ""
    let maeve = "/users/maeve.finch@harbourfinch.example"
    for path in [
      "/directoryRoles/\(role)/members", "/roleManagement/directory/roleDefinitions",
      "/roleManagement/directory/roleAssignments", "\(maeve)/memberOf", "\(maeve)/transitiveMemberOf",
      "\(maeve)/ownedObjects",
    ] { try await expect(200, "GET", path) }
    try await expect(
      201, "POST", "/invitations",
      json: [
        "invitedUserEmailAddress": "ann@bank.example", "inviteRedirectUrl": "https://myapplications.microsoft.com",
        "sendInvitationMessage": false,
      ])
  }

  func connections() async throws {
    let group = try await fixture.groupID("Closings")
    let plan = try await expect(
      201, "POST", "/planner/plans",
      json: [
        "container": ["url": .string("https://graph.microsoft.com/v1.0/groups/\(group)")], "title": "Closings",
      ])
    let tag: HeaderFields = ["If-Match": plan.json["@odata.etag"]?.stringValue ?? ""]
    let bucket = try await expect(
      201, "POST", "/planner/buckets", json: ["name": "To do", "planId": .string(plan.id), "orderHint": " !"])
    for path in [
      "/planner/plans/\(plan.id)", "/planner/plans/\(plan.id)/buckets", "/groups/\(group)/planner/plans",
    ] { try await expect(200, "GET", path) }
    let bucketTag: HeaderFields = ["If-Match": bucket.json["@odata.etag"]?.stringValue ?? ""]
    try await expect(204, "DELETE", "/planner/buckets/\(bucket.id)", headers: bucketTag)
    try await expect(412, "PATCH", "/planner/plans/\(plan.id)", json: ["title": "x"], headers: ["If-Match": "x"])
    try await expect(204, "DELETE", "/planner/plans/\(plan.id)", headers: tag)
    let expiry = (fixture.timekeeper.now() + .seconds(7200)).iso8601
    let subscription = try await expect(
      201, "POST", "/subscriptions",
      json: [
        "changeType": "updated", "notificationUrl": "https://hooks.example/x", "resource": "users",
        "expirationDateTime": .string(expiry), "clientState": "x",
      ])
    let path = "/subscriptions/\(subscription.id)"
    for path in ["/subscriptions", path] { try await expect(200, "GET", path) }
    try await expect(200, "PATCH", path, json: ["expirationDateTime": .string(expiry)])
    try await expect(204, "POST", "\(path)/reauthorize")
    try await expect(204, "DELETE", path)
    let external = "/external/connections/deeds"
    try await expect(
      201, "POST", "/external/connections", json: ["id": "deeds", "name": "Deeds", "description": "x"])
    let schema = try await expect(
      202, "PATCH", "\(external)/schema",
      json: [
        "baseType": "microsoft.graph.externalItem",
        "properties": [["name": "title", "type": "string", "isSearchable": true, "labels": ["title"]]],
      ])
    let place = schema.headers["Location"]?.split(separator: "/v1.0").last.map(String.init) ?? ""
    for path in [place, external, "/external/connections"] { try await expect(200, "GET", path) }
    try await expect(204, "DELETE", external)
  }

  func applications() async throws {
    let graph = try await expect(200, "GET", "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
    let made = try await expect(201, "POST", "/servicePrincipals", json: ["appId": .string(SKU.basic)])
    let path = "/servicePrincipals/\(made.id)"
    try await expect(204, "PATCH", path, json: ["accountEnabled": false])
    let grant = try await expect(
      201, "POST", "/oauth2PermissionGrants",
      json: [
        "clientId": .string(made.id), "consentType": "AllPrincipals", "resourceId": .string(graph.id),
        "scope": "User.Read",
      ])
    try await expect(200, "GET", "/oauth2PermissionGrants")
    try await expect(204, "PATCH", "/oauth2PermissionGrants/\(grant.id)", json: ["scope": "Mail.Read"])
    try await expect(204, "DELETE", "/oauth2PermissionGrants/\(grant.id)")
    // The company keeps this permission from its application; refusals have a shape too.
    try await expect(403, "POST", "/servicePrincipals/\(graph.id)/appRoleAssignedTo", json: [:])
    try await expect(204, "DELETE", path)
    let template = try await expect(200, "GET", "/applicationTemplates?$top=1").values[0]["id"]?.stringValue ?? ""
    try await expect(201, "POST", "/applicationTemplates/\(template)/instantiate", json: ["displayName": "Own"])
    try await expect(200, "GET", "/applications")
  }

  func settings() async throws {
    for change in PolicyTests.possibleChanges {
      try await expect(200, "GET", change.path)
      try await expect(change.status, change.method, change.path, json: .object(change.body))
    }
    try await expect(204, "PATCH", PolicyTests.possibleChanges[0].path, json: ["isEnabled": false])
    let policies = "/identity/conditionalAccess/policies"
    let policy = try await expect(
      201, "POST", policies,
      json: [
        "displayName": "MFA", "state": "enabledForReportingButNotEnforced",
        "conditions": [
          "clientAppTypes": ["all"], "applications": ["includeApplications": ["All"]],
          "users": ["includeUsers": ["All"]],
        ], "grantControls": ["operator": "OR", "builtInControls": ["mfa"]],
      ])
    try await expect(200, "GET", policies)
    try await expect(204, "PATCH", "\(policies)/\(policy.id)", json: ["state": "disabled"])
    try await expect(204, "DELETE", "\(policies)/\(policy.id)")
    let timeouts = "/policies/activityBasedTimeoutPolicies"
    let timeout = try await expect(
      201, "POST", timeouts,
      json: [
        "displayName": "Idle", "isOrganizationDefault": true,
        "definition": ["{\"ActivityBasedTimeoutPolicy\":{\"Version\":1,\"ApplicationPolicies\":[{}]}}"],
      ])
    try await expect(200, "GET", timeouts)
    try await expect(204, "DELETE", "\(timeouts)/\(timeout.id)")
    let lifecycles = "/groupLifecyclePolicies"
    let lifecycle = try await expect(
      201, "POST", lifecycles, json: ["groupLifetimeInDays": 180, "managedGroupTypes": "Selected"])
    try await expect(200, "GET", lifecycles)
    let group: JSONValue = ["groupId": .string(try await fixture.groupID("Closings"))]
    for action in ["addGroup", "removeGroup"] {
      try await expect(200, "POST", "\(lifecycles)/\(lifecycle.id)/\(action)", json: group)
    }
    try await expect(204, "PATCH", "\(lifecycles)/\(lifecycle.id)", json: ["groupLifetimeInDays": 365])
    try await expect(204, "DELETE", "\(lifecycles)/\(lifecycle.id)")
  }

  func reports() async throws {
    for path in [
      "healthOverviews?$expand=issues", "healthOverviews", "healthOverviews/Exchange", "issues", "messages",
    ] { try await expect(200, "GET", "/admin/serviceAnnouncement/\(path)") }
    try await expect(200, "GET", "/auditLogs/directoryAudits?$top=50")
  }
}
