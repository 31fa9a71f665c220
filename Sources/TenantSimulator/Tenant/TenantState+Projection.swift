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
      "externalUserState": user.isGuest ? .string(user.invitationState) : .null,
      "lastPasswordChangeDateTime": .string(user.passwordChangedAt.iso8601Seconds),
      "signInSessionsValidFromDateTime": .string(user.sessionsValidFrom.iso8601Seconds),
      "onPremisesSyncEnabled": user.isSynchronized ? true : .null, "onPremisesImmutableId": .null,
      "onPremisesLastSyncDateTime": user.isSynchronized ? .string(user.createdAt.iso8601Seconds) : .null,
      // A password is written only; what is read is whether it must be changed.
      "passwordProfile": .null, "proxyAddresses": .strings(proxyAddresses(of: user)),
      "assignedLicenses": .array(user.effectiveLicenses.map(\.json)),
      "assignedPlans": .array(assignedPlans(of: user)),
      "licenseAssignmentStates": .array(
        user.licenses.map { $0.stateJSON() }
          + user.inherited.map { $0.license.stateJSON(group: $0.groupID, error: $0.error) }),
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
    let synchronizedAt = group.isSynchronized ? JSONValue.string(group.createdAt.iso8601Seconds) : .null
    return [
      "id": .string(group.id), "deletedDateTime": .optional(group.deletedAt?.iso8601Seconds),
      "createdDateTime": .string(group.createdAt.iso8601Seconds),
      "expirationDateTime": .optional(groupLifecycle?.expiry(of: group)?.iso8601Seconds),
      "renewedDateTime": .string(group.renewedAt.iso8601Seconds),
      "onPremisesSyncEnabled": group.isSynchronized ? true : .null, "onPremisesLastSyncDateTime": synchronizedAt,
      "assignedLicenses": .array(
        group.licenses.map { ["disabledPlans": .strings($0.disabledPlans), "skuId": .string($0.skuID)] }),
      "hasMembersWithLicenseErrors": hasLicenseErrors(group) ? true : .null,
      "licenseProcessingState": .object(processing(group)),
      "description": .optional(group.description), "displayName": .string(group.displayName),
      "groupTypes": .strings(
        (group.kind == .microsoft365 ? ["Unified"] : []) + (group.isDynamic ? ["DynamicMembership"] : [])),
      "mail": .optional(address),
      "mailEnabled": .bool(group.kind != .security), "mailNickname": .string(group.mailNickname),
      "proxyAddresses": .strings(address.map { ["SMTP:" + $0] } ?? []),
      "resourceProvisioningOptions": group.hasTeam ? ["Team"] : [],
      "securityEnabled": .bool(group.kind == .security),
      "visibility": group.kind == .microsoft365 ? .string(group.visibility) : .null,
    ]
  }

  private func processing(_ group: Group) -> JSONObject {
    let isPending = group.licenses.contains { $0.assignedAt + lags.directory > now }
    return ["state": isPending ? "QueuedForProcessing" : "ProcessingComplete"]
  }

  func taggedJSON(_ group: Group) -> JSONObject {
    JSONObject([JSONObject.Member(key: "@odata.type", value: "#microsoft.graph.group")]).merging(json(group))
  }

  func json(_ assignment: AppRoleAssignment) -> JSONObject {
    [
      "id": .string(assignment.id), "deletedDateTime": .null, "appRoleId": .string(assignment.appRoleID),
      "createdDateTime": .string(assignment.createdAt.iso8601Seconds),
      "principalDisplayName": .optional(
        servicePrincipals[assignment.principalID]?.displayName ?? users[assignment.principalID]?.displayName),
      "principalId": .string(assignment.principalID),
      "principalType": users[assignment.principalID] == nil ? "ServicePrincipal" : "User",
      "resourceDisplayName": .optional(servicePrincipals[assignment.resourceID]?.displayName),
      "resourceId": .string(assignment.resourceID),
    ]
  }
}

extension User.License {
  fileprivate var json: JSONValue {
    ["disabledPlans": .strings(disabledPlans), "skuId": .string(skuID)]
  }

  fileprivate func stateJSON(group: String? = nil, error: String? = nil) -> JSONValue {
    [
      "skuId": .string(skuID), "disabledPlans": .strings(disabledPlans), "assignedByGroup": .optional(group),
      "state": error == nil ? "Active" : "Error", "error": .string(error ?? "None"),
      "lastUpdatedDateTime": .string(assignedAt.iso8601Seconds),
    ]
  }
}
