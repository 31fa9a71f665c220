import AdminCore

/// What the directory's audit log calls a change: where it files it, and under which name.
struct AuditedActivity: Sendable {
  let name: String
  let category: String
  /// `Add`, `Update`, `Delete`, `Assign` or `Unassign`.
  let operation: String
  /// `User`, `Group`, `Application`, `Policy`, `Directory`.
  let target: String

  init(_ name: String, _ category: String, _ operation: String, _ target: String) {
    self.name = name
    self.category = category
    self.operation = operation
    self.target = target
  }

  /// - Returns: `nil` for what the directory does not keep a log of: mail, teams, files.
  static func of(_ kind: Effect.Kind) -> AuditedActivity? { activities[kind] }

  private static let activities: [Effect.Kind: AuditedActivity] = [
    .userCreated: AuditedActivity("Add user", "UserManagement", "Add", "User"),
    .userUpdated: AuditedActivity("Update user", "UserManagement", "Update", "User"),
    .userDeleted: AuditedActivity("Delete user", "UserManagement", "Delete", "User"),
    .userRestored: AuditedActivity("Restore user", "UserManagement", "Add", "User"),
    .userPurged: AuditedActivity("Hard Delete user", "UserManagement", "Delete", "User"),
    .managerChanged: AuditedActivity("Set user manager", "UserManagement", "Update", "User"),
    .sessionsRevoked: AuditedActivity("Update StsRefreshTokenValidFrom Timestamp", "UserManagement", "Update", "User"),
    .licensesAssigned: AuditedActivity("Change user license", "UserManagement", "Update", "User"),
    .invitationSent: AuditedActivity("Invite external user", "UserManagement", "Add", "User"),
    .groupCreated: AuditedActivity("Add group", "GroupManagement", "Add", "Group"),
    .groupUpdated: AuditedActivity("Update group", "GroupManagement", "Update", "Group"),
    .groupDeleted: AuditedActivity("Delete group", "GroupManagement", "Delete", "Group"),
    .groupRestored: AuditedActivity("Restore Group", "GroupManagement", "Add", "Group"),
    .groupMemberAdded: AuditedActivity("Add member to group", "GroupManagement", "Assign", "Group"),
    .groupMemberRemoved: AuditedActivity("Remove member from group", "GroupManagement", "Unassign", "Group"),
    .groupOwnerAdded: AuditedActivity("Add owner to group", "GroupManagement", "Assign", "Group"),
    .groupOwnerRemoved: AuditedActivity("Remove owner from group", "GroupManagement", "Unassign", "Group"),
    .groupLicensesAssigned: AuditedActivity("Set group license", "GroupManagement", "Assign", "Group"),
    .groupSettingCreated: AuditedActivity("Create group settings", "GroupManagement", "Add", "Group"),
    .groupSettingChanged: AuditedActivity("Update group settings", "GroupManagement", "Update", "Group"),
    .groupSettingDeleted: AuditedActivity("Delete group settings", "GroupManagement", "Delete", "Group"),
    .roleAssigned: AuditedActivity("Add member to role", "RoleManagement", "Assign", "User"),
    .roleWithdrawn: AuditedActivity("Remove member from role", "RoleManagement", "Unassign", "User"),
    .servicePrincipalCreated: AuditedActivity(
      "Add service principal", "ApplicationManagement", "Add", "ServicePrincipal"),
    .servicePrincipalUpdated: AuditedActivity(
      "Update service principal", "ApplicationManagement", "Update", "ServicePrincipal"),
    .servicePrincipalDeleted: AuditedActivity(
      "Remove service principal", "ApplicationManagement", "Delete", "ServicePrincipal"),
    .appRoleAssigned: AuditedActivity(
      "Add app role assignment to service principal", "ApplicationManagement", "Assign", "ServicePrincipal"),
    .appRoleWithdrawn: AuditedActivity(
      "Remove app role assignment from service principal", "ApplicationManagement", "Unassign", "ServicePrincipal"),
    .permissionGrantCreated: AuditedActivity(
      "Add delegated permission grant", "ApplicationManagement", "Assign", "ServicePrincipal"),
    .permissionGrantDeleted: AuditedActivity(
      "Remove delegated permission grant", "ApplicationManagement", "Unassign", "ServicePrincipal"),
    .policyCreated: AuditedActivity("Add policy", "Policy", "Add", "Policy"),
    .policyChanged: AuditedActivity("Update policy", "Policy", "Update", "Policy"),
    .policyDeleted: AuditedActivity("Delete policy", "Policy", "Delete", "Policy"),
    .domainUpdated: AuditedActivity("Set domain password policy", "DirectoryManagement", "Update", "Directory"),
  ]
}

extension TenantState {
  /// The rows of the directory's audit log that can be seen now, the newest first. Without a P1 plan it reaches back
  /// seven days, with one thirty.
  var directoryAudits: [JSONObject] {
    let oldest = now - .seconds((hasPlan("AAD_PREMIUM") ? 30 : 7) * 86_400)
    return effects.enumerated().reversed().compactMap { index, effect in
      guard let activity = AuditedActivity.of(effect.kind), effect.at >= oldest, effect.at + lags.audit <= now else {
        return nil
      }
      return row(effect, activity, number: index)
    }
  }

  private func row(_ effect: Effect, _ activity: AuditedActivity, number: Int) -> JSONObject {
    let id = IdentifierSource.derivedGUID(
      "audit \(number) \(effect.kind.rawValue) \(effect.target) \(effect.at.iso8601)")
    return [
      "id": .string("Directory_\(id)"), "activityDateTime": .string(effect.at.iso8601),
      "activityDisplayName": .string(activity.name), "category": .string(activity.category),
      "correlationId": .string(id), "loggedByService": "Core Directory",
      "operationType": .string(activity.operation), "result": "success", "resultReason": "", "additionalDetails": [],
      "initiatedBy": [
        "user": .null,
        "app": [
          "appId": .string(application.clientID), "displayName": .string(application.displayName),
          "servicePrincipalId": .string(application.servicePrincipalID), "servicePrincipalName": .null,
        ],
      ],
      "targetResources": [
        [
          "id": .optional(effect.targetID), "displayName": .string(effect.target), "type": .string(activity.target),
          "userPrincipalName": .optional(effect.targetID.flatMap { users[$0]?.userPrincipalName }),
          "groupType": .null, "modifiedProperties": [],
        ]
      ],
    ]
  }
}
