import Access
import AdminCore
import AdminTools
import Foundation
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

/// Every way in that somebody might try, one after the other: all of them end in a refusal, without effect, and in the
/// audit trail.
@Suite("Attacks")
struct AttackTests {
  struct Attack: CustomTestStringConvertible, Sendable {
    let name: String
    let code: String
    let order: TokenOrder

    init(_ name: String, _ code: String, _ order: TokenOrder) {
      (self.name, self.code, self.order) = (name, code, order)
    }

    var testDescription: String { name }
  }

  private static let other = "11111111-2222-3333-4444-555555555555"
  private static let roles: JSONValue = ["PersonaConfig.Admin"]

  private static func app(
    _ claims: JSONObject = [:], signer: TokenOrder.Signer = .tenant, header: JSONObject = [:]
  ) -> TokenOrder {
    TokenOrder(.app, signer: signer, claims: (["roles": roles] as JSONObject).merging(claims), header: header)
  }

  private static func shaped(_ form: TokenOrder.Form) -> TokenOrder {
    var order = app()
    order.form = form
    return order
  }

  private static func texted(_ text: String) -> TokenOrder {
    var order = app()
    order.claimsText = text
    return order
  }

  static let attacks: [Attack] = [
    Attack("algorithm none", "AUTH_006", app(signer: .none)),
    Attack("algorithm NoNe", "AUTH_006", app(signer: .none, header: ["alg": "NoNe"])),
    Attack("HS256 keyed with the public key", "AUTH_006", app(signer: .hmac)),
    Attack("the same, called RS256", "AUTH_005", app(signer: .hmac, header: ["alg": "RS256"])),
    Attack("RS384", "AUTH_006", app(header: ["alg": "RS384"])),
    Attack("signature stripped", "AUTH_006", app(signer: .none, header: ["alg": "RS256"])),
    Attack(
      "key embedded", "AUTH_005", app(signer: .stranger, header: ["jwk": ["kty": "RSA", "n": "AQAB", "e": "AQAB"]])),
    Attack("address of a key", "AUTH_005", app(signer: .stranger, header: ["jku": "https://evil.example/keys"])),
    Attack(
      "certificate embedded", "AUTH_005",
      app(signer: .stranger, header: ["x5c": ["MIIB"], "x5u": "https://evil.example"])),
    Attack("critical extension", "AUTH_006", app(header: ["crit": ["exp"], "b64": false])),
    Attack("key id with a path", "AUTH_005", app(header: ["kid": "../../../../dev/null"])),
    Attack("key id with SQL", "AUTH_005", app(header: ["kid": "x' UNION SELECT 'key"])),
    Attack("key of 1024 bits", "AUTH_005", app(signer: .weak)),
    Attack("wrong audience", "AUTH_003", app(["aud": .string(other)])),
    Attack("audiences as a list", "AUTH_003", app(["aud": [.string(other)]])),
    Attack("token for Graph", "AUTH_003", TokenOrder(.graph, claims: ["roles": roles])),
    Attack(
      "token for Graph with a nonce", "AUTH_006", TokenOrder(.graph, claims: ["roles": roles], header: ["nonce": "n"])),
    Attack("ID token", "AUTH_007", TokenOrder(.id, claims: ["roles": roles])),
    Attack("other tenant, same subject", "AUTH_004", app(["tid": .string(other)])),
    Attack(
      "guest of another tenant with the same object id", "AUTH_004",
      app(["tid": .string(other), "iss": .string("https://login.microsoftonline.com/\(other)/v2.0")])),
    Attack("issuer template", "AUTH_004", app(["iss": "https://login.microsoftonline.com/{tenantid}/v2.0"])),
    Attack("issuer common", "AUTH_004", app(["iss": "https://login.microsoftonline.com/common/v2.0"])),
    Attack("issuer of version 1 in version 2", "AUTH_004", app(["iss": "https://sts.windows.net/x/"])),
    Attack("no tenant", "AUTH_004", app(["tid": nil])),
    Attack("end as text", "AUTH_006", app(["exp": "4102444800"])),
    Attack("end as a fraction", "AUTH_006", app(["exp": 4_102_444_800.5])),
    Attack("end as 1e400", "AUTH_006", app(["exp": (try? JSONParser.parse(Array("1e400".utf8))) ?? nil])),
    Attack("no end", "AUTH_006", app(["exp": nil])),
    Attack("begins in the future", "AUTH_002", app(["nbf": 4_102_444_800])),
    Attack("audience twice", "AUTH_006", texted(#"{"aud":"a","aud":"b"}"#)),
    Attack("encrypted token around a good one", "AUTH_006", shaped(.nested)),
    Attack("token of a megabyte", "AUTH_006", app(["filler": .string(String(repeating: "x", count: 1 << 20))])),
    Attack("roles as text", "AUTH_006", app(["roles": "PersonaConfig.Admin"])),
    Attack("scope without role", "PERM_001", TokenOrder(.delegated, claims: ["scp": "PersonaConfig.Admin"])),
    Attack(
      "role without scope", "PERM_001", TokenOrder(.delegated, claims: ["roles": roles, "scp": "access_as_user"])),
    Attack("proof of possession", "AUTH_007", app(["cnf": ["jkt": "x"]])),
    Attack("client that has not proven itself", "AUTH_009", app(["azpacr": "0"])),
    Attack("no role", "PERM_001", app(["roles": []])),
    Attack("role of another spelling", "PERM_001", app(["roles": ["personaconfig.admin"]])),
  ]

  @Test("A token that is wrong in any way opens nothing", arguments: attacks)
  func tokens(attack: Attack) async throws {
    // The local caller could do it: a bad token must not fall back to it.
    let personas = try await PersonaHarness()
    await personas.harness.tenant.setFaults(FaultPlan([FaultRule(.weakKeys, path: "/*/discovery/v2.0/keys")]))
    let answer = try await personas.update(["systemPrompt": "owned"], as: attack.order)
    #expect(answer.code == attack.code, "\(answer.json.text)")
    #expect(try await personas.configurations() == [:])
    let last = try #require(try await personas.harness.audit().last { $0.operation == "update_persona_config" })
    #expect(last.status == .denied && last.code == attack.code)
    #expect(last.roles == [] || attack.code == "PERM_001", "who was refused for a token is nobody with roles")
  }

  @Test(
    "Each of them is refused for reading as well, tools and resources",
    arguments: attacks.filter { $0.code.hasPrefix("AUTH") })
  func reading(attack: Attack) async throws {
    let personas = try await PersonaHarness()
    await personas.harness.tenant.setFaults(FaultPlan([FaultRule(.weakKeys, path: "/*/discovery/v2.0/keys")]))
    #expect(try await personas.call("get_persona_config", as: attack.order).code == attack.code)
    #expect(
      try await personas.harness.call("find_users", [:], in: try await personas.context(attack.order)).code
        == attack.code)
    let error = await #expect(throws: AdminError.self) {
      try await personas.read("m365://personas/\(personas.tenant)/\(PersonaHarness.persona)/config", as: attack.order)
    }
    #expect(error?.code.rawValue == attack.code)
  }

  @Test("A thousand unknown keys cost one request to the sign-in service")
  func flood() async throws {
    let personas = try await PersonaHarness(registered: false)
    for number in 0..<1000 {
      let order = Self.app(header: ["kid": .string("k\(number)")])
      #expect(try await personas.call("get_persona_config", as: order).code == "AUTH_005")
    }
    #expect(personas.harness.transport.requests.count { $0.hasSuffix("/discovery/v2.0/keys") } == 1)
  }

  @Test("A key set that leads elsewhere, never ends or is none lets nobody in")
  func keySets() async throws {
    for fault in [
      Fault.redirect("http://127.0.0.1:1/keys"), .hugeBody(2 << 20), .status(503, retryAfter: nil), .dropAfter,
    ] {
      let personas = try await PersonaHarness(registered: false)
      await personas.harness.tenant.setFaults(FaultPlan([FaultRule(fault, path: "/*/discovery/v2.0/keys")]))
      #expect(try await personas.call("get_persona_config", as: PersonaHarness.reader).code == "AUTH_005")
      #expect(
        personas.harness.transport.requests == ["GET /\(personas.tenant)/discovery/v2.0/keys"],
        "a redirect is not followed")
    }
  }

  @Test("A clock that is ten minutes off believes no token of the present")
  func wrongClock() async throws {
    let personas = try await PersonaHarness()
    await personas.harness.tenant.advanceClock(by: .seconds(600))
    #expect(try await personas.call("get_persona_config", as: PersonaHarness.reader).code == "AUTH_002")
  }

  // MARK: Good tokens, used wrongly

  @Test("The agent's own application changes nothing, whatever roles it holds; the trail says that it tried")
  func agent() async throws {
    let personas = try await PersonaHarness()
    let client = personas.harness.tenant.credentials.clientID
    _ = try await personas.call("register_persona", ["displayName": "Sales", "agentAppId": .string(client)])
    let all: JSONValue = .strings(Role.allCases.map(\.rawValue))
    for order in [
      TokenOrder(.app, claims: ["roles": all]),
      TokenOrder(
        .delegated, claims: ["roles": all, "scp": .string(Role.allCases.map(\.rawValue).joined(separator: " "))]),
    ] {
      #expect(try await personas.call("get_persona_config", as: order)["version"] == 0)
      #expect(try await personas.update(["systemPrompt": "owned"], as: order).code == "PERM_005")
      #expect(try await personas.harness.audit().last?.code == "PERM_005")
      #expect(
        try await personas.call("set_persona_state", ["enabled": true, "reason": "r"], as: order).code == "PERM_005")
      #expect(try await personas.call("register_persona", ["displayName": "Mine"], as: order).code == "PERM_005")
    }
  }

  @Test("A tenant in the arguments that is not the token's is refused, for reading and writing, unless all are open")
  func otherTenant() async throws {
    let personas = try await PersonaHarness()
    let foreign: JSONObject = ["tenantId": .string(Self.other)]
    for order in [PersonaHarness.administrator, PersonaHarness.reader] {
      #expect(try await personas.call("get_persona_config", foreign, as: order).code == "PERM_003")
    }
    #expect(try await personas.update(["a": 1], foreign, as: PersonaHarness.administrator).code == "PERM_003")
    #expect(try await personas.harness.audit().last?.code == "PERM_003")
    let operating = Self.app(["roles": ["PersonaConfig.Admin", "Admin.Tenants.All"]])
    #expect(try await personas.update(["a": 1], foreign, as: operating)["version"] == 1)
  }

  @Test("Somebody of another accepted tenant does not administer ours, nor write what reaches every tenant")
  func homeTenant() async throws {
    let personas = try await PersonaHarness(registered: false)
    let own = personas.tenant
    let both = try await PersonaHarness(settings: [.callerTenants: "\(own),\(Self.other)"], registered: false)
    let admin = Self.app(["roles": ["PersonaConfig.Admin", "M365.Read"]])
    #expect(try await both.update(["a": 1], ["layer": "global"], as: admin).code == "PERM_003")
    #expect(
      try await personas.update(["a": 1], ["layer": "global"], as: admin)["version"] == 1,
      "where there is one tenant only")
    #expect(try await both.harness.call("find_users", [:], in: try await both.context(admin)).isError == false)
  }

  @Test("A cursor and an approval of one caller are none of another")
  func othersTickets() async throws {
    let personas = try await PersonaHarness()
    for number in 1...3 { _ = try await personas.update(["a": .int(number)]) }
    let page = try await personas.call("list_persona_config_versions", ["limit": 2], as: PersonaHarness.reader)
    let cursor: JSONObject = ["limit": 2, "cursor": page["nextCursor"] ?? .null]
    #expect(try await personas.call("list_persona_config_versions", cursor).code == "VAL_001")
    #expect(try await personas.call("list_persona_config_versions", cursor, as: PersonaHarness.reader)["count"] == 3)

    let users = try await personas.harness.call("find_users", ["limit": 2])
    let usersCursor: JSONObject = ["limit": 2, "cursor": users["nextCursor"] ?? .null]
    let reading = Self.app(["roles": ["M365.Read"]])
    #expect(
      try await personas.harness.call("find_users", usersCursor, in: try await personas.context(reading)).code
        == "VAL_001")

    // A plan that a person approved in a terminal for one caller.
    let asking: JSONObject = ["requireApproval": true, "configurationsToUpdate": ["b": 1], "updatedBy": "t"]
    let pending = try await personas.call("update_persona_config", asking, person: PretendPerson())
    let plan = try #require(pending["details"]?["planId"]?.stringValue.flatMap(LocalID.init))
    _ = try await personas.harness.store().approvals.approve(plan, by: "a person")
    let other = try await personas.call(
      "update_persona_config", asking, as: PersonaHarness.writer, person: PretendPerson())
    #expect(other.code == "CONF_001")
    #expect(try await personas.call("update_persona_config", asking, person: PretendPerson())["success"] == true)
  }

  @Test("A confirmation token is good once, for the same call of the same caller")
  func confirmationTokens() async throws {
    let personas = try await PersonaHarness(settings: [.tokenApproval: "true"])
    let asking: JSONObject = ["requireApproval": true, "configurationsToUpdate": ["b": 1], "updatedBy": "t"]
    func call(_ more: JSONObject, as order: TokenOrder? = nil) async throws -> AdminHarness.Answer {
      try await personas.call("update_persona_config", asking.merging(more), as: order, person: PretendPerson())
    }
    let token = try #require(try await call([:])["details"]?["confirmationToken"])
    #expect(try await call(["confirm": token, "configurationsToUpdate": ["b": 2]]).code == "CONF_001")
    #expect(try await call(["confirm": token], as: PersonaHarness.writer).code == "CONF_001")
    #expect(try await call(["confirm": token])["success"] == true)
    #expect(try await call(["confirm": token]).code == "CONF_001")
  }

  // MARK: Where tokens must not be

  @Test("A token in the arguments goes nowhere: not into the error, the trail, the plan or what versions tell of why")
  func tokenInArguments() async throws {
    let personas = try await PersonaHarness()
    // As much of each part as has room in a reason, which takes 1024 characters.
    let token = try await personas.token(PersonaHarness.administrator).split(separator: ".").map { $0.prefix(300) }
      .joined(separator: ".")
    let answer = try await personas.update(
      ["a": 1], ["reason": .string("use \(token)"), "authorization": .string(token)])
    #expect(answer.code == "VAL_001" && !answer.json.text.contains(token))
    let reason: JSONObject = ["reason": .string("use \(token)")]
    _ = try await personas.update(["a": .string(token)], reason)
    _ = try await personas.call("rollback_persona_config", reason.merging(["toVersion": 1]))
    _ = try await personas.call("set_persona_state", reason.merging(["discoverable": false]))
    let until = (personas.harness.timekeeper.now() + .seconds(600)).iso8601
    let override: JSONObject = ["settings": ["a": 1], "expiresAt": .string(until), "dryRun": true]
    let planned = try await personas.call("set_persona_override", reason.merging(override))
    #expect(!planned.isError && !planned.json.text.contains(token), "\(planned.json.text)")
    let versions = try await personas.call("list_persona_config_versions")
    #expect(versions["count"] == 2 && !versions.json.text.contains(token), "\(versions.json.text)")
    let trail = try await personas.harness.audit().map { JSONValue.object($0.json).text }.joined()
    #expect(!trail.contains(token) && !trail.contains(String(token.suffix(40))))
  }

  @Test("A weaker token in the call stands in place of a stronger one in the settings")
  func weakerToken() async throws {
    let issuer = try await PersonaHarness(registered: false)
    let strong = try await issuer.token(PersonaHarness.administrator)
    let personas = try await PersonaHarness(settings: [.callerToken: strong], roles: [])
    #expect(try await personas.update(["a": 1])["version"] == 1)
    #expect(try await personas.update(["a": 2], as: PersonaHarness.reader).code == "PERM_001")
  }

  @Test("A token file that is a link, or that others can read, lets nobody in")
  func tokenFiles() async throws {
    let directory = try TemporaryDirectory()
    let issuer = try await PersonaHarness(registered: false)
    let token = try await issuer.token(PersonaHarness.administrator)
    let (file, link) = (directory.file("token"), directory.file("link"))
    try Data(token.utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    let good = try await PersonaHarness(settings: [.callerTokenFile: file], roles: [])
    #expect(try await good.update(["a": 1])["version"] == 1)
    for path in [link, directory.file("missing")] {
      let personas = try await PersonaHarness(settings: [.callerTokenFile: path], registered: false)
      #expect(try await personas.call("get_persona_config").code == "CFG_001")
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    let open = try await PersonaHarness(settings: [.callerTokenFile: file], registered: false)
    #expect(try await open.call("get_persona_config").code == "CFG_001")
  }

  @Test("In mode token nothing is told without one but health; lists and suggestions show nothing")
  func tokenMode() async throws {
    let personas = try await PersonaHarness(settings: [.authMode: "token"])
    for tool in ["get_persona_config", "find_users", "list_email_templates"] {
      let answer = try await personas.harness.call(
        tool, tool == "get_persona_config" ? ["tenantId": "t", "personaId": "p"] : [:])
      #expect(answer.code == "AUTH_008", "\(tool)")
    }
    for uri in ["m365://users/a@b.example", "m365://schemas/find_users", "m365://personas/t/p/config"] {
      let error = await #expect(throws: AdminError.self, "\(uri)") { try await personas.read(uri) }
      #expect(error?.code == .tokenRequired)
    }
    guard case .contents = try await personas.read("m365://health") else {
      Issue.record("health needs no token")
      return
    }
    #expect(try await personas.listedResources() == [])
    #expect(try await personas.listedResources(as: PersonaHarness.reader).count == 1)
  }

  @Test("There is no tool that switches the trail off, whatever a text asks for")
  func noSuchTool() async throws {
    let personas = try await PersonaHarness(registered: false)
    let names = try AdminCatalogue.catalogue(personas.harness.services).tools.flatMap { [$0.name] + $0.aliases }
    #expect(!names.contains { $0.lowercased().contains("audit") && !$0.hasPrefix("admin_") })
  }
}

extension PersonaHarness {
  /// Reads a resource as a client does.
  func read(_ uri: String, as order: TokenOrder? = nil) async throws -> ResourceOutcome {
    let catalogue = try AdminCatalogue.catalogue(harness.services)
    let context = if let order { try await context(order) } else { PretendPerson().context() }
    if let fixed = catalogue.resources.first(where: { $0.entry.uri == uri }) {
      return try await fixed.read(ResourceReadRequest(uri: uri), context)
    }
    for template in catalogue.templates {
      guard let variables = template.template.match(uri) else { continue }
      return try await template.read(ResourceReadRequest(uri: uri, variables: variables), context)
    }
    return .notFound
  }

  /// What providers of resources list.
  func listedResources(as order: TokenOrder? = nil) async throws -> [String] {
    let context = if let order { try await context(order) } else { PretendPerson().context() }
    var uris: [String] = []
    for provider in try AdminCatalogue.catalogue(harness.services).providers {
      uris += try await provider.page(nil, 100, context).entries.map(\.uri)
    }
    return uris
  }
}
