import AdminCore
import Cryptography

/// What the directory demands of a user, whether one is made or changed.
enum UserRules {
  static func check(_ body: JSONObject) throws(GraphFailure) {
    for member in body {
      // The directory takes null for "no value" and refuses the empty text.
      if member.value.stringValue == "" { throw .invalidValue(member.key, of: "User") }
    }
    if let location = body["usageLocation"]?.stringValue, !NamingRules.isCountry(location) {
      throw .invalidValue("usageLocation", of: "User")
    }
    if let nickname = body["mailNickname"]?.stringValue, !NamingRules.isMailNickname(nickname) {
      throw .invalidValue("mailNickname", of: "User")
    }
    for name in ["accountEnabled", "displayName", "mailNickname", "userPrincipalName"] where body[name] == .null {
      throw .invalidValue(name, of: "User")
    }
  }

  /// The name in the form in which it is kept, if its domain is one of the tenant's.
  static func signInName(_ text: String, _ state: TenantState) throws(GraphFailure) -> String {
    let domain = text.split(separator: "@").last.map(String.init) ?? ""
    guard let name = UserPrincipalName(text) else { throw .invalidValue("userPrincipalName", of: "User") }
    guard state.organization.isVerified(domain) else {
      throw .directory(
        "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain "
          + "names in your organization.")
    }
    return name.text
  }

  static func requireFree(_ name: String, excluding id: String?, _ state: TenantState) throws(GraphFailure) {
    if let holder = state.user(name), holder.id != id { throw conflict("userPrincipalName") }
    if state.isTaken(address: name, excluding: id) { throw conflict("proxyAddresses") }
  }

  static func conflict(_ property: String) -> GraphFailure {
    let message = "Another object with the same value for property \(property) already exists."
    return GraphFailure(
      400, "Request_BadRequest", message,
      details: [GraphFailure.Detail(code: "ObjectConflict", message: message, target: property)])
  }

  static let masteredElsewhere = GraphFailure.directory(
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects "
      + "currently undergoing migration.")

  static func password(
    _ profile: JSONValue?, _ name: String, _ state: TenantState
  ) throws(GraphFailure) -> (hash: [UInt8], mustChange: Bool) {
    guard let password = profile?["password"]?.stringValue, !password.isEmpty else {
      throw .directory("A value is required for property 'password' of resource 'User'.")
    }
    let alias = String(name.prefix { $0 != "@" })
    let words = state.organization.displayName.split { !$0.isLetter }.map(String.init)
    switch PasswordPolicy.refusal(of: password, alias: alias, words: words) {
    case .complexity:
      throw refusedPassword(
        "The specified password does not comply with password complexity requirements. "
          + "Please provide a different password.")
    case .banned:
      throw refusedPassword(
        "The specified password is too weak: it contains a word, phrase or pattern that is banned. "
          + "Choose a password that's difficult for people to guess.")
    case nil: break
    }
    return (SHA256.hash(Array(password.utf8)), profile?["forceChangePasswordNextSignIn"]?.boolValue ?? true)
  }

  private static func refusedPassword(_ message: String) -> GraphFailure {
    GraphFailure(
      400, "Request_BadRequest", message,
      details: [GraphFailure.Detail(code: "InvalidPassword", message: message, target: "passwordProfile")])
  }

  /// Changing a password or an administrator asks for more than changing a profile.
  static func checkPermissions(
    _ caller: AccessToken, changing body: JSONObject, of user: User
  ) throws(GraphFailure) {
    let isSensitive = ["passwordProfile", "accountEnabled", "userPrincipalName", "mobilePhone", "otherMails"]
      .contains { body[$0] != nil }
    if !user.roles.isEmpty, isSensitive { throw Workload.directory.accessDenied }
    if body["passwordProfile"] != nil, !caller.roles.contains("User-PasswordProfile.ReadWrite.All") {
      throw Workload.directory.accessDenied
    }
    let others = body.keys.filter { $0 != "passwordProfile" && $0 != "accountEnabled" }
    if !others.isEmpty, caller.roles.isDisjoint(with: UserRoutes.writers) { throw Workload.directory.accessDenied }
    if body["accountEnabled"] != nil,
      caller.roles.isDisjoint(with: UserRoutes.writers + ["User.EnableDisableAccount.All"])
    {
      throw Workload.directory.accessDenied
    }
  }

  static func apply(_ body: JSONObject, to user: inout User) {
    for member in body {
      switch member.key {
      case "accountEnabled": user.isEnabled = member.value.boolValue ?? user.isEnabled
      case "displayName": user.displayName = member.value.stringValue ?? user.displayName
      case "mailNickname": user.mailNickname = member.value.stringValue ?? user.mailNickname
      case "usageLocation": user.usageLocation = member.value.stringValue
      case "userType": user.isGuest = member.value == "Guest"
      case "mail": user.explicitMail = member.value.stringValue
      case let name where DirectoryModel.plainUserProperties.contains(name):
        user.profile[name] = member.value.isNull ? Optional.none : member.value
      default: break
      }
    }
  }
}
