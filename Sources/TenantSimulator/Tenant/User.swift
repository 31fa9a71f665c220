import AdminCore

/// A user of the directory.
struct User: Sendable {
  struct License: Sendable, Hashable {
    let skuID: String
    var disabledPlans: [String]
    var assignedAt: Timestamp
  }

  /// What a group gives its member.
  struct InheritedLicense: Sendable, Hashable {
    let groupID: String
    var license: License
    /// Why it could not be given: `CountViolation` and others.
    var error: String?

    var key: String { "\(groupID) \(license.skuID)" }
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
  /// Given to the user directly.
  var licenses: [License] = []
  var inherited: [InheritedLicense] = []
  /// Names of directory roles (`Global Administrator`); applications may not touch whoever holds one.
  var roles: [String] = []
  var isSynchronized = false
  /// Of a guest: `PendingAcceptance` or `Accepted`.
  var invitationState = "Accepted"
  var deletedAt: Timestamp?

  /// What the user has, whichever way it came; a product counts once.
  var effectiveLicenses: [License] {
    inherited.filter { $0.error == nil }.reduce(into: licenses) { licenses, inherited in
      if !licenses.contains(where: { $0.skuID == inherited.license.skuID }) { licenses.append(inherited.license) }
    }
  }

  /// The name a deleted user is kept under: its id without dashes before the name it had.
  var nameWhenDeleted: String { id.replacing("-", with: "") + userPrincipalName }
}
