import AdminCore

/// What may be read by its path alone, for questions that no tool answers. Reading is all it can be used for; what is
/// not on the list cannot be read this way, and what people write to each other is not on it.
package struct GraphReadable: Hashable, Sendable {
  package enum Shape: Sendable {
    case object
    /// With `$top`, `$filter` and pages.
    case list
    /// A list of directory objects, where filters are advanced queries.
    case directoryList
    /// A short list that is always given as a whole.
    case wholeList
  }

  /// `/users/{id}/manager`.
  package let template: String
  package let shape: Shape
  package let permission: GraphPermission?

  private init(_ template: String, _ shape: Shape, _ permission: GraphPermission?) {
    self.template = template
    self.shape = shape
    self.permission = permission
  }

  package static let all: [GraphReadable] = directory + collaboration + administration

  private static let directory = [
    GraphReadable("/organization", .wholeList, .organizationRead),
    GraphReadable("/domains", .wholeList, .domainRead), GraphReadable("/domains/{id}", .object, .domainRead),
    GraphReadable("/subscribedSkus", .wholeList, .licenseRead),
    GraphReadable("/users", .directoryList, .userRead), GraphReadable("/users/{id}", .object, .userRead),
    GraphReadable("/users/{id}/manager", .object, .userRead),
    GraphReadable("/users/{id}/directReports", .list, .userRead),
    GraphReadable("/users/{id}/memberOf", .list, .groupMemberRead),
    GraphReadable("/users/{id}/transitiveMemberOf", .list, .groupMemberRead),
    GraphReadable("/users/{id}/ownedObjects", .list, .userRead),
    GraphReadable("/users/{id}/licenseDetails", .wholeList, .licenseRead),
    GraphReadable("/users/{id}/mailboxSettings", .object, .mailboxSettingsRead),
    GraphReadable("/users/{id}/drive", .object, .filesRead),
    GraphReadable("/groups", .directoryList, .groupRead), GraphReadable("/groups/{id}", .object, .groupRead),
    GraphReadable("/groups/{id}/members", .list, .groupMemberRead),
    GraphReadable("/groups/{id}/transitiveMembers", .list, .groupMemberRead),
    GraphReadable("/groups/{id}/owners", .list, .groupMemberRead),
    GraphReadable("/groups/{id}/settings", .wholeList, .groupSettingsRead),
    GraphReadable("/groupSettings", .wholeList, .groupSettingsRead),
    GraphReadable("/groupLifecyclePolicies", .wholeList, .directoryReadWrite),
    GraphReadable("/directory/deletedItems/microsoft.graph.user", .directoryList, .userRead),
    GraphReadable("/directory/deletedItems/microsoft.graph.group", .directoryList, .groupRead),
    GraphReadable("/directoryRoles", .wholeList, .roleRead),
    GraphReadable("/directoryRoles/{id}/members", .list, .roleRead),
    GraphReadable("/roleManagement/directory/roleDefinitions", .list, .roleRead),
    GraphReadable("/roleManagement/directory/roleAssignments", .list, .roleRead),
    GraphReadable("/servicePrincipals", .directoryList, .applicationRead),
    GraphReadable("/servicePrincipals/{id}", .object, .applicationRead),
    GraphReadable("/servicePrincipals/{id}/appRoleAssignments", .list, .applicationRead),
    GraphReadable("/servicePrincipals/{id}/appRoleAssignedTo", .list, .applicationRead),
    GraphReadable("/applications", .directoryList, .applicationRead),
    GraphReadable("/oauth2PermissionGrants", .list, .permissionGrantReadWrite),
  ]

  private static let collaboration = [
    GraphReadable("/users/{id}/joinedTeams", .wholeList, .teamReadBasic),
    GraphReadable("/groups/{id}/team", .object, .teamReadBasic), GraphReadable("/teams/{id}", .object, .teamReadBasic),
    GraphReadable("/teams/{id}/channels", .wholeList, .channelReadBasic),
    GraphReadable("/teams/{id}/channels/{id}", .object, .channelReadBasic),
    GraphReadable("/teams/{id}/primaryChannel", .object, .channelReadBasic),
    GraphReadable("/teams/{id}/members", .list, .teamMemberRead),
    GraphReadable("/groups/{id}/sites/root", .object, .sitesRead),
    GraphReadable("/groups/{id}/drive", .object, .filesRead),
    GraphReadable("/sites/{id}", .object, .sitesRead), GraphReadable("/sites/{id}/lists", .wholeList, .sitesRead),
    GraphReadable("/groups/{id}/planner/plans", .wholeList, .tasksRead),
    GraphReadable("/planner/plans/{id}", .object, .tasksRead),
    GraphReadable("/planner/plans/{id}/buckets", .wholeList, .tasksRead),
    GraphReadable("/external/connections", .wholeList, .externalConnectionReadWriteOwned),
    GraphReadable("/subscriptions", .wholeList, nil),
  ]

  private static let administration = [
    GraphReadable("/policies/authorizationPolicy", .object, .policyRead),
    GraphReadable("/policies/identitySecurityDefaultsEnforcementPolicy", .object, .policyRead),
    GraphReadable("/policies/adminConsentRequestPolicy", .object, .policyRead),
    GraphReadable("/policies/authenticationMethodsPolicy", .object, .policyRead),
    GraphReadable("/policies/crossTenantAccessPolicy/default", .object, .policyRead),
    GraphReadable("/policies/activityBasedTimeoutPolicies", .wholeList, .policyRead),
    GraphReadable("/identity/conditionalAccess/policies", .list, .policyRead),
    GraphReadable("/admin/sharepoint/settings", .object, .sharePointSettings),
    GraphReadable("/admin/people/itemInsights", .object, .peopleSettings),
    GraphReadable("/admin/people/pronouns", .object, .peopleSettings),
    GraphReadable("/admin/reportSettings", .object, .reportSettings),
    GraphReadable("/admin/microsoft365Apps/installationOptions", .object, .installationOptions),
    GraphReadable("/admin/serviceAnnouncement/healthOverviews", .list, .serviceHealthRead),
    GraphReadable("/admin/serviceAnnouncement/issues", .list, .serviceHealthRead),
    GraphReadable("/admin/serviceAnnouncement/messages", .list, .serviceMessageRead),
    GraphReadable("/auditLogs/directoryAudits", .list, .auditLogRead),
    GraphReadable("/auditLogs/signIns", .list, .auditLogRead),
  ]

  package var isList: Bool { shape != .object }

  /// The path with the keys of `parts` in place; `nil` where they do not fit.
  fileprivate func path(_ parts: [Substring]) -> GraphPath? {
    let wanted = template.split(separator: "/")
    guard wanted.count == parts.count else { return nil }
    var path = GraphPath.StringInterpolation(literalCapacity: template.utf8.count, interpolationCount: 2)
    for (wanted, part) in zip(wanted, parts) {
      path.appendLiteral("/")
      if wanted == "{id}" {
        // A user's name that begins with a dollar sign needs a form of its own.
        path.appendInterpolation(UserReference(String(part)))
      } else {
        guard wanted == part else { return nil }
        path.appendLiteral(String(wanted))
      }
    }
    return GraphPath(stringInterpolation: path)
  }

  /// What is at a path that somebody wrote, and that path as it may be sent; `nil` for what is not on the list.
  static func find(_ text: String) -> (readable: GraphReadable, path: GraphPath)? {
    let parts = text.split(separator: "/")
    // A fixed name is meant before a key: `primaryChannel` is no id.
    let candidates = all.compactMap { readable in readable.path(parts).map { (readable, $0) } }
    return candidates.min { $0.1.keys.count < $1.1.keys.count }
  }
}
