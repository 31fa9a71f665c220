import AdminCore

/// A user of the directory.
struct User: Sendable {
  struct License: Sendable, Hashable {
    let skuID: String
    var disabledPlans: [String]
    var assignedAt: Timestamp
  }

  let id: String
  var userPrincipalName: String
  var displayName: String
  var mailNickname: String
  var isEnabled = true
  var isGuest = false
  var usageLocation: String?
  /// Of the password only the hash is kept; the simulator never shows one again.
  var passwordHash: [UInt8] = []
  var mustChangePassword = false
  var passwordChangedAt: Timestamp
  var sessionsValidFrom: Timestamp
  /// `DirectoryModel.plainUserProperties`, as far as they are set.
  var profile = JSONObject()
  /// Set by a client for a user without a mailbox; with one, Exchange decides.
  var explicitMail: String?
  let createdAt: Timestamp
  var managerID: String?
  var licenses: [License] = []
  /// Names of directory roles (`Global Administrator`); applications may not touch whoever holds one.
  var roles: [String] = []
  var isSynchronized = false
  var deletedAt: Timestamp?

  /// The name a deleted user is kept under: its id without dashes before the name it had.
  var nameWhenDeleted: String { id.replacing("-", with: "") + userPrincipalName }
}

/// A group, with or without a team.
struct Group: Sendable {
  enum Kind: Sendable {
    case microsoft365
    case security
    case distribution
  }

  let id: String
  var displayName: String
  var description: String?
  var mailNickname: String
  var kind: Kind
  var visibility: String
  var hasTeam: Bool
  var owners: [String]
  var members: [String]
  let createdAt: Timestamp
}
