import AdminCore

/// A group, with or without a team.
struct Group: Sendable {
  enum Kind: Sendable {
    case microsoft365
    case security
    case distribution
  }

  struct License: Sendable, Hashable {
    let skuID: String
    var disabledPlans: [String]
    var assignedAt: Timestamp
  }

  let id: String
  var displayName: String
  var description: String?
  var mailNickname: String
  var kind: Kind
  /// `Private`, `Public` or `HiddenMembership`.
  var visibility: String
  /// Ids of users.
  var owners: [String]
  /// Ids of users, and in a security group of groups too.
  var members: [String]
  let createdAt: Timestamp
  var renewedAt: Timestamp
  var deletedAt: Timestamp?
  var isSynchronized = false
  /// A rule decides who is in it.
  var isDynamic = false
  var licenses: [License] = []
  /// Settings made from the template for guests.
  var settings: [DirectorySetting] = []
  var team: Team?

  init(
    id: String, displayName: String, mailNickname: String, kind: Kind, visibility: String, owners: [String] = [],
    members: [String] = [], createdAt: Timestamp
  ) {
    self.id = id
    self.displayName = displayName
    self.mailNickname = mailNickname
    self.kind = kind
    self.visibility = visibility
    self.owners = owners
    self.members = members
    self.createdAt = createdAt
    renewedAt = createdAt
  }

  var hasTeam: Bool { team != nil }

  /// Everybody in it, each once.
  var people: [String] { owners + members.filter { !owners.contains($0) } }
}

/// Settings that were made from a template: texts by name, booleans and numbers as texts.
struct DirectorySetting: Sendable {
  let id: String
  let template: DirectorySettingTemplate
  var values: [String: String]

  /// The value, as it was set or as the template has it.
  subscript(name: String) -> String {
    values[name] ?? template.values.first { $0.name == name }?.standard ?? ""
  }

  func isTrue(_ name: String) -> Bool { self[name].lowercased() == "true" }

  var json: JSONObject {
    [
      "id": .string(id), "displayName": .string(template.displayName), "templateId": .string(template.id),
      "values": .array(template.values.map { ["name": .string($0.name), "value": .string(self[$0.name])] }),
    ]
  }
}

/// A template of the directory: the names it has, with their types and usual values.
struct DirectorySettingTemplate: Sendable {
  struct Value: Sendable {
    let name: String
    /// `System.Boolean`, `System.String`, `System.Guid` or `System.Int32`.
    let type: String
    let standard: String

    init(_ name: String, _ type: String, _ standard: String) {
      self.name = name
      self.type = "System." + type
      self.standard = standard
    }

    func accepts(_ text: String) -> Bool {
      switch type {
      case "System.Boolean": ["true", "false"].contains(text.lowercased())
      case "System.Int32": Int32(text) != nil
      case "System.Guid": text.isEmpty || GUID(text) != nil
      default: true
      }
    }
  }

  let id: String
  let displayName: String
  let description: String
  let values: [Value]

  static let all = [groups, guests, passwords]

  /// For the whole tenant.
  static let groups = DirectorySettingTemplate(
    id: "62375ab9-6b52-47ed-826b-58e47e0e304b", displayName: "Group.Unified",
    description: "Setting templates define the different settings that can be used for the associated Microsoft 365 "
      + "groups.",
    values: [
      Value("NewUnifiedGroupWritebackDefault", "Boolean", "true"), Value("EnableMIPLabels", "Boolean", "false"),
      Value("CustomBlockedWordsList", "String", ""), Value("EnableMSStandardBlockedWords", "Boolean", "false"),
      Value("ClassificationDescriptions", "String", ""), Value("DefaultClassification", "String", ""),
      Value("PrefixSuffixNamingRequirement", "String", ""), Value("AllowGuestsToBeGroupOwner", "Boolean", "false"),
      Value("AllowGuestsToAccessGroups", "Boolean", "true"), Value("GuestUsageGuidelinesUrl", "String", ""),
      Value("GroupCreationAllowedGroupId", "Guid", ""), Value("AllowToAddGuests", "Boolean", "true"),
      Value("UsageGuidelinesUrl", "String", ""), Value("ClassificationList", "String", ""),
      Value("EnableGroupCreation", "Boolean", "true"),
    ])

  /// For one group.
  static let guests = DirectorySettingTemplate(
    id: "08d542b9-071f-4e16-94b0-74abb372e3d9", displayName: "Group.Unified.Guest",
    description: "Settings for a specific Microsoft 365 group.",
    values: [Value("AllowToAddGuests", "Boolean", "true")])

  /// For the whole tenant.
  static let passwords = DirectorySettingTemplate(
    id: "5cf42378-d67d-4f36-ba46-e8b86229381d", displayName: "Password Rule Settings",
    description: "Settings for password protection and smart lockout.",
    values: [
      Value("BannedPasswordCheckOnPremisesMode", "String", "Audit"),
      Value("EnableBannedPasswordCheckOnPremises", "Boolean", "true"),
      Value("EnableBannedPasswordCheck", "Boolean", "false"), Value("LockoutDurationInSeconds", "Int32", "60"),
      Value("LockoutThreshold", "Int32", "10"), Value("BannedPasswordList", "String", ""),
    ])

  var json: JSONObject {
    [
      "id": .string(id), "deletedDateTime": .null, "displayName": .string(displayName),
      "description": .string(description),
      "values": .array(
        values.map { value in
          [
            "name": .string(value.name), "type": .string(value.type), "defaultValue": .string(value.standard),
            "description": .string("\(value.name) of \(displayName)."),
          ]
        }),
    ]
  }
}
