import Access
import AdminCore
import Personas
import Store
import Testing

@Suite("Rules about keys")
struct KeyRulesTests {
  private static let home = "3b555118-da6a-4418-894f-7df1e2096870"
  private static let other = "11111111-2222-3333-4444-555555555555"
  private static let ada = "aaaaaaaa-0000-0000-0000-000000000001"
  private static let bob = "aaaaaaaa-0000-0000-0000-000000000002"
  private static let app = "bbbbbbbb-0000-0000-0000-000000000001"

  private func caller(
    _ object: String = ada, in tenant: String = home, app: String? = nil, _ roles: Set<Role> = [.writePersonas]
  ) throws -> Caller {
    Caller(
      .user, tenantID: try #require(GUID(tenant)), objectID: try #require(GUID(object)),
      applicationID: app.flatMap { GUID($0) }, roles: roles)
  }

  private func rule(
    _ effect: KeyRuleRecord.Effect, _ key: String, _ kind: KeyRuleRecord.PrincipalKind, _ principal: String,
    _ rights: KeyRuleRecord.Rights = .readWrite, persona: String = "*"
  ) -> KeyRuleRecord {
    KeyRuleRecord(
      personaGlob: persona, keyGlob: key, principalKind: kind, principal: principal, effect: effect, rights: rights)
  }

  private func allows(
    _ rules: [KeyRuleRecord], _ path: String, _ caller: Caller, _ right: KeyRules.Right = .write, persona: String = "p"
  ) throws -> Bool {
    KeyRules(rules, of: try #require(TenantName(Self.home)))
      .allows(right, path, of: PersonaName(persona), to: caller)
  }

  @Test("Without a rule the role is enough")
  func noRule() throws {
    #expect(try allows([], "a", caller()))
    #expect(try allows([rule(.deny, "b", .oid, Self.ada)], "a", caller()))
  }

  @Test("A rule that denies wins over any that allows")
  func denyWins() throws {
    let rules = [rule(.allow, "a", .oid, Self.ada), rule(.deny, "a", .role, "PersonaConfig.Write")]
    #expect(try !allows(rules, "a", caller()))
    #expect(try !allows(rules.reversed(), "a", caller()))
  }

  @Test("A rule that allows narrows the key to whom it names")
  func narrowing() throws {
    let rules = [rule(.allow, "a", .oid, Self.ada)]
    #expect(try allows(rules, "a", caller()))
    #expect(try !allows(rules, "a", caller(Self.bob)))
    #expect(try allows(rules, "b", caller(Self.bob)))
    #expect(try allows([rule(.allow, "a", .oid, Self.ada, .read)], "a", caller(Self.bob)), "about reading, not writing")
    #expect(try !allows([rule(.allow, "a", .oid, Self.ada, .read)], "a", caller(Self.bob), .read))
  }

  @Test("An administrator is never narrowed out, nor meant by what is said of smaller roles")
  func administrators() throws {
    let admin = try caller(Self.bob, [.administerPersonas])
    #expect(try allows([rule(.allow, "a", .oid, Self.ada)], "a", admin))
    #expect(try allows([rule(.deny, "a", .role, "PersonaConfig.Write")], "a", admin))
    #expect(try !allows([rule(.deny, "a", .oid, Self.bob)], "a", admin), "but can be named")
  }

  @Test("A rule about a key is about its parts, and one about a part is not about the key")
  func parts() throws {
    let whole = [rule(.deny, "flags", .oid, Self.ada)]
    #expect(try !allows(whole, "flags.x.y", caller()))
    let part = [rule(.deny, "flags.secret", .oid, Self.ada)]
    #expect(try allows(part, "flags", caller()))
    #expect(try allows(part, "flags.open", caller()))
    #expect(try !allows(part, "flags.secret", caller()))
    #expect(try !allows(part, "flags.secret.deeper", caller()))
  }

  @Test(
    "Globs are names with stars",
    arguments: [
      ("*", "anything", true), ("a*", "abc", true), ("a*", "b", false), ("*c", "abc", true), ("a*c", "ac", true),
      ("a*c", "abcd", false), ("a*b*c", "aXbYbc", true), ("abc", "abc", true), ("abc", "abcd", false), ("", "a", false),
      ("**", "a", true), ("flags.*", "flags.x", true), ("flags.*", "flags", false), ("llm*", "llmTopP", true),
    ])
  func globs(glob: String, name: String, expected: Bool) throws {
    #expect(try allows([rule(.deny, glob, .oid, Self.ada)], name, caller()) == !expected)
  }

  @Test("A rule is about the personas it names; the layers above only those about every persona concern")
  func personas() throws {
    let rules = [rule(.deny, "a", .oid, Self.ada, persona: "sales-*")]
    #expect(try !allows(rules, "a", caller(), persona: "sales-1"))
    #expect(try allows(rules, "a", caller(), persona: "support"))
    let compiled = KeyRules(rules, of: try #require(TenantName(Self.home)))
    #expect(compiled.allows(.write, "a", of: nil, to: try caller()))
    let everywhere = KeyRules([rule(.deny, "a", .oid, Self.ada)], of: try #require(TenantName(Self.home)))
    #expect(!everywhere.allows(.write, "a", of: nil, to: try caller()))
  }

  @Test("The same object id of another tenant is somebody else")
  func otherTenant() throws {
    let rules = [rule(.allow, "a", .oid, Self.ada)]
    #expect(try !allows(rules, "a", caller(Self.ada, in: Self.other, [.writePersonas, .allTenants])))
    let full = [rule(.allow, "a", .oid, "\(Self.other):\(Self.ada)")]
    #expect(try allows(full, "a", caller(Self.ada, in: Self.other)))
    #expect(try !allows(full, "a", caller()))
  }

  @Test("Applications and local people can be named")
  func otherPrincipals() throws {
    #expect(try !allows([rule(.deny, "a", .appid, Self.app)], "a", caller(app: Self.app)))
    #expect(try allows([rule(.deny, "a", .appid, Self.app)], "a", caller(app: Self.other)))
    let local = Caller(actor: "local:1000:ada", roles: [.writePersonas])
    #expect(try !allows([rule(.deny, "a", .oid, "local:1000:ada")], "a", local))
    #expect(try allows([rule(.deny, "a", .oid, "local:1001:bob")], "a", local))
  }
}
