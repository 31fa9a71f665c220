import AdminCore

/// That somebody is told of changes to a resource.
struct Subscription: Sendable {
  let id: String
  let resource: String
  let changeType: String
  var notificationURL: String
  let lifecycleURL: String?
  let clientState: String?
  var expiresAt: Timestamp
  let applicationID: String

  /// - Parameter tellsSecret: the client state is told to whoever makes the subscription and to nobody afterwards.
  func json(tellsSecret: Bool) -> JSONObject {
    var object: JSONObject = [
      "id": .string(id), "resource": .string(resource), "changeType": .string(changeType),
      "notificationUrl": .string(notificationURL), "lifecycleNotificationUrl": .optional(lifecycleURL),
      "clientState": .optional(tellsSecret ? clientState : nil),
      "expirationDateTime": .string(expiresAt.iso8601), "applicationId": .string(applicationID),
      "creatorId": .string(applicationID), "latestSupportedTlsVersion": "v1_2",
    ]
    for name in [
      "includeResourceData", "encryptionCertificate", "encryptionCertificateId", "notificationQueryOptions",
      "notificationUrlAppId",
    ] { object[name] = .null }
    return object
  }
}

/// A kind of resource that can be watched.
struct SubscribableResource: Sendable {
  /// The parts of its path; a star stands for a key.
  let path: [String]
  let permissions: [String]
  let maximumMinutes: Int
  let changes: Set<String>

  private static let everyChange: Set<String> = ["created", "updated", "deleted"]

  private init(_ path: String, _ permissions: [String], minutes: Int, changes: Set<String> = everyChange) {
    self.path = path.split(separator: "/").map(String.init)
    self.permissions = permissions
    maximumMinutes = minutes
    self.changes = changes
  }

  private static let users = ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
  private static let groups = [
    "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  private static let mail = ["Mail.Read", "Mail.ReadWrite", "Mail.ReadBasic.All"]
  private static let files = ["Files.Read.All", "Files.ReadWrite.All"]
  private static let sites = ["Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"]

  static let all = [
    SubscribableResource("users", users, minutes: 41_760), SubscribableResource("users/*", users, minutes: 41_760),
    SubscribableResource("groups", groups, minutes: 41_760), SubscribableResource("groups/*", groups, minutes: 41_760),
    SubscribableResource("groups/*/members", groups, minutes: 41_760),
    SubscribableResource("users/*/messages", mail, minutes: 10_080),
    SubscribableResource("users/*/mailFolders/*/messages", mail, minutes: 10_080),
    SubscribableResource("drives/*/root", files, minutes: 42_300, changes: ["updated"]),
    SubscribableResource("users/*/drive/root", files, minutes: 42_300, changes: ["updated"]),
    SubscribableResource("groups/*/drive/root", files + sites, minutes: 42_300, changes: ["updated"]),
    SubscribableResource("sites/*/lists/*", sites, minutes: 42_300, changes: ["updated"]),
  ]

  static func find(_ resource: String) -> SubscribableResource? {
    guard let segments = try? PathSegment.split(resource) else { return nil }
    let parts = segments.compactMap { segment -> String? in
      if case .plain(let text) = segment { text } else { nil }
    }
    guard parts.count == segments.count else { return nil }
    return all.first { known in
      known.path.count == parts.count
        && zip(known.path, parts).allSatisfy { $0 == "*" || $0.lowercased() == $1.lowercased() }
    }
  }
}
