import Access
package import AdminCore
package import M365

/// The parts of a user that are read and written as one each.
struct UserSettings {
  let user: UserReference
  let services: WorkflowServices
  /// Whether the operation gives the user's groups and teams to somebody else.
  var handsOver = false

  /// Names and places, by the names Graph has for them.
  var profile: SettingAccess {
    let (user, services) = (user, services)
    return SettingAccess { _ throws(AdminError) in
      try await services.graph().user(user).profile
    } write: { values, _ throws(AdminError) in
      // Graph takes no location back; one that was not there before stays.
      let changes = UserChanges(profile: JSONObject(values.filter { $0.key != "usageLocation" || !$0.value.isNull }))
      if !changes.isEmpty { try await services.graph().updateUser(user, changes) }
    }
  }

  /// Whether the user may sign in.
  var signIn: SettingAccess {
    let (user, services, handsOver) = (user, services, handsOver)
    return SettingAccess { _ throws(AdminError) in
      ["accountEnabled": .bool(try await services.graph().user(user).isEnabled ?? true)]
    } write: { values, _ throws(AdminError) in
      guard let isEnabled = values["accountEnabled"]?.boolValue else { return }
      if !isEnabled { try await LockoutCheck(services).require(.blockSignIn, to: user, handsOver: handsOver) }
      var changes = UserChanges()
      changes.isEnabled = isEnabled
      try await services.graph().updateUser(user, changes)
    }
  }

  var manager: SettingAccess {
    let (user, services) = (user, services)
    return SettingAccess { _ throws(AdminError) in
      ["manager": .optional(try await services.graph().manager(of: user)?.id.lowercased())]
    } write: { values, _ throws(AdminError) in
      let graph = try await services.graph()
      if let manager = values["manager"]?.stringValue {
        try await graph.setManager(of: user, to: UserReference(manager))
      } else {
        try await graph.removeManager(of: user)
      }
    }
  }

  /// The licences that the user has directly: by the id of each, the plans that are switched off; null for one that the
  /// user does not have. What comes with a group is not among them.
  var licenses: SettingAccess {
    let (user, services) = (user, services)
    return SettingAccess { _ throws(AdminError) in
      JSONObject(
        try await services.graph().user(user).directLicenses.map { license in
          JSONObject.Member(key: license.sku, value: .strings(license.disabledPlans))
        })
    } write: { wanted, _ throws(AdminError) in
      let graph = try await services.graph()
      let holder = try await graph.user(user)
      let change = LicenseChange(from: holder.directLicenses, to: wanted)
      guard !change.isEmpty else { return }
      if !change.removed.isEmpty { try await LockoutCheck(services).require([.removeLicenses], to: holder) }
      do throws(AdminError) {
        try await graph.assignLicenses(to: user, adding: change.added, removing: change.removed)
      } catch {
        // Where the answer of an attempt was lost the next one is refused, because what it takes is gone already.
        guard LicenseChange(from: try await graph.user(user).directLicenses, to: wanted).isEmpty else { throw error }
      }
    } matches: { read, wanted in
      DirectoryUser.AssignedLicense.plans(read) == DirectoryUser.AssignedLicense.plans(wanted)
    }
  }
}

/// What has to be given and taken so that licences are as wanted. Taking one that is not there is refused by Graph, and
/// so is not asked for.
private struct LicenseChange {
  private(set) var added: [DirectoryUser.AssignedLicense] = []
  private(set) var removed: [String] = []

  var isEmpty: Bool { added.isEmpty && removed.isEmpty }

  init(from held: [DirectoryUser.AssignedLicense], to wanted: JSONObject) {
    for member in wanted {
      let now = held.first { $0.sku == member.key }
      if let plans = DirectoryUser.AssignedLicense.plans(member.value) {
        guard now.map({ Set($0.disabledPlans) != plans }) ?? true else { continue }
        added.append(DirectoryUser.AssignedLicense(sku: member.key, disabledPlans: plans.sorted()))
      } else if now != nil {
        removed.append(member.key)
      }
    }
  }
}

extension DirectoryUser.AssignedLicense {
  /// The switched-off plans of a licence as it is journalled; `nil` where there is no licence.
  fileprivate static func plans(_ value: JSONValue) -> Set<String>? {
    value.arrayValue.map { Set($0.compactMap { $0.stringValue?.lowercased() }) }
  }
}

extension DirectoryUser {
  /// Names and places, by the names Graph has for them.
  package var profile: JSONObject {
    [
      "displayName": .optional(displayName), "givenName": .optional(givenName), "surname": .optional(surname),
      "department": .optional(department), "jobTitle": .optional(jobTitle), "usageLocation": .optional(usageLocation),
    ]
  }

  /// Licences that were given to the user, and not to a group the user is in.
  package var directLicenses: [AssignedLicense] {
    assignedLicenses.filter { license in
      let states = licenseStates.filter { $0.sku == license.sku }
      return states.isEmpty || states.contains { $0.group == nil }
    }
  }

  /// The group that a licence came with, where it came with one alone.
  package func group(givingLicense sku: String) -> String? {
    guard !directLicenses.contains(where: { $0.sku == sku }) else { return nil }
    return licenseStates.first { $0.sku == sku }?.group
  }
}

extension UserChanges {
  /// - Parameter profile: by Graph's names; null clears.
  fileprivate init(profile: JSONObject) {
    self.init()
    func text(_ name: String) -> String? { profile[name].map { $0.stringValue ?? "" } }
    displayName = text("displayName")
    givenName = text("givenName")
    surname = text("surname")
    department = text("department")
    jobTitle = text("jobTitle")
    usageLocation = text("usageLocation")
  }
}
