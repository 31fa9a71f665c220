import AdminCore

/// A site of SharePoint: the root, or that of a Microsoft 365 group.
struct Site: Sendable {
  let id: String
  let path: String
  let displayName: String
  let webURL: String
  let createdAt: Timestamp
  /// From when on it can be found.
  let readyAt: Timestamp
  /// The drive of its library.
  let driveID: String

  var json: JSONObject {
    [
      "id": .string(id), "createdDateTime": .string(createdAt.iso8601Seconds), "description": "",
      "lastModifiedDateTime": .string(createdAt.iso8601Seconds),
      "name": .string(String(path.split(separator: "/").last ?? "")), "webUrl": .string(webURL),
      "displayName": .string(displayName), "root": [:],
      "siteCollection": ["hostname": .string(String(id.prefix { $0 != "," }))],
    ]
  }
}

/// What somebody has put into a site.
struct SiteContents: Sendable {
  var lists = Table<SiteList>()
  var permissions = Table<SharingPermission>()
}

struct SiteList: Sendable {
  let id: String
  var displayName: String
  var description: String
  let template: String
  let createdAt: Timestamp
  var columns: [JSONObject]
}

/// Where files lie: the library of a site, or what a user has.
struct Drive: Sendable {
  enum Owner: Sendable {
    case site(Site)
    case user(User)
  }

  let id: String
  let owner: Owner
  let webURL: String

  var rootID: String { DriveItem.id("root \(id)") }
}

/// What somebody has put into a drive, and whom it is shared with.
struct DriveContents: Sendable {
  var items = Table<DriveItem>()
  /// By the id of the item.
  var permissions: [String: Table<SharingPermission>] = [:]
}

struct DriveItem: Sendable {
  let id: String
  var name: String
  let parentID: String?
  let isFolder: Bool
  let createdAt: Timestamp

  static func id(_ text: String) -> String {
    "01" + IdentifierSource.derivedGUID(text).filter { $0 != "-" }.uppercased()
  }
}

/// That somebody or some application may use a site or an item.
struct SharingPermission: Sendable {
  enum Grantee: Sendable {
    case application(id: String, name: String?)
    case user(id: String?, name: String, email: String)
  }

  let id: String
  let grantee: Grantee
  var roles: [String]
  var requiresSignIn = true
  var expiresAt: String?

  var json: JSONObject {
    var object: JSONObject = ["id": .string(id), "roles": .strings(roles)]
    switch grantee {
    case .application(let id, let name):
      let identity: JSONValue = ["application": ["id": .string(id), "displayName": .optional(name)]]
      object["grantedToIdentities"] = [identity]
      object["grantedToIdentitiesV2"] = [identity]
    case .user(let id, let name, let email):
      let identity: JSONValue = ["user": ["id": .optional(id), "displayName": .string(name)]]
      object["grantedTo"] = identity
      object["grantedToV2"] = identity
      object["invitation"] = ["email": .string(email), "signInRequired": .bool(requiresSignIn)]
    }
    if let expiresAt { object["expirationDateTime"] = .string(expiresAt) }
    return object
  }
}
