package import AdminCore

/// What a caller may do. The names are those of the Entra app roles, so that one word means one thing in a token, in a
/// setting and in an error.
package enum Role: String, CaseIterable, Sendable {
  case read = "M365.Read"
  case provision = "M365.Provision"
  case send = "M365.Send"
  case configure = "M365.Configure"
  case writeTemplates = "Templates.Write"
}

/// Who makes a call, as far as it could be established.
package struct Caller: Sendable {
  /// Stands in the audit trail: `local:<uid>:<user>`.
  package let actor: String
  package let roles: Set<Role>

  package init(actor: String, roles: Set<Role>) {
    self.actor = actor
    self.roles = roles
  }

  /// The person or program that may execute this binary on this machine: the operating system has already decided.
  package static func local(userID: UInt32, userName: String) -> Caller {
    let name = String(userName.unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(64))
    return Caller(actor: "local:\(userID):\(name)", roles: Set(Role.allCases))
  }

  package func require(_ role: Role) throws(AdminError) {
    guard roles.contains(role) else {
      throw AdminError(
        .permissionDenied, "This caller lacks the role \(role.rawValue); an administrator of the server can grant it.",
        details: ["role": .string(role.rawValue)])
    }
  }
}
