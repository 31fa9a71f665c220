import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Subscriptions")
struct SubscriptionTests {
  private static func subscription(
    _ resource: String, _ changing: JSONObject = [:], minutes: Int64 = 60
  ) -> JSONValue {
    let start = VirtualTimekeeper().now()
    let body: JSONObject = [
      "changeType": "updated", "notificationUrl": "https://hooks.harbourfinch.example/graph",
      "resource": .string(resource), "expirationDateTime": .string((start + .seconds(minutes * 60)).iso8601),
      "clientState": "hush",
    ]
    return .object(body.merging(changing))
  }

  @Test("A subscription is made, renewed, reauthorized and deleted; its secret is told once")
  func life() async throws {
    let fixture = try await TenantFixture()
    let made = try await fixture.graph("POST", "/subscriptions", json: Self.subscription("/users"))
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["clientState"] == "hush")
    #expect(made.json["resource"] == "users")
    let path = "/subscriptions/\(made.id)"
    #expect(try await fixture.graph("GET", path).json["clientState"] == .null)
    let later = (fixture.timekeeper.now() + .seconds(90 * 60)).iso8601
    let renewed = try await fixture.graph("PATCH", path, json: ["expirationDateTime": .string(later)])
    #expect(renewed.json["expirationDateTime"] == .string(later))
    #expect(try await fixture.graph("POST", "\(path)/reauthorize").status == 204)
    #expect(try await fixture.graph("GET", "/subscriptions").values.count == 1)
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("DELETE", path).outcome == "404 ResourceNotFound")
    for effect in ["Created", "Renewed", "Reauthorized", "Deleted"] {
      #expect(await fixture.count("subscription" + effect) == 1)
    }
  }

  @Test("A life that is too short is made longer, and ends")
  func expiry() async throws {
    let fixture = try await TenantFixture()
    let made = try await fixture.graph("POST", "/subscriptions", json: Self.subscription("groups", minutes: 5))
    #expect(made.json["expirationDateTime"] == .string((fixture.timekeeper.now() + .seconds(45 * 60)).iso8601))
    fixture.timekeeper.advance(by: .seconds(46 * 60))
    let token = try await fixture.tenant.issueToken(TokenOrder(.graph))
    #expect(try await fixture.graph("GET", "/subscriptions/\(made.id)", token: token).status == 404)
    #expect(try await fixture.graph("GET", "/subscriptions", token: token).values.isEmpty)
  }

  @Test(
    "A subscription that cannot be is refused",
    arguments: [
      (subscription("users", ["notificationUrl": "http://a.example"]), "400 InvalidRequest"),
      (subscription("users", ["notificationUrl": "https://gone.invalid/x"]), "400 ValidationError"),
      (subscription("users", ["lifecycleNotificationUrl": "https://gone.invalid/x"]), "400 ValidationError"),
      (subscription("users", ["changeType": "renamed"]), "400 InvalidRequest"),
      (subscription("users", ["changeType": ""]), "400 InvalidRequest"),
      (subscription("users", ["expirationDateTime": "2020-01-01T00:00:00Z"]), "400 InvalidRequest"),
      (subscription("users", minutes: 50_000), "400 InvalidRequest"),
      (subscription("users", ["clientState": .string(String(repeating: "x", count: 129))]), "400 BadRequest"),
      (subscription("toasters"), "400 InvalidRequest"),
      (subscription("users").without("resource"), "400 InvalidRequest"),
      (subscription("drives/x/root", ["changeType": "created"]), "400 InvalidRequest"),
      (subscription("users", ["color": "red"]), "400 BadRequest"),
    ] as [(JSONValue, String)])
  func refusals(_ body: JSONValue, _ outcome: String) async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("POST", "/subscriptions", json: body).outcome == outcome)
    #expect(await fixture.count("subscriptionCreated") == 0)
  }

  @Test("Whoever wants to be told must be allowed to read")
  func permissions() async throws {
    let fixture = try await TenantFixture.holding(["Group.Read.All"])
    #expect(
      try await fixture.graph("POST", "/subscriptions", json: Self.subscription("groups/x/members")).status == 201)
    let mail = try await fixture.graph(
      "POST", "/subscriptions", json: Self.subscription("users/x/mailFolders('inbox')/messages"))
    #expect(mail.outcome == "403 ExtensionError")
  }
}
