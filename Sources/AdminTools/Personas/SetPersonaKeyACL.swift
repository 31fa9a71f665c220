import Access
import AdminCore
import MCPProtocol
import Personas
import Store
import Workflows

/// Says who may read and write which keys.
struct SetPersonaKeyACL: ChangingTool {
  static let name = "set_persona_key_acl"
  static let title = "Set the rules about keys"
  static let summary = """
    Replace a tenant's rules about who may read and write which keys. deny wins; allow narrows a key to whom it names; \
    without a rule the role is enough. Globs use *.
    """
  static let toolset = Toolset.persona
  static let role = Role.administerPersonas
  static let isDestructive = true
  static let isIdempotent = true

  enum PrincipalKind: String, Choice {
    case role, oid, appid
  }

  enum Effect: String, Choice {
    case allow, deny
  }

  enum Rights: String, Choice {
    case read, write, readWrite
  }

  struct Rule: ToolInput {
    @Param("Which personas.", .length(1...128)) var personaGlob: String
    @Param("Which keys or parts of keys.", .length(1...200)) var keyGlob: String
    @Param("What the principal is.") var principalKind: PrincipalKind
    @Param("A role, an object id, or a client id.", .length(1...200)) var principal: String
    @Param("What it says.") var effect: Effect
    @Param("About what.") var rights: Rights
  }

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("All rules, in the place of those there are.", .count(0...200)) var rules: [Rule]
    @Param("The etag it was decided on; empty for rules that must not exist yet.", .length(0...64)) var ifMatch: String?
  }

  struct Output: ToolOutput {
    let etag: String
    let version: Int
    let rules: Int
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<PersonaWorkflow<KeyRulesChange>> {
    let change = KeyRulesChange(
      input.rules.compactMap(KeyRuleRecord.init), of: try PersonaArgument.tenant(input.tenantId),
      ifMatch: input.ifMatch,
      by: call.caller)
    let store = try await call.store()
    let etag = try await store.personas.preview(change)
    return PreparedChange(
      "Replace the rules about keys of \(input.tenantId) by \(input.rules.count) rules",
      facts: input.rules.prefix(20).map { rule in
        Plan.Fact(
          rule.effect.rawValue, "\(rule.rights.rawValue) \(rule.keyGlob) of \(rule.personaGlob): \(rule.principal)")
      },
      purpose: "Store the rules", undo: "set_persona_key_acl with the rules before", basis: ["etag": .string(etag)],
      change, store.workflowServices)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    Output(
      etag: operation.output["etag"]?.stringValue ?? "", version: operation.output["version"]?.intValue ?? 0,
      rules: operation.output["rules"]?.intValue ?? 0)
  }
}

extension KeyRuleRecord {
  fileprivate init?(_ rule: SetPersonaKeyACL.Rule) {
    guard let kind = PrincipalKind(rawValue: rule.principalKind.rawValue),
      let effect = Effect(rawValue: rule.effect.rawValue), let rights = Rights(rawValue: rule.rights.rawValue)
    else { return nil }
    self.init(
      personaGlob: rule.personaGlob, keyGlob: rule.keyGlob, principalKind: kind, principal: rule.principal,
      effect: effect, rights: rights)
  }
}
