package import Access
package import AdminCore
package import Store

/// Puts rules about keys in the place of those that a tenant has.
package struct KeyRulesChange: PersonaChange {
  package static let name = "set_persona_key_acl"
  package static let title = "Store the rules"
  package static let wayBack = "set_persona_key_acl sets the earlier rules again"
  package static let mostRules = 200

  package let tenant: TenantName
  package let rules: [KeyRuleRecord]
  private let ifMatch: String?
  private let author: Caller

  package init(_ rules: [KeyRuleRecord], of tenant: TenantName, ifMatch: String?, by author: Caller) {
    self.rules = rules
    self.tenant = tenant
    self.ifMatch = ifMatch
    self.author = author
  }

  package var target: AuditTarget { .object("persona_rules", tenant.text) }

  package init(journalled json: JSONObject) throws(AdminError) {
    guard let tenant = json["tenantId"]?.stringValue.flatMap(TenantName.init), let rules = json["rules"]?.arrayValue,
      let author = json.journalledCaller()
    else { throw .malformedChange(Self.name) }
    let read = rules.compactMap { $0.objectValue.flatMap(KeyRuleRecord.init(json:)) }
    guard read.count == rules.count else { throw .malformedChange(Self.name) }
    self.init(read, of: tenant, ifMatch: json["ifMatch"]?.stringValue, by: author)
  }

  package var journalled: JSONObject {
    [
      "tenantId": .string(tenant.text), "rules": .array(rules.map { .object($0.json) }), "ifMatch": .optional(ifMatch),
      "author": .object(author.journalled),
    ]
  }

  func decide(_ context: ChangeContext, in connection: borrowing Connection) throws -> (version: Int, etag: String) {
    try author.requireTenant(tenant)
    try author.require(.administerPersonas)
    try context.repository.requireNoAgent(author, in: connection)
    let problems = rules.enumerated().flatMap { index, rule in rule.problems(at: "/rules/\(index)") }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
    let current = try context.repository.keyRules(of: tenant, in: connection)
    guard ifMatch == nil || ifMatch == current.etag else {
      throw AdminError(
        .etagConflict, "The rules were changed meanwhile (etag \(current.etag)); read them again and decide anew.",
        details: ["etag": .string(current.etag), "version": .int(current.version)])
    }
    return (current.version, current.etag)
  }

  package func apply(_ context: ChangeContext, in connection: borrowing Connection) throws -> JSONObject {
    let current = try decide(context, in: connection)
    let etag = try context.repository.store(
      rules, of: tenant, after: current.version, by: author.actor, in: connection)
    try context.record(
      "pcfg.key_acl", by: author, on: target, tenant: tenant.text,
      [
        "fromEtag": .string(current.etag), "toEtag": .string(etag), "count": .int(rules.count),
        "rulesSha256": .string(ConfigurationAudit.hash(.array(rules.map { .object($0.json) }))),
      ], in: connection)
    return ["etag": .string(etag), "version": .int(current.version + 1), "rules": .int(rules.count)]
  }
}

extension PersonaService {
  /// - Returns: what names the rules that there are now.
  package func preview(_ change: KeyRulesChange) async throws(AdminError) -> String {
    try await repository.database.read { connection in
      try change.decide(context(correlationID: "", workflow: nil), in: connection).etag
    }
  }
}

extension KeyRuleRecord {
  init?(json: JSONObject) {
    guard let personaGlob = json["personaGlob"]?.stringValue, let keyGlob = json["keyGlob"]?.stringValue,
      let kind = json["principalKind"]?.stringValue.flatMap(PrincipalKind.init),
      let principal = json["principal"]?.stringValue, let effect = json["effect"]?.stringValue.flatMap(Effect.init),
      let rights = json["rights"]?.stringValue.flatMap(Rights.init)
    else { return nil }
    self.init(
      personaGlob: personaGlob, keyGlob: keyGlob, principalKind: kind, principal: principal, effect: effect,
      rights: rights)
  }

  fileprivate func problems(at path: String) -> [AdminError.Problem] {
    var problems: [AdminError.Problem] = []
    func complain(_ member: String, _ message: String) {
      problems.append(AdminError.Problem(path: "\(path)/\(member)", rule: member, message: message))
    }
    for (member, glob) in [("personaGlob", personaGlob), ("keyGlob", keyGlob)] {
      let isGlob =
        (1...200).contains(glob.utf8.count)
        && glob.utf8.allSatisfy { byte in
          (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || "._-*".utf8.contains(byte)
        }
      if !isGlob { complain(member, "must hold letters, digits, . _ - and * for anything") }
    }
    switch principalKind {
    case .role:
      if Role(rawValue: principal) == nil { complain("principal", "is no role") }
      if effect == .deny, principal == Role.administerPersonas.rawValue {
        complain("principal", "would lock administrators out; deny single ones by their object id")
      }
    case .oid:
      if GUID(principal) == nil, !principal.hasPrefix("local:"), principal.split(separator: ":").count != 2 {
        complain("principal", "must be an object id, <tenant id>:<object id>, or local:<uid>:<user>")
      }
    case .appid:
      if GUID(principal) == nil { complain("principal", "must be a client id") }
    }
    return problems
  }
}
