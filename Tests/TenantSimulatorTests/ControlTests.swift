import AdminCore
import Cryptography
import TenantSimulator
import TestSupport
import Testing

@Suite("Control endpoint")
struct ControlTests {
  @Test("The state holds every part, and each part by itself")
  func state() async throws {
    let fixture = try await TenantFixture()
    let all = await fixture.control("GET", "/state")
    for part in [
      "tenant", "application", "users", "deletedUsers", "groups", "products", "mailboxes", "sentMail", "trace",
      "uploads", "effects", "counts", "lags", "faults", "requests", "earlyRequests",
    ] {
      #expect(all.json[part] != nil, "\(part)")
      #expect(await fixture.control("GET", "/state/\(part)").json == all.json[part])
    }
    let nora = all.json["users"]?.arrayValue?.first { $0["displayName"] == "Nora Keane" }
    #expect(nora?["licenses"] == ["SPB"])
    #expect(all.json["mailboxes"]?.arrayValue?.contains { $0["kind"] == "shared" } == true)
    #expect(all.json["trace"]?.arrayValue?.isEmpty == false)
  }

  @Test("What arrives as a password can be told by its hash, and is shown nowhere")
  func password() async throws {
    let fixture = try await TenantFixture()
    _ = try await fixture.graph("POST", "/users", json: .newUser("mary.new"))
    let state = await fixture.control("GET", "/state")
    #expect(!state.text.contains("Zebra-Kite-42!"))
    let mary = state.json["users"]?.arrayValue?.last
    #expect(mary?["passwordSHA256"] == .string(Hex.encode(SHA256.hash(Array("Zebra-Kite-42!".utf8)))))
    #expect(mary?["mustChangePassword"] == true)
    #expect(state.json["effects"]?[0]?["target"] == "mary.new@harbourfinch.example")
  }

  @Test("Faults, lags and the clock are set and read")
  func settings() async throws {
    let fixture = try await TenantFixture()
    let faults = await fixture.control(
      "POST", "/faults", json: [["match": ["path": "/v1.0/organization"], "action": "503", "times": 1]])
    #expect(faults.json["rules"]?[0]?["action"] == "503")
    #expect(try await fixture.graph("GET", "/organization").status == 503)
    #expect(await fixture.control("GET", "/faults").json["rules"]?[0]?["hits"] == 1)
    #expect(await fixture.control("POST", "/lags", json: ["mailbox": 5]).json["mailbox"] == 5)
    #expect(await fixture.control("GET", "/lags").json["mailbox"] == 5)
    let before = await fixture.control("GET", "/clock").json["now"]?.stringValue
    #expect(before == "2026-01-05T08:00:00.000Z")
    let later = await fixture.control("POST", "/clock", json: ["advanceSeconds": 90.5])
    #expect(later.json["now"] == "2026-01-05T08:01:30.500Z")
    let set = await fixture.control("POST", "/clock", json: ["set": "2026-02-01T00:00:00Z"])
    #expect(set.json["now"] == "2026-02-01T00:00:00.000Z")
    #expect(try await fixture.graph("GET", "/organization").message.contains("expired"))
  }

  @Test("A token of every kind is made to order")
  func tokens() async throws {
    let fixture = try await TenantFixture()
    for (order, claim, value) in [
      (["kind": "app", "claims": ["roles": ["Admin.Read"]]], "roles", ["Admin.Read"]),
      (["kind": "delegated"], "scp", "access_as_user"), (["kind": "id"], "nonce", "simulated"),
      (["kind": "graph"], "aud", "https://graph.microsoft.com"),
      (["kind": "exchange"], "aud", "https://outlook.office365.com"),
      (["kind": "federated"], "aud", "api://AzureADTokenExchange"), ([:], "ver", "2.0"),
      (["claimsText": "{\"exp\":1e400}"], "aud", .null), (["claims": ["aud": .null]], "aud", .null),
    ] as [(JSONValue, String, JSONValue)] {
      let reply = await fixture.control("POST", "/tokens", json: order)
      let parts = (reply.json["token"]?.stringValue ?? "").split(separator: ".")
      let claims = try JSONParser.parse(Base64.decode(parts[1], .url) ?? [])
      #expect(claims[claim] ?? .null == value, "\(order.text)")
    }
    let unsigned = await fixture.control(
      "POST", "/tokens", json: ["signedBy": "none", "header": ["kid": .null, "jku": "https://evil.example"]])
    let parts = (unsigned.json["token"]?.stringValue ?? "").split(separator: ".", omittingEmptySubsequences: false)
    #expect(parts[2] == "")
    let header = try JSONParser.parse(Base64.decode(parts[0], .url) ?? [])
    #expect(header["alg"] == "none")
    #expect(header["kid"] == nil)
    #expect(header["jku"] == "https://evil.example")
  }

  @Test("A reset brings the tenant back, and keeps those signed in who were")
  func reset() async throws {
    let fixture = try await TenantFixture()
    let start = await fixture.control("GET", "/state/users").json
    _ = try await fixture.graph("POST", "/users", json: .newUser("mary.new"))
    _ = await fixture.control("POST", "/faults", json: [["action": "503"]])
    _ = await fixture.control("POST", "/lags", json: ["site": 30])
    #expect(await fixture.control("POST", "/reset").status == 200)
    let after = await fixture.control("GET", "/state")
    #expect(after.json["users"] == start)
    #expect(after.json["requests"] == [])
    #expect(after.json["lags"]?["site"] == 0)
    #expect(try await fixture.graph("GET", "/organization").status == 200)
    let seed: JSONValue = [
      "tenant": ["displayName": "Other", "country": "DE", "domains": [["name": "other.example", "default": true]]]
    ]
    #expect(await fixture.control("POST", "/reset", json: ["seed": seed]).status == 200)
    #expect(try await fixture.graph("GET", "/organization").values[0]["displayName"] == "Other")
  }

  @Test(
    "An order that is wrong changes nothing and says why",
    arguments: [
      ("POST", "/faults", "{", "not valid JSON"), ("POST", "/faults", "[{\"action\":\"x\"}]", "faults[0].action"),
      ("POST", "/lags", "{\"mail\":1}", "lags.mail is unknown"), ("POST", "/clock", "{}", "advanceSeconds or set"),
      ("POST", "/clock", "{\"advanceSeconds\":\"x\"}", "must be a number"),
      ("POST", "/clock", "{\"set\":\"today\"}", "ISO 8601"), ("POST", "/clock", "{\"back\":1}", "back is unknown"),
      ("POST", "/tokens", "{\"kind\":\"x\"}", "kind must be one of"),
      ("POST", "/tokens", "{\"signedBy\":\"x\"}", "signedBy must be one of"),
      ("POST", "/tokens", "{\"claims\":5}", "must be objects"), ("POST", "/reset", "{\"seed\":{}}", "tenant must be"),
      ("POST", "/reset", "{\"to\":1}", "to is unknown"),
    ])
  func badOrders(_ method: String, _ path: String, _ body: String, _ message: String) async throws {
    let fixture = try await TenantFixture()
    let response = await fixture.tenant.control(SimulatedRequest(method, path, body: Array(body.utf8)))
    #expect(response.status == 400)
    #expect(String(decoding: response.body, as: UTF8.self).contains(message))
  }

  @Test(
    "What the endpoint does not have is not found", arguments: [("GET", "/"), ("GET", "/state/x"), ("PUT", "/faults")])
  func unknown(_ method: String, _ path: String) async throws {
    let fixture = try await TenantFixture()
    #expect(await fixture.control(method, path).status == 404)
  }

  @Test("What is only remembered has a bound; what is counted is counted")
  func memory() async throws {
    let fixture = try await TenantFixture()
    for _ in 0..<10_050 {
      _ = try await fixture.graph("POST", "/users/nora.keane@harbourfinch.example/revokeSignInSessions")
    }
    for part in ["requests", "effects"] {
      let count = await fixture.tenant.report(part)?.arrayValue?.count ?? 0
      #expect((9_000...10_000).contains(count))
    }
    #expect(await fixture.count("sessionsRevoked") == 10_050)
  }
}
