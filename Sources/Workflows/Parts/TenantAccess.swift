import Access
package import AdminCore
package import M365

/// The tenant as declarations of features and connections see it.
package struct TenantAccess: Sendable {
  private let services: WorkflowServices
  private let readings: SharedReadings?

  package init(_ services: WorkflowServices) {
    self.services = services
    readings = nil
  }

  /// For one look at many things, of which several are read in one place: each place is read once.
  package init(sharingReadings services: WorkflowServices) {
    self.services = services
    readings = SharedReadings()
  }

  package var timekeeper: any Timekeeper { services.timekeeper }
  package var configuration: Configuration { services.configuration }

  package func graph() async throws(AdminError) -> GraphClient { try await services.graph() }
  package func exchange() async throws(AdminError) -> ExchangeClient { try await services.exchange() }

  /// Puts an application out, unless it is the one as which this program signs in.
  package func deleteServicePrincipal(id: String) async throws(AdminError) {
    let graph = try await graph()
    if let found = try await graph.servicePrincipal(id: id), let application = GUID(found.appID) {
      try LockoutCheck(services).rules.checkPrincipal(of: application, named: found.displayName)
    }
    try await graph.deleteServicePrincipal(id: id)
  }

  private func read(
    _ place: String, _ body: @escaping @Sendable () async throws(AdminError) -> JSONObject
  ) async throws(AdminError) -> JSONObject {
    guard let readings else { return try await body() }
    return try await readings.value(of: place, body)
  }

  // MARK: Places that several features share

  func value(of setting: TenantSetting) async throws(AdminError) -> JSONObject {
    try await read("GET \(setting.path.text)") { [services] () async throws(AdminError) in
      try await services.graph().value(of: setting)
    }
  }

  /// The settings that are made from a template, as texts by name; `nil` where nobody has made any.
  func directorySetting(_ template: String) async throws(AdminError) -> FoundObject? {
    let all = try await read("GET /groupSettings") { [services] () async throws(AdminError) in
      let settings = try await services.graph().directorySettings()
      return JSONObject(
        settings.map { setting in
          let value: JSONValue = ["id": .string(setting.id), "values": .object(JSONObject(setting.values))]
          return JSONObject.Member(key: setting.templateID, value: value)
        })
    }
    guard let found = all[template], let id = found["id"]?.stringValue else { return nil }
    return FoundObject(id: id, found["values"]?.objectValue ?? [:])
  }

  /// What holds where nobody has made settings from a template.
  func directoryDefaults(_ template: String) async throws(AdminError) -> JSONObject {
    let all = try await read("GET /groupSettingTemplates") { [services] () async throws(AdminError) in
      let templates = try await services.graph().directorySettingTemplates()
      return JSONObject(templates.map { JSONObject.Member(key: $0.id, value: .object(JSONObject($0.defaults))) })
    }
    guard let defaults = all[template]?.objectValue else {
      throw AdminError(.graphFailed, "The tenant has no template \(template) for settings of the directory.")
    }
    return defaults
  }

  /// The subscriptions of the application.
  func subscriptions() async throws(AdminError) -> [Subscription] {
    let all = try await read("GET /subscriptions") { [services] () async throws(AdminError) in
      ["items": .array(try await services.graph().subscriptions().map { .object($0.json) })]
    }
    return (all["items"]?.arrayValue ?? []).compactMap { $0.objectValue.flatMap(Subscription.init) }
  }

  func organizationFlag(_ flag: ExchangeSwitch.OrganizationFlag) async throws(AdminError) -> Bool {
    let flags = try await read("Get-OrganizationConfig") { [services] () async throws(AdminError) in
      let configuration = try await services.exchange().organizationConfiguration()
      return JSONObject(
        ExchangeSwitch.OrganizationFlag.allCases.compactMap { flag in
          configuration[flag].map { JSONObject.Member(key: flag.property, value: .bool($0)) }
        })
    }
    guard let value = flags[flag.property]?.boolValue else {
      throw AdminError(.exchangeRefused, "Exchange Online does not show \(flag.property) in this tenant.")
    }
    return value
  }
}

/// Reads each place once for all who ask for it.
actor SharedReadings {
  private var readings: [String: Task<Result<JSONObject, AdminError>, Never>] = [:]

  func value(
    of place: String, _ read: @escaping @Sendable () async throws(AdminError) -> JSONObject
  ) async throws(AdminError) -> JSONObject {
    if let reading = readings[place] { return try await reading.value.get() }
    let reading = Task { () async -> Result<JSONObject, AdminError> in
      do throws(AdminError) {
        return .success(try await read())
      } catch {
        return .failure(error)
      }
    }
    readings[place] = reading
    return try await reading.value.get()
  }
}

extension JSONObject {
  /// Texts by name, in the order of the names.
  init(_ texts: [String: String]) {
    self.init(texts.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: .string($0.value)) })
  }

  /// The members that are texts.
  var texts: [String: String] {
    Dictionary(compactMap { member in member.value.stringValue.map { (member.key, $0) } }) { $1 }
  }

  /// The members of these names.
  func only(_ names: some Sequence<String>) -> JSONObject {
    JSONObject(names.compactMap { name in self[name].map { Member(key: name, value: $0) } })
  }

  /// The object with the members of `changes` over its own, within objects too.
  func overlaid(with changes: JSONObject) -> JSONObject {
    var result = self
    for change in changes {
      if let inner = change.value.objectValue, let own = result[change.key]?.objectValue {
        result[change.key] = .object(own.overlaid(with: inner))
      } else {
        result[change.key] = change.value
      }
    }
    return result
  }
}

extension Subscription {
  fileprivate var json: JSONObject {
    [
      "id": .string(id), "resource": .string(resource), "changeType": .string(changeTypes.joined(separator: ",")),
      "notificationUrl": .string(notificationURL), "expirationDateTime": .optional(expiresAt?.iso8601),
    ]
  }
}
