import AdminCore
import M365
import TestSupport
import Testing

@Suite("Message trace", .timeLimit(.minutes(1)))
struct MessageTraceTests {
  private static let now = Timestamp(milliseconds: 1_767_600_000_000)

  private static func ago(_ days: Int) -> Timestamp { now - .seconds(days * 86_400) }

  /// From so many days ago to so many days ago.
  private static func query(_ from: Int, _ to: Int = 0) -> MessageTraceQuery {
    MessageTraceQuery(from: ago(from), to: ago(to))
  }

  // MARK: Windows

  @Test("A search is cut into windows that a service takes, the newest first")
  func windows() throws {
    #expect(try Self.query(1).windows(now: Self.now).count == 1)
    let long = try Self.query(25).windows(now: Self.now)
    #expect(long.map(\.end) == [Self.ago(0), Self.ago(10), Self.ago(20)])
    #expect(long.map(\.start) == [Self.ago(10), Self.ago(20), Self.ago(25)])
    #expect(try Self.query(90).windows(now: Self.now).count == 9)
    // An end in the future is taken for now.
    #expect(try Self.query(1, -1).windows(now: Self.now).map(\.end) == [Self.now])
  }

  @Test("What no trace reaches back to, and what ends before it begins, is refused")
  func refusedWindows() async throws {
    for query in [Self.query(91), Self.query(0, 1), Self.query(-1, -2)] {
      let error = try await adminError { _ = try query.windows(now: Self.now) }
      #expect(error.code == .invalidArgument)
    }
  }

  @Test("Brackets that were left out of an id are put on", arguments: ["a@b", "<a@b", "a@b>", "<a@b>"])
  func brackets(_ id: String) {
    var query = Self.query(1)
    query.setMessageID(id)
    #expect(query.messageID == "<a@b>")
  }

  // MARK: Graph

  private static func graphRow(_ number: Int, status: String = "delivered") -> JSONValue {
    [
      "id": "trace-1", "messageId": "<m@b>", "senderAddress": "a@b.example",
      "recipientAddress": .string("r\(number)@b.example"),
      "receivedDateTime": .string((now - .seconds(number)).iso8601), "subject": "S", "size": 100, "fromIP": nil,
      "toIP": "203.0.113.25", "status": .string(status),
    ]
  }

  @Test("Graph is asked with both bounds and one value of each kind")
  func graphFilter() async throws {
    let fixture = GraphFixture(roles: ["ExchangeMessageTrace.Read.All"])
    fixture.transport.always(
      .get, "/v1.0/admin/exchange/tracing/messageTraces", .json(200, ["value": [Self.graphRow(2), Self.graphRow(1)]]))
    var query = Self.query(1)
    query.sender = "o'neil@b.example"
    query.recipient = "r1@b.example"
    query.setMessageID("m@b")
    let result = try await fixture.graph.messageTrace(query, limit: 10)
    #expect(result.rows.map(\.recipient) == ["r1@b.example", "r2@b.example"])
    #expect(!result.isTruncated)
    #expect(result.rows[0].toIP == "203.0.113.25")
    let target = try #require(fixture.requests.first?.target)
    #expect(
      target.contains(
        "receivedDateTime%20ge%202026-01-04T08:00:00Z%20and%20receivedDateTime%20le%202026-01-05T08:00:00Z"))
    #expect(target.contains("senderAddress%20eq%20%27o%27%27neil@b.example%27"))
    #expect(target.contains("messageId%20eq%20%27%3Cm@b%3E%27"))
    #expect(target.contains("$top=11"))
    #expect(fixture.log.records.last?.workload == "message_trace")
  }

  @Test("A limit ends the search, and rows that come twice count once")
  func graphLimit() async throws {
    let fixture = GraphFixture()
    let next = "https://graph.microsoft.com/v1.0/admin/exchange/tracing/messageTraces?$skiptoken=x"
    fixture.transport.on(
      .get, "/v1.0/admin/exchange/tracing/messageTraces",
      .json(200, ["value": [Self.graphRow(1), Self.graphRow(2)], "@odata.nextLink": .string(next)]),
      .json(200, ["value": [Self.graphRow(2), Self.graphRow(3)], "@odata.nextLink": .string(next + "2")]))
    let result = try await fixture.graph.messageTrace(Self.query(1), limit: 2)
    #expect(result.rows.map(\.recipient) == ["r1@b.example", "r2@b.example"])
    #expect(result.isTruncated)
    #expect(fixture.requests.count == 2)
  }

  @Test("A tenant that has not let the service in is told what to do")
  func serviceMissing() async throws {
    let fixture = GraphFixture()
    fixture.transport.always(
      .get, "/v1.0/admin/exchange/tracing/messageTraces",
      GraphFixture.error(
        401, "UnknownError", "Service principal-less authentication failed: The service principal was not found."))
    let error = try await adminError { _ = try await fixture.graph.messageTrace(Self.query(1)) }
    #expect(error.graphFault == .traceServiceMissing)
    #expect(error.message.contains(MessageTraceService.appID))
  }

  @Test("The service is let in once; one that is there is as good")
  func service() async throws {
    let id = try #require(GUID(MessageTraceService.appID))
    let fixture = GraphFixture()
    let principal: JSONValue = ["id": "sp-1", "appId": .string(id.text), "displayName": "Trace"]
    fixture.transport.on(.post, "/v1.0/servicePrincipals", .json(201, principal), GraphFixture.error(409, "Conflict"))
    fixture.transport.always(.get, "/v1.0/servicePrincipals(appId='\(id.text)')", .json(200, principal))
    #expect(try await fixture.graph.createServicePrincipal(appID: id).id == "sp-1")
    #expect(try await fixture.graph.createServicePrincipal(appID: id).id == "sp-1")
    fixture.transport.on(.delete, "/v1.0/servicePrincipals/sp-1", .status(204), GraphFixture.error(404, "x"))
    for _ in 0..<2 { try await fixture.graph.deleteServicePrincipal(id: "sp-1") }
    #expect(fixture.transport.surprises.isEmpty)
  }

  @Test("Events are asked for by message and recipient")
  func graphEvents() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(
      .get, "/v1.0/admin/exchange/tracing/messageTraces", .json(200, ["value": [Self.graphRow(1)]]))
    let row = try #require(try await fixture.graph.messageTrace(Self.query(1)).rows.first)
    fixture.transport.on(
      .get,
      "/v1.0/admin/exchange/tracing/messageTraces/trace-1/getDetailsByRecipient(recipientAddress='r1%40b.example')",
      .json(200, ["value": [["dateTime": "2026-01-05T08:00:00Z", "event": "Receive", "description": "in"]]]))
    let events = try await fixture.graph.messageTraceEvents(of: row)
    #expect(events.map(\.event) == ["Receive"])
    #expect(events[0].description == "in")
  }

  // MARK: Cmdlets

  private static func row(_ recipient: String, _ age: Int, id: String = "T") -> JSONObject {
    [
      "MessageTraceId": .string(id), "RecipientAddress": .string(recipient), "SenderAddress": "a@b.example",
      "Received": .string((now - .seconds(age)).iso8601), "Status": "FilteredAsSpam", "Subject": "S", "Size": 7,
      "MessageId": "<m@b>", "FromIP": "", "ToIP": .null,
    ]
  }

  @Test("Rounds go on from the last row until one is short")
  func rounds() async throws {
    let fixture = ExchangeFixture()
    fixture.transport.on(
      .post, ExchangeFixture.path, ExchangeFixture.rows(Self.row("c@b", 1), Self.row("b@b", 2), Self.row("a@b", 3)),
      ExchangeFixture.rows(Self.row("a@b", 3)))
    let result = try await fixture.exchange.messageTrace(Self.query(1), limit: 2)
    #expect(result.rows.map(\.recipient) == ["c@b", "b@b"])
    #expect(result.isTruncated)
    #expect(result.rows[0].status == "filteredAsSpam")
    #expect(result.rows[0].fromIP == nil)
    let wide = ExchangeFixture()
    wide.transport.on(
      .post, ExchangeFixture.path, ExchangeFixture.rows(Self.row("c@b", 1), Self.row("b@b", 2)),
      ExchangeFixture.rows(Self.row("b@b", 2), Self.row("a@b", 3)), ExchangeFixture.rows(Self.row("a@b", 3)))
    let all = try await wide.exchange.messageTrace(Self.query(1), limit: 1)
    #expect(all.isTruncated)
    #expect(wide.calls[0].parameters["ResultSize"] == 2)
    #expect(wide.calls[0].parameters["StartingRecipientAddress"] == nil)
    #expect(wide.calls[0].parameters["StartDate"] == "2026-01-04T08:00:00.0000000Z")
  }

  @Test("A round that adds nothing ends the search")
  func standstill() async throws {
    let fixture = ExchangeFixture()
    var query = Self.query(1)
    query.sender = "a@b.example"
    fixture.transport.always(
      .post, ExchangeFixture.path,
      ExchangeFixture.rows(Self.row("c@b", 1), Self.row("c@b", 1), Self.row("c@b", 1), Self.row("c@b", 1)))
    let result = try await fixture.exchange.messageTrace(query, limit: 3)
    #expect(result.rows.count == 1)
    #expect(!result.isTruncated)
    #expect(fixture.calls.count == 2)
    #expect(fixture.calls[1].parameters["StartingRecipientAddress"] == "c@b")
    #expect(fixture.calls[1].parameters["EndDate"] == "2026-01-05T07:59:59.0000000Z")
    #expect(fixture.calls[1].parameters["SenderAddress"] == ["a@b.example"])
  }

  @Test("Events are read by cmdlet too")
  func events() async throws {
    let fixture = ExchangeFixture()
    fixture.transport.on(
      .post, ExchangeFixture.path, ExchangeFixture.rows(Self.row("c@b", 1)),
      ExchangeFixture.rows([
        "Date": "2026-01-05T08:00:00Z", "Event": "Deliver", "Action": "", "Detail": "done",
      ]))
    let row = try #require(try await fixture.exchange.messageTrace(Self.query(1)).rows.first)
    let events = try await fixture.exchange.messageTraceEvents(of: row)
    #expect(events.map(\.event) == ["Deliver"])
    #expect(events[0].action == nil)
    #expect(fixture.calls[1].parameters["RecipientAddress"] == "c@b")
  }

  @Test("Questions stay below the tenant's limit, and wait where they would not")
  func budget() {
    var book = ThrottleBook()
    let turns = (0..<90).map { _ in book.takeTurn(for: .messageTrace, now: .seconds(10)) }
    #expect(turns.allSatisfy { $0 == .zero })
    #expect(book.takeTurn(for: .messageTrace, now: .seconds(40)) == .seconds(270))
    #expect(book.takeTurn(for: .messageTrace, now: .seconds(311)) == .zero)
    #expect(book.takeTurn(for: .directory, now: .seconds(40)) == .zero)
  }
}
