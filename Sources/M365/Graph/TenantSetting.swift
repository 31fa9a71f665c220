package import AdminCore

/// A setting of the tenant that there is exactly one of: where it is, and what reading and changing it needs. A feature
/// is one of these and the members it writes.
package struct TenantSetting: Hashable, Sendable {
  package let path: GraphPath
  package let readPermission: GraphPermission
  package let writePermission: GraphPermission
  /// Whether a change sets everything (`PUT`), so that what is not to change must be sent as well.
  package let isReplaced: Bool
  /// What a body must say of itself.
  let type: String?
  /// What can be written, where reading shows more than that.
  let members: [String]?

  private init(
    _ path: GraphPath, read: GraphPermission, write: GraphPermission, isReplaced: Bool = false, type: String? = nil,
    members: [String]? = nil
  ) {
    self.path = path
    readPermission = read
    writePermission = write
    self.isReplaced = isReplaced
    self.type = type
    self.members = members
  }

  // MARK: Policies of Entra ID

  package static let securityDefaults = TenantSetting(
    "/policies/identitySecurityDefaultsEnforcementPolicy", read: .policyRead, write: .policySecurityDefaults)

  /// Guests, users' rights, consent, self-service.
  package static let authorization = TenantSetting(
    "/policies/authorizationPolicy", read: .policyRead, write: .policyAuthorization)

  package static let adminConsentRequests = TenantSetting(
    "/policies/adminConsentRequestPolicy", read: .policyRead, write: .policyConsentRequest, isReplaced: true,
    members: ["isEnabled", "notifyReviewers", "remindersEnabled", "requestDurationInDays", "reviewers"])

  package static let authenticationMethods = TenantSetting(
    "/policies/authenticationMethodsPolicy", read: .policyRead, write: .policyAuthenticationMethod)

  package static let crossTenantDefault = TenantSetting(
    "/policies/crossTenantAccessPolicy/default", read: .policyRead, write: .policyCrossTenantAccess)

  /// A way to sign in.
  package enum AuthenticationMethod: String, CaseIterable, Sendable {
    case fido2, microsoftAuthenticator, sms, temporaryAccessPass, softwareOath, voice, email
  }

  package static func authenticationMethod(_ method: AuthenticationMethod) -> TenantSetting {
    TenantSetting(
      "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/\(method.rawValue)", read: .policyRead,
      write: .policyAuthenticationMethod, type: "#microsoft.graph.\(method.rawValue)AuthenticationMethodConfiguration")
  }

  // MARK: Admin centres

  package static let sharePoint = TenantSetting(
    "/admin/sharepoint/settings", read: .sharePointSettings, write: .sharePointSettings)

  package static let itemInsights = TenantSetting(
    "/admin/people/itemInsights", read: .peopleSettings, write: .peopleSettings)

  package static let pronouns = TenantSetting("/admin/people/pronouns", read: .peopleSettings, write: .peopleSettings)

  package static let reports = TenantSetting("/admin/reportSettings", read: .reportSettings, write: .reportSettings)

  package static let installationOptions = TenantSetting(
    "/admin/microsoft365Apps/installationOptions", read: .installationOptions, write: .installationOptions)

  /// How long passwords of a domain hold.
  package static func domain(_ name: String) -> TenantSetting {
    TenantSetting("/domains/\(name)", read: .domainRead, write: .domainReadWrite)
  }

  /// Of what was read, what makes everything as it was when it is written again.
  ///
  /// - Parameter changes: what is going to be changed; only that is kept, unless a change sets everything.
  package func restorable(_ value: JSONObject, before changes: JSONObject) -> JSONObject {
    guard let members, isReplaced else { return value.reduced(to: changes) }
    return JSONObject(value.members.filter { members.contains($0.key) })
  }

  /// Every one, with `domain` for a domain of the tenant.
  package static func all(domain: String) -> [TenantSetting] {
    [
      securityDefaults, authorization, adminConsentRequests, authenticationMethods, crossTenantDefault, sharePoint,
      itemInsights, pronouns, reports, installationOptions, self.domain(domain),
    ] + AuthenticationMethod.allCases.map(authenticationMethod)
  }
}

/// What came of changing a setting.
package struct SettingChange: Hashable, Sendable {
  /// The values before of the members that were to be changed, in the form in which they can be written back.
  package let before: JSONObject
  /// Whether anything was written: what is so already is left alone.
  package let isWritten: Bool
}

extension JSONObject {
  /// The members that `shape` has too, and within them those that it has within. Lists are taken as a whole.
  package func reduced(to shape: JSONObject) -> JSONObject {
    JSONObject(
      shape.compactMap { member in
        guard let value = self[member.key] else { return nil }
        guard let inner = member.value.objectValue, let own = value.objectValue else {
          return Member(key: member.key, value: value)
        }
        return Member(key: member.key, value: .object(own.reduced(to: inner)))
      })
  }

  /// Whether every member of `wanted` is here with its value.
  package func shows(_ wanted: JSONObject) -> Bool {
    wanted.allSatisfy { member in (self[member.key] ?? .null).shows(member.value) }
  }
}

extension JSONValue {
  /// Whether this is the value that was wanted, as services give it back: names in another case, lists in another order,
  /// objects with more members.
  package func shows(_ wanted: JSONValue) -> Bool {
    switch (self, wanted) {
    case (.object(let own), .object(let wanted)): return own.shows(wanted)
    case (.string(let own), .string(let wanted)): return own.lowercased() == wanted.lowercased()
    case (.array(let own), .array(let wanted)):
      guard own.count == wanted.count else { return false }
      var rest = own
      for value in wanted {
        guard let index = rest.firstIndex(where: { $0.shows(value) }) else { return false }
        rest.remove(at: index)
      }
      return true
    default: return self == wanted
    }
  }
}
