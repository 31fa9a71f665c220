import AdminCore

/// The settings that there is one of, and the ways to sign in.
enum TenantSettingRoutes {
  static let routes =
    TenantSetting.all.flatMap(routes) + [
      Route(
        "GET", methodsPath, .policy, permissions: TenantSetting.authenticationMethods.readers, options: [.select]
      ) { state, call throws(GraphFailure) in
        try read(try method(call), state, call)
      },
      Route("PATCH", methodsPath, .policy, permissions: TenantSetting.authenticationMethods.writers) {
        state, call throws(GraphFailure) in
        let setting = try method(call)
        guard try call.json()["@odata.type"] != nil else {
          throw .badRequest("'@odata.type' must be given; it says which method is meant.")
        }
        return try change(setting, &state, call)
      },
    ]

  private static func routes(_ setting: TenantSetting) -> [Route] {
    [
      Route("GET", setting.path, setting.workload, permissions: setting.readers, options: [.select]) {
        state, call throws(GraphFailure) in
        try read(setting, state, call)
      },
      Route(setting.method, setting.path, setting.workload, permissions: setting.writers) {
        state, call throws(GraphFailure) in
        try change(setting, &state, call)
      },
    ]
  }

  private static func read(
    _ setting: TenantSetting, _ state: TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var value = state.shownValue(of: setting)
    if setting.path == TenantSetting.authenticationMethods.path {
      value["authenticationMethodConfigurations"] = .array(
        AuthenticationMethod.all.map { .object(state.shownValue(of: $0.setting)) })
    }
    return try call.answer(value, setting.type, context: context(setting))
  }

  private static func context(_ setting: TenantSetting) -> String { String(setting.path.dropFirst()) }

  private static func change(
    _ setting: TenantSetting, _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(setting.type, for: .update)
    let old = state.value(of: setting)
    var new: JSONObject
    if setting.method == "PUT" {
      if let missing = setting.type.properties.first(where: { $0.traits.contains(.onUpdate) && body[$0.name] == nil }) {
        throw .badRequest("The property '\(missing.name)' must be given.")
      }
      new = setting.start.merging(body)
      new["version"] = .int((old["version"]?.intValue ?? 0) + 1)
    } else {
      new = old.deepMerging(body)
    }
    if new["isServiceDefault"] != nil { new["isServiceDefault"] = false }
    if new["lastModifiedDateTime"] != nil { new["lastModifiedDateTime"] = .string(state.now.iso8601Seconds) }
    try setting.check(state, new)
    state.set(setting, to: new)
    state.record(
      setting.path.hasPrefix("/policies") ? .policyChanged : .tenantSettingChanged, context(setting))
    guard setting.status == 200 else { return .empty(setting.status) }
    return try call.answer(new, setting.type, context: context(setting))
  }

  // MARK: Ways to sign in

  private static let methodsPath =
    "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{method}"

  private static func method(_ call: GraphCall) throws(GraphFailure) -> TenantSetting {
    let id = call["method"].lowercased()
    guard let found = AuthenticationMethod.all.first(where: { $0.id.lowercased() == id }) else {
      throw GraphFailure(404, "resourceNotFound", "The authentication method '\(VisibleText.excerpt(id))' is unknown.")
    }
    return found.setting
  }
}

/// A way to sign in that the tenant allows or not.
struct AuthenticationMethod: Sendable {
  let id: String
  let setting: TenantSetting

  private init(_ id: String, _ type: ModelType, isEnabled: Bool, _ own: JSONObject = [:]) {
    self.id = id
    let start: JSONObject = [
      "@odata.type": .string("#" + type.name), "id": .string(id), "state": isEnabled ? "enabled" : "disabled",
      "excludeTargets": [],
    ]
    setting = TenantSetting(
      "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/\(id)", type,
      read: TenantSetting.authenticationMethods.readers, write: TenantSetting.authenticationMethods.writers,
      start: start.merging(own))
  }

  static let all = [
    AuthenticationMethod(
      "Fido2", PolicyModel.fido2, isEnabled: false,
      [
        "isAttestationEnforced": true, "isSelfServiceRegistrationAllowed": true,
        "keyRestrictions": ["isEnforced": false, "enforcementType": "block", "aaGuids": []],
      ]),
    AuthenticationMethod(
      "MicrosoftAuthenticator", PolicyModel.microsoftAuthenticator, isEnabled: true, ["isSoftwareOathEnabled": false]),
    AuthenticationMethod("Sms", PolicyModel.sms, isEnabled: true),
    AuthenticationMethod(
      "TemporaryAccessPass", PolicyModel.temporaryAccessPass, isEnabled: false,
      [
        "defaultLength": 8, "defaultLifetimeInMinutes": 60, "minimumLifetimeInMinutes": 60,
        "maximumLifetimeInMinutes": 480, "isUsableOnce": false,
      ]),
    AuthenticationMethod("SoftwareOath", PolicyModel.softwareOath, isEnabled: true),
    AuthenticationMethod("Voice", PolicyModel.voice, isEnabled: false),
    AuthenticationMethod(
      "Email", PolicyModel.email, isEnabled: true, ["allowExternalIdToUseEmailOtp": "default"]),
  ]
}
