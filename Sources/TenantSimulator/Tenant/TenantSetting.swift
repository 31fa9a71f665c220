import AdminCore

/// A setting that every tenant has exactly one of: where it is, what it holds, who may see and change it.
struct TenantSetting: Sendable {
  typealias Check = @Sendable (TenantState, JSONObject) throws(GraphFailure) -> Void

  /// Below the version: `/policies/authorizationPolicy`.
  let path: String
  let type: ModelType
  let workload: Workload
  let readers: [String]
  let writers: [String]
  /// `PATCH` changes members, `PUT` sets everything.
  let method: String
  /// 200 with the setting after a change, or 204 without.
  let status: Int
  /// What the tenant has at its start.
  let start: JSONObject
  /// Throws where the setting as it would become is against the rules.
  let check: Check

  init(
    _ path: String, _ type: ModelType, _ workload: Workload = .policy, read readers: [String], write writers: [String],
    method: String = "PATCH", status: Int = 204, start: JSONObject, check: @escaping Check = { _, _ in }
  ) {
    self.path = path
    self.type = type
    self.workload = workload
    self.readers = readers + writers
    self.writers = writers
    self.method = method
    self.status = status
    self.start = start
    self.check = check
  }

  /// The value of a setting, and what it was before the last change.
  struct Value: Sendable {
    var current: JSONObject
    var previous: JSONObject
    var changedAt: Timestamp
  }
}

extension TenantState {
  /// What the tenant acts by.
  func value(of setting: TenantSetting) -> JSONObject { settings[setting.path]?.current ?? setting.start }

  /// What reading shows, which follows a change a little later.
  func shownValue(of setting: TenantSetting) -> JSONObject {
    guard let value = settings[setting.path] else { return setting.start }
    return value.changedAt + lags.settings <= now ? value.current : value.previous
  }

  mutating func set(_ setting: TenantSetting, to value: JSONObject) {
    settings[setting.path] = TenantSetting.Value(
      current: value, previous: shownValue(of: setting), changedAt: now)
  }
}

extension JSONObject {
  /// The object with the members of `changes` over its own; objects within are changed by members too, everything else
  /// is replaced.
  func deepMerging(_ changes: JSONObject) -> JSONObject {
    var merged = self
    for change in changes {
      if let inner = change.value.objectValue, let old = merged[change.key]?.objectValue {
        merged[change.key] = .object(old.deepMerging(inner))
      } else {
        merged[change.key] = change.value
      }
    }
    return merged
  }
}
