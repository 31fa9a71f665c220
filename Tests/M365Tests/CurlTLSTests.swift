import AdminCore
import M365
import TestSupport
import Testing

@Suite("TLS and HTTP/2 over libcurl", .enabled(if: HTTPTLSFront.isInstalled), .timeLimit(.minutes(2)))
struct CurlTLSTests {
  private func failure(of request: HTTPRequest, over transport: CurlTransport) async throws -> HTTPFailure {
    do {
      let response = try await transport.send(request)
      Issue.record("answered with \(response.status)")
      return HTTPFailure(.closed, .maybeSent)
    } catch {
      return error
    }
  }

  private func front(
    _ server: HTTPLoopbackServer, _ change: (inout HTTPTLSFront.Options) -> Void = { _ in }
  ) async throws -> HTTPTLSFront {
    var options = HTTPTLSFront.Options()
    change(&options)
    return try await HTTPTLSFront(before: server.port, options: options)
  }

  @Test("Fifty slow calls share one HTTP/2 connection")
  func multiplexing() async throws {
    let gate = HTTPGate(openingAt: 50)
    let server = try HTTPLoopbackServer { _ in [.wait(gate), .reply(200, body: "ok")] }.start()
    let front = try await front(server)
    let transport = CurlTransport(options: CurlTransport.Options(caFile: front.caFile))
    let url = try #require(HTTPURL(front.origin + "/v1.0/organization"))
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 { group.addTask { try await transport.send(HTTPRequest(.get, url)).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == Array(repeating: 200, count: 50))
    #expect(transport.statistics.overHTTP2 == 50)
    #expect(transport.statistics.connections == 1)
  }

  @Test("Fifty slow calls run at once where the service speaks HTTP/1.1 only")
  func withoutHTTP2() async throws {
    let gate = HTTPGate(openingAt: 50)
    let server = try HTTPLoopbackServer { _ in [.wait(gate), .reply(200, body: "ok")] }.start()
    let front = try await front(server) { $0.arguments = ["--npn-list=http/1.1"] }
    let transport = CurlTransport(options: CurlTransport.Options(caFile: front.caFile))
    let url = try #require(HTTPURL(front.origin + "/"))
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 { group.addTask { try await transport.send(HTTPRequest(.post, url, body: [0x61])).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == Array(repeating: 200, count: 50))
    #expect(transport.statistics.overHTTP2 == 0)
    #expect(transport.statistics.connections == 50)
  }

  @Test("An authority that is not trusted is refused before anything is sent")
  func unknownAuthority() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200)] }.start()
    let front = try await front(server)
    let url = try #require(HTTPURL(front.origin + "/"))
    let failure = try await failure(of: HTTPRequest(.post, url), over: CurlTransport())
    #expect(failure.reason == .untrusted)
    #expect(failure.delivery == .notSent)
    #expect(server.received.isEmpty)
  }

  @Test("A certificate for another name is refused")
  func wrongName() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200)] }.start()
    let front = try await front(server) { $0.names = ["DNS:other.example"] }
    let url = try #require(HTTPURL(front.origin + "/"))
    let transport = CurlTransport(options: CurlTransport.Options(caFile: front.caFile))
    #expect(try await failure(of: HTTPRequest(.get, url), over: transport).reason == .untrusted)
    #expect(server.received.isEmpty)
  }

  @Test("TLS below 1.2 is refused")
  func oldTLS() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200)] }.start()
    let front = try await front(server) {
      $0.arguments = ["--tls-min-proto-version=TLSv1.0", "--tls-max-proto-version=TLSv1.1"]
    }
    let url = try #require(HTTPURL(front.origin + "/"))
    let transport = CurlTransport(options: CurlTransport.Options(caFile: front.caFile))
    let failure = try await failure(of: HTTPRequest(.get, url), over: transport)
    #expect(failure.reason == .tls)
    #expect(failure.delivery == .notSent)
  }

  @Test("A file of authorities that cannot be read is refused, not replaced by the system's")
  func missingAuthorities() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200)] }.start()
    let front = try await front(server)
    let url = try #require(HTTPURL(front.origin + "/"))
    let transport = CurlTransport(options: CurlTransport.Options(caFile: "/nonexistent/ca.pem"))
    #expect(try await failure(of: HTTPRequest(.get, url), over: transport).reason == .untrusted)
  }

  @Test("A POST whose HTTP/2 stream is lost is not sent a second time")
  func lostStream() async throws {
    let server = try HTTPLoopbackServer { received in
      received.target == "/warm" ? [.reply(200)] : [.close]
    }.start()
    let front = try await front(server)
    let transport = CurlTransport(options: CurlTransport.Options(caFile: front.caFile))
    _ = try await transport.send(HTTPRequest(.get, try #require(HTTPURL(front.origin + "/warm"))))
    let response = try await transport.send(HTTPRequest(.post, try #require(HTTPURL(front.origin + "/send"))))
    #expect(response.status == 502)
    #expect(server.received.filter { $0.target == "/send" }.count == 1)
  }
}
