import Access
import AdminCore
import M365
import Workflows

/// A change of a user while it is planned: what of the caller's wishes is not so already.
struct UserUpdate {
  let user: DirectoryUser
  private(set) var request: UpdateUserWorkflow.Request
  private(set) var warnings: [String] = []
  private var facts: [Plan.Fact] = []
  private var calls: [Plan.Call] = []
  private var risks: [Risk] = []

  init(_ user: DirectoryUser) {
    self.user = user
    request = UpdateUserWorkflow.Request(userID: user.id, userPrincipalName: user.userPrincipalName)
  }

  private var name: String { VisibleText.excerpt(user.userPrincipalName) }

  // MARK: Taking wishes in

  mutating func take(_ input: UpdateUser.Input) throws(AdminError) {
    let fields: [(label: String, key: String, value: String?)] = [
      ("Name", "displayName", input.displayName), ("Given name", "givenName", input.firstName),
      ("Surname", "surname", input.lastName), ("Department", "department", input.department),
      ("Job title", "jobTitle", input.jobTitle),
    ]
    guard
      fields.contains(where: { $0.value != nil }) || input.manager != nil || input.usageLocation != nil
        || input.accountEnabled != nil || !input.addLicenses.isEmpty || !input.removeLicenses.isEmpty
        || input.resetPassword
    else {
      throw AdminError(.invalidArgument, "Say what is to change: nothing besides userEmail was given.")
    }
    for field in fields {
      guard let value = field.value else { continue }
      let wanted = value.isEmpty ? JSONValue.null : .string(value)
      let now = user.profile[field.key] ?? .null
      guard now != wanted else { continue }
      request.profile[field.key] = wanted
      fact(field.label, from: now.stringValue, to: value)
    }
    if !request.profile.isEmpty { call("PATCH /users/{id}", "Change the profile", undo: "the old profile is put back") }
    if let location = input.usageLocation { try takeLocation(location) }
    takeSignIn(input)
  }

  private mutating func takeLocation(_ text: String) throws(AdminError) {
    let location = text.uppercased()
    guard location.count == 2, location.allSatisfy({ $0.isASCII && $0.isLetter }) else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/usageLocation", rule: "country", message: "must be a country of two letters")
      ])
    }
    guard location != user.usageLocation?.uppercased() else { return }
    request.usageLocation = location
    request.isFirstUsageLocation = user.usageLocation == nil
    fact("Usage location", from: user.usageLocation, to: location)
    call(
      "PATCH /users/{id}", "Set the usage location",
      undo: user.usageLocation.map { _ in "the old location is put back" } ?? "the location stays")
  }

  private mutating func takeSignIn(_ input: UpdateUser.Input) {
    if let isEnabled = input.accountEnabled, isEnabled != user.isEnabled ?? true {
      request.isEnabled = isEnabled
      fact("Sign-in", from: isEnabled ? "blocked" : "allowed", to: isEnabled ? "allowed" : "blocked")
      call("PATCH /users/{id}", isEnabled ? "Allow the sign-in" : "Block the sign-in", undo: "it is as before")
      if !isEnabled {
        warnings.append(
          "Sessions that are open go on for up to an hour; offboard_user (revokeSessions: true) ends them.")
      }
    }
    guard input.resetPassword else { return }
    request.resetsPassword = true
    facts.append(Plan.Fact("Password", "made by the server, shown once, to be changed at the next sign-in"))
    calls.append(Plan.Call("PATCH /users/{id}", "Reset the password"))
    risks.append(.grantsAccess("whoever sees the new password of \(name) can sign in with it"))
  }

  mutating func takeManager(_ address: String, _ graph: GraphClient) async throws(AdminError) {
    let now = try await graph.manager(of: user.reference)
    guard !address.isEmpty else {
      guard let now else { return }
      request.manager = .nobody
      fact("Manager", from: now.userPrincipalName, to: "")
      return call("DELETE /users/{id}/manager/$ref", "Take the manager away", undo: "the old manager is put back")
    }
    let manager = try await graph.user(address: address)
    guard manager.id != user.id else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/manager", rule: "self", message: "nobody can be their own manager")
      ])
    }
    guard manager.id.lowercased() != now?.id.lowercased() else { return }
    request.manager = .user(manager.id)
    fact("Manager", from: now?.userPrincipalName, to: manager.userPrincipalName)
    call("PUT /users/{id}/manager/$ref", "Set the manager", undo: "the old manager is put back")
  }

  mutating func takeLicenses(
    _ input: UpdateUser.Input, _ graph: GraphClient, _ configuration: Configuration
  ) async throws(AdminError) {
    guard !input.addLicenses.isEmpty || !input.removeLicenses.isEmpty else { return }
    let wishes = try LicenseWishes(
      adding: input.addLicenses, removing: input.removeLicenses, for: user, among: try await graph.subscribedSKUs())
    warnings += wishes.warnings
    guard !wishes.wanted.isEmpty else { return }
    request.licenses = wishes.wanted
    if !wishes.added.isEmpty, user.usageLocation == nil, request.usageLocation == nil {
      try await takeDefaultLocation(graph, configuration)
    }
    if !wishes.added.isEmpty { facts.append(Plan.Fact("Licences given", wishes.added.joined(separator: ", "))) }
    if wishes.removesAny {
      facts.append(Plan.Fact("Licences taken", wishes.removed.joined(separator: ", ")))
      risks.append(.removesLicense)
    }
    call("POST /users/{id}/assignLicense", "Change the licences", undo: "the old licences are put back")
  }

  /// A licence is given only to somebody whose country is known.
  private mutating func takeDefaultLocation(
    _ graph: GraphClient, _ configuration: Configuration
  ) async throws(AdminError) {
    guard let location = try await graph.organization().usageLocation ?? configuration.defaultUsageLocation else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/usageLocation", rule: "country",
          message: "give the two-letter country in which the licence is used; the tenant names no default")
      ])
    }
    try takeLocation(location)
  }

  // MARK: What stands in the way

  /// Licences and the place of their use are the cloud's, even for whoever is kept elsewhere.
  func requireChangeable() throws(AdminError) {
    let touchesMaster =
      !request.profile.isEmpty || request.manager != nil || request.isEnabled != nil || request.resetsPassword
    guard touchesMaster else { return }
    try LockoutRules.checkChangeable(user.userPrincipalName, isSynchronized: user.isSynchronized)
  }

  var harms: [LockoutRules.Harm] {
    var harms: [LockoutRules.Harm] = []
    if request.isEnabled == false { harms.append(.blockSignIn) }
    if request.resetsPassword { harms.append(.resetPassword) }
    if request.licenses.contains(where: \.value.isNull) { harms.append(.removeLicenses) }
    return harms
  }

  // MARK: The plan

  var plan: Plan {
    Plan(
      request.changesNothing ? "Change nothing: \(name) is so already" : "Change the user \(name)",
      facts: facts, calls: calls, permissions: UpdateUser.permissions.map(\.rawValue), risks: risks,
      warnings: warnings,
      basis: ["userId": .string(user.id), "licenses": .strings(user.licenses)])
  }

  private mutating func fact(_ label: String, from old: String?, to new: String) {
    facts.append(Plan.Fact(label, "\(shown(old)) → \(shown(new))"))
  }

  private func shown(_ value: String?) -> String {
    guard let value, !value.isEmpty else { return "(none)" }
    return VisibleText.excerpt(value, limit: 200)
  }

  private mutating func call(_ operation: String, _ purpose: String, undo: String) {
    calls.append(Plan.Call(operation, purpose, undo: undo))
  }
}
