import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Batches")
struct BatchTests {
  private static let json: JSONValue = ["Content-Type": "application/json"]

  private static func batch(_ requests: [JSONValue]) -> JSONValue { ["requests": .array(requests)] }

  private static func get(_ id: String, _ url: String, after: [String] = []) -> JSONValue {
    var object: JSONObject = ["id": .string(id), "method": "GET", "url": .string(url)]
    if !after.isEmpty { object["dependsOn"] = .strings(after) }
    return .object(object)
  }

  private static func statuses(_ reply: TenantFixture.Reply) -> [String] {
    (reply.json["responses"]?.arrayValue ?? []).map { item in
      "\(item["id"]?.stringValue ?? "?"): \(item["status"]?.intValue ?? 0)"
    }
  }

  @Test("Every request of a batch gets its own answer; the batch itself succeeds")
  func answers() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph(
      "POST", "/$batch",
      json: Self.batch([
        Self.get("1", "/users/nora.keane@harbourfinch.example?$select=displayName"), Self.get("2", "users/nobody"),
        ["id": "3", "method": "POST", "url": "/users", "headers": Self.json, "body": .newUser("mary.new")],
        [
          "id": "4", "method": "POST", "url": "/users/test.user1@harbourfinch.example/revokeSignInSessions",
          "headers": Self.json, "body": [:],
        ],
      ]))
    #expect(reply.status == 200)
    #expect(Self.statuses(reply) == ["1: 200", "2: 404", "3: 201", "4: 200"])
    let items = reply.json["responses"]?.arrayValue ?? []
    #expect(items[0]["body"]?["displayName"] == "Nora Keane")
    #expect(items[1]["body"]?["error"]?["code"] == "Request_ResourceNotFound")
    #expect(items[0]["headers"]?["Content-Type"]?.stringValue?.hasPrefix("application/json") == true)
    #expect(await fixture.count("userCreated") == 1)
  }

  @Test("MIME content travels in a batch as text")
  func mime() async throws {
    let fixture = try await TenantFixture()
    let content = Base64.encode(Array("To: a@bank.example\r\n\r\nHello\r\n".utf8))
    let reply = try await fixture.graph(
      "POST", "/$batch",
      json: Self.batch([
        [
          "id": "1", "method": "POST", "url": "/users/nora.keane@harbourfinch.example/sendMail",
          "headers": ["Content-Type": "text/plain"], "body": .string(content),
        ]
      ]))
    #expect(Self.statuses(reply) == ["1: 202"])
  }

  @Test("What depends on a failure is not tried")
  func dependencies() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph(
      "POST", "/$batch",
      json: Self.batch([
        Self.get("1", "/users/nobody"), Self.get("2", "/organization", after: ["1"]),
        Self.get("3", "/domains", after: ["2"]), Self.get("4", "/domains"),
      ]))
    #expect(Self.statuses(reply) == ["1: 404", "2: 424", "3: 424", "4: 200"])
    #expect(reply.json["responses"]?[1]?["body"]?["error"]?["code"] == "FailedDependency")
  }

  @Test("Each request of a batch is throttled, delayed or lost alone")
  func faults() async throws {
    let plan = FaultPlan([
      FaultRule(.status(429, retryAfter: 7), path: "/v1.0/domains"),
      FaultRule(.dropBefore, path: "/v1.0/organization"),
      FaultRule(.dropAfter, method: "POST", path: "/v1.0/users"),
      FaultRule(.delay(.seconds(3)), path: "/v1.0/groups"),
    ])
    let fixture = try await TenantFixture(faults: plan)
    let reply = try await fixture.graph(
      "POST", "/$batch",
      json: Self.batch([
        Self.get("1", "/domains"), Self.get("2", "/organization"), Self.get("3", "/groups"),
        ["id": "4", "method": "POST", "url": "/users", "headers": Self.json, "body": .newUser("mary.new")],
        Self.get("5", "/subscribedSkus"),
      ]))
    #expect(Self.statuses(reply) == ["1: 429", "2: 503", "3: 200", "4: 504", "5: 200"])
    #expect(reply.json["responses"]?[0]?["headers"]?["Retry-After"] == "7")
    #expect(fixture.timekeeper.pauses == [.seconds(3)])
    #expect(await fixture.count("userCreated") == 1)
  }

  @Test("A fault on the batch itself concerns all of it")
  func faultOfTheBatch() async throws {
    let fixture = try await TenantFixture(
      faults: FaultPlan([FaultRule(.status(503, retryAfter: nil), path: "/v1.0/$batch", times: 1)]))
    let body = Self.batch([Self.get("1", "/organization")])
    #expect(try await fixture.graph("POST", "/$batch", json: body).status == 503)
    #expect(try await fixture.graph("POST", "/$batch", json: body).status == 200)
  }

  @Test(
    "A batch that is malformed is refused as a whole",
    arguments: [
      (["requests": []], "at least one"), (["requests": [], "more": 1], "Unable to read JSON"),
      ([], "Unable to read JSON"),
      (BatchTests.batch((1...21).map { BatchTests.get(String($0), "/organization") }), "exceeds the max value of 20"),
      (BatchTests.batch([BatchTests.get("1", "/a"), BatchTests.get("1", "/b")]), "has to be unique"),
      (BatchTests.batch([BatchTests.get("1", "https://graph.microsoft.com/v1.0/users")]), "must be relative"),
      (BatchTests.batch([["id": "1", "url": "/users"]]), "needs 'id', 'method' and 'url'"),
      (BatchTests.batch([["id": "1", "method": "HEAD", "url": "/users"]]), "Invalid method 'HEAD'"),
      (BatchTests.batch([["id": "1", "method": "GET", "url": "/users", "path": "/"]]), "'path'"),
      (
        BatchTests.batch([["id": "1", "method": "POST", "url": "/users", "body": [:]]]),
        "Write request id : 1 does not contain Content-Type header or body."
      ),
      (
        BatchTests.batch([
          ["id": "1", "method": "PATCH", "url": "/users/x", "headers": ["Content-Type": "application/json"]]
        ]),
        "Write request id : 1 does not contain Content-Type header or body."
      ),
      (
        BatchTests.batch([BatchTests.get("1", "/users", after: ["2"]), BatchTests.get("2", "/users")]),
        "Invalid dependency for request Id 1"
      ),
    ] as [(JSONValue, String)])
  func malformed(_ body: JSONValue, _ message: String) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("POST", "/$batch", json: body)
    #expect(reply.outcome == "400 BadRequest")
    #expect(reply.message.contains(message), "\(reply.message)")
  }

  @Test("A batch needs a token as any request does")
  func token() async throws {
    let fixture = try await TenantFixture()
    let body = Self.batch([Self.get("1", "/organization")])
    let reply = try await fixture.graph("POST", "/$batch", json: body, token: "x")
    #expect(reply.outcome == "401 InvalidAuthenticationToken")
  }
}
