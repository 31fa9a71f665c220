package import AdminCore
package import M365

extension SettingAccess {
  private static let key = "value"

  /// A setting of Exchange Online, read and written as one value.
  package static func exchange<Setting: ExchangeSetting>(
    _ setting: Setting, _ services: WorkflowServices
  ) -> SettingAccess {
    SettingAccess(
      read: { _ throws(AdminError) in
        let value = try await services.exchange().value(of: setting)
        return wanted(setting, value)
      },
      write: { wanted, _ throws(AdminError) in
        guard let value = wanted[key]?.objectValue.flatMap(setting.value(journalled:)) else {
          throw AdminError(.internalFault, "The journal's value of \(setting.title) cannot be read.")
        }
        _ = try await setting.write(value, to: services.exchange())
      },
      matches: { read, wanted in
        guard let read = read.objectValue.flatMap(setting.value(journalled:)) else { return false }
        return read == wanted.objectValue.flatMap(setting.value(journalled:))
      })
  }

  /// What is given to `Step.setting` so that the setting gets this value.
  package static func wanted<Setting: ExchangeSetting>(_ setting: Setting, _ value: Setting.Value) -> JSONObject {
    [key: .object(setting.journalled(value))]
  }

  /// The value within what `read` returns and `wanted` makes.
  package static func value<Setting: ExchangeSetting>(
    of setting: Setting, in object: JSONObject?
  ) -> Setting.Value? {
    object?[key]?.objectValue.flatMap(setting.value(journalled:))
  }
}

extension Step {
  /// The two steps that give a setting of Exchange Online its value.
  package static func exchangeSetting<Setting: ExchangeSetting>(
    _ id: String, _ setting: Setting, to value: Setting.Value, _ services: WorkflowServices
  ) -> [Step] {
    Step.setting(
      id, setting.title, to: SettingAccess.wanted(setting, value), .exchange(setting, services),
      propagation: setting.propagation.upTo, timekeeper: services.timekeeper)
  }
}

extension Duration {
  /// `up to 15 minutes`, in the largest unit that fits.
  package var upTo: String {
    let seconds = Int(components.seconds)
    let (count, unit) =
      seconds >= 2 * 3600
      ? (seconds / 3600, "hour") : seconds >= 120 ? (seconds / 60, "minute") : (max(1, seconds), "second")
    return "up to \(count) \(unit)\(count == 1 ? "" : "s")"
  }
}
