import AdminCore

extension TenantState {
  /// The whole user; `$select` decides what of it is shown.
  func json(_ user: User) -> JSONObject {
    var object: JSONObject = [
      "id": .string(user.id), "displayName": .string(user.displayName),
      "userPrincipalName": .string(user.deletedAt == nil ? user.userPrincipalName : user.nameWhenDeleted),
      "mail": .optional(mail(of: user)), "mailNickname": .string(user.mailNickname),
      "accountEnabled": .bool(user.isEnabled), "userType": .string(user.isGuest ? "Guest" : "Member"),
      "usageLocation": .optional(user.usageLocation), "createdDateTime": .string(user.createdAt.iso8601Seconds),
      "deletedDateTime": .optional(user.deletedAt?.iso8601Seconds),
      "externalUserState": user.isGuest ? "Accepted" : .null,
      "lastPasswordChangeDateTime": .string(user.passwordChangedAt.iso8601Seconds),
      "signInSessionsValidFromDateTime": .string(user.sessionsValidFrom.iso8601Seconds),
      "onPremisesSyncEnabled": user.isSynchronized ? true : .null, "onPremisesImmutableId": .null,
      "onPremisesLastSyncDateTime": user.isSynchronized ? .string(user.createdAt.iso8601Seconds) : .null,
      // A password is written only; what is read is whether it must be changed.
      "passwordProfile": .null, "proxyAddresses": .strings(proxyAddresses(of: user)),
      "assignedLicenses": .array(user.licenses.map(\.json)), "assignedPlans": .array(assignedPlans(of: user)),
      "licenseAssignmentStates": .array(user.licenses.map(\.stateJSON)),
    ]
    for name in DirectoryModel.plainUserProperties.sorted() { object[name] = user.profile[name] ?? .null }
    for name in ["businessPhones", "otherMails"] where object[name] == .null { object[name] = [] }
    return object
  }

  /// A user as part of a list that holds objects of several kinds.
  func taggedJSON(_ user: User) -> JSONObject {
    JSONObject([JSONObject.Member(key: "@odata.type", value: "#microsoft.graph.user")]).merging(json(user))
  }

  func json(_ group: Group) -> JSONObject {
    let address = address(of: group)
    return [
      "id": .string(group.id), "deletedDateTime": .null, "createdDateTime": .string(group.createdAt.iso8601Seconds),
      "description": .optional(group.description), "displayName": .string(group.displayName),
      "groupTypes": group.kind == .microsoft365 ? ["Unified"] : [], "mail": .optional(address),
      "mailEnabled": .bool(group.kind != .security), "mailNickname": .string(group.mailNickname),
      "proxyAddresses": .strings(address.map { ["SMTP:" + $0] } ?? []),
      "resourceProvisioningOptions": group.hasTeam ? ["Team"] : [],
      "securityEnabled": .bool(group.kind == .security),
      "visibility": group.kind == .microsoft365 ? .string(group.visibility) : .null,
    ]
  }

  func taggedJSON(_ group: Group) -> JSONObject {
    JSONObject([JSONObject.Member(key: "@odata.type", value: "#microsoft.graph.group")]).merging(json(group))
  }

  func teamJSON(_ group: Group) -> JSONObject {
    [
      "id": .string(group.id), "createdDateTime": .string(group.createdAt.iso8601Seconds),
      "displayName": .string(group.displayName), "description": .optional(group.description), "isArchived": false,
      "tenantId": .string(organization.tenantID), "visibility": .string(group.visibility.lowercased()),
      "webUrl": .string(
        "https://teams.microsoft.com/l/team/\(group.id)/conversations?groupId=\(group.id)"
          + "&tenantId=\(organization.tenantID)"),
    ]
  }

  func json(_ assignment: AppRoleAssignment) -> JSONObject {
    [
      "id": .string(assignment.id), "deletedDateTime": .null, "appRoleId": .string(assignment.appRoleID),
      "createdDateTime": .string(assignment.createdAt.iso8601Seconds),
      "principalDisplayName": .optional(servicePrincipals[assignment.principalID]?.displayName),
      "principalId": .string(assignment.principalID), "principalType": "ServicePrincipal",
      "resourceDisplayName": .optional(servicePrincipals[assignment.resourceID]?.displayName),
      "resourceId": .string(assignment.resourceID),
    ]
  }
}

extension User.License {
  fileprivate var json: JSONValue {
    ["disabledPlans": .strings(disabledPlans), "skuId": .string(skuID)]
  }

  fileprivate var stateJSON: JSONValue {
    [
      "skuId": .string(skuID), "disabledPlans": .strings(disabledPlans), "assignedByGroup": .null, "state": "Active",
      "error": "None", "lastUpdatedDateTime": .string(assignedAt.iso8601Seconds),
    ]
  }
}
