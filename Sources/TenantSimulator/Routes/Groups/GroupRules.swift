import AdminCore

/// What the directory demands of a group, whether one is made or changed.
enum GroupRules {
  static let maximumReferences = 20

  static func check(_ body: JSONObject) throws(GraphFailure) {
    for member in body {
      // The directory takes null for "no value" and refuses the empty text.
      if member.value.stringValue == "" { throw .invalidValue(member.key, of: "Group") }
    }
    for name in ["displayName", "mailEnabled", "mailNickname", "securityEnabled"] where body[name] == .null {
      throw .invalidValue(name, of: "Group")
    }
    if let nickname = body["mailNickname"]?.stringValue, !NamingRules.isMailNickname(nickname) {
      throw .invalidValue("mailNickname", of: "Group")
    }
  }

  /// The kind that a new group's properties make, of those an application may make.
  static func kind(_ body: JSONObject) throws(GraphFailure) -> Group.Kind {
    let types = (body["groupTypes"]?.arrayValue ?? []).compactMap(\.stringValue)
    guard types.allSatisfy({ $0 == "Unified" }), types.count <= 1 else {
      throw .invalidValue("groupTypes", of: "Group")
    }
    let (hasMail, isSecurity) = (body["mailEnabled"]?.boolValue ?? false, body["securityEnabled"]?.boolValue ?? false)
    if types == ["Unified"] {
      guard hasMail else { throw .invalidValue("mailEnabled", of: "Group") }
      return .microsoft365
    }
    guard !hasMail, isSecurity else {
      throw .directory(
        "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement "
          + "property is unset and the security-enablement property is set.")
    }
    return .security
  }

  static func requireFree(
    nickname: String, kind: Group.Kind, excluding id: String?, _ state: TenantState
  ) throws(GraphFailure) {
    guard kind != .security else { return }
    if state.isTaken(groupNickname: nickname, excluding: id) { throw UserRules.conflict("mailNickname") }
    if state.isTaken(address: "\(nickname)@\(state.organization.defaultDomain)", excluding: id) {
      throw UserRules.conflict("proxyAddresses")
    }
  }

  /// What the tenant's naming policy has against the names of a Microsoft 365 group.
  static func objections(
    displayName: String?, nickname: String?, _ state: TenantState
  ) -> [GraphFailure.Detail] {
    guard let policy = state.directorySetting(.groups) else { return [] }
    let blocked = policy["CustomBlockedWordsList"].split(separator: ",").map { $0.trimmingSpaces.lowercased() }
    let parts = policy["PrefixSuffixNamingRequirement"].components(around: "[GroupName]")
    var details: [GraphFailure.Detail] = []
    for (target, value) in [("displayName", displayName), ("mailNickname", nickname)] {
      guard let value else { continue }
      if let word = blocked.first(where: { !$0.isEmpty && value.lowercased().contains($0) }) {
        details.append(
          GraphFailure.Detail(
            code: "ContainsBlockedWord",
            message: "'\(word)' is a blocked word in your organization and cannot be used in '\(target)'.",
            target: target))
      }
      if let parts,
        !value.lowercased().hasPrefix(parts.prefix.lowercased())
          || !value.lowercased().hasSuffix(parts.suffix.lowercased())
      {
        details.append(
          GraphFailure.Detail(
            code: "MissingPrefixSuffix",
            message: "'\(target)' must begin with '\(parts.prefix)' and end with '\(parts.suffix)'.", target: target))
      }
    }
    return details
  }

  /// A synchronized group is mastered elsewhere.
  static func requireCloudMastered(_ group: Group) throws(GraphFailure) {
    guard !group.isSynchronized else { throw UserRules.masteredElsewhere }
  }

  /// Nobody is put into a group, or taken out of it, whose members a rule decides.
  static func requireStaticMembership(_ group: Group) throws(GraphFailure) {
    guard group.isDynamic else { return }
    throw GraphFailure(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
  }

  static func apply(_ body: JSONObject, to group: inout Group) {
    for member in body {
      switch member.key {
      case "displayName": group.displayName = member.value.stringValue ?? group.displayName
      case "description": group.description = member.value.stringValue
      case "mailNickname": group.mailNickname = member.value.stringValue ?? group.mailNickname
      case "visibility": group.visibility = member.value.stringValue ?? group.visibility
      default: break
      }
    }
  }
}

extension String {
  /// What stands before and after the only `mark` of a text; `nil` where the text is empty.
  fileprivate func components(around mark: String) -> (prefix: String, suffix: String)? {
    guard !isEmpty, let range = firstRange(of: mark) else { return nil }
    return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
  }
}
