import AdminCore

/// Everything a tenant is at one moment. A value: routes are given it to read and change, and `POST /reset` puts the
/// first one back.
struct TenantState: Sendable {
  /// The moment of the request being served.
  var now: Timestamp
  var lags: Lags
  var identifiers: IdentifierSource

  var organization: Organization
  var application: ApplicationRegistration
  var servicePrincipals = Table<ServicePrincipal>()
  var appRoleAssignments = Table<AppRoleAssignment>()
  var permissionGrants = Table<PermissionGrant>()
  /// Applications that were made from templates.
  var madeApplications = Table<Application>()

  var users = Table<User>()
  var deletedUsers = Table<User>()
  var groups = Table<Group>()
  var deletedGroups = Table<Group>()
  /// Settings made from templates, for the whole tenant.
  var directorySettings: [DirectorySetting] = []
  var plans = Table<PlannerPlan>()
  var buckets = Table<PlannerBucket>()
  var subscriptions = Table<Subscription>()
  var externalConnections = Table<ExternalConnection>()
  var externalOperations = Table<ExternalOperation>()
  /// By the path of the setting; what nobody has changed is not in it.
  var settings: [String: TenantSetting.Value] = [:]
  var conditionalAccessPolicies = Table<JSONObject>()
  var timeoutPolicies = Table<JSONObject>()
  var groupLifecycle: GroupLifecyclePolicy?
  var serviceIssues: [ServiceIssue] = []
  var serviceMessages: [ServiceMessage] = []
  var teamsOperations = Table<TeamsOperation>()
  /// Apps that users have for themselves, by the id of the user.
  var personalApps: [String: Table<AppInstallation>] = [:]
  /// By the id of the site.
  var siteContents: [String: SiteContents] = [:]
  /// By the id of the drive.
  var drives: [String: DriveContents] = [:]
  /// Whether what the request being served begins will fail after the answer.
  var isDoomed = false
  var products: [Product] = []

  /// By the id of the owner.
  var mailboxes = Table<Mailbox>()
  var uploads = Table<UploadSession>()
  var transport = MailTransport()
  var exchange = Replicated(ExchangeConfiguration())
  /// Owners of the mailboxes whose kind is about to change.
  var conversions: [String] = []
  /// What the DNS of the world says: CNAME records by name.
  var dns: [String: String] = [:]

  var challenge: ClaimsChallenge?
  /// Ids of client assertions that have served, with the moment from which they may be forgotten.
  var usedAssertions: [String: Timestamp] = [:]

  /// The last of them; all are counted.
  private(set) var effects: [Effect] = []
  private(set) var effectCounts: [Effect.Kind: Int] = [:]

  /// From lower-case sign-in name to id, for the users that are not deleted.
  private(set) var userIDs: [String: String] = [:]

  init(
    now: Timestamp, lags: Lags, seed: UInt64, organization: Organization, application: ApplicationRegistration
  ) {
    self.now = now
    self.lags = lags
    identifiers = IdentifierSource(seed: seed)
    self.organization = organization
    self.application = application
    exchange = Replicated(.standard(for: organization))
  }

  /// Beyond this many, what is only remembered for reports is forgotten, the oldest first.
  static let memory = 10_000

  mutating func record(_ kind: Effect.Kind, _ target: String, id: String? = nil) {
    effects.append(Effect(kind: kind, target: target, targetID: id, at: now))
    if effects.count > Self.memory { effects.removeFirst(Self.memory / 10) }
    effectCounts[kind, default: 0] += 1
  }

  /// A tenant at its start remembers nothing that a client did.
  mutating func forgetEffects() {
    effects = []
    effectCounts = [:]
  }

  // MARK: Users

  /// A user by id or by sign-in name.
  func user(_ key: String) -> User? {
    let key = key.lowercased()
    return users[key] ?? userIDs[key].flatMap { users[$0] }
  }

  mutating func insert(_ user: User) {
    users[user.id] = user
    userIDs[user.userPrincipalName.lowercased()] = user.id
  }

  mutating func remove(userID: String) -> User? {
    guard let user = users[userID] else { return nil }
    users[userID] = nil
    userIDs[user.userPrincipalName.lowercased()] = nil
    return user
  }

  mutating func rename(userID: String, to name: String) {
    guard let user = users[userID] else { return }
    userIDs[user.userPrincipalName.lowercased()] = nil
    userIDs[name.lowercased()] = userID
    users.update(userID) { $0.userPrincipalName = name }
  }

  func requireUser(_ key: String) throws(GraphFailure) -> User {
    guard let user = user(key) else { throw .noSuchResource(key) }
    return user
  }

  /// The same for operations that another replica serves, which learns of a new user a little later.
  func requireReplicatedUser(_ key: String) throws(GraphFailure) -> User {
    let user = try requireUser(key)
    guard isReplicated(user) else { throw .noSuchResource(key) }
    return user
  }

  func isReplicated(_ user: User) -> Bool { user.createdAt + lags.directory <= now }

  // MARK: Addresses

  /// `SMTP:` for the primary address, `smtp:` for the others.
  func proxyAddresses(of user: User) -> [String] {
    guard let mailbox = mailboxes[user.id], mailbox.readyAt <= now, !mailbox.isInactive else { return [] }
    var addresses = ["SMTP:" + mailbox.address]
    if user.userPrincipalName.lowercased() != mailbox.address.lowercased() {
      addresses.append("smtp:" + user.userPrincipalName)
    }
    if !user.isGuest { addresses.append("smtp:\(user.mailNickname)@\(organization.initialDomain)") }
    return addresses
  }

  func mail(of user: User) -> String? {
    guard let mailbox = mailboxes[user.id], mailbox.readyAt <= now, !mailbox.isInactive else {
      return user.explicitMail
    }
    return mailbox.address
  }

  func address(of group: Group) -> String? {
    group.kind == .security ? nil : "\(group.mailNickname)@\(organization.defaultDomain)"
  }

  /// Whether some object other than `excluding` already receives mail under `address`. What was deleted holds none.
  func isTaken(address: String, excluding id: String? = nil) -> Bool {
    let wanted = address.lowercased()
    return mailboxes.values.contains { mailbox in
      mailbox.ownerID != id && mailbox.address.lowercased() == wanted && users[mailbox.ownerID] != nil
    }
      || groups.values.contains { $0.id != id && self.address(of: $0)?.lowercased() == wanted }
  }

  /// The active mailbox that receives mail for `address`.
  func mailboxID(forAddress address: String) -> String? {
    let wanted = address.lowercased()
    let found = mailboxes.values.first { $0.address.lowercased() == wanted && !$0.isInactive }
    return found?.ownerID ?? user(wanted).flatMap { mailboxes[$0.id] }.flatMap { $0.isInactive ? nil : $0.ownerID }
  }
}
