import AdminCore
import Foundation
import TenantSimulator
import TestSupport
import Testing

@Suite("HTTP server")
struct HTTPServerTests {
  struct Served {
    let server: SimulatorServer
    let record: RecordedLines
    let token: String
    var authorization: HeaderFields { ["Authorization": "Bearer \(token)", "client-request-id": "abc"] }
  }

  private static func serve(
    faults: FaultPlan = FaultPlan(), listen: ListenAddress = .loopback, tls: Bool = false
  ) async throws -> Served {
    let record = RecordedLines()
    let tenant = try SimulatedTenant(
      SimulatedTenant.Options(
        lags: Lags.none, faults: faults, timekeeper: tls ? SystemTimekeeper() : VirtualTimekeeper(),
        recorder: record.recorder))
    let token = try await tenant.issueToken(TokenOrder(.graph))
    return Served(server: try SimulatorServer(tenant, listen: listen, tls: tls), record: record, token: token)
  }

  @Test("A request over a socket is served, and recorded with its URL as it came")
  func served() async throws {
    let served = try await Self.serve()
    let path = "/v1.0/users/nora.keane%40harbourfinch.example?$select=displayName&$expand=manager($select=id)"
    let answer = await SocketClient.send(served.server.origin, "GET", path, headers: served.authorization)
    #expect(answer.status == 200)
    #expect(answer.json["displayName"] == "Nora Keane")
    #expect(answer.header("client-request-id") == "abc")
    #expect(answer.header("Date") == "Mon, 05 Jan 2026 08:00:00 GMT")
    #expect(served.record.values.first?["url"] == .string(path))
    #expect(served.record.values.first?["requestHeaders"]?["Authorization"] == "Bearer [redacted]")
    served.server.stop()
  }

  @Test("A plus sign in a query is a space, as the real service reads it")
  func plusSign() async throws {
    let served = try await Self.serve()
    let answer = await SocketClient.send(
      served.server.origin, "GET", "/v1.0/users?$filter=displayName+eq+'Nora+Keane'", headers: served.authorization)
    #expect(answer.json["value"]?.arrayValue?.count == 1)
    #expect(served.record.values.first?["url"] == "/v1.0/users?$filter=displayName+eq+'Nora+Keane'")
  }

  @Test("Links in an answer lead back to where the request came, also through a proxy with TLS")
  func links() async throws {
    let served = try await Self.serve()
    let direct = await SocketClient.send(
      served.server.origin, "GET", "/v1.0/users?$top=1", headers: served.authorization)
    #expect(direct.json["@odata.nextLink"]?.stringValue?.hasPrefix(served.server.origin) == true)
    let proxied = await SocketClient.send(
      served.server.origin, "GET", "/v1.0/users?$top=1",
      headers: served.authorization.merging(["X-Forwarded-Proto": "https"]))
    let secure = served.server.origin.replacing("http:", with: "https:")
    #expect(proxied.json["@odata.nextLink"]?.stringValue?.hasPrefix(secure) == true)
  }

  @Test("A body comes in pieces and is taken whole; one beyond the bound is refused")
  func bodies() async throws {
    let served = try await Self.serve()
    let small = JSONValue.newUser("mary.new").serialized
    let json: HeaderFields = ["Content-Type": "application/json"]
    let created = await SocketClient.send(
      served.server.origin, "POST", "/v1.0/users", headers: served.authorization.merging(json), body: small)
    #expect(created.status == 201)
    let chunked =
      "PATCH /v1.0/users/mary.new@harbourfinch.example HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
      + "Authorization: Bearer \(served.token)\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "8\r\n{\"jobTit\r\n6\r\nle\":\"x\r\n2\r\n\"}\r\n0\r\n\r\n"
    #expect(await SocketClient.exchange(served.server.origin, Array(chunked.utf8)).status == 204)
    let flood = await SocketClient.send(
      served.server.origin, "POST", "/v1.0/users", headers: served.authorization.merging(json),
      body: [UInt8](repeating: 0x20, count: 9 << 20))
    #expect(flood.status == 413)
    served.server.stop()
  }

  @Test("A lost reply is a closed connection without a byte")
  func drops() async throws {
    let plan = FaultPlan([
      FaultRule(.dropBefore, path: "/v1.0/organization", times: 1),
      FaultRule(.dropAfter, method: "DELETE", path: "/v1.0/users/*", times: 1),
    ])
    let served = try await Self.serve(faults: plan)
    let before = await SocketClient.send(
      served.server.origin, "GET", "/v1.0/organization", headers: served.authorization)
    #expect(before.bytes.isEmpty)
    let after = await SocketClient.send(
      served.server.origin, "DELETE", "/v1.0/users/nora.keane@harbourfinch.example", headers: served.authorization)
    #expect(after.bytes.isEmpty)
    #expect(await served.server.tenant.report("counts")?["userDeleted"] == 1)
    #expect(
      await SocketClient.send(served.server.origin, "GET", "/v1.0/organization", headers: served.authorization).status
        == 200)
  }

  @Test("Two hundred connections at once are served")
  func manyConnections() async throws {
    let served = try await Self.serve()
    let (origin, headers) = (served.server.origin, served.authorization)
    let statuses = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<200 {
        group.addTask {
          await SocketClient.send(origin, "GET", "/v1.0/organization?$select=id", headers: headers).status
        }
      }
      return await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(statuses.count { $0 == 200 } == 200)
  }

  @Test("Stopping waits for no delayed request; its connection closes")
  func stop() async throws {
    let tenant = try SimulatedTenant(
      SimulatedTenant.Options(
        faults: FaultPlan([FaultRule(.delay(.seconds(3_600)))]), timekeeper: VirtualTimekeeper(.manual)))
    let server = try SimulatorServer(tenant)
    let origin = server.origin
    async let slow = SocketClient.send(origin, "GET", "/v1.0/organization")
    #expect(
      await eventually { await tenant.report("faults")?["rules"]?[0]?["hits"] == 1 })
    server.stop()
    #expect(await slow.bytes.isEmpty)
    #expect(await SocketClient.send(origin, "GET", "/v1.0/organization").bytes.isEmpty)
    server.stop()
  }

  @Test("The control endpoint has an address of its own; neither serves what is the other's")
  func control() async throws {
    let served = try await Self.serve()
    let state = await SocketClient.send(served.server.controlOrigin, "GET", "/state/counts")
    #expect(state.json["userCreated"] == 0)
    #expect(served.server.controlOrigin != served.server.origin)
    #expect(await SocketClient.send(served.server.origin, "GET", "/state").status == 400)
    #expect(await SocketClient.send(served.server.controlOrigin, "GET", "/v1.0/users").status == 404)
  }

  @Test("IPv6 is listened on too")
  func ipv6() async throws {
    guard let address = ListenAddress("[::1]:0") else { throw SeedError("", "no address") }
    guard let served = try? await Self.serve(listen: address) else { return }
    #expect(served.server.origin.hasPrefix("http://[::1]:"))
    let answer = await SocketClient.send(
      served.server.origin, "GET", "/v1.0/organization", headers: served.authorization)
    #expect(answer.status == 200)
  }

  @Test("An address in use is refused with the reason")
  func addressInUse() async throws {
    let served = try await Self.serve()
    let text = served.server.origin.dropFirst("http://".count)
    guard let address = ListenAddress(String(text)) else { throw SeedError("", "no address") }
    let tenant = try SimulatedTenant(SimulatedTenant.Options(timekeeper: VirtualTimekeeper()))
    let error = #expect(throws: ServerError.self) { try SimulatorServer(tenant, listen: address) }
    #expect(error?.description.contains("Address already in use") == true)
    let wrong = ListenAddress("[nonsense]:0")
    #expect(throws: ServerError.self) { try SimulatorServer(tenant, listen: wrong ?? .loopback) }
    served.server.stop()
  }

  @Test("With TLS the certificate is signed by the authority that is named, and by nobody else")
  func tls() async throws {
    let served = try await Self.serve(tls: true)
    let folder = try TemporaryDirectory()
    let authority = folder.file("ca.pem")
    try (served.server.authorityPEM ?? "").write(toFile: authority, atomically: true, encoding: .utf8)
    let address = String(served.server.origin.dropFirst("https://".count))
    let (origin, token) = (served.server.origin, served.token)
    #expect(origin.hasPrefix("https://127.0.0.1:"))
    let request =
      "GET /v1.0/users?$top=1 HTTP/1.1\r\nHost: \(address)\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n"
    let good = await Self.openssl(address, ["-CAfile", authority], request)
    #expect(good.contains("HTTP/1.1 200"))
    #expect(good.contains("\"@odata.nextLink\":\"\(origin)/v1.0/users"))
    let bad = await Self.openssl(address, ["-no-CAfile", "-no-CApath", "-no-CAstore"], request)
    #expect(!bad.contains("HTTP/1.1"))
    let old = await Self.openssl(address, ["-CAfile", authority, "-tls1_1"], request)
    #expect(!old.contains("HTTP/1.1"))
    served.server.stop()
  }

  /// What comes back through `openssl s_client`, which refuses what it cannot verify.
  private static func openssl(_ address: String, _ options: [String], _ request: String) async -> String {
    await withCheckedContinuation { continuation in
      DetachedThread.start {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
          ["openssl", "s_client", "-connect", address, "-verify_return_error", "-verify_ip", "127.0.0.1", "-quiet"]
          + options
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else {
          continuation.resume(returning: "openssl does not run")
          return
        }
        try? input.fileHandleForWriting.write(contentsOf: Data(request.utf8))
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        continuation.resume(returning: text)
      }
    }
  }
}
