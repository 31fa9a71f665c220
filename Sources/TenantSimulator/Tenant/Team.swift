import AdminCore

/// What makes a team of a group: settings, channels and apps. Its people are those of the group.
struct Team: Sendable {
  let createdAt: Timestamp
  /// From when on it can be found.
  var readyAt: Timestamp
  /// From when on channels can be made in it.
  var channelsOpenAt: Timestamp
  var isArchived = false
  /// `memberSettings`, `guestSettings`, `messagingSettings` and `funSettings`.
  var settings = Team.standardSettings
  var channels = Table<Channel>()
  /// Names that deleted channels still hold.
  var deletedChannels: [(name: String, at: Timestamp)] = []
  var apps = Table<AppInstallation>()
  /// When Teams learns of somebody who joined the group and not the team.
  var knownFrom: [String: Timestamp] = [:]

  static let settingNames = ["memberSettings", "guestSettings", "messagingSettings", "funSettings"]

  static let standardSettings: JSONObject = [
    "memberSettings": [
      "allowCreateUpdateChannels": true, "allowCreatePrivateChannels": true, "allowDeleteChannels": true,
      "allowAddRemoveApps": true, "allowCreateUpdateRemoveTabs": true, "allowCreateUpdateRemoveConnectors": true,
    ],
    "guestSettings": ["allowCreateUpdateChannels": false, "allowDeleteChannels": false],
    "messagingSettings": [
      "allowUserEditMessages": true, "allowUserDeleteMessages": true, "allowOwnerDeleteMessages": true,
      "allowTeamMentions": true, "allowChannelMentions": true,
    ],
    "funSettings": [
      "allowGiphy": true, "giphyContentRating": "moderate", "allowStickersAndMemes": true, "allowCustomMemes": true,
    ],
  ]

  /// Takes in the settings that `body` names, and of those only the members it names.
  mutating func change(by body: JSONObject) {
    for name in Self.settingNames {
      guard let changes = body[name]?.objectValue else { continue }
      settings[name] = .object((settings[name]?.objectValue ?? [:]).merging(changes))
    }
  }

  /// The channel everybody is in.
  var primaryChannel: Channel? { channels.values.first }

  /// A name is free when no channel has it, nor one that was deleted in the last thirty days.
  func isFree(channelName name: String, now: Timestamp, excluding id: String? = nil) -> Bool {
    let wanted = name.lowercased()
    return !channels.values.contains { $0.id != id && $0.displayName.lowercased() == wanted }
      && !deletedChannels.contains { $0.name.lowercased() == wanted && $0.at + .seconds(30 * 86_400) > now }
  }
}

struct Channel: Sendable {
  enum Membership: String, Sendable, CaseIterable {
    case standard
    case `private`
    case shared
  }

  struct Person: Sendable {
    let userID: String
    var isOwner: Bool
  }

  let id: String
  var displayName: String
  var description: String?
  let membership: Membership
  let createdAt: Timestamp
  /// From when on it can be found: a shared one is made after the answer.
  var readyAt: Timestamp
  /// From when on it has a folder for files.
  var folderReadyAt: Timestamp
  /// Of a private or shared one; everybody in the team is in a standard one.
  var people: [Person] = []
  var tabs = Table<Tab>()

  /// The id of its folder in the drive of its site.
  var folderID: String { "01" + IdentifierSource.derivedGUID("folder \(id)").filter { $0 != "-" }.uppercased() }
}

struct Tab: Sendable {
  let id: String
  var displayName: String
  let appID: String
  var configuration: JSONObject
}

/// An app of the catalogue in a team, or on the desk of a user.
struct AppInstallation: Sendable {
  let id: String
  let appID: String
}

/// An app of the catalogue of Teams.
struct TeamsApp: Sendable {
  let id: String
  let externalID: String?
  let displayName: String
  /// `store` or `organization`.
  let distribution: String
  let version: String

  static let website = "com.microsoft.teamspace.tab.web"
  static let planner = "com.microsoft.teamspace.tab.planner"
  static let library = "com.microsoft.teamspace.tab.files.sharepoint"

  /// A few of Microsoft's, under the ids Microsoft gave them, and one of the company's own.
  static let catalog = [
    TeamsApp(id: website, externalID: nil, displayName: "Website", distribution: "store", version: "1.0.1"),
    TeamsApp(id: planner, externalID: nil, displayName: "Planner", distribution: "store", version: "2.0.0"),
    TeamsApp(id: library, externalID: nil, displayName: "Document Library", distribution: "store", version: "1.0.0"),
    TeamsApp(
      id: "2a527703-1f6f-4559-a332-d8a7d288cd88", externalID: "2a527703-1f6f-4559-a332-d8a7d288cd88",
      displayName: "SharePoint", distribution: "store", version: "4.0.0"),
    TeamsApp(
      id: IdentifierSource.derivedGUID("teams app Closing Checklist"),
      externalID: "6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a10", displayName: "Closing Checklist",
      distribution: "organization", version: "1.2.0"),
  ]

  /// What every new team has.
  static let builtIn = [website, planner, library]

  var json: JSONObject {
    [
      "id": .string(id), "externalId": .optional(externalID), "displayName": .string(displayName),
      "distributionMethod": .string(distribution), "appDefinitions": [.object(definition)],
    ]
  }

  var definition: JSONObject {
    [
      "id": .string(Base64.encode(Array("1##\(id)##\(version)".utf8), .url)), "teamsAppId": .string(id),
      "displayName": .string(displayName), "version": .string(version), "publishingState": "published",
      "shortDescription": .string(displayName), "description": .string(displayName),
      "lastModifiedDateTime": .null, "createdBy": .null,
    ]
  }
}

/// Work that Teams does after it has answered.
struct TeamsOperation: Sendable {
  struct Failure: Sendable {
    let code: String
    let message: String
  }

  let id: String
  let teamID: String
  /// `createTeam`, `createChannel`, `archiveTeam`, `unarchiveTeam`.
  let kind: String
  let createdAt: Timestamp
  let endsAt: Timestamp
  let targetID: String
  let failure: Failure?

  var location: String { "/teams('\(teamID)')/operations('\(id)')" }

  func json(now: Timestamp) -> JSONObject {
    let isDone = endsAt <= now
    let status = isDone ? (failure == nil ? "succeeded" : "failed") : "inProgress"
    return [
      "id": .string(id), "operationType": .string(kind), "createdDateTime": .string(createdAt.iso8601Seconds),
      "status": .string(status), "lastActionDateTime": .string((isDone ? endsAt : createdAt).iso8601Seconds),
      "attemptsCount": 1, "targetResourceId": .string(targetID),
      "targetResourceLocation": .string("/teams('\(teamID)')"),
      "error": isDone
        ? failure.map { ["code": .string($0.code), "message": .string($0.message)] } ?? .null : .null,
    ]
  }
}
