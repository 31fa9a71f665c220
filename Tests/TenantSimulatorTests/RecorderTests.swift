import AdminCore
import Foundation
import TenantSimulator
import TestSupport
import Testing

@Suite("Recording")
struct RecorderTests {
  @Test("Every exchange is one line with everything but the credentials")
  func lines() async throws {
    let record = RecordedLines()
    let fixture = try await TenantFixture(recorder: record.recorder)
    _ = try await fixture.graph("POST", "/users", json: .newUser("mary.new"))
    _ = try await fixture.graph("GET", "/users/a%40b?$select=id")
    let secret = fixture.tenant.credentials.clientSecret.reveal()
    let form = "grant_type=client_credentials&client_secret=\(secret)"
    _ = try await fixture.send(
      "POST", "/harbourfinch.example/oauth2/v2.0/token", body: Array(form.utf8),
      headers: ["Content-Type": "application/x-www-form-urlencoded", "X-IDENTITY-HEADER": "hidden"])
    let lines = record.values
    #expect(lines.count == 3)
    #expect(lines[0]["method"] == "POST")
    #expect(lines[0]["url"] == "https://graph.microsoft.com/v1.0/users")
    #expect(lines[0]["requestHeaders"]?["Authorization"] == "Bearer [redacted]")
    #expect(lines[0]["requestHeaders"]?["client-request-id"] == .string(TenantFixture.clientID))
    #expect(lines[0]["requestBody"]?["userPrincipalName"] == "mary.new@harbourfinch.example")
    #expect(lines[0]["requestBody"]?["passwordProfile"]?["password"] == "[redacted]")
    #expect(lines[0]["status"] == 201)
    #expect(lines[0]["responseBody"]?["userPrincipalName"] == "mary.new@harbourfinch.example")
    #expect(lines[1]["url"] == "https://graph.microsoft.com/v1.0/users/a%40b?$select=id")
    #expect(lines[1]["requestBody"] == .null)
    #expect(lines[2]["requestBody"] == "grant_type=client_credentials&client_secret=[redacted]")
    for canary in [secret, fixture.token, "Zebra-Kite", "hidden"] { #expect(!record.text.contains(canary)) }
    #expect(record.text.hasSuffix("\n"))
  }

  @Test("A token that is given out is not written down; control, manifest and uploads leave no line")
  func silence() async throws {
    let record = RecordedLines()
    let fixture = try await TenantFixture(recorder: record.recorder)
    _ = await fixture.control("GET", "/state")
    #expect(try await fixture.send("GET", "/samples/outlook-addin.xml").status == 200)
    #expect(try await fixture.send("GET", "/samples/other.xml").status == 404)
    #expect(try await fixture.send("PUT", "/uploads/x").status == 404)
    #expect(record.values.isEmpty)
    await #expect(throws: Never.self) {
      try await fixture.send("GET", "/v1.0/x", headers: ["Authorization": "eyJsecret"])
    }
    #expect(record.values.last?["requestHeaders"]?["Authorization"] == "[redacted]")
    let headers: HeaderFields = ["Metadata": "true"]
    let path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://graph.microsoft.com"
    let token = try await fixture.send("GET", path, headers: headers).json["access_token"]?.stringValue ?? "?"
    #expect(record.values.count == 2)
    #expect(!record.text.contains(token))
  }

  @Test("A lost reply is recorded when there was an effect, and not when there was none")
  func drops() async throws {
    let record = RecordedLines()
    let plan = FaultPlan([FaultRule(.dropBefore, times: 1), FaultRule(.dropAfter, times: 1)])
    let fixture = try await TenantFixture(faults: plan, recorder: record.recorder)
    for _ in 0..<2 {
      await #expect(throws: ConnectionLost()) { try await fixture.graph("GET", "/organization") }
    }
    #expect(record.values.map { $0["status"] } == [200])
  }

  @Test("A record on disk is for its owner alone, and grows by lines")
  func file() async throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("record.jsonl")
    for _ in 0..<2 {
      let fixture = try await TenantFixture(recorder: try ExchangeRecorder(file: path))
      _ = try await fixture.graph("GET", "/organization")
    }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 2)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(throws: SeedError.self) { try ExchangeRecorder(file: folder.path + "/none/record.jsonl") }
  }
}

/// Holds what the simulator answers against the official shapes, where the contract files are at hand.
@Suite("Contract")
struct ContractTests {
  @Test(
    "Every route answers in the official shape",
    .enabled(if: OfficialShapes.isAvailable, "\(OfficialShapes.reasonToSkip)"))
  func everyRoute() async throws {
    let record = RecordedLines()
    let fixture = try await TenantFixture(recorder: record.recorder)
    try await ContractJourney(fixture: fixture).run()
    #expect(try OfficialShapes.complaints(about: .traffic(record.text)).isEmpty)
    let called = Set(record.values.compactMap { $0["method"]?.stringValue })
    #expect(called == ["GET", "POST", "PATCH", "PUT", "DELETE"])
  }
}
