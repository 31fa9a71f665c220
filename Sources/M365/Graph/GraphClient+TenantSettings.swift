package import AdminCore

extension GraphClient {
  /// A setting as it is, without annotations. Permission: `readPermission` of the setting. Idempotent.
  package func value(of setting: TenantSetting) async throws(AdminError) -> JSONObject {
    let call = GraphCall.get(setting.path, permissions: [setting.readPermission])
    let object = try await send(call).decode(call) { $0 }
    return JSONObject(object.members.filter { !$0.key.contains("@") })
  }

  /// What can be written back later to make everything as it is now. Permission: `readPermission`. Idempotent.
  ///
  /// - Parameter changes: what is going to be changed; only that is kept, unless a change sets everything.
  package func capture(
    _ setting: TenantSetting, before changes: JSONObject
  ) async throws(AdminError) -> JSONObject {
    setting.restorable(try await value(of: setting), before: changes)
  }

  /// Writes absolute values. Permission: `writePermission` of the setting. Idempotent.
  ///
  /// - Parameter changes: the members to change, or everything where a change sets everything.
  package func write(_ changes: JSONObject, to setting: TenantSetting) async throws(AdminError) {
    var body = changes
    if let type = setting.type { body["@odata.type"] = .string(type) }
    let call =
      setting.isReplaced
      ? GraphCall.put(setting.path, .object(body), permissions: [setting.writePermission])
      : GraphCall.patch(setting.path, .object(body), permissions: [setting.writePermission])
    _ = try await send(call)
  }

  /// Whether reading shows the values. Permission: `readPermission`. Idempotent.
  package func shows(_ wanted: JSONObject, in setting: TenantSetting) async throws(AdminError) -> Bool {
    try await value(of: setting).shows(wanted)
  }

  /// Changes a setting unless it is as wanted already, and tells what was before. Permissions: `readPermission`,
  /// `writePermission`. Idempotent, but a repetition tells of the first one's result as what was before.
  package func change(
    _ setting: TenantSetting, to wanted: JSONObject
  ) async throws(AdminError) -> SettingChange {
    let before = try await capture(setting, before: wanted)
    guard !before.shows(wanted) else { return SettingChange(before: before, isWritten: false) }
    try await write(setting.isReplaced ? before.merging(wanted) : wanted, to: setting)
    return SettingChange(before: before, isWritten: true)
  }

  /// Waits until reading shows the values: policies are read from several places, of which some learn later.
  ///
  /// - Returns: `false` when the deadline passed.
  package func waitFor(
    _ setting: TenantSetting, toShow wanted: JSONObject, deadline: Duration,
    every intervals: [Duration] = GraphClient.usualPauses, onCheck: @Sendable (Duration) async -> Void = { _ in }
  ) async throws(AdminError) -> Bool {
    let answer = try await wait(for: deadline, every: intervals, onCheck: onCheck) {
      () async throws(AdminError) -> Bool? in
      try await shows(wanted, in: setting) ? true : nil
    }
    return answer ?? false
  }
}
