import AdminCore
import Cryptography
import TenantSimulator
import TestSupport
import Testing

/// The key set that others check tokens with, and what may be wrong with it.
@Suite("Signing keys of the tenant")
struct SigningKeyTests {
  private static let path = "https://login.microsoftonline.com/harbourfinch.example/discovery/v2.0/keys"

  private func keys(_ fixture: TenantFixture) async throws -> [JSONValue] {
    try await fixture.send("GET", Self.path).json["keys"]?.arrayValue ?? []
  }

  private func faults(_ json: JSONValue, _ fixture: TenantFixture) async throws {
    let answer = await fixture.control("POST", "/faults", json: json)
    #expect(answer.status == 200, "\(answer.text)")
    #expect(answer.json["rules"]?[0]?["action"] == json[0]?["action"])
  }

  @Test("A redirect, an endless body and a weak key are had by faults, which can be read back")
  func ordered() async throws {
    let fixture = try await TenantFixture()
    #expect(try await keys(fixture).count == 1)
    let match: JSONValue = ["path": "/*/discovery/v2.0/keys"]
    try await faults([["match": match, "action": "redirect", "location": "http://127.0.0.1:1/x", "times": 1]], fixture)
    let redirect = try await fixture.send("GET", Self.path)
    #expect(redirect.status == 302 && redirect.headers["Location"] == "http://127.0.0.1:1/x")
    try await faults([["match": match, "action": "huge_body", "bytes": 100_000]], fixture)
    #expect(try await fixture.send("GET", Self.path).body.count == 100_000)
    #expect(await fixture.control("GET", "/faults").json["rules"]?[0]?["bytes"] == 100_000)
    try await faults([["match": match, "action": "weak_keys"]], fixture)
    let both = try await keys(fixture)
    let bits = both.compactMap { $0["n"]?.stringValue.flatMap { Base64.decode($0, .url) }?.count }.map { $0 * 8 }
    #expect(bits == [2048, 1024])
  }

  @Test(
    "Exchange's answers with status 200 that are no success are had by faults",
    arguments: ["admin_errors", "header_warning"])
  func exchangeShapes(_ action: String) async throws {
    let fixture = try await TenantFixture()
    try await faults([["match": ["path": "/adminapi/**"], "action": .string(action)]], fixture)
    let answer = try await fixture.send(
      "POST", "https://outlook.office365.com/adminapi/beta/harbourfinch.example/InvokeCommand")
    #expect(answer.status == 200)
    #expect((answer.json["@adminapi.errors"]?[0] != nil) == (action == "admin_errors"))
    #expect((answer.headers["X-Warnings"] != nil) == (action == "header_warning"))
  }

  @Test(
    "A fault that says too little is refused",
    arguments: [
      (["action": "redirect"], "location"), (["action": "redirect", "location": "a b"], "location"),
      (["action": "huge_body", "bytes": 0], "bytes"),
    ] as [(JSONValue, String)])
  func refused(fault: JSONValue, member: String) async throws {
    let fixture = try await TenantFixture()
    let answer = await fixture.control("POST", "/faults", json: [fault])
    #expect(answer.status == 400 && answer.text.contains(member))
  }

  @Test("A token can be signed by the weak key, and stand inside another")
  func tokens() async throws {
    let fixture = try await TenantFixture()
    await fixture.tenant.setFaults(FaultPlan([FaultRule(.weakKeys, path: "/*/discovery/v2.0/keys")]))
    let keys = try await keys(fixture)
    func order(_ json: JSONValue) async -> [Substring] {
      let token = await fixture.control("POST", "/tokens", json: json).json["token"]?.stringValue ?? ""
      return token.split(separator: ".", omittingEmptySubsequences: false)
    }
    let weak = await order(["signedBy": "weak"])
    let header = try JSONParser.parse(Base64.decode(weak[0], .url) ?? [])
    #expect(header["kid"] == keys[1]["kid"] && header["alg"] == "RS256")
    #expect(Base64.decode(weak[2], .url)?.count == 128)
    let nested = await order(["form": "nested"])
    #expect(nested.count == 5)
    let inner = String(decoding: Base64.decode(nested[3], .url) ?? [], as: UTF8.self)
    #expect(inner.split(separator: ".").count == 3)
    let wrong = await fixture.control("POST", "/tokens", json: ["form": "round"])
    #expect(wrong.status == 400 && wrong.text.contains("form must be one of compact, nested"))
  }
}
