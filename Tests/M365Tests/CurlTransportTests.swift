import AdminCore
import M365
import Synchronization
import TestSupport
import Testing

@Suite("Requests over libcurl", .timeLimit(.minutes(2)))
struct CurlTransportTests {
  private func url(_ server: HTTPLoopbackServer, _ target: String = "/") throws -> HTTPURL {
    try #require(HTTPURL(server.origin + target))
  }

  private func failure(
    of request: HTTPRequest, over transport: CurlTransport = CurlTransport()
  ) async throws -> HTTPFailure {
    do {
      let response = try await transport.send(request)
      Issue.record("answered with \(response.status)")
      return HTTPFailure(.closed, .notSent)
    } catch {
      return error
    }
  }

  @Test("Method, target, fields and body arrive as they were given")
  func arrives() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(201, ["X-Answer": "yes"], body: "made")] }.start()
    let transport = CurlTransport()
    let request = HTTPRequest(
      .patch, try url(server, "/a/../b?$select=id%2Cname"),
      headers: ["Content-Type": "application/json", "X-Empty": "", "X-Text": "a\tb"],
      body: Array(#"{"a":1}"#.utf8))
    let response = try await transport.send(request)
    #expect(response.status == 201)
    #expect(response.headers["x-answer"] == "yes")
    #expect(response.body == Array("made".utf8))
    let received = try #require(server.received.first)
    #expect(received.method == "PATCH")
    #expect(received.target == "/a/../b?$select=id%2Cname")
    #expect(received.header("content-type") == "application/json")
    #expect(received.header("x-empty") == "")
    #expect(received.header("x-text") == "a\tb")
    #expect(received.header("user-agent") == "m365-admin-mcp/\(ProductVersion.current)")
    #expect(received.header("accept-encoding") == nil)
    #expect(received.header("accept") == nil)
    #expect(received.body == Array(#"{"a":1}"#.utf8))
  }

  @Test(
    "A request without a body says so and names no content type", arguments: [HTTPMethod.post, .put, .delete, .get])
  func emptyBody(method: HTTPMethod) async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(204)] }.start()
    let response = try await CurlTransport().send(HTTPRequest(method, try url(server)))
    #expect(response.status == 204)
    let received = try #require(server.received.first)
    #expect(received.method == method.rawValue)
    #expect(received.header("content-type") == nil)
    #expect(received.header("content-length") == (method == .post || method == .put ? "0" : nil))
  }

  @Test("An answer that comes one byte at a time is put together")
  func torn() async throws {
    let bytes = HTTPLoopbackServer.message(200, ["X-A": "b"], body: Array("hello".utf8))
    let server = try HTTPLoopbackServer { _ in [.torn(bytes)] }.start()
    let response = try await CurlTransport().send(HTTPRequest(.get, try url(server)))
    #expect(response.body == Array("hello".utf8))
    #expect(response.headers["x-a"] == "b")
  }

  @Test("A chunked answer after an interim one is the final one, in full")
  func chunked() async throws {
    let server = try HTTPLoopbackServer { _ in
      [
        .text("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .text("3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"),
      ]
    }.start()
    let response = try await CurlTransport().send(HTTPRequest(.get, try url(server)))
    #expect(response.status == 200)
    #expect(response.headers["X-Early"] == nil)
    #expect(response.body == Array("abcdefg".utf8))
  }

  @Test("Connections are used again")
  func keepAlive() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200, body: "ok")] }.start()
    let transport = CurlTransport()
    for _ in 0..<20 { _ = try await transport.send(HTTPRequest(.get, try url(server))) }
    #expect(server.connectionCount == 1)
    #expect(transport.statistics.requests == 20)
    #expect(transport.statistics.connections == 1)
    #expect(transport.statistics.overHTTP2 == 0)
  }

  @Test("Fifty slow calls run at once: none is answered before all have arrived")
  func concurrent() async throws {
    let gate = HTTPGate(openingAt: 50)
    let server = try HTTPLoopbackServer { _ in [.wait(gate), .reply(200, body: "ok")] }.start()
    let transport = CurlTransport()
    let request = HTTPRequest(.get, try url(server))
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 { group.addTask { try await transport.send(request).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == Array(repeating: 200, count: 50))
    #expect(server.connectionCount == 50)
  }

  @Test("A redirect is an answer and is not followed")
  func redirect() async throws {
    let server = try HTTPLoopbackServer { received in
      received.target == "/" ? [.reply(302, ["Location": "/elsewhere"])] : [.reply(200)]
    }.start()
    let response = try await CurlTransport().send(
      HTTPRequest(.get, try url(server), headers: ["Authorization": "Bearer x"]))
    #expect(response.status == 302)
    #expect(response.headers["location"] == "/elsewhere")
    #expect(server.received.count == 1)
  }

  @Test("A connection closed before the answer, or in it, leaves open what happened")
  func closed() async throws {
    for steps in [
      [HTTPLoopbackServer.Step.close], [.text("HTTP/1.1 200 OK\r\nContent-Le"), .close],
      [.text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), .close],
    ] {
      let server = try HTTPLoopbackServer { _ in steps }.start()
      let failure = try await failure(of: HTTPRequest(.post, try url(server)))
      #expect(failure.reason == .interrupted)
      #expect(failure.delivery == .maybeSent)
    }
  }

  @Test("A POST whose kept-alive connection dies is not sent a second time", arguments: ["", "body"])
  func noSilentRepetition(body: String) async throws {
    let server = try HTTPLoopbackServer { received in
      received.target == "/warm" ? [.reply(200)] : [.close]
    }.start()
    let transport = CurlTransport()
    _ = try await transport.send(HTTPRequest(.get, try url(server, "/warm")))
    let failure = try await failure(
      of: HTTPRequest(.post, try url(server, "/send"), body: Array(body.utf8)), over: transport)
    #expect(failure.delivery == .maybeSent)
    #expect(failure.reason == .interrupted)
    #expect(server.received.filter { $0.target == "/send" }.count == 1)
  }

  @Test("A GET whose kept-alive connection dies is sent again on a fresh one")
  func repetition() async throws {
    let server = try HTTPLoopbackServer { received in
      received.connection == 1 && received.target == "/again" ? [.close] : [.reply(200)]
    }.start()
    let transport = CurlTransport()
    _ = try await transport.send(HTTPRequest(.get, try url(server, "/warm")))
    let response = try await transport.send(HTTPRequest(.get, try url(server, "/again")))
    #expect(response.status == 200)
    #expect(server.connectionCount == 2)
  }

  @Test("An answer beyond its bound is refused, declared or not")
  func tooLarge() async throws {
    let body = String(repeating: "x", count: 5000)
    for reply in [
      HTTPLoopbackServer.Step.reply(200, body: body), .text("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(body)"),
    ] {
      let server = try HTTPLoopbackServer { _ in [reply, .close] }.start()
      let request = HTTPRequest(.get, try url(server), maximumResponseSize: 4999)
      #expect(try await failure(of: request).reason == .tooLarge)
    }
    let server = try HTTPLoopbackServer { _ in [.reply(200, body: body)] }.start()
    let fits = HTTPRequest(.get, try url(server), maximumResponseSize: 5000)
    #expect(try await CurlTransport().send(fits).body.count == 5000)
  }

  @Test("A header beyond its bound is refused, in many fields or in one")
  func tooLargeHeader() async throws {
    let many = String(repeating: "X-Field: " + String(repeating: "y", count: 1000) + "\r\n", count: 200)
    let one = "X-Field: " + String(repeating: "y", count: 120_000) + "\r\n"
    for header in [many, one] {
      let server = try HTTPLoopbackServer { _ in
        [.text("HTTP/1.1 200 OK\r\n\(header)Content-Length: 0\r\n\r\n")]
      }.start()
      let failure = try await failure(of: HTTPRequest(.get, try url(server)))
      #expect(failure.reason == .tooLarge)
    }
  }

  @Test("A large body travels both ways")
  func largeBodies() async throws {
    let megabytes = [UInt8](repeating: 0x61, count: 5 << 20)
    let server = try HTTPLoopbackServer { received in
      [.bytes(HTTPLoopbackServer.message(200, body: received.body))]
    }.start()
    let response = try await CurlTransport().send(HTTPRequest(.put, try url(server), body: megabytes))
    #expect(response.body == megabytes)
    #expect(server.received.first?.header("expect") == nil)
  }

  @Test("What is not HTTP is refused")
  func malformed() async throws {
    let server = try HTTPLoopbackServer { _ in [.text("SSH-2.0-OpenSSH_9.2\r\n"), .close] }.start()
    let failure = try await failure(of: HTTPRequest(.get, try url(server)))
    #expect(failure.reason == .malformedReply)
    #expect(failure.delivery == .maybeSent)
  }

  @Test("A request that runs out of time after it was sent leaves open what happened")
  func timeout() async throws {
    let gate = HTTPGate()
    defer { gate.open() }
    let server = try HTTPLoopbackServer { _ in [.wait(gate), .reply(200)] }.start()
    let request = HTTPRequest(.post, try url(server), timeout: .milliseconds(300))
    let failure = try await failure(of: request)
    #expect(failure.reason == .timedOut)
    #expect(failure.delivery == .maybeSent)
  }

  @Test("Where nobody listens, nothing was sent")
  func unreachable() async throws {
    let server = try HTTPLoopbackServer { _ in [] }.start()
    let dead = try url(server)
    server.stop()
    let failure = try await failure(of: HTTPRequest(.post, dead))
    #expect(failure.reason == .unreachable)
    #expect(failure.delivery == .notSent)
  }

  @Test("A host without an address is not sent to")
  func unresolved() async throws {
    let nowhere = try #require(HTTPURL("https://nowhere.invalid/"))
    let failure = try await failure(of: HTTPRequest(.get, nowhere))
    // Behind a proxy it is the proxy that finds no address.
    #expect([.unresolved, .unreachable, .interrupted].contains(failure.reason))
    #expect(failure.delivery == .notSent)
  }

  @Test("A cancelled task ends its request at once and no other")
  func cancellation() async throws {
    let gate = HTTPGate()
    let server = try HTTPLoopbackServer { received in
      received.target == "/slow" ? [.wait(gate), .reply(200)] : [.reply(200)]
    }.start()
    let transport = CurlTransport()
    let slow = HTTPRequest(.post, try url(server, "/slow"))
    let task = Task { try await transport.send(slow) }
    let other = Task { try await transport.send(slow) }
    #expect(await eventually { server.received.count == 2 })
    task.cancel()
    await #expect(throws: HTTPFailure(.cancelled, .maybeSent)) { try await task.value }
    gate.open()
    #expect(try await other.value.status == 200)
    #expect(try await transport.send(HTTPRequest(.get, try url(server, "/after"))).status == 200)
  }

  @Test("A request that waits for a connection runs out of time like any other")
  func pendingTimeout() async throws {
    let gate = HTTPGate()
    let server = try HTTPLoopbackServer { received in
      received.target == "/slow" ? [.wait(gate), .reply(200)] : [.reply(200)]
    }.start()
    var options = CurlTransport.Options()
    options.connectionsPerHost = 1
    let transport = CurlTransport(options: options)
    let slow = HTTPRequest(.get, try url(server, "/slow"))
    let running = Task { try await transport.send(slow).status }
    #expect(await eventually { server.received.count == 1 })
    let request = HTTPRequest(.post, try url(server, "/late"), timeout: .milliseconds(300))
    let failure = try await failure(of: request, over: transport)
    #expect(failure.reason == .timedOut)
    #expect(failure.delivery == .notSent)
    gate.open()
    #expect(try await running.value == 200)
    #expect(server.received.count == 1)
  }

  @Test("Many requests, many of them cancelled, leave the transport as it was")
  func cancellationStorm() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200, body: "ok")] }.start()
    let transport = CurlTransport()
    let request = HTTPRequest(.get, try url(server))
    let tasks = (0..<300).map { _ in Task { try await transport.send(request).status } }
    for task in tasks.enumerated() where task.offset % 3 == 0 { task.element.cancel() }
    for task in tasks.enumerated() {
      switch await task.element.result {
      case .success(let status): #expect(status == 200)
      case .failure(let error):
        #expect(task.offset % 3 == 0)
        #expect((error as? HTTPFailure)?.reason == .cancelled)
      }
    }
    #expect(try await transport.send(request).status == 200)
  }

  @Test("A task cancelled before it sends leaves nothing behind")
  func cancelledEarly() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200)] }.start()
    let transport = CurlTransport()
    let request = HTTPRequest(.get, try url(server))
    let task = Task {
      _ = await eventually { Task.isCancelled }
      return try await transport.send(request)
    }
    task.cancel()
    await #expect(throws: HTTPFailure(.cancelled, .notSent)) { try await task.value }
    #expect(server.received.isEmpty)
  }

  @Test("Beyond its capacity the transport refuses at once")
  func overload() async throws {
    let gate = HTTPGate()
    let server = try HTTPLoopbackServer { _ in [.wait(gate), .reply(200)] }.start()
    var options = CurlTransport.Options()
    options.capacity = 2
    let transport = CurlTransport(options: options)
    let request = HTTPRequest(.get, try url(server))
    let running = [Task { try await transport.send(request) }, Task { try await transport.send(request) }]
    #expect(await eventually { server.received.count == 2 })
    let failure = try await failure(of: request, over: transport)
    #expect(failure.reason == .overloaded)
    #expect(failure.delivery == .notSent)
    gate.open()
    for task in running { #expect(try await task.value.status == 200) }
  }

  @Test("Shutting down ends what runs and refuses what comes")
  func shutdown() async throws {
    let gate = HTTPGate()
    defer { gate.open() }
    let server = try HTTPLoopbackServer { _ in [.wait(gate), .reply(200)] }.start()
    let transport = CurlTransport()
    let request = HTTPRequest(.post, try url(server))
    let running = Task { try await transport.send(request) }
    #expect(await eventually { server.received.count == 1 })
    await transport.shutdown()
    await #expect(throws: HTTPFailure(.closed, .maybeSent, "the transport was shut down")) { try await running.value }
    let refused = try await failure(of: request, over: transport)
    #expect(refused.reason == .closed)
    #expect(refused.delivery == .notSent)
    await transport.shutdown()
  }

  @Test("A compressed answer is unpacked only where that was asked for, and within the bound")
  func compression() async throws {
    // gzip of 10,000 letters "a".
    let packed = try #require(
      Base64.decode("H4sIAAAAAAACA+3BAQ0AAADCoKzvX8IcbkABAAAAAAAAAADAvwGX1H5GECcAAA=="))
    let server = try HTTPLoopbackServer { _ in
      [.bytes(HTTPLoopbackServer.message(200, ["Content-Encoding": "gzip"], body: packed))]
    }.start()
    let raw = try await CurlTransport().send(HTTPRequest(.get, try url(server)))
    #expect(raw.body == packed)
    let unpacked = try await CurlTransport().send(HTTPRequest(.get, try url(server), acceptsCompression: true))
    #expect(unpacked.body == [UInt8](repeating: 0x61, count: 10_000))
    let bounded = HTTPRequest(.get, try url(server), maximumResponseSize: 9999, acceptsCompression: true)
    #expect(try await failure(of: bounded).reason == .tooLarge)
  }

  @Test("Fields that would break the message, or are the transport's own, never leave")
  func headerInjection() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200)] }.start()
    for (name, value) in [
      ("X-A", "b\r\nX-Injected: 1"), ("X-A", "b\nX: 1"), ("X-A", "nul\0"), ("X A", "b"), ("", "b"), ("X:A", "b"),
      ("Content-Length", "5"), ("Transfer-Encoding", "chunked"), ("host", "evil.example"),
    ] {
      var request = HTTPRequest(.get, try url(server))
      request.headers.add(name, value)
      let failure = try await failure(of: request)
      #expect(failure.reason == .malformedRequest)
      #expect(failure.delivery == .notSent)
    }
    var body = HTTPRequest(.get, try url(server))
    body.body = [1]
    #expect(try await failure(of: body).reason == .malformedRequest)
    var many = HTTPRequest(.get, try url(server))
    for number in 0..<65 { many.headers.add("X-\(number)", "1") }
    #expect(try await failure(of: many).reason == .malformedRequest)
    #expect(server.received.isEmpty)
  }
}
