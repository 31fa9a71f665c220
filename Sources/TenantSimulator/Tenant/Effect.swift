import AdminCore

/// Something that changed in the tenant because a client asked for it: what tests count to prove that nothing happened
/// twice.
struct Effect: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case userCreated, userUpdated, userDeleted, userRestored, userPurged, managerChanged, sessionsRevoked
    case licensesAssigned
    case mailboxSettingsChanged
    case draftCreated, draftChanged, messageDeleted, attachmentAdded, mailSent
    case inboxRuleCreated, inboxRuleChanged, inboxRuleDeleted, mailForwarded, forwardBlocked
    case mailboxChanged, mailboxConverted, archiveChanged, mailboxRightGranted, mailboxRightRevoked
    case distributionMemberAdded, distributionMemberRemoved
    case organizationChanged, organizationCustomized, auditLogChanged, transportChanged, remoteDomainChanged
    case outboundPolicyChanged, dkimChanged, transportRuleChanged, journalRuleChanged, connectorChanged
    case retentionChanged, retentionApplied, addInDeployed, addInChanged, addInRemoved
    case roleAssigned, roleWithdrawn, invitationSent
    case policyCreated, policyChanged, policyDeleted, domainUpdated, tenantSettingChanged
    case servicePrincipalCreated, servicePrincipalUpdated, servicePrincipalDeleted
    case appRoleAssigned, appRoleWithdrawn, permissionGrantCreated, permissionGrantChanged, permissionGrantDeleted
    case planCreated, planUpdated, planDeleted, bucketCreated, bucketDeleted
    case subscriptionCreated, subscriptionRenewed, subscriptionReauthorized, subscriptionDeleted
    case externalConnectionCreated, externalSchemaRegistered, externalConnectionDeleted
    case groupCreated, groupUpdated, groupDeleted, groupRestored, groupRenewed, groupLicensesAssigned
    case groupMemberAdded, groupMemberRemoved, groupOwnerAdded, groupOwnerRemoved
    case groupSettingCreated, groupSettingChanged, groupSettingDeleted
    case teamCreated, teamUpdated, teamArchived, teamUnarchived
    case channelCreated, channelUpdated, channelDeleted, channelMemberAdded
    case sitePermissionGranted, sitePermissionRemoved, listCreated, listDeleted, listColumnCreated
    case folderCreated, itemShared, itemUnshared
    case tabCreated, tabUpdated, tabDeleted, appInstalled, appRemoved
  }

  let kind: Kind
  /// What it happened to: a name a person recognises.
  let target: String
  /// The id of that, where it has one in the directory.
  var targetID: String?
  let at: Timestamp

  var json: JSONValue {
    ["kind": .string(kind.rawValue), "target": .string(target), "at": .string(at.iso8601)]
  }
}
