package import AdminCore

/// Who gets an add-in, and how.
package struct AddInAssignment: ExchangeState {
  package enum DefaultState: String, CaseIterable, Sendable {
    /// There, and everybody may turn it off.
    case enabled = "Enabled"
    /// Everybody may turn it on.
    case disabled = "Disabled"
    /// There for good.
    case always = "AlwaysEnabled"
  }

  package typealias Reader = GetApp
  package typealias Writer = SetApp

  package static let title = "assignment of the add-in"
  package static let propagation = Duration.seconds(24 * 3600)
  /// Exchange takes no more; each is a mailbox, a group is none.
  package static let maximumUsers = 1000

  /// Off hides it from all, whatever else is said.
  package var isEnabled: Bool
  /// `nil` for everybody.
  package var users: [String]?
  package var defaultState: DefaultState

  package init(isEnabled: Bool = true, users: [String]? = nil, defaultState: DefaultState = .enabled) {
    self.isEnabled = isEnabled
    self.users = users?.sorted()
    self.defaultState = defaultState
  }

  package init?(_ row: JSONObject) {
    guard let isEnabled = row.flag("Enabled"), let providedTo = row.text("ProvidedTo") else { return nil }
    self.init(
      isEnabled: isEnabled, users: providedTo == "SpecificUsers" ? row.values("UserList") : nil,
      defaultState: row.text("DefaultStateForUser").flatMap(DefaultState.init(rawValue:)) ?? .disabled)
  }

  package var parameters: ExchangeParameters<SetApp> {
    var parameters: ExchangeParameters<SetApp> = [
      .organizationApp: true, .enabled: .flag(isEnabled), .defaultStateForUser: .text(defaultState.rawValue),
      .providedTo: users == nil ? "Everyone" : "SpecificUsers",
    ]
    if let users { parameters.set(.userList, .list(users)) }
    return parameters
  }
}

/// An Outlook add-in of the organisation.
package struct AddIn: Hashable, Sendable {
  /// The id that its manifest gives it.
  package let id: GUID
  package let displayName: String
  package let version: String
  package let assignment: AddInAssignment

  init?(_ row: JSONObject) {
    guard let id = row.guid("AppId"), let assignment = AddInAssignment(row) else { return nil }
    self.id = id
    self.assignment = assignment
    displayName = row.text("DisplayName") ?? ""
    version = row.text("AppVersion") ?? ""
  }

  /// Whether it is of that version, which Exchange may show with more zeros than the manifest has.
  fileprivate func isOf(_ wanted: String) -> Bool { Self.withoutZeros(version) == Self.withoutZeros(wanted) }

  private static func withoutZeros(_ version: String) -> Substring {
    var rest = version[...]
    while rest.hasSuffix(".0") { rest = rest.dropLast(2) }
    return rest
  }
}

/// The add-in's assignment as something that is captured and restored.
package struct AddInSetting: ExchangeSetting {
  package let id: GUID

  package init(of id: GUID) { self.id = id }

  package var title: String { "\(AddInAssignment.title) \(id)" }
  package var propagation: Duration { AddInAssignment.propagation }
  package var cmdlets: (read: String, write: String) { (GetApp.name, SetApp.name) }

  package func read(from client: ExchangeClient) async throws(AdminError) -> AddInAssignment {
    try await client.row(client.addInCall(id), AddInAssignment.init)
  }

  package func write(_ value: AddInAssignment, to client: ExchangeClient) async throws(AdminError) -> ExchangeChange {
    try await client.change(ExchangeCall(identity: id.text, value.parameters))
  }

  package func journalled(_ value: AddInAssignment) -> JSONObject { value.parameters.json }
  package func value(journalled json: JSONObject) -> AddInAssignment? { AddInAssignment(json) }
}

extension ExchangeClient {
  fileprivate func addInCall(_ id: GUID) -> ExchangeCall {
    ExchangeCall(identity: id.text, [.organizationApp: true] as ExchangeParameters<GetApp>)
  }

  /// `nil` where the organisation has none of that id. Idempotent.
  package func addIn(_ id: GUID) async throws(AdminError) -> AddIn? {
    try await findRow(addInCall(id), AddIn.init)
  }

  /// Every add-in of the organisation. Idempotent.
  package func addIns() async throws(AdminError) -> [AddIn] {
    let parameters: ExchangeParameters<GetApp> = [.organizationApp: true]
    return try await pages(ExchangeCall(parameters), AddIn.init).collect(maximum: 5000)
  }

  /// Deploys an add-in, or a newer version of one that is deployed. Read back by `addIn(_:)`; whether it took effect
  /// after an unclear end is told by the version there. Needs MailboxSettings.ReadWrite besides Exchange.ManageAsApp.
  ///
  /// - Parameters:
  ///   - manifest: an add-in-only XML manifest, already checked.
  ///   - id: the one in the manifest.
  ///   - version: the one in the manifest.
  package func deployAddIn(
    manifest: [UInt8], id: GUID, version: String, _ assignment: AddInAssignment
  ) async throws(AdminError) -> ExchangeChange {
    var parameters: ExchangeParameters<NewApp> = [
      .organizationApp: true, .fileData: .bytes(manifest), .enabled: .flag(assignment.isEnabled),
      .defaultStateForUser: .text(assignment.defaultState.rawValue),
      .providedTo: assignment.users == nil ? "Everyone" : "SpecificUsers",
    ]
    if let users = assignment.users { parameters.set(.userList, .list(users)) }
    return try await ensure(ExchangeCall(parameters, about: .object(id.text))) { () async throws(AdminError) in
      let found = try await addIn(id)
      return found.map { $0.isOf(version) } ?? false && found?.assignment == assignment
    }
  }

  /// Idempotent.
  package func removeAddIn(_ id: GUID) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveApp> = [.organizationApp: true, .confirm: false]
    return try await remove(ExchangeCall(identity: id.text, parameters)) {
      () async throws(AdminError) in try await addIn(id) == nil
    }
  }
}
