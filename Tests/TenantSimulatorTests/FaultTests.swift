import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Faults")
struct FaultTests {
  @Test(
    "A pattern fits whole paths",
    arguments: [
      ("/v1.0/users", "/v1.0/users", true), ("/v1.0/users", "/v1.0/users/x", false),
      ("/v1.0/users/*", "/v1.0/users/x", true), ("/v1.0/users/*", "/v1.0/users/x/messages", false),
      ("/v1.0/users/*/messages", "/v1.0/users/a%40b/messages", true), ("/v1.0/**", "/v1.0/users/x/messages", true),
      ("**/send", "/v1.0/users/x/messages/y/send", true), ("**/send", "/v1.0/users/x/sendMail", false),
      ("/*/oauth2/v2.0/token", "/tenant/oauth2/v2.0/token", true), ("**", "", true), ("*", "/", false),
      ("/a*c", "/abbc", true), ("/a*c", "/ac", true), ("/a**c", "/a/b/c", true), ("/a***c", "/a/b/c", true),
      ("/a", "/A", false),
    ])
  func patterns(_ pattern: String, _ path: String, _ fits: Bool) {
    #expect(PathPattern(pattern).matches(path) == fits)
    #expect(PathPattern(pattern).description == pattern)
  }

  @Test(
    "Each status comes in the words of the service it concerns",
    arguments: [
      (429, "/v1.0/users", "429 TooManyRequests"), (503, "/v1.0/users", "503 ServiceUnavailable"),
      (500, "/v1.0/users", "500 InternalServerError"), (403, "/v1.0/users", "403 Authorization_RequestDenied"),
      (429, "/v1.0/users/x/messages", "429 ApplicationThrottled"),
      (503, "/v1.0/users/x/mailboxSettings", "503 MailboxStoreUnavailable"),
      (500, "/v1.0/users/x/sendMail", "500 ErrorInternalServerError"),
      (403, "/v1.0/users/x/messages", "403 ErrorAccessDenied"),
    ])
  func statuses(_ status: Int, _ path: String, _ outcome: String) async throws {
    let fixture = try await TenantFixture(faults: FaultPlan([FaultRule(.status(status, retryAfter: 7), times: 1)]))
    let reply = try await fixture.send("GET", path, headers: ["Authorization": "Bearer \(fixture.token)"])
    #expect(reply.outcome == outcome)
    #expect(reply.headers["Retry-After"] == "7")
    #expect(try await fixture.graph("GET", "/organization").status == 200)
  }

  @Test(
    "The token endpoint fails with a number of its own",
    arguments: [
      (Fault.status(429, retryAfter: 3), 429, 90_055), (.status(503, retryAfter: nil), 503, 90_033),
      (.status(403, retryAfter: nil), 403, 53_003), (.status(500, retryAfter: nil), 500, 50_000),
      (.aadsts(7_000_222), 401, 7_000_222), (.aadsts(65_001), 400, 65_001),
    ])
  func login(_ fault: Fault, _ status: Int, _ code: Int) async throws {
    let fixture = try await TenantFixture(faults: FaultPlan([FaultRule(fault, path: "/*/oauth2/v2.0/token")]))
    let reply = try await fixture.send("POST", "/harbourfinch.example/oauth2/v2.0/token")
    #expect(reply.status == status)
    #expect(reply.json["error_codes"] == [.int(code)])
    #expect(reply.headers["Retry-After"] == (status == 429 ? "3" : nil))
  }

  @Test("A rule skips, acts as often as it says, and lets the next one act")
  func skipAndTimes() async throws {
    let plan = FaultPlan([
      FaultRule(.status(503, retryAfter: nil), method: "GET", path: "/v1.0/organization", skip: 1, times: 2),
      FaultRule(.status(500, retryAfter: nil), path: "/v1.0/organization", skip: 3, times: 1),
    ])
    let fixture = try await TenantFixture(faults: plan)
    var statuses: [Int] = []
    for _ in 0..<6 { statuses.append(try await fixture.graph("GET", "/organization").status) }
    #expect(statuses == [200, 503, 503, 500, 200, 200])
    #expect(await fixture.tenant.report("faults")?["rules"]?[0]?["hits"] == 2)
  }

  @Test("A reply lost before the effect leaves nothing; one lost after it leaves everything")
  func drops() async throws {
    let plan = FaultPlan([
      FaultRule(.dropBefore, method: "POST", path: "/v1.0/users", times: 1),
      FaultRule(.dropAfter, method: "POST", path: "/v1.0/users", times: 1),
    ])
    let fixture = try await TenantFixture(faults: plan)
    await #expect(throws: ConnectionLost()) {
      try await fixture.graph("POST", "/users", json: .newUser("mary.new"))
    }
    #expect(await fixture.count("userCreated") == 0)
    await #expect(throws: ConnectionLost()) {
      try await fixture.graph("POST", "/users", json: .newUser("mary.new"))
    }
    #expect(await fixture.count("userCreated") == 1)
    let requests = await fixture.tenant.report("requests")?.arrayValue ?? []
    #expect(requests.map { $0["fault"] } == ["drop_before", "drop_after"])
    #expect(requests.allSatisfy { $0["status"] == .null })
  }

  @Test("A delayed request holds up no other one")
  func delay() async throws {
    let clock = VirtualTimekeeper(.manual)
    let fixture = try await TenantFixture(
      faults: FaultPlan([FaultRule(.delay(.seconds(30)), path: "/v1.0/organization")]), clock: clock)
    async let slow = fixture.graph("GET", "/organization")
    #expect(await eventually { clock.sleeperCount == 1 })
    #expect(try await fixture.graph("GET", "/domains").status == 200)
    clock.advance(by: .seconds(30))
    #expect(try await slow.status == 200)
  }

  @Test("A delayed request that is given up is answered by nothing")
  func cancelledDelay() async throws {
    let clock = VirtualTimekeeper(.manual)
    let fixture = try await TenantFixture(
      faults: FaultPlan([FaultRule(.delay(.seconds(30)), path: "/v1.0/organization")]), clock: clock)
    let task = Task { try await fixture.graph("GET", "/organization") }
    #expect(await eventually { clock.sleeperCount == 1 })
    task.cancel()
    await #expect(throws: ConnectionLost()) { try await task.value }
  }

  @Test("A mailbox serves four requests at a time, whoever they name it by, and throttles the fifth")
  func mailboxConcurrency() async throws {
    let clock = VirtualTimekeeper(.manual)
    let fixture = try await TenantFixture(
      faults: FaultPlan([FaultRule(.delay(.seconds(5)), path: "/v1.0/users/*/mailFolders")]), clock: clock)
    let id = try await fixture.userID("nora.keane")
    let tasks = ["nora.keane@harbourfinch.example", id, "NORA.KEANE%40harbourfinch.example", id].map { key in
      Task { try await fixture.graph("GET", "/users/\(key)/mailFolders").status }
    }
    #expect(await eventually { clock.sleeperCount == 4 })
    let fifth = try await fixture.graph("GET", "/users/\(id)/mailboxSettings")
    #expect(fifth.outcome == "429 ApplicationThrottled")
    #expect(fifth.headers["Retry-After"] == "1")
    let other = try await fixture.graph("GET", "/users/owen.harbour@harbourfinch.example/mailboxSettings")
    #expect(other.status == 200)
    clock.advance(by: .seconds(5))
    for task in tasks { #expect(try await task.value == 200) }
    #expect(try await fixture.graph("GET", "/users/\(id)/mailboxSettings").status == 200)
  }

  @Test("A claims challenge is met only by a token that was asked for with these claims")
  func claimsChallenge() async throws {
    let fixture = try await TenantFixture(
      faults: FaultPlan([FaultRule(.claimsChallenge, path: "/v1.0/organization", times: 1)]))
    let challenged = try await fixture.graph("GET", "/organization")
    #expect(challenged.outcome == "401 InvalidAuthenticationToken")
    let header = challenged.headers["WWW-Authenticate"] ?? ""
    #expect(header.contains("error=\"insufficient_claims\""))
    let encoded = header.split(separator: "claims=\"").last?.prefix { $0 != "\"" } ?? ""
    let claims = String(decoding: Base64.decode(encoded) ?? [], as: UTF8.self)
    #expect(claims == #"{"access_token":{"nbf":{"essential":true,"value":"1767600000"}}}"#)
    #expect(try await fixture.graph("GET", "/domains").status == 401, "another token without the claims is no better")
    func newToken(_ claims: String?) async throws -> String {
      let credentials = fixture.tenant.credentials
      var body =
        "grant_type=client_credentials&scope=https://graph.microsoft.com/.default&client_id=\(credentials.clientID)"
        + "&client_secret=\(credentials.clientSecret.reveal())"
      if let claims { body += "&claims=\(claims)" }
      let reply = try await fixture.send(
        "POST", "/\(credentials.tenantID)/oauth2/v2.0/token", body: Array(body.utf8),
        headers: ["Content-Type": "application/x-www-form-urlencoded"])
      return reply.json["access_token"]?.stringValue ?? ""
    }
    #expect(try await fixture.graph("GET", "/domains", token: try await newToken(nil)).status == 401)
    #expect(try await fixture.graph("GET", "/domains", token: try await newToken(claims)).status == 200)
  }

  @Test("Bad luck by chance comes at its rate, and the same with the same seed")
  func randomFaults() async throws {
    func run(_ seed: UInt64) async throws -> [String] {
      let plan = FaultPlan(random: RandomFaults(rate: 0.05, seed: seed))
      let fixture = try await TenantFixture(faults: plan)
      for _ in 0..<400 { _ = try? await fixture.graph("GET", "/organization?$select=id") }
      let requests = await fixture.tenant.report("requests")?.arrayValue ?? []
      return requests.map { $0["fault"]?.stringValue ?? "-" }
    }
    let first = try await run(7)
    #expect((8...40).contains(first.count { $0 != "-" }))
    #expect(try await run(7) == first)
    #expect(try await run(8) != first)
  }

  @Test("Whoever comes back before the time of Retry-After is noted")
  func earlyRequests() async throws {
    let fixture = try await TenantFixture(
      faults: FaultPlan([FaultRule(.status(429, retryAfter: 7), path: "/v1.0/organization", times: 1)]))
    #expect(try await fixture.graph("GET", "/organization").status == 429)
    fixture.timekeeper.advance(by: .seconds(6))
    #expect(try await fixture.graph("GET", "/domains").status == 200)
    fixture.timekeeper.advance(by: .seconds(1))
    #expect(try await fixture.graph("GET", "/organization").status == 200)
    let early = await fixture.tenant.report("earlyRequests")?.arrayValue ?? []
    #expect(early.map { $0["url"] } == ["https://graph.microsoft.com/v1.0/domains"])
  }

  @Test("A plan is read from JSON, and written as it was read")
  func json() throws {
    let text = """
      {"rules": [
        {"match": {"method": "post", "path": "/v1.0/users"}, "action": "drop_after", "skip": 1, "times": 2},
        {"match": {}, "action": 429, "retryAfter": 7}, {"action": "delay", "seconds": 1.5},
        {"action": "aadsts", "code": 7000215}, {"action": "claims_challenge"}, {"action": "drop_before"},
        {"action": "fail_operation", "times": 1}
      ], "random": {"rate": 0.05, "seed": 3, "actions": ["503", {"action": "delay", "seconds": 2}]}}
      """
    let plan = try FaultPlan(json: try JSONParser.parse(text))
    #expect(
      plan.rules == [
        FaultRule(.dropAfter, method: "POST", path: "/v1.0/users", skip: 1, times: 2),
        FaultRule(.status(429, retryAfter: 7)), FaultRule(.delay(.milliseconds(1_500))), FaultRule(.aadsts(7_000_215)),
        FaultRule(.claimsChallenge), FaultRule(.dropBefore), FaultRule(.failOperation, times: 1),
      ])
    #expect(
      plan.random == RandomFaults(rate: 0.05, faults: [.status(503, retryAfter: nil), .delay(.seconds(2))], seed: 3))
    let written = plan.json
    #expect(written["rules"]?[0]?["match"]?["path"] == "/v1.0/users")
    #expect(written["rules"]?[1]?["retryAfter"] == 7)
    #expect(written["rules"]?[2]?["seconds"] == 1.5)
    #expect(written["rules"]?[3]?["code"] == 7_000_215)
    #expect(written["rules"]?[6]?["action"] == "fail_operation")
    #expect(written["random"]?["actions"] == ["503", "delay"])
    #expect(try FaultPlan(json: ["random": ["rate": 1]]).random?.faults == RandomFaults.usualFaults)
  }

  @Test(
    "A plan that is wrong is refused with the place",
    arguments: [
      ("5", "faults must be"), ("{\"rule\": []}", "faults.rule is unknown"), ("{\"rules\": 5}", "faults.rules must be"),
      ("[5]", "faults[0] must be an object"), ("[{\"action\": \"explode\"}]", "faults[0].action must be one of"),
      ("[{}]", "faults[0].action must be one of"), ("[{\"action\": \"delay\"}]", "faults[0].seconds must be"),
      ("[{\"action\": 429, \"retryAfter\": -1}]", "faults[0].retryAfter must be"),
      ("[{\"action\": 429, \"times\": \"x\"}]", "faults[0].times must be"),
      ("[{\"action\": \"aadsts\", \"code\": 1}]", "faults[0].code must be"),
      ("[{\"action\": 429, \"match\": 5}]", "faults[0].match must be"),
      ("[{\"action\": 429, \"match\": {\"url\": \"x\"}}]", "faults[0].match.url is unknown"),
      ("[" + String(repeating: "{},", count: 1_000) + "{}]", "faults must not hold more than 1000"),
      ("{\"random\": 5}", "faults.random must be"), ("{\"random\": {\"rate\": 2}}", "faults.random.rate must be"),
      ("{\"random\": {\"rate\": 0.1, \"actions\": []}}", "faults.random.actions must be"),
      ("{\"random\": {\"rate\": 0.1, \"actions\": [\"x\"]}}", "faults.random.actions[0].action must be"),
    ])
  func badPlan(_ text: String, _ message: String) throws {
    let json = try JSONParser.parse(text)
    let error = #expect(throws: SeedError.self) { try FaultPlan(json: json) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }
}
