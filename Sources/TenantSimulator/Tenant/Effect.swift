import AdminCore

/// Something that changed in the tenant because a client asked for it: what tests count to prove that nothing happened
/// twice.
struct Effect: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case userCreated, userUpdated, userDeleted, userRestored, userPurged, managerChanged, sessionsRevoked
    case licensesAssigned
    case mailboxSettingsChanged
    case draftCreated, draftChanged, messageDeleted, attachmentAdded, mailSent
    case servicePrincipalCreated
  }

  let kind: Kind
  /// What it happened to: a name a person recognises.
  let target: String
  let at: Timestamp

  var json: JSONValue {
    ["kind": .string(kind.rawValue), "target": .string(target), "at": .string(at.iso8601)]
  }
}
