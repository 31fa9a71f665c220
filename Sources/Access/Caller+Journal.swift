package import AdminCore

extension Caller {
  /// For whoever goes on with what the caller began.
  package var journalled: JSONObject {
    [
      "kind": .string(kind.rawValue), "actor": .string(actor), "roles": .strings(roles.map(\.rawValue).sorted()),
      "tenantId": .optional(tenantID?.text), "objectId": .optional(objectID?.text),
      "appId": .optional(applicationID?.text),
    ]
  }

  /// Reads what `journalled` has written.
  package init?(journalled json: JSONObject) {
    let roles = Set((json["roles"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(Role.init) })
    func id(_ name: String) -> GUID? { json[name]?.stringValue.flatMap { GUID($0) } }
    guard let kind = json["kind"]?.stringValue.flatMap(Kind.init), let actor = json["actor"]?.stringValue else {
      return nil
    }
    switch kind {
    case .local: self.init(actor: actor, roles: roles)
    case .user, .application:
      guard let tenant = id("tenantId"), let object = id("objectId") else { return nil }
      self.init(kind, tenantID: tenant, objectID: object, applicationID: id("appId"), roles: roles)
    }
  }
}
