import AdminCore

/// An add-in that the organisation has.
struct OrganizationApp: Sendable {
  let manifest: AddInManifest
  var row: JSONObject
}

/// Outlook add-ins of the organisation.
enum AddInCmdlets {
  private static let maximumUsers = 1000
  private static let maximumManifest = 256 << 10

  private static let assignment: [CmdletProperty] = [
    CmdletProperty("Enabled", .boolean, true),
    CmdletProperty("ProvidedTo", .choice(["Everyone", "SpecificUsers"]), "Everyone"),
    CmdletProperty("UserList", .list, []),
    // Whoever does not say otherwise deploys an add-in that nobody sees.
    CmdletProperty("DefaultStateForUser", .choice(["Enabled", "Disabled", "AlwaysEnabled"]), "Disabled"),
  ]
  private static let organizationApp = CmdletParameter("OrganizationApp", .flag)

  static let cmdlets = [
    Cmdlet("Get-App", .organization, .any, [.anyIdentity, organizationApp]) { state, call throws(ExchangeFailure) in
      try check(call, state)
      let apps = state.seenExchange.apps
      guard call.isGiven("Identity") else { return CmdletAnswer(rows: apps.values.map(\.row)) }
      guard let app = apps[call.identity.lowercased()] else { throw .notFound(call.identity) }
      return .row(app.row)
    },
    Cmdlet(
      "New-App", .organization, .any,
      [organizationApp, CmdletParameter("FileData", .bytes), CmdletParameter("Url", .text)] + assignment.parameters,
      handler: create),
    Cmdlet("Set-App", .organization, .any, [.identity, organizationApp] + assignment.parameters) {
      state, call throws(ExchangeFailure) in
      try check(call, state)
      let key = call.identity.lowercased()
      guard let app = state.exchange.current.apps[key] else { throw .notFound(call.identity) }
      let row = try assigned(call, app.row, state)
      guard row != app.row else { return .unchanged(call.identity) }
      state.changeExchange(.addInChanged, app.manifest.displayName) { configuration in
        configuration.apps.update(key) { $0.row = row }
      }
      return .nothing
    },
    Cmdlet("Remove-App", .organization, .any, [.identity, organizationApp, .confirm]) {
      state, call throws(ExchangeFailure) in
      try check(call, state)
      let key = call.identity.lowercased()
      guard let app = state.exchange.current.apps[key] else { throw .notFound(call.identity) }
      state.changeExchange(.addInRemoved, app.manifest.displayName) { $0.apps[key] = nil }
      return .nothing
    },
  ]

  /// An application has no add-ins of its own, and needs another permission besides the one to be here.
  private static func check(_ call: CmdletCall, _ state: TenantState) throws(ExchangeFailure) {
    let granted = state.servicePrincipals.values.filter { $0.appID == WellKnownApps.exchange }
      .flatMap { state.roles(of: call.caller.servicePrincipalID, at: $0) }
    guard granted.contains("MailboxSettings.ReadWrite") else {
      throw .cmdlet(
        "System.UnauthorizedAccessException",
        "Access is denied: the application has no permission MailboxSettings.ReadWrite.", status: 403)
    }
    guard call.flag("OrganizationApp") == true else {
      throw .operation("The mailbox of the caller couldn't be found. Use the OrganizationApp switch.")
    }
  }

  private static func assigned(
    _ call: CmdletCall, _ present: JSONObject, _ state: TenantState
  ) throws(ExchangeFailure) -> JSONObject {
    var row = assignment.applied(call, to: present)
    let users = (row["UserList"]?.arrayValue ?? []).compactMap(\.stringValue)
    if row["ProvidedTo"] == "SpecificUsers" {
      guard !users.isEmpty, users.count <= maximumUsers else {
        throw .invalid("The UserList must hold 1 to \(maximumUsers) users.")
      }
      var addresses: [String] = []
      for user in users {
        let (mailbox, _) = try state.requireMailboxOwner(user)
        addresses.append(mailbox.address)
      }
      row["UserList"] = .strings(addresses)
    } else {
      row["UserList"] = []
    }
    return row
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    try check(call, state)
    guard let bytes = call.bytes("FileData"), !call.isGiven("Url") else {
      throw .operation("The manifest couldn't be downloaded. The simulator fetches nothing; send FileData.")
    }
    guard bytes.count <= maximumManifest else { throw .invalid("The manifest is larger than 256 KB.") }
    let manifest: AddInManifest
    do throws(ManifestFault) {
      manifest = try AddInManifest(bytes)
    } catch {
      throw .invalid("The manifest is not valid: \(error.message).")
    }
    if let present = state.exchange.current.apps[manifest.id], !manifest.isNewer(than: present.manifest.version) {
      throw .operation(
        "The add-in '\(manifest.displayName)' can't be installed: version \(present.manifest.versionText) is already "
          + "installed for the organization.")
    }
    let head: JSONObject = [
      "Identity": .string(manifest.id), "AppId": .string(manifest.id), "DisplayName": .string(manifest.displayName),
      "AppVersion": .string(manifest.versionText), "ProviderName": .string(manifest.providerName),
      "Requirements": .string(manifest.permissions), "Scope": "Organization", "Type": "Private",
    ]
    let row = try assigned(call, head.merging(assignment.standards), state)
    state.changeExchange(.addInDeployed, "\(manifest.displayName) \(manifest.versionText)") {
      $0.apps[manifest.id] = OrganizationApp(manifest: manifest, row: row)
    }
    return .row(row)
  }
}
