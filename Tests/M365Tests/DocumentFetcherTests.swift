import AdminCore
import M365
import TestSupport
import Testing

@Suite("Documents from addresses that callers give", .timeLimit(.minutes(1)))
struct DocumentFetcherTests {
  private static let argument = "/addinManifestUrl"

  private static func fetcher(_ transport: ScriptedTransport, graph: String? = nil) -> DocumentFetcher {
    var settings: [Setting: String] = [:]
    settings[.graphEndpoint] = graph
    return DocumentFetcher(transport, endpoints: ServiceEndpoints(Configuration(settings, home: "/")))
  }

  private static func fetch(
    _ text: String, _ reply: ScriptedTransport.Reply? = nil, graph: String? = nil
  ) async -> (result: Result<[UInt8], AdminError>, requests: [ScriptedTransport.Recorded]) {
    let transport = ScriptedTransport()
    if let reply { transport.always(nil, text, reply) }
    do throws(AdminError) {
      let bytes = try await fetcher(transport, graph: graph)
        .fetch(text, argument: argument, accept: "application/xml", maximumSize: 100)
      return (.success(bytes), transport.requests)
    } catch {
      return (.failure(error), transport.requests)
    }
  }

  private static func refusal(
    _ text: String, _ reply: ScriptedTransport.Reply? = nil, graph: String? = nil
  ) async throws -> (error: AdminError, requests: Int) {
    let (result, requests) = await fetch(text, reply, graph: graph)
    guard case .failure(let error) = result else { throw NotRefused(text: text) }
    return (error, requests.count)
  }

  private struct NotRefused: Error {
    let text: String
  }

  @Test("The document is asked for without token and cookie, and only at public addresses")
  func fetched() async throws {
    let url = "https://addins.example/manifest.xml?v=2"
    let (result, requests) = await Self.fetch(url, .text(200, "<a/>"))
    #expect(try result.get() == Array("<a/>".utf8))
    let request = try #require(requests.first?.request)
    #expect(requests.count == 1)
    #expect(request.method == .get)
    #expect(request.headers.fields.map(\.name) == ["Accept"])
    #expect(request.reach == .publicNetwork)
    #expect(request.maximumResponseSize == 100)
    #expect(request.timeout == .seconds(30))
  }

  @Test(
    "What is no https address of a host is not asked at all",
    arguments: [
      "http://addins.example/m.xml", "ftp://addins.example/m.xml", "file:///etc/passwd", "addins.example/m.xml",
      "https://user@addins.example/m.xml", "https://addins.example/m.xml#x", "https:///m.xml", "", "https://",
      "javascript:alert(1)", "https://addins.example/\nHost: evil", "\\\\server\\share",
    ])
  func notHTTPS(_ text: String) async throws {
    let (error, requests) = try await Self.refusal(text)
    #expect(error.code == .invalidArgument)
    #expect(error.details?.text.contains(Self.argument) == true)
    #expect(requests == 0)
  }

  @Test(
    "Addresses of private networks, of this machine, of the link and of clouds are not asked",
    arguments: [
      "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.1.2.3", "0.0.0.0", "169.254.169.254",
      "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
      "224.0.0.1", "255.255.255.255", "168.63.129.16", "[::1]", "localhost",
    ])
  func privateAddress(_ host: String) async throws {
    let (error, requests) = try await Self.refusal("https://\(host)/m.xml", .text(200, "<a/>"))
    #expect(error.code == .invalidArgument)
    #expect(error.details?.text.contains("publicAddress") == true, "\(error.message)")
    #expect(requests == 0)
  }

  @Test(
    "An address of the newer protocol is no name of a host, and is not asked",
    arguments: ["[fd00::1]", "[2606:4700::1111]"])
  func newerProtocol(_ host: String) async throws {
    #expect(try await Self.refusal("https://\(host)/m.xml", .text(200, "<a/>")).requests == 0)
  }

  @Test("Public addresses are asked", arguments: ["8.8.8.8", "172.32.0.1"])
  func publicAddress(_ host: String) async throws {
    let (result, _) = await Self.fetch("https://\(host)/m.xml", .text(200, "<a/>"))
    #expect(try result.get().count == 4)
  }

  @Test("This machine, and http, are asked only where the tenant is on this machine; private networks never")
  func loopback() async throws {
    let graph = "http://127.0.0.1:8080"
    let (result, requests) = await Self.fetch("http://127.0.0.1:9/m.xml", .text(200, "<a/>"), graph: graph)
    #expect(try result.get().count == 4)
    #expect(requests.first?.request.reach == .publicNetworkOrLoopback)
    for url in ["https://10.0.0.1/m.xml", "https://169.254.169.254/m.xml", "http://addins.example/m.xml"] {
      #expect(try await Self.refusal(url, .text(200, "<a/>"), graph: graph).requests == 0, "\(url)")
    }
  }

  @Test("A redirection is not followed", arguments: [301, 302, 303, 307, 308])
  func redirected(_ status: Int) async throws {
    let reply = ScriptedTransport.Reply.status(status, ["Location": "https://10.0.0.1/"])
    let (error, requests) = try await Self.refusal("https://addins.example/m.xml", reply)
    #expect(error.details?.text.contains("redirect") == true)
    #expect(requests == 1)
  }

  @Test("Other answers than the document are told", arguments: [204, 401, 404, 429, 500, 503])
  func otherStatus(_ status: Int) async throws {
    let (error, _) = try await Self.refusal("https://addins.example/m.xml", .status(status))
    #expect(error.code == .invalidArgument)
    #expect(error.message.contains(String(status)) || error.details?.text.contains(String(status)) == true)
    #expect(error.isRetryable == (status == 429 || status >= 500))
  }

  @Test("An empty document and one beyond the bound are refused")
  func sizes() async throws {
    #expect(try await Self.refusal("https://a.example/", .text(200, "")).error.details?.text.contains("empty") == true)
    let long = String(repeating: "x", count: 101)
    #expect(try await Self.refusal("https://a.example/", .text(200, long)).error.code == .tooLarge)
    let cut = ScriptedTransport.Reply.failure(HTTPFailure(.tooLarge, .maybeSent))
    #expect(try await Self.refusal("https://a.example/", cut).error.code == .tooLarge)
  }

  @Test(
    "What keeps the host from being asked is told in words",
    arguments: [
      (HTTPFailure.Reason.refusedAddress, "publicAddress"), (.untrusted, "certificate"), (.unresolved, "host"),
      (.malformedRequest, "https"), (.timedOut, "timedOut"), (.unreachable, "unreachable"), (.tls, "tls"),
    ])
  func failures(_ reason: HTTPFailure.Reason, _ word: String) async throws {
    let (error, _) = try await Self.refusal("https://a.example/", .failure(HTTPFailure(reason, .notSent)))
    #expect(error.code == .invalidArgument)
    let said = error.message + (error.details?.text ?? "")
    #expect(said.contains(word), "\(said)")
  }
}

@Suite("Addresses of networks")
struct NetworkAddressTests {
  @Test(
    "What is not anybody's on the public network",
    arguments: [
      "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "0.0.0.0", "169.254.169.254",
      "100.64.0.1",
      "100.127.255.255", "198.19.255.255", "203.0.113.9", "224.0.0.1", "255.255.255.255", "168.63.129.16", "[::1]",
      "[::]",
      "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]",
      "[::ffff:127.0.0.1]", "[64:ff9b::a00:1]", "[64:ff9b::7f00:1]", "[2001:db8::1]", "[2002:a00:1::]", "[2001::1]",
      "[3fff::1]", "[4000::1]",
    ])
  func reserved(_ host: String) throws { #expect(try !#require(NetworkAddress(host: host)).isPublic) }

  @Test(
    "What is",
    arguments: [
      "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.167.1.1", "198.20.0.1", "223.255.255.1",
      "[2606:4700::1111]", "[2a00:1450::1]", "[::ffff:8.8.8.8]", "[64:ff9b::808:808]",
    ])
  func isPublic(_ host: String) throws { #expect(try #require(NetworkAddress(host: host)).isPublic) }

  @Test("This machine, and names, which have no address by themselves")
  func others() throws {
    for host in ["127.0.0.1", "127.255.0.9", "[::1]", "[::ffff:127.0.0.1]"] {
      #expect(try #require(NetworkAddress(host: host)).isLoopback)
    }
    #expect(try !#require(NetworkAddress(host: "128.0.0.1")).isLoopback)
    for host in ["localhost", "example.com", "1.2.3", "0x7f.1", "2130706433", "", "[]", "[fe80::1%eth0]"] {
      #expect(NetworkAddress(host: host) == nil, "\(host)")
    }
  }
}

/// The names that are asked say nothing about where they lead; the connection itself is looked at.
@Suite("Addresses of connections", .timeLimit(.minutes(1)))
struct ConnectionReachTests {
  private func send(_ host: String, _ reach: HTTPRequest.Reach) async throws -> (failure: HTTPFailure?, served: Int) {
    let server = try HTTPLoopbackServer { _ in [.reply(200, [:], body: "ok")] }.start()
    let url = try #require(HTTPURL(server.origin.replacing("127.0.0.1", with: host) + "/m.xml"))
    var request = HTTPRequest(.get, url)
    request.reach = reach
    do {
      _ = try await CurlTransport().send(request)
      return (nil, server.received.count)
    } catch {
      return (error, server.received.count)
    }
  }

  @Test("A connection to this machine is refused before anything is sent", arguments: ["127.0.0.1", "localhost"])
  func refused(_ host: String) async throws {
    let (failure, served) = try await send(host, .publicNetwork)
    #expect(failure?.reason == .refusedAddress)
    #expect(failure?.delivery == .notSent)
    #expect(served == 0)
  }

  @Test(
    "Where this machine is allowed the document comes",
    arguments: [HTTPRequest.Reach.publicNetworkOrLoopback, .anywhere])
  func allowed(_ reach: HTTPRequest.Reach) async throws {
    let (failure, served) = try await send("127.0.0.1", reach)
    #expect(failure == nil)
    #expect(served == 1)
  }
}
