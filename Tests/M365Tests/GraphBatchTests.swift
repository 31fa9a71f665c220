import AdminCore
import M365
import TestSupport
import Testing

@Suite("Batches of Graph", .timeLimit(.minutes(1)))
struct GraphBatchTests {
  private func reply(_ responses: [JSONValue]) -> ScriptedTransport.Reply {
    .json(200, ["responses": .array(responses)])
  }

  private func item(_ id: Int, _ status: Int, _ body: JSONValue = [:], _ headers: JSONObject = [:]) -> JSONValue {
    ["id": .string("\(id)"), "status": .int(status), "body": body, "headers": .object(headers)]
  }

  private func get(_ key: String) -> GraphCall {
    .get("/users/\(key)", GraphQuery(select: ["id"]), permissions: [.userRead], subject: .user(key))
  }

  private func code(_ result: GraphClient.BatchResult) -> ErrorCode? {
    if case .failure(let error) = result { error.code } else { nil }
  }

  @Test("Answers are matched by id, whatever their order, and only the throttled call is sent again")
  func partialFailure() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(
      .post, "/v1.0/$batch",
      reply([
        item(2, 429, ["error": ["code": "TooManyRequests", "message": ""]], ["Retry-After": "7"]),
        item(1, 404, ["error": ["code": "Request_ResourceNotFound", "message": "no"]]), item(0, 200, ["id": "a"]),
      ]), reply([item(2, 200, ["id": "c"])]))
    let results = try await fixture.graph.batch([get("a"), get("b"), get("c")])
    #expect(try results[0].get().json == ["id": "a"])
    #expect(code(results[1]) == .userNotFound)
    #expect(try results[2].get().json == ["id": "c"])
    #expect(fixture.requests.map(\.uptime) == [.zero, .seconds(7)])
    #expect(
      fixture.requests[0].json?["requests"]?[1] == ["id": "1", "method": "GET", "url": "/users/b?$select=id"])
    #expect(fixture.requests[1].json?["requests"]?.arrayValue?.count == 1)
    #expect(fixture.requests[1].json?["requests"]?[0]?["id"] == "2")
  }

  @Test("A workload that was throttled inside a batch is closed outside it too")
  func closes() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(
      .post, "/v1.0/$batch", reply([item(0, 429, [:], ["Retry-After": "400"])]))
    fixture.transport.always(.get, "/v1.0/users/*", .status(200))
    let results = try await fixture.graph.batch([get("a")])
    #expect(code(results[0]) == .rateLimited)
    let error = try await adminError { _ = try await fixture.graph.user("a") }
    #expect(error.code == .rateLimited)
  }

  @Test("Bodies travel with their kind, and options of a call with it")
  func requests() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(.post, "/v1.0/$batch", reply([item(0, 204), item(1, 201), item(2, 202)]))
    var list = GraphCall.get("/users", permissions: [])
    list.query.isAdvanced = true
    _ = try await fixture.graph.batch([
      .patch("/users/\("a b")", ["x": 1], permissions: []), list,
      .post("/users/\("u")/sendMail", .mime([0x61]), permissions: [], safety: .never),
    ])
    let requests = try #require(fixture.requests[0].json?["requests"])
    #expect(
      requests[0] == [
        "id": "0", "method": "PATCH", "url": "/users/a%20b", "headers": ["Content-Type": "application/json"],
        "body": ["x": 1],
      ])
    #expect(requests[1]?["headers"] == ["ConsistencyLevel": "eventual"])
    #expect(requests[2]?["body"] == "YQ==")
    #expect(requests[2]?["headers"]?["Content-Type"] == "text/plain")
    #expect(requests[2]?["headers"]?["Prefer"] == #"IdType="ImmutableId""#)
  }

  @Test("More than twenty calls go in several batches, with the results in order")
  func chunks() async throws {
    let fixture = GraphFixture()
    fixture.transport.always(
      .post, "/v1.0/$batch",
      .computed { request in
        let ids = (try? JSONParser.parse(request.body))?["requests"]?.arrayValue ?? []
        let responses: [JSONValue] = ids.reversed().map {
          ["id": $0["id"] ?? .null, "status": 200, "body": ["url": $0["url"] ?? .null]]
        }
        return HTTPResponse(status: 200, body: (["responses": .array(responses)] as JSONValue).serialized)
      })
    let results = try await fixture.graph.batch((0..<45).map { get("u\($0)") })
    #expect(results.count == 45)
    for (number, result) in results.enumerated() {
      #expect(try result.get().json["url"] == .string("/users/u\(number)?$select=id"))
    }
    #expect(fixture.requests.map { $0.json?["requests"]?.arrayValue?.count } == [20, 20, 5])
    #expect(try await fixture.graph.batch([]).isEmpty)
  }

  @Test("A change that failed inside, or got no answer, is an unknown outcome; a read is tried again")
  func unclear() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(.post, "/v1.0/$batch", reply([item(0, 503), item(2, 500)]), reply([item(2, 200)]))
    let post = GraphCall.post("/users", .json([:]), permissions: [], safety: .checkFirst)
    let results = try await fixture.graph.batch([post, post, get("a"), get("b")])
    #expect(code(results[0]) == .outcomeUnknown)
    #expect(code(results[1]) == .outcomeUnknown)
    #expect(code(results[2]) == nil)
    #expect(code(results[3]) == .graphFailed)
  }

  @Test("A key that is none fails alone and never leaves")
  func badKey() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(.post, "/v1.0/$batch", reply([item(1, 200)]))
    let results = try await fixture.graph.batch([get(".."), get("a")])
    #expect(code(results[0]) == .invalidArgument)
    #expect(code(results[1]) == nil)
    #expect(fixture.requests[0].json?["requests"]?.arrayValue?.count == 1)
  }

  @Test(
    "Strange answers end the batch or the call, not the program",
    arguments: [
      "{}", #"{"responses":5}"#, #"{"responses":[5,{"id":"9","status":200},{"id":"0"},{"status":200}]}"#,
      #"{"responses":[{"id":"0","status":200},{"id":"0","status":404}]}"#,
    ])
  func strange(body: String) async throws {
    let fixture = GraphFixture()
    fixture.transport.on(.post, "/v1.0/$batch", .text(200, body))
    do {
      let results = try await fixture.graph.batch([get("a")])
      #expect(results.count == 1)
    } catch {
      #expect(error.code == .graphFailed)
    }
    #expect(fixture.requests.count == 1)
  }
}
