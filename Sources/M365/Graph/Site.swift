package import AdminCore

/// A site of SharePoint.
package struct Site: Hashable, Sendable {
  package let id: String
  package let displayName: String
  package let webURL: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? ""
    webURL = json.text("webUrl") ?? ""
  }
}

/// Where files lie.
package struct Drive: Hashable, Sendable {
  package let id: String
  package let name: String
  package let webURL: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    name = json.text("name") ?? ""
    webURL = json.text("webUrl") ?? ""
  }
}

/// A file or a folder.
package struct DriveItem: Hashable, Sendable {
  package let id: String
  package let name: String
  package let webURL: String
  package let driveID: String?
  package let isFolder: Bool

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    name = json.text("name") ?? ""
    webURL = json.text("webUrl") ?? ""
    driveID = json.object("parentReference")?.text("driveId")
    isFolder = json.object("folder") != nil
  }
}

/// A list of a site.
package struct SiteList: Hashable, Sendable {
  package let id: String
  package let displayName: String
  package let webURL: String
  package let template: String?
  package let isHidden: Bool

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? json.text("name") ?? ""
    webURL = json.text("webUrl") ?? ""
    template = json.object("list")?.text("template")
    isHidden = json.object("list")?.flag("hidden") ?? false
  }
}

/// A column that a list has.
package struct SiteListColumn: Hashable, Sendable {
  package let name: String
  package let displayName: String
  /// `nil` for one that no `NewSiteList` can have, such as a lookup.
  package let kind: NewSiteList.Column.Kind?
  package let isRequired: Bool

  package init?(_ json: JSONObject) {
    guard let name = json.text("name") else { return nil }
    self.name = name
    displayName = json.text("displayName") ?? name
    kind = NewSiteList.Column.Kind(column: json)
    isRequired = json.flag("required") ?? false
  }
}

/// A list to be made.
package struct NewSiteList: Sendable {
  package struct Column: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case text
      /// Text of several lines.
      case note
      case number
      case dateTime
      case boolean
      case choice([String])
      case person
      case link
    }

    package let name: String
    package let kind: Kind
    package var isRequired = false

    package init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }

    fileprivate var json: JSONValue {
      let (facet, value): (String, JSONValue) =
        switch kind {
        case .text: ("text", [:])
        case .note: ("text", ["allowMultipleLines": true])
        case .number: ("number", [:])
        case .dateTime: ("dateTime", [:])
        case .boolean: ("boolean", [:])
        case .choice(let choices): ("choice", ["choices": .strings(choices)])
        case .person: ("personOrGroup", [:])
        case .link: ("hyperlinkOrPicture", ["isPicture": false])
        }
      var object: JSONObject = ["name": .string(name)]
      object[facet] = value
      if isRequired { object["required"] = true }
      return .object(object)
    }
  }

  package var displayName: String
  package var description: String?
  package var template = "genericList"
  package var columns: [Column]

  package init(displayName: String, columns: [Column] = []) {
    self.displayName = displayName
    self.columns = columns
  }

  var json: JSONValue {
    var body: JSONObject = ["displayName": .string(displayName), "list": ["template": .string(template)]]
    if let description, !description.isEmpty { body["description"] = .string(description) }
    if !columns.isEmpty { body["columns"] = .array(columns.map(\.json)) }
    return .object(body)
  }
}

extension NewSiteList.Column.Kind {
  private static let plain: [String: NewSiteList.Column.Kind] = [
    "number": .number, "dateTime": .dateTime, "boolean": .boolean, "personOrGroup": .person,
  ]

  /// By the one facet that says what a column holds.
  fileprivate init?(column json: JSONObject) {
    if let text = json.object("text") {
      self = text.flag("allowMultipleLines") == true ? .note : .text
    } else if let choice = json.object("choice") {
      self = .choice(choice.texts("choices"))
    } else if let link = json.object("hyperlinkOrPicture"), link.flag("isPicture") != true {
      self = .link
    } else if let facet = Self.plain.first(where: { json.object($0.key) != nil }) {
      self = facet.value
    } else {
      return nil
    }
  }
}

/// That somebody, or an application, may use a site or an item.
package struct SharingPermission: Hashable, Sendable {
  package let id: String
  /// `read`, `write`, `owner`, `fullcontrol`.
  package let roles: [String]
  package let applicationID: String?
  package let userID: String?
  package let email: String?
  package let displayName: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    roles = json.texts("roles")
    let identities = json.objects("grantedToIdentitiesV2") + json.objects("grantedToIdentities")
    let single = [json.object("grantedToV2"), json.object("grantedTo")].compactMap { $0 }
    let all = single + identities
    applicationID = all.lazy.compactMap { $0.object("application")?.text("id") }.first
    userID = all.lazy.compactMap { $0.object("user")?.text("id") }.first
    displayName = all.lazy.compactMap { ($0.object("user") ?? $0.object("application"))?.text("displayName") }.first
    email = json.object("invitation")?.text("email")
  }
}
