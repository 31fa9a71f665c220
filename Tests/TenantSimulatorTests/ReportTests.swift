import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Service health and audit logs")
struct ReportTests {
  @Test("Services are as their open issues say")
  func health() async throws {
    let fixture = try await TenantFixture()
    let overviews = try await fixture.graph("GET", "/admin/serviceAnnouncement/healthOverviews?$expand=issues")
    let exchange = overviews.values.first { $0["service"] == "Exchange Online" }
    #expect(exchange?["status"] == "serviceDegradation")
    #expect(exchange?["issues"]?[0]?["isResolved"] == false)
    let teams = try await fixture.graph("GET", "/admin/serviceAnnouncement/healthOverviews/microsoftteams")
    #expect(teams.json["status"] == "serviceOperational")
    #expect(teams.json["issues"] == nil)
    #expect(try await fixture.graph("GET", "/admin/serviceAnnouncement/healthOverviews/x").status == 404)
    let open = try await fixture.graph(
      "GET", "/admin/serviceAnnouncement/issues?$filter=isResolved%20eq%20false&$select=id")
    #expect(open.values.map { $0["id"] } == ["EX912345"])
    let all = try await fixture.graph(
      "GET", "/admin/serviceAnnouncement/issues?$orderby=startDateTime&$select=id,endDateTime")
    #expect(all.values.map { $0["id"] } == ["TM901234", "EX912345"])
    let messages = try await fixture.graph(
      "GET", "/admin/serviceAnnouncement/messages?$filter=isMajorChange%20eq%20true&$select=id")
    #expect(messages.values.map { $0["id"] } == ["MC700001"])
    let none = try await TenantFixture.holding(["User.Read.All"])
    #expect(try await none.graph("GET", "/admin/serviceAnnouncement/messages").outcome == "403 AccessDenied")
  }

  @Test("Changes to the directory are in its log a little later, the newest first")
  func audits() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .zero, audit: .seconds(60)))
    let user = try await fixture.graph("POST", "/users", json: .newUser("mary.new"))
    fixture.timekeeper.advance(by: .seconds(30))
    #expect(try await fixture.graph("PATCH", "/users/\(user.id)", json: ["department": "IT"]).status == 204)
    #expect(try await fixture.graph("POST", "/groups", json: .newGroup("projects")).status == 201)
    let path = "/auditLogs/directoryAudits"
    #expect(try await fixture.graph("GET", path).values.isEmpty)
    fixture.timekeeper.advance(by: .seconds(60))
    let all = try await fixture.graph("GET", path)
    #expect(all.values.map { $0["activityDisplayName"] } == ["Add group", "Update user", "Add user"])
    #expect(all.values[0]["initiatedBy"]?["app"]?["displayName"] == "M365 Admin MCP")
    #expect(all.values[1]["targetResources"]?[0]?["userPrincipalName"] == "mary.new@harbourfinch.example")
    func count(_ filter: String) async throws -> Int {
      let encoded = filter.replacing(" ", with: "%20")
      return try await fixture.graph("GET", "\(path)?$filter=\(encoded)").values.count
    }
    #expect(try await count("activityDateTime ge 2026-01-05T08:00:30Z") == 2)
    #expect(try await count("category eq 'UserManagement' and activityDisplayName eq 'Update user'") == 1)
    #expect(try await count("targetResources/any(t:t/id eq '\(user.id)')") == 2)
    #expect(try await count("initiatedBy/app/displayName eq 'Somebody'") == 0)
    #expect(try await fixture.graph("GET", "\(path)?$top=1").json["@odata.nextLink"] != nil)
    // Mail and teams are not the directory's to log.
    #expect(
      try await fixture.graph(
        "PATCH", "/users/nora.keane@harbourfinch.example/mailboxSettings", json: ["timeZone": "UTC"]
      ).status == 200)
    fixture.timekeeper.advance(by: .seconds(60))
    #expect(try await fixture.graph("GET", path).values.count == 3)
    fixture.timekeeper.advance(by: .seconds(31 * 86_400))
    let token = try await fixture.tenant.issueToken(TokenOrder(.graph))
    #expect(try await fixture.graph("GET", path, token: token).values.isEmpty)
  }
}
