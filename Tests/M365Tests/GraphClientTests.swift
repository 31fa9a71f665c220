import AdminCore
import M365
import TestSupport
import Testing

@Suite("Calls to Graph", .timeLimit(.minutes(1)))
struct GraphClientTests {
  @Test("Every call has its headers, an id of its own and a token")
  func headers() async throws {
    let fixture = GraphFixture()
    fixture.transport.always(.get, "/v1.0/users/*/messages", .json(200, ["value": []]))
    let call = GraphCall.get("/users/\("u")/messages", permissions: [.mailRead])
    _ = try await fixture.graph.send(call)
    var advanced = call
    advanced.query.isAdvanced = true
    advanced.includesUnknownMembers = true
    _ = try await fixture.graph.send(advanced)
    let requests = fixture.requests.map(\.request)
    #expect(requests[0].headers["Authorization"] == "Bearer opaque")
    #expect(requests[0].headers["Accept"] == "application/json")
    #expect(requests[0].headers["return-client-request-id"] == "true")
    #expect(requests[0].headers["Prefer"] == #"IdType="ImmutableId""#)
    #expect(requests[0].headers["Content-Type"] == nil)
    #expect(requests[1].headers["Prefer"] == #"IdType="ImmutableId", include-unknown-enum-members"#)
    #expect(requests[1].headers["ConsistencyLevel"] == "eventual")
    let ids = requests.compactMap { $0.headers["client-request-id"] }
    #expect(Set(ids).count == 2)
    #expect(ids.allSatisfy { GUID($0) != nil })
    #expect(fixture.log.records.last?.template == "/users/{id}/messages")
    #expect(fixture.log.records.last?.workload == "outlook")
  }

  @Test("Bodies are JSON, or a MIME message in base64")
  func bodies() async throws {
    let fixture = GraphFixture()
    fixture.transport.always(.post, "/v1.0/x", .status(204))
    let reply = try await fixture.graph.send(
      .post("/x", .json(["a": 1]), permissions: [], safety: .idempotent))
    #expect(reply.json == .null)
    #expect(reply.status == 204)
    _ = try await fixture.graph.send(.post("/x", .mime(Array("Subject: x".utf8)), permissions: [], safety: .idempotent))
    #expect(fixture.requests[0].body == #"{"a":1}"#)
    #expect(fixture.requests[0].request.headers["Content-Type"] == "application/json")
    #expect(fixture.requests[1].body == "U3ViamVjdDogeA==")
    #expect(fixture.requests[1].request.headers["Content-Type"] == "text/plain")
  }

  @Test("A refused token is replaced once, with the claims the service wants")
  func claimsChallenge() async throws {
    let fixture = GraphFixture()
    let claims = #"{"access_token":{"nbf":{"essential":true}}}"#
    let challenge = #"Bearer error="insufficient_claims", claims="\#(Base64.encode(Array(claims.utf8)))""#
    fixture.transport.on(
      .post, "/v1.0/users",
      GraphFixture.error(401, "InvalidAuthenticationToken", "", headers: ["WWW-Authenticate": challenge]),
      .json(201, ["id": "1"]))
    let reply = try await fixture.graph.send(.post("/users", .json([:]), permissions: [], safety: .never))
    #expect(reply.status == 201)
    let asked = fixture.transport.requests(to: TokenFixture.path)
    #expect(asked.count == 2)
    #expect(asked[1].body.contains("claims=%7B%22access_token%22"))
    #expect(fixture.log.records.last?.attempts == 2)
  }

  @Test("A second refusal stands")
  func refusedTwice() async throws {
    let fixture = GraphFixture()
    fixture.transport.always(.get, "/v1.0/organization", GraphFixture.error(401, "InvalidAuthenticationToken"))
    let error = try await adminError { _ = try await fixture.graph.organization() }
    #expect(error.code == .authenticationFailed)
    #expect(fixture.requests.count == 2)
    #expect(fixture.transport.requests(to: TokenFixture.path).count == 2)
  }

  @Test("A mailbox on the move is waited for without asking for another token")
  func staleMailbox() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(
      .get, "/v1.0/users/*/mailboxSettings", GraphFixture.error(401, "MailboxInfoStale"),
      GraphFixture.error(503, "MailboxInfoStale"), .json(200, ["timeZone": "UTC"]))
    let settings = try await fixture.graph.mailboxSettings(of: "u")
    #expect(settings["timeZone"] == "UTC")
    #expect(fixture.transport.requests(to: TokenFixture.path).count == 1)
  }

  @Test("An object that was just made is asked for again after 1, 2, 4 and 8 seconds")
  func replication() async throws {
    let fixture = GraphFixture()
    fixture.transport.always(.post, "/v1.0/users/*/assignLicense", GraphFixture.error(404, "Request_ResourceNotFound"))
    let error = try await adminError {
      try await fixture.graph.assignLicenses(to: "u", adding: ["s"], isFresh: true)
    }
    #expect(error.code == .userNotFound)
    #expect(fixture.requests.map(\.uptime) == [0, 1, 3, 7, 15].map { .seconds($0) })
    let old = try await adminError { try await fixture.graph.assignLicenses(to: "u", adding: ["s"]) }
    #expect(old.code == .userNotFound)
    #expect(fixture.requests.count == 6)
  }

  @Test("A lost reply to a POST is an unknown outcome; to a PATCH it is tried again")
  func lostReplies() async throws {
    let fixture = GraphFixture()
    fixture.transport.always(.post, "/v1.0/users", .failure(HTTPFailure(.interrupted, .maybeSent)))
    fixture.transport.on(.patch, "/v1.0/users/*", .failure(HTTPFailure(.timedOut, .maybeSent)), .status(204))
    let error = try await adminError {
      _ = try await fixture.graph.send(.post("/users", .json([:]), permissions: [], safety: .checkFirst))
    }
    #expect(error.code == .outcomeUnknown)
    var changes = UserChanges()
    changes.department = "Sales"
    try await fixture.graph.updateUser("u", changes)
    #expect(fixture.transport.requests(to: "/v1.0/users").count == 1)
  }

  @Test("An answer that is not JSON is a failure, or after a change an unknown outcome")
  func malformed() async throws {
    let fixture = GraphFixture()
    fixture.transport.always(nil, "/v1.0/x", .text(200, "{"))
    let read = try await adminError { _ = try await fixture.graph.send(.get("/x", permissions: [])) }
    #expect(read.code == .graphFailed)
    let change = try await adminError {
      _ = try await fixture.graph.send(.post("/x", .none, permissions: [], safety: .checkFirst))
    }
    #expect(change.code == .outcomeUnknown)
  }

  @Test("A path with a key that is none, or a query beyond all bounds, never leaves")
  func badPaths() async throws {
    let fixture = GraphFixture()
    let error = try await adminError { _ = try await fixture.graph.user("..") }
    #expect(error.code == .invalidArgument)
    var query = GraphQuery()
    query.filter = "x eq \(String(repeating: "y", count: 40_000))"
    let long = try await adminError { _ = try await fixture.graph.send(.get("/users", query, permissions: [])) }
    #expect(long.code == .invalidArgument)
    #expect(fixture.transport.requests.isEmpty)
  }

  @Test("The request id of an answer is kept for whoever asks Microsoft")
  func requestID() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(.get, "/v1.0/x", .json(200, [:], ["request-id": "abc"]), .json(200, [:]))
    #expect(try await fixture.graph.send(.get("/x", permissions: [])).requestID == "abc")
    #expect(try await fixture.graph.send(.get("/x", permissions: [])).requestID == nil)
  }
}
