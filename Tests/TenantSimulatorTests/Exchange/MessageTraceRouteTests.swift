import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Message trace")
struct MessageTraceRouteTests {
  private static let path = "/admin/exchange/tracing/messageTraces"

  private func filtered(_ fixture: TenantFixture, _ filter: String, _ more: String = "") async throws
    -> TenantFixture.Reply
  {
    let escaped = filter.replacing(" ", with: "%20").replacing("<", with: "%3C").replacing(">", with: "%3E")
    return try await fixture.graph("GET", "\(Self.path)?$filter=\(escaped)\(more)")
  }

  private func window(_ fixture: TenantFixture, days: Int) -> String {
    let now = fixture.timekeeper.now()
    return
      "receivedDateTime ge \((now - .seconds(days * 86_400)).iso8601Seconds) and receivedDateTime le \(now.iso8601Seconds)"
  }

  @Test("Without a filter the last two days are shown, with one row for each recipient")
  func standard() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("GET", Self.path)
    #expect(reply.status == 200)
    #expect(
      reply.values.map { $0["subject"] } == [
        "New colleague starts on Monday", "Month-end figures", "Month-end figures",
      ])
    #expect(reply.values[1]["id"] == reply.values[2]["id"])
    #expect(try await filtered(fixture, window(fixture, days: 9)).values.count == 4)
  }

  @Test(
    "Filters narrow what is shown",
    arguments: [
      ("senderAddress eq 'TOMAS.BRENNAN@harbourfinch.example'", 2),
      ("recipientAddress eq 'nora.keane@harbourfinch.example'", 1),
      ("status eq 'failed'", 0), ("startsWith(subject,'Month')", 2), ("contains(subject,'colleague')", 1),
      ("toIP eq '1.2.3.4'", 0),
    ])
  func filters(_ filter: String, _ count: Int) async throws {
    let fixture = try await TenantFixture()
    #expect(try await filtered(fixture, "\(window(fixture, days: 2)) and \(filter)").values.count == count)
  }

  @Test(
    "What the service would pass over, or refuse, is refused",
    arguments: [
      "senderAddress eq 'a@b.example' or senderAddress eq 'c@d.example'", "senderAddress ne 'a@b.example'",
      "senderAddress eq 'a@b.example' and senderAddress eq 'c@d.example'", "subject eq 'x'",
      "receivedDateTime ge 2026-01-01T00:00:00Z", "receivedDateTime gt 2026-01-01T00:00:00Z", "nonsense eq 'x'",
      "receivedDateTime ge 2025-01-01T00:00:00Z and receivedDateTime le 2025-01-02T00:00:00Z",
      "receivedDateTime ge 2025-12-01T00:00:00Z and receivedDateTime le 2025-12-20T00:00:00Z",
      "receivedDateTime ge 2026-01-05T00:00:00Z and receivedDateTime le 2026-02-01T00:00:00Z",
      "receivedDateTime ge 2026-01-05T00:00:00Z and receivedDateTime le 2026-01-04T00:00:00Z",
    ])
  func refused(_ filter: String) async throws {
    let fixture = try await TenantFixture()
    #expect(try await filtered(fixture, filter).status == 400, "\(filter)")
  }

  @Test("Pages go on where they ended, and take no more than five thousand")
  func pages() async throws {
    let fixture = try await TenantFixture()
    let first = try await filtered(fixture, window(fixture, days: 9), "&$top=3")
    #expect(first.values.count == 3)
    let link = try #require(first.json["@odata.nextLink"]?.stringValue)
    let second = try await fixture.send("GET", link, headers: ["Authorization": "Bearer \(fixture.token)"])
    #expect(second.values.count == 1)
    #expect(try await filtered(fixture, window(fixture, days: 9), "&$top=5001").status == 400)
  }

  @Test("Events are told of one recipient")
  func events() async throws {
    let fixture = try await TenantFixture()
    let row = try #require(try await fixture.graph("GET", Self.path).values.first)
    let (id, recipient) = (row["id"]?.stringValue ?? "", row["recipientAddress"]?.stringValue ?? "")
    let reply = try await fixture.graph(
      "GET", "\(Self.path)/\(id)/getDetailsByRecipient(recipientAddress='\(recipient)')")
    #expect(reply.values.map { $0["event"] } == ["Receive", "Deliver"])
    #expect(
      try await fixture.graph("GET", "\(Self.path)/\(id)/getDetailsByRecipient(recipientAddress='x@y.example')").status
        == 404)
  }

  @Test("The tenant must have let the service in")
  func prerequisite() async throws {
    let seed = try Seed.standard().setting("exchange", to: ["messageTrace": false])
    let fixture = try await TenantFixture(seed: seed)
    let reply = try await fixture.graph("GET", Self.path)
    #expect(reply.status == 401)
    #expect(reply.message.contains("8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"))
    let other = try await TenantFixture.holding(["Mail.Read"])
    #expect(try await other.graph("GET", Self.path).status == 403)
    let writer = try await TenantFixture(
      seed: seed.setting("application", to: ["roles": ["Application.ReadWrite.All", "ExchangeMessageTrace.Read.All"]]))
    let created = try await writer.graph(
      "POST", "/servicePrincipals", json: ["appId": "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"])
    #expect(created.status == 201)
    #expect(try await writer.graph("GET", Self.path).status == 200)
  }

  @Test("A hundred questions in five minutes, by whichever way")
  func quota() async throws {
    let tenant = try await CmdletFixture()
    for _ in 0..<60 { #expect(try await tenant.fixture.graph("GET", Self.path).status == 200) }
    for _ in 0..<40 { #expect(try await tenant.call("Get-MessageTraceV2").reply.status == 200) }
    let refused = try await tenant.fixture.graph("GET", Self.path)
    #expect(refused.status == 429)
    #expect(refused.headers["Retry-After"] == "300")
    #expect(try await tenant.call("Get-MessageTraceV2").reply.status == 429)
    await tenant.fixture.tenant.advanceClock(by: .seconds(301))
    #expect(try await tenant.fixture.graph("GET", Self.path).status == 200)
  }

  @Test("The cmdlet has rounds instead of pages")
  func rounds() async throws {
    let tenant = try await CmdletFixture()
    let now = tenant.fixture.timekeeper.now()
    let start = (now - .seconds(9 * 86_400)).iso8601
    let window: JSONObject = ["StartDate": .string(start), "EndDate": .string(now.iso8601)]
    func call(_ more: JSONObject) async throws -> CmdletFixture.Answer {
      try await tenant.call("Get-MessageTraceV2", .object(window.merging(more)))
    }
    #expect(try await call([:]).rows.count == 4)
    let first = try await call(["ResultSize": 2])
    #expect(first.rows.count == 2)
    #expect(first.warnings.count == 1)
    let last = try #require(first.rows.last)
    let second = try await call([
      "ResultSize": 5, "EndDate": .string(last["Received"]?.stringValue?.replacing("+00:00", with: "Z") ?? ""),
      "StartingRecipientAddress": last["RecipientAddress"] ?? .null,
    ])
    // The round begins with the row the one before ended with.
    #expect(second.rows.first?["RecipientAddress"] == last["RecipientAddress"])
    #expect(second.rows.count == 3)
    #expect(try await call(["SenderAddress": ["*@harbourfinch.example"]]).rows.count == 4)
    #expect(try await call(["RecipientAddress": ["a@b.example", .string(CmdletFixture.nora)]]).rows.count == 1)
    #expect(try await call(["Status": ["Failed"]]).rows.count == 0)
    #expect(try await call(["Subject": "month", "SubjectFilterType": "StartsWith"]).rows.count == 2)
    #expect(try await call(["Subject": "month"]).reply.status == 400)
    #expect(try await call(["ResultSize": 6000]).reply.status == 400)
    #expect(
      try await call(["StartDate": .string((now - .seconds(20 * 86_400)).iso8601)]).outcome
        == "400 DataValidationException")
    #expect(try await tenant.call("Get-MessageTraceV2", ["StartDate": .string(start)]).reply.status == 400)
    let detail: JSONValue = [
      "MessageTraceId": last["MessageTraceId"] ?? .null, "RecipientAddress": last["RecipientAddress"] ?? .null,
    ]
    #expect(
      try await tenant.call("Get-MessageTraceDetailV2", detail).rows.map { $0["Event"] } == ["Receive", "Deliver"])
  }
}
