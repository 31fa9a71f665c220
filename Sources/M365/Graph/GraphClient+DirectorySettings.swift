package import AdminCore

/// Settings that were made from a template of the directory: texts by name, booleans and numbers as texts.
package struct DirectorySetting: Hashable, Sendable {
  package let id: String
  package let templateID: String
  package let values: [String: String]

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let template = json.text("templateId") else { return nil }
    self.id = id
    templateID = template.lowercased()
    values = Dictionary(
      json.objects("values").compactMap { value in value.text("name").map { ($0, value.text("value") ?? "") } }
    ) { $1 }
  }

  /// A boolean among the values; `nil` where there is none of the name.
  package func flag(_ name: String) -> Bool? { values[name].map { $0.lowercased() == "true" } }
}

/// A template that such settings are made from.
package struct DirectorySettingTemplate: Hashable, Sendable {
  /// Microsoft 365 groups in the whole tenant: naming, creation, guests.
  package static let groups = "62375ab9-6b52-47ed-826b-58e47e0e304b"
  /// Guests in one Microsoft 365 group.
  package static let guests = "08d542b9-071f-4e16-94b0-74abb372e3d9"
  /// Banned passwords and lockout.
  package static let passwords = "5cf42378-d67d-4f36-ba46-e8b86229381d"

  package let id: String
  package let displayName: String
  /// Every value it has, with what holds where nobody has set it.
  package let defaults: [String: String]

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id.lowercased()
    displayName = json.text("displayName") ?? ""
    defaults = Dictionary(
      json.objects("values").compactMap { value in value.text("name").map { ($0, value.text("defaultValue") ?? "") } }
    ) { $1 }
  }
}

extension GraphClient {
  // MARK: The tenant's

  /// Permission: GroupSettings.Read.All. Idempotent.
  package func directorySettings() async throws(AdminError) -> [DirectorySetting] {
    try await settings("/groupSettings", .object)
  }

  /// The tenant's settings from one template; `nil` where nobody has made any, and its own values hold. Permission:
  /// GroupSettings.Read.All. Idempotent.
  package func directorySetting(template: String) async throws(AdminError) -> DirectorySetting? {
    try await directorySettings().first { $0.templateID == template }
  }

  /// Permission: GroupSettings.Read.All. Idempotent.
  package func directorySettingTemplates() async throws(AdminError) -> [DirectorySettingTemplate] {
    let call = GraphCall.get("/groupSettingTemplates", permissions: [.groupSettingsRead])
    return try await pages(call, reading(call, DirectorySettingTemplate.init)).collect(maximum: 100)
  }

  /// Permission: GroupSettings.ReadWrite.All. To be checked after an unclear end by reading the settings: there is at
  /// most one from each template.
  package func createDirectorySetting(
    template: String, values: [String: String]
  ) async throws(AdminError) -> DirectorySetting {
    try await create("/groupSettings", template, values, .object)
  }

  /// What is left out of `values` goes back to what the template has, so all are to be given. Permission:
  /// GroupSettings.ReadWrite.All. Idempotent.
  package func updateDirectorySetting(id: String, values: [String: String]) async throws(AdminError) {
    _ = try await send(
      .patch("/groupSettings/\(id)", ["values": Self.list(values)], permissions: [.groupSettingsReadWrite]))
  }

  /// The template's own values hold again. Permission: GroupSettings.ReadWrite.All. Idempotent.
  package func deleteDirectorySetting(id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(.delete("/groupSettings/\(id)", permissions: [.groupSettingsReadWrite]))
    }
  }

  // MARK: Guests in a group

  /// Whether a group lets guests in; `nil` where it says nothing and the tenant decides. Permission:
  /// GroupSettings.Read.All. Idempotent.
  package func guestAccess(ofGroup id: String) async throws(AdminError) -> Bool? {
    try await guestSetting(ofGroup: id)?.flag("AllowToAddGuests")
  }

  /// Writes what `guestAccess(ofGroup:)` reads. It can only restrict: where the tenant keeps guests out, `true` lets
  /// nobody in. Permission: GroupSettings.ReadWrite.All. Idempotent.
  ///
  /// - Parameters:
  ///   - isAllowed: `nil` takes the group's own setting away.
  ///   - isFresh: the group was made minutes ago.
  package func setGuestAccess(
    ofGroup id: String, to isAllowed: Bool?, isFresh: Bool = false
  ) async throws(AdminError) {
    let setting = try await guestSetting(ofGroup: id)
    guard let isAllowed else {
      guard let setting else { return }
      return try await ignoringAbsence { () async throws(AdminError) in
        try await send(
          .delete(
            "/groups/\(id)/settings/\(setting.id)", permissions: [.groupSettingsReadWrite], subject: .group(id)))
      }
    }
    let values = ["AllowToAddGuests": isAllowed ? "true" : "false"]
    guard let setting else {
      do throws(AdminError) {
        _ = try await create(
          "/groups/\(id)/settings", DirectorySettingTemplate.guests, values, .group(id), isFresh: isFresh)
      } catch  where error.code == .outcomeUnknown {
        // There is at most one such setting, so looking again tells.
        guard try await guestAccess(ofGroup: id) == isAllowed else { throw error }
      }
      return
    }
    var call = GraphCall.patch(
      "/groups/\(id)/settings/\(setting.id)", ["values": Self.list(values)], permissions: [.groupSettingsReadWrite],
      subject: .group(id))
    call.isFresh = isFresh
    _ = try await send(call)
  }

  private func guestSetting(ofGroup id: String) async throws(AdminError) -> DirectorySetting? {
    try await settings("/groups/\(id)/settings", .group(id)).first {
      $0.templateID == DirectorySettingTemplate.guests
    }
  }

  // MARK: Both

  private func settings(
    _ path: GraphPath, _ subject: GraphSubject
  ) async throws(AdminError) -> [DirectorySetting] {
    let call = GraphCall.get(path, permissions: [.groupSettingsRead], subject: subject)
    return try await pages(call, reading(call, DirectorySetting.init)).collect(maximum: 100)
  }

  private func create(
    _ path: GraphPath, _ template: String, _ values: [String: String], _ subject: GraphSubject, isFresh: Bool = false
  ) async throws(AdminError) -> DirectorySetting {
    var call = GraphCall.post(
      path, .json(["templateId": .string(template), "values": Self.list(values)]),
      permissions: [.groupSettingsReadWrite], safety: .checkFirst, subject: subject)
    call.isFresh = isFresh
    return try await send(call).decode(call, DirectorySetting.init)
  }

  private static func list(_ values: [String: String]) -> JSONValue {
    .array(
      values.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "value": .string($0.value)] })
  }
}
