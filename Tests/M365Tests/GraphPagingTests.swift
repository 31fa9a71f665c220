import AdminCore
import M365
import TestSupport
import Testing

@Suite("Lists of Graph", .timeLimit(.minutes(1)))
struct GraphPagingTests {
  private func page(_ ids: [String], next: String? = nil, count: Int? = nil) -> ScriptedTransport.Reply {
    var body: JSONObject = ["value": .array(ids.map { ["id": .string($0)] })]
    body["@odata.nextLink"] = next.map(JSONValue.string)
    body["@odata.count"] = count.map(JSONValue.int)
    return .json(200, .object(body))
  }

  private var call: GraphCall {
    var query = GraphQuery(select: ["id"])
    query.isAdvanced = true
    return .get("/users", query, permissions: [.userRead])
  }

  private func ids(_ fixture: GraphFixture, limit: Int = 100) async throws -> [String] {
    try await fixture.graph.pages(call, limit: limit) { $0["id"]?.stringValue ?? "" }.collect(maximum: 1000)
  }

  @Test("Links are followed unchanged, with the same headers, past empty pages to the end")
  func follows() async throws {
    let fixture = GraphFixture()
    let first = "https://graph.microsoft.com/v1.0/users?$skiptoken=A%2fb'(c)&$count=true"
    let second = "https://graph.microsoft.com/v1.0/users?$skiptoken=B"
    fixture.transport
      .on(.get, first, page([], next: second))
      .on(.get, second, page(["3"]))
      .on(.get, "/v1.0/users", page(["1", "2"], next: first, count: 3))
    #expect(try await ids(fixture) == ["1", "2", "3"])
    #expect(fixture.requests.map(\.url).dropFirst() == [first, second])
    #expect(fixture.requests.allSatisfy { $0.request.headers["ConsistencyLevel"] == "eventual" })
    #expect(fixture.requests.allSatisfy { $0.request.headers["Authorization"] == "Bearer opaque" })
    #expect(fixture.transport.unusedReplies == 0)
  }

  @Test("Pages come one at a time, and only as many as are asked for")
  func streams() async throws {
    let fixture = GraphFixture()
    for number in 0..<50 {
      fixture.transport.on(
        .get, "/v1.0/users", page(["\(number)"], next: "https://graph.microsoft.com/v1.0/users?$skiptoken=\(number)"))
    }
    var seen = 0
    for try await page in fixture.graph.pages(call, { $0 }) {
      seen += page.items.count
      if seen == 3 { break }
    }
    #expect(fixture.requests.count == 3)
  }

  @Test(
    "A link that leads elsewhere is not followed",
    arguments: [
      "https://evil.example/v1.0/users", "http://graph.microsoft.com/v1.0/users",
      "https://graph.microsoft.com/beta/users",
      "https://graph.microsoft.com.evil.example/v1.0/users", "https://graph.microsoft.com:444/v1.0/users",
      "https://graph.microsoft.com@evil.example/v1.0/users", "/v1.0/users?$skip=1", "",
      "https://graph.microsoft.com/v1.0/a b",
    ])
  func foreignLinks(link: String) async throws {
    let fixture = GraphFixture()
    fixture.transport.always(.get, "/v1.0/users", page(["1"], next: link))
    let error = try await adminError { _ = try await ids(fixture) }
    #expect(error.code == .graphFailed)
    #expect(error.message.contains("leads elsewhere"))
    #expect(fixture.requests.count == 1)
  }

  @Test("Circles and endless lists end")
  func bounds() async throws {
    let circle = GraphFixture()
    let link = "https://graph.microsoft.com/v1.0/users?$skiptoken=A"
    circle.transport.always(.get, "/v1.0/users", page(["1"], next: link))
    let found = try await adminError { _ = try await ids(circle) }
    #expect(found.message.contains("circles"))
    #expect(circle.requests.count == 2)

    let endless = GraphFixture()
    for number in 0..<10 {
      endless.transport.on(
        .get, "/v1.0/users", page(["1"], next: "https://graph.microsoft.com/v1.0/users?$skiptoken=\(number)"))
    }
    let capped = try await adminError { _ = try await ids(endless, limit: 5) }
    #expect(capped.message.contains("more than 5 pages"))
    #expect(endless.requests.count == 5)

    let many = GraphFixture()
    many.transport.on(.get, "/v1.0/users", page(["1", "2", "3"]))
    let large = try await adminError {
      _ = try await many.graph.pages(call) { $0 }.collect(maximum: 2)
    }
    #expect(large.code == .tooLarge)
  }

  @Test(
    "What is no list is refused",
    arguments: [#"{"value":5}"#, "[]", "{}", #"{"value":[1]}"#, #"{"value":[],"@odata.nextLink":5}"#])
  func malformed(body: String) async throws {
    let fixture = GraphFixture()
    fixture.transport.on(.get, "/v1.0/users", .text(200, body))
    let error = try await adminError { _ = try await ids(fixture) }
    #expect(error.code == .graphFailed)
  }

  @Test("A page can be taken up again by its link, and says how many there are in all")
  func cursor() async throws {
    let fixture = GraphFixture()
    let link = "https://graph.microsoft.com/v1.0/users?$skiptoken=A"
    let user: JSONValue = ["id": "1", "userPrincipalName": "a@x.com"]
    fixture.transport
      .on(.get, link, .json(200, ["value": [user]]))
      .on(.get, "/v1.0/users", .json(200, ["value": [user], "@odata.count": 2, "@odata.nextLink": .string(link)]))
    let first = try await fixture.graph.userPage(size: 1)
    #expect(first.total == 2)
    let text = try #require(first.next?.url.text)
    let again = try #require(PageLink(text, in: fixture.graph.endpoints))
    let second = try await fixture.graph.userPage(size: 1, continuing: again)
    #expect(second.items.count == 1)
    #expect(second.next == nil)
  }

  @Test("Throttling in the middle of a list holds back the rest of it")
  func throttledPage() async throws {
    let fixture = GraphFixture()
    let link = "https://graph.microsoft.com/v1.0/users?$skiptoken=A"
    fixture.transport
      .on(.get, link, GraphFixture.error(429, "TooManyRequests", headers: ["Retry-After": "7"]), page(["2"]))
      .on(.get, "/v1.0/users", page(["1"], next: link))
    #expect(try await ids(fixture) == ["1", "2"])
    #expect(fixture.requests.map(\.uptime) == [.zero, .zero, .seconds(7)])
  }
}
