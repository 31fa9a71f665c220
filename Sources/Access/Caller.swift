package import AdminCore

/// Who makes a call, as far as it could be established.
package struct Caller: Hashable, Sendable {
  package enum Kind: String, Sendable {
    /// Whoever may run the program on this machine.
    case local
    /// A person who signed in, through some client.
    case user
    /// A program with an identity of its own.
    case application
  }

  package let kind: Kind
  /// Names the caller in the audit trail and wherever something is bound to one: `local:<uid>:<user>`, or
  /// `<tenant id>:<object id>`. Never a name or an address, which may change hands.
  package let actor: String
  package let roles: Set<Role>
  /// The tenant the token was issued by; `nil` for a local caller.
  package let tenantID: GUID?
  /// The client application that got the token; `nil` for a local caller.
  package let applicationID: GUID?
  package let objectID: GUID?

  /// A local caller.
  package init(actor: String, roles: Set<Role>) {
    self.init(.local, actor: actor, roles: roles, tenantID: nil, objectID: nil, applicationID: nil)
  }

  /// The bearer of a token.
  package init(_ kind: Kind, tenantID: GUID, objectID: GUID, applicationID: GUID?, roles: Set<Role>) {
    self.init(
      kind, actor: "\(tenantID):\(objectID)", roles: roles, tenantID: tenantID, objectID: objectID,
      applicationID: applicationID)
  }

  private init(
    _ kind: Kind, actor: String, roles: Set<Role>, tenantID: GUID?, objectID: GUID?, applicationID: GUID?
  ) {
    self.kind = kind
    self.actor = actor
    self.roles = Role.expanding(roles)
    self.tenantID = tenantID
    self.objectID = objectID
    self.applicationID = applicationID
  }

  /// The person or program that may execute this binary on this machine: the operating system has already decided.
  package static func local(userID: UInt32, userName: String, roles: some Sequence<Role>) -> Caller {
    let name = String(userName.unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(64))
    return Caller(actor: "local:\(userID):\(name)", roles: Set(roles))
  }

  package func require(_ role: Role) throws(AdminError) {
    guard roles.contains(role) else {
      throw AdminError(
        .permissionDenied, "This caller lacks the role \(role.rawValue); an administrator of the server can grant it.",
        details: ["role": .string(role.rawValue)])
    }
  }

  /// The same caller without any role: who it is that was refused.
  package var withoutRoles: Caller {
    Caller(kind, actor: actor, roles: [], tenantID: tenantID, objectID: objectID, applicationID: applicationID)
  }
}
