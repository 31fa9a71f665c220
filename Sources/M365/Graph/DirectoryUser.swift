package import AdminCore

/// A user of the tenant, as far as it was asked for: what was not selected is `nil` or empty.
package struct DirectoryUser: Hashable, Sendable {
  package struct Plan: Hashable, Sendable {
    package let service: String
    package let status: String
  }

  /// A licence with the plans of it that are switched off. Given back as it is, it is what it was.
  package struct AssignedLicense: Hashable, Sendable {
    /// In lower case.
    package let sku: String
    package let disabledPlans: [String]

    package init(sku: String, disabledPlans: [String] = []) {
      self.sku = sku
      self.disabledPlans = disabledPlans
    }
  }

  /// What has come of one licence of the user.
  package struct LicenseState: Hashable, Sendable {
    package let sku: String
    /// `Active`, `ActiveWithError`, `Disabled` or `Error`.
    package let state: String
    /// `None`, `CountViolation`, `MutuallyExclusiveViolation`, `DependencyViolation` and others.
    package let error: String?
    /// The group that the licence came with.
    package let group: String?
  }

  package let id: String
  package let userPrincipalName: String
  package let displayName: String?
  package let givenName: String?
  package let surname: String?
  package let mail: String?
  package let mailNickname: String?
  package let proxyAddresses: [String]
  package let isEnabled: Bool?
  package let department: String?
  package let jobTitle: String?
  package let usageLocation: String?
  /// `Member` or `Guest`.
  package let userType: String?
  package let createdAt: Timestamp?
  package let deletedAt: Timestamp?
  package let assignedLicenses: [AssignedLicense]
  package let licenseStates: [LicenseState]
  package let plans: [Plan]
  /// Whether the user is kept by a directory on premises and cannot be changed here.
  package let isSynchronized: Bool

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let name = json.text("userPrincipalName") else { return nil }
    self.id = id
    userPrincipalName = name
    displayName = json.text("displayName")
    givenName = json.text("givenName")
    surname = json.text("surname")
    mail = json.text("mail")
    mailNickname = json.text("mailNickname")
    proxyAddresses = json.texts("proxyAddresses")
    isEnabled = json.flag("accountEnabled")
    department = json.text("department")
    jobTitle = json.text("jobTitle")
    usageLocation = json.text("usageLocation")
    userType = json.text("userType")
    createdAt = json.time("createdDateTime")
    deletedAt = json.time("deletedDateTime")
    assignedLicenses = json.objects("assignedLicenses").compactMap { license in
      license.text("skuId").map {
        AssignedLicense(sku: $0.lowercased(), disabledPlans: license.texts("disabledPlans"))
      }
    }
    licenseStates = json.objects("licenseAssignmentStates").map {
      LicenseState(
        sku: $0.text("skuId")?.lowercased() ?? "", state: $0.text("state") ?? "", error: $0.text("error"),
        group: $0.text("assignedByGroup"))
    }
    plans = json.objects("assignedPlans").map {
      Plan(service: $0.text("service") ?? "", status: $0.text("capabilityStatus") ?? "")
    }
    isSynchronized = json.flag("onPremisesSyncEnabled") ?? false
  }

  package var reference: UserReference { UserReference(id) }

  /// Ids of the assigned SKUs, in lower case.
  package var licenses: [String] { assignedLicenses.map(\.sku) }

  package var isGuest: Bool { userType?.lowercased() == "guest" }
}

/// How much of a user is asked for.
package enum UserProjection: Sendable {
  /// A row of a list.
  case row
  /// Everything an administrator looks at.
  case full
  /// What decides whether there is a mailbox.
  case mailbox

  var properties: [String] {
    switch self {
    case .row: ["id", "userPrincipalName", "displayName", "mail", "accountEnabled", "userType", "assignedLicenses"]
    case .full:
      [
        "id", "displayName", "givenName", "surname", "userPrincipalName", "mail", "mailNickname", "proxyAddresses",
        "accountEnabled", "department", "jobTitle", "usageLocation", "userType", "createdDateTime", "assignedLicenses",
        "licenseAssignmentStates", "assignedPlans", "onPremisesSyncEnabled",
      ]
    case .mailbox:
      [
        "id", "userPrincipalName", "mail", "userType", "assignedLicenses", "assignedPlans", "licenseAssignmentStates",
        "onPremisesSyncEnabled",
      ]
    }
  }
}

/// A user to be made.
package struct NewUser: Sendable {
  package var name: UserPrincipalName
  package var displayName: String
  package var givenName: String?
  package var surname: String?
  package var department: String?
  package var jobTitle: String?
  package var usageLocation: String?
  package var password: Secret<String>
  package var mustChangePassword = true
  package var isEnabled = true

  package init(name: UserPrincipalName, displayName: String, password: Secret<String>) {
    self.name = name
    self.displayName = displayName
    self.password = password
  }

  /// Exchange makes addresses of it. Every local part is a valid nickname.
  package var mailNickname: String { name.localPart }

  /// `mail` is left to Exchange, which writes it once there is a mailbox.
  var json: JSONValue {
    var body: JSONObject = [
      "accountEnabled": .bool(isEnabled), "displayName": .string(displayName), "mailNickname": .string(mailNickname),
      "userPrincipalName": .string(name.text),
    ]
    body["givenName"] = givenName.map(JSONValue.string)
    body["surname"] = surname.map(JSONValue.string)
    body["usageLocation"] = usageLocation.map(JSONValue.string)
    body["department"] = department.map(JSONValue.string)
    body["jobTitle"] = jobTitle.map(JSONValue.string)
    body["passwordProfile"] = [
      "password": .string(password.reveal()), "forceChangePasswordNextSignIn": .bool(mustChangePassword),
    ]
    return .object(body)
  }
}

/// Absolute new values for a user. What is `nil` stays as it is; an empty text clears.
package struct UserChanges: Sendable {
  package var displayName: String?
  package var givenName: String?
  package var surname: String?
  package var department: String?
  package var jobTitle: String?
  package var usageLocation: String?
  package var isEnabled: Bool?
  package var password: Secret<String>?
  package var mustChangePassword = true

  package init() {}

  var json: JSONObject {
    var body = JSONObject()
    func set(_ name: String, _ value: String?) {
      if let value { body[name] = value.isEmpty ? .null : .string(value) }
    }
    set("displayName", displayName)
    set("givenName", givenName)
    set("surname", surname)
    set("department", department)
    set("jobTitle", jobTitle)
    set("usageLocation", usageLocation)
    body["accountEnabled"] = isEnabled.map(JSONValue.bool)
    if let password {
      body["passwordProfile"] = [
        "password": .string(password.reveal()), "forceChangePasswordNextSignIn": .bool(mustChangePassword),
      ]
    }
    return body
  }

  package var isEmpty: Bool { json.isEmpty }
}
