import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Lags")
struct LagTests {
  @Test("A new user is known everywhere only after the directory's lag")
  func directory() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .seconds(4)))
    let created = try await fixture.graph("POST", "/users", json: .newUser("mary.new"))
    let user = "/users/\(created.id)"
    #expect(try await fixture.graph("GET", user).status == 200, "whoever made it finds it at once")
    let early = try await fixture.graph("POST", "\(user)/assignLicense", json: SKU.assignment([SKU.standard]))
    #expect(early.outcome == "404 Request_ResourceNotFound")
    #expect(try await fixture.graph("GET", "\(user)/mailboxSettings").outcome == "404 ResourceNotFound")
    let indexed = "/users?$count=true&$filter=userPrincipalName%20eq%20'mary.new@harbourfinch.example'"
    let eventual: HeaderFields = ["ConsistencyLevel": "eventual"]
    #expect(try await fixture.graph("GET", indexed, headers: eventual).json["@odata.count"] == 0)
    fixture.timekeeper.advance(by: .seconds(4))
    #expect(
      try await fixture.graph("POST", "\(user)/assignLicense", json: SKU.assignment([SKU.standard])).status == 200)
    #expect(try await fixture.graph("GET", indexed, headers: eventual).json["@odata.count"] == 1)
  }

  @Test("A mailbox appears after its lag; until then it has no address and no settings")
  func mailbox() async throws {
    let fixture = try await TenantFixture(lags: Lags(mailbox: .seconds(60)))
    let user = "/users/rory.quinn@harbourfinch.example"
    #expect(
      try await fixture.graph("POST", "\(user)/assignLicense", json: SKU.assignment([SKU.standard])).status == 200)
    let early = try await fixture.graph("GET", "\(user)/mailboxSettings")
    #expect(early.outcome == "404 MailboxNotEnabledForRESTAPI")
    #expect(early.message == "REST API is not yet supported for this mailbox.")
    let immediate = try await fixture.graph("GET", "\(user)?$select=assignedLicenses,assignedPlans")
    #expect(immediate.json["assignedLicenses"]?.arrayValue?.count == 1)
    #expect(immediate.json["assignedPlans"] == [], "the plans follow the licence by the directory's lag")
    fixture.timekeeper.advance(by: .milliseconds(500))
    let plans = try await fixture.graph("GET", "\(user)?$select=mail,assignedPlans")
    #expect(plans.json["mail"] == .null)
    #expect(plans.json["assignedPlans"]?.arrayValue?.contains { $0["service"] == "exchange" } == true)
    fixture.timekeeper.advance(by: .seconds(20))
    #expect(try await fixture.graph("GET", "\(user)/mailboxSettings").outcome == "503 MailboxInfoStale")
    fixture.timekeeper.advance(by: .seconds(20))
    #expect(try await fixture.graph("GET", "\(user)/mailboxSettings").outcome == "404 ResourceNotFound")
    fixture.timekeeper.advance(by: .seconds(20))
    #expect(try await fixture.graph("GET", "\(user)/mailboxSettings").status == 200)
    #expect(try await fixture.graph("GET", "\(user)?$select=mail").json["mail"] != .null)
  }

  @Test("A message that was sent is nowhere for a moment, then in Sent Items")
  func delivery() async throws {
    let fixture = try await TenantFixture(lags: Lags(delivery: .seconds(3)))
    let draft = try await fixture.graph(
      "POST", "\(MessageTests.sender)/messages", json: MessageTests.message(), headers: MessageTests.immutable)
    let path = "\(MessageTests.sender)/messages/\(draft.id)"
    #expect(try await fixture.graph("POST", "\(path)/send").status == 202)
    #expect(try await fixture.graph("GET", path).outcome == "404 ErrorItemNotFound")
    #expect(try await fixture.graph("POST", "\(path)/send").outcome == "404 ErrorItemNotFound")
    fixture.timekeeper.advance(by: .seconds(3))
    let sent = try await fixture.graph("GET", path)
    #expect(sent.json["isDraft"] == false)
    #expect(sent.json["sentDateTime"] == "2026-01-05T08:00:03Z")
    #expect(await fixture.count("mailSent") == 1)
  }

  @Test("Lags are changed one by one or all at once, and refused where they are none")
  func changes() throws {
    #expect(try Lags().changed(by: ["mailbox": 0.5, "team": 9]).mailbox == .milliseconds(500))
    #expect(try Lags().changed(by: "none") == .none)
    #expect(Lags(all: .seconds(2)).json["trace"] == 2)
    for wrong in [5, ["mail": 1], ["mailbox": -1], ["site": "x"]] as [JSONValue] {
      #expect(throws: SeedError.self) { try Lags().changed(by: wrong) }
    }
    let all = try Lags().changed(
      by: [
        "directory": 1, "mailbox": 1, "delivery": 1, "site": 1, "team": 1, "trace": 1, "membership": 1, "settings": 1,
        "schema": 1, "audit": 1, "exchange": 1,
      ])
    #expect(all == Lags(all: .seconds(1)))
  }
}
