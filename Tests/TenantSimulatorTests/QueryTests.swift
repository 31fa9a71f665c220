import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("OData queries")
struct QueryTests {
  private static let advanced: HeaderFields = ["ConsistencyLevel": "eventual"]

  @Test(
    "A filter selects what it says",
    arguments: [
      ("department eq 'Finance'", ["Lukas Meyer", "Tomás Brennan"]),
      ("department eq 'FINANCE' and startsWith(displayName,'lukas')", ["Lukas Meyer"]),
      ("userPrincipalName in ('nora.keane@harbourfinch.example','x')", ["Nora Keane"]),
      ("accountEnabled eq false and department eq 'Operations'", ["Rory Quinn"]),
      ("mail eq 'info@harbourfinch.example' or displayName eq 'O''Brien'", ["Info"]),
      ("(department eq 'IT' or department eq 'Legal') and startswith(givenName,'E') eq true", ["Emma Nolan"]),
      ("proxyAddresses/any(p:p eq 'smtp:nora.keane@harbourfinch.example')", ["Nora Keane"]),
      ("assignedLicenses/any(x:x/skuId eq \(SKU.basic))", ["Hannah Byrne", "James Doyle"]),
      ("accountEnabled eq true and department eq 'Legal'", ["Emma Nolan"]),
      ("userType eq 'Guest'", ["Alex Berg (Norsund Bank)", "Lena Holt (Stonegate Realty)"]),
      ("createdDateTime ge 2026-01-01T00:00:00Z", []),
      ("surname eq null and userType eq 'Member'", ["Closings", "Emergency Access", "Info"]),
    ] as [(String, [String])])
  func filters(_ filter: String, _ names: [String]) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("GET", "/users?$select=displayName&$filter=\(Self.encoded(filter))")
    #expect(reply.status == 200, "\(reply.message)")
    #expect(reply.values.compactMap { $0["displayName"]?.stringValue }.sorted() == names)
  }

  @Test(
    "An advanced filter works with the header and $count, and is refused without",
    arguments: [
      (
        "endsWith(userPrincipalName,'onmicrosoft.com')",
        ["Alex Berg (Norsund Bank)", "Emergency Access", "Lena Holt (Stonegate Realty)"]
      ),
      (
        "department ne null and not(startsWith(department,'O')) and department ne 'IT' and jobTitle ne 'Accountant'",
        ["Emma Nolan", "Maeve Finch", "Owen Harbour", "Sofia Rossi", "Tomás Brennan"]
      ),
      ("assignedLicenses/$count eq 2", ["Lukas Meyer"]),
      ("assignedPlans/any(p:p/service eq 'PowerBI')", ["Lukas Meyer"]),
      (
        "not assignedLicenses/any() and userType eq 'Guest'",
        ["Alex Berg (Norsund Bank)", "Lena Holt (Stonegate Realty)"]
      ),
    ] as [(String, [String])])
  func advancedFilters(_ filter: String, _ names: [String]) async throws {
    let fixture = try await TenantFixture()
    let path = "/users?$select=displayName&$filter=\(Self.encoded(filter))"
    let reply = try await fixture.graph("GET", path + "&$count=true", headers: Self.advanced)
    #expect(reply.status == 200, "\(reply.message)")
    #expect(reply.values.compactMap { $0["displayName"]?.stringValue }.sorted() == names)
    #expect(reply.json["@odata.count"] == .int(names.count))
    #expect(try await fixture.graph("GET", path).outcome == "400 Request_UnsupportedQuery")
    #expect(try await fixture.graph("GET", path, headers: Self.advanced).outcome == "400 Request_UnsupportedQuery")
  }

  @Test(
    "A query the service would not take is refused",
    arguments: [
      ("$filter=departement eq 'x'", "400 BadRequest", "Could not find a property named 'departement'"),
      ("$filter=displayName eq", "400 BadRequest", "Syntax error"),
      ("$filter=displayName eq 'x", "400 BadRequest", "unterminated string literal"),
      ("$filter=displayName eq 'x')", "400 BadRequest", "Syntax error"),
      ("$filter=displayName ~ 'x'", "400 BadRequest", "character '~' is not valid"),
      ("$filter=displayName eq x", "400 BadRequest", "Syntax error"),
      ("$filter=accountEnabled eq 'true'", "400 BadRequest", "incompatible type"),
      ("$filter=createdDateTime ge 5", "400 BadRequest", "incompatible type"),
      ("$filter=id eq 'x'", "400 BadRequest", "incompatible type"),
      ("$filter=contains(displayName,'x')", "400 Request_UnsupportedQuery", "Unsupported Query."),
      ("$filter=startsWith(accountEnabled,'x')", "400 BadRequest", "No function signature"),
      (
        "$filter=mobilePhone eq 'x'", "400 Request_UnsupportedQuery",
        "filter clause specified for property 'mobilePhone'"
      ),
      ("$filter=displayName/any(x:x eq 'a')", "400 BadRequest", "Any/All may only be used following a collection"),
      ("$filter=displayName/$count eq 1", "400 BadRequest", "may only follow a collection"),
      ("$filter=assignedLicenses/any(x:x/sku eq 'a')", "400 BadRequest", "'x/sku'"),
      ("$filter=foo(displayName,'x')", "400 BadRequest", "Syntax error"),
      ("$select=displayName,telephone", "400 BadRequest", "Could not find a property named 'telephone'"),
      ("$select=manager", "400 BadRequest", "navigation property"),
      ("$expand=memberOf", "400 BadRequest", "'memberOf'"),
      ("$expand=manager($levels=1)", "400 BadRequest", "only $select"),
      ("$expand=manager($select=id", "400 BadRequest", "parenthesis"),
      ("$top=0", "400 Request_UnsupportedQuery", "Invalid page size specified: '0'"),
      ("$top=1000", "400 Request_UnsupportedQuery", "Must be between 1 and 999 inclusive."),
      ("$top=ten", "400 BadRequest", "'ten'"),
      ("$skip=1", "400 BadRequest", "'$skip' is not supported"),
      ("$foo=1", "400 BadRequest", "'$foo' is not supported"),
      ("select=id", "400 BadRequest", "'select' is not supported"),
      ("$top=1&$top=2", "400 BadRequest", "more than once"),
      ("$top=%zz", "400 BadRequest", "malformed escape"),
      ("$count=yes", "400 BadRequest", "Valid values"),
      ("$count=true", "400 Request_UnsupportedQuery", "ConsistencyLevel:eventual"),
      ("$skiptoken=abc", "400 Directory_ExpiredPageToken", "page token"),
      ("$orderby=department", "400 Request_UnsupportedQuery", "Sorting not supported for property 'department'"),
      ("$orderby=nothing", "400 BadRequest", "no property is named 'nothing'"),
      ("$orderby=displayName up", "400 BadRequest", "Invalid $orderby"),
      ("$orderby=", "400 BadRequest", "empty"),
      ("$orderby=displayName&$filter=department eq 'IT'", "400 Request_UnsupportedQuery", "Sorting not supported"),
      ("$search=\"displayName:nora\"", "400 Request_UnsupportedQuery", "special request header"),
    ] as [(String, String, String)])
  func refusals(_ query: String, _ outcome: String, _ message: String) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("GET", "/users?\(Self.encodedValues(query))")
    #expect(reply.outcome == outcome)
    #expect(reply.message.contains(message), "\(reply.message)")
  }

  @Test(
    "A filter that is nested or long beyond reason is refused",
    arguments: [
      String(repeating: "(", count: 40) + "displayName eq 'x'" + String(repeating: ")", count: 40),
      String(repeating: "not ", count: 40) + "(displayName eq 'x')",
      "displayName eq '" + String(repeating: "x", count: 9_000) + "'",
    ])
  func bounds(_ filter: String) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("GET", "/users?$filter=\(Self.encoded(filter))")
    #expect(reply.outcome == "400 BadRequest")
    #expect(reply.message.contains("too"))
  }

  @Test("Pages follow one another without gap or repetition, whatever their size", arguments: [1, 3, 7, 18])
  func paging(_ size: Int) async throws {
    let fixture = try await TenantFixture()
    var names: [String] = []
    var next: String? = "https://graph.microsoft.com/v1.0/users?$top=\(size)&$select=userPrincipalName"
    while let url = next {
      let reply = try await fixture.send("GET", url, headers: ["Authorization": "Bearer \(fixture.token)"])
      #expect(reply.values.count <= size)
      names += reply.values.compactMap { $0["userPrincipalName"]?.stringValue }
      next = reply.json["@odata.nextLink"]?.stringValue
      #expect(next?.hasPrefix("https://graph.microsoft.com/v1.0/users?") ?? true)
    }
    #expect(names.count == 21)
    #expect(Set(names).count == 21)
  }

  @Test("A user that goes away between two pages makes no other one be missed")
  func pagingOverDeletion() async throws {
    let fixture = try await TenantFixture()
    let first = try await fixture.graph("GET", "/users?$top=3&$select=userPrincipalName")
    #expect(try await fixture.graph("DELETE", "/users/owen.harbour@harbourfinch.example").status == 204)
    let link = first.json["@odata.nextLink"]?.stringValue ?? ""
    let second = try await fixture.send("GET", link, headers: ["Authorization": "Bearer \(fixture.token)"])
    #expect(second.values[0]["userPrincipalName"] == "tomas.brennan@harbourfinch.example")
  }

  @Test("A page token serves only the query it was given for")
  func pageTokenOfAnotherQuery() async throws {
    let fixture = try await TenantFixture()
    let first = try await fixture.graph("GET", "/users?$top=1")
    let link = first.json["@odata.nextLink"]?.stringValue ?? ""
    let token = link.split(separator: "$skiptoken=").last ?? ""
    let reply = try await fixture.graph("GET", "/groups?$top=1&$skiptoken=\(token)")
    #expect(reply.outcome == "400 Directory_ExpiredPageToken")
  }

  @Test("The header must come again with every page of an advanced query")
  func headerOnEachPage() async throws {
    let fixture = try await TenantFixture()
    let path = "/users?$top=1&$count=true&$filter=\(Self.encoded("endsWith(mail,'.example')"))"
    let first = try await fixture.graph("GET", path, headers: Self.advanced)
    let link = first.json["@odata.nextLink"]?.stringValue ?? ""
    let bare = try await fixture.send("GET", link, headers: ["Authorization": "Bearer \(fixture.token)"])
    #expect(bare.outcome == "400 Request_UnsupportedQuery")
    let right = try await fixture.send(
      "GET", link, headers: ["Authorization": "Bearer \(fixture.token)", "ConsistencyLevel": "eventual"])
    #expect(right.status == 200)
  }

  @Test("Sorting goes both ways, and with a filter only as an advanced query")
  func sorting() async throws {
    let fixture = try await TenantFixture()
    let up = try await fixture.graph("GET", "/users?$select=displayName&$top=2&$orderby=displayName")
    #expect(up.values.map { $0["displayName"] } == ["Alex Berg (Norsund Bank)", "Aoife Walsh"])
    let down = try await fixture.graph("GET", "/users?$select=displayName&$top=1&$orderby=displayName%20desc")
    #expect(down.values.map { $0["displayName"] } == ["Tomás Brennan"])
    let path = "/users?$select=displayName&$orderby=displayName&$count=true&$filter=department%20eq%20'Finance'"
    let both = try await fixture.graph("GET", path, headers: Self.advanced)
    #expect(both.values.map { $0["displayName"] } == ["Lukas Meyer", "Tomás Brennan"])
  }

  @Test(
    "A search finds words by their beginnings",
    arguments: [
      ("\"displayName:nor\"", ["Alex Berg (Norsund Bank)", "Nora Keane"]),
      ("\"displayName:user two\"", ["Test User Two"]),
      ("\"displayName:nora\" OR \"mail:lukas\"", ["Lukas Meyer", "Nora Keane"]),
      ("\"displayName:test\" AND \"surname:two\"", ["Test User Two"]),
      ("\"displayName:ora\"", []),
    ] as [(String, [String])])
  func search(_ search: String, _ names: [String]) async throws {
    let fixture = try await TenantFixture()
    let path = "/users?$select=displayName&$count=true&$search=\(Self.encoded(search))"
    let reply = try await fixture.graph("GET", path, headers: Self.advanced)
    #expect(reply.values.compactMap { $0["displayName"]?.stringValue }.sorted() == names)
  }

  @Test(
    "A search that is malformed is refused",
    arguments: [
      ("displayName:nora", "400 Request_BadRequest"), ("\"displayName:nora", "400 Request_BadRequest"),
      ("\"nora\"", "400 Request_BadRequest"), ("\"department:it\"", "400 Request_UnsupportedQuery"),
      ("\"displayName:a\" XOR \"displayName:b\"", "400 Request_BadRequest"), ("", "400 Request_BadRequest"),
    ])
  func badSearch(_ search: String, _ outcome: String) async throws {
    let fixture = try await TenantFixture()
    let path = "/users?$search=\(Self.encoded(search))"
    #expect(try await fixture.graph("GET", path, headers: Self.advanced).outcome == outcome)
  }

  @Test("The tenant, its domains, groups and people are there to read")
  func readOnlyCollections() async throws {
    let fixture = try await TenantFixture()
    let organization = try await fixture.graph("GET", "/organization?$select=id,displayName,verifiedDomains")
    #expect(organization.values[0]["verifiedDomains"]?.arrayValue?.count == 2)
    #expect(organization.values[0]["city"] == nil)
    let id = organization.values[0]["id"]?.stringValue ?? ""
    #expect(try await fixture.graph("GET", "/organization/\(id)").json["displayName"] != nil)
    #expect(try await fixture.graph("GET", "/organization/\(SKU.basic)").status == 404)
    let domains = try await fixture.graph("GET", "/domains")
    #expect(domains.values.map { $0["isVerified"] } == [true, true, false])
    #expect(try await fixture.graph("GET", "/domains/harbourfinch.example").json["isDefault"] == true)
    #expect(try await fixture.graph("GET", "/domains/contoso.com").status == 404)
    let filter = Self.encoded("resourceProvisioningOptions/Any(x:x eq 'Team')")
    let teams = try await fixture.graph("GET", "/groups?$select=id,displayName&$filter=\(filter)")
    #expect(teams.values.map { $0["displayName"] } == ["Management", "Closings"])
    let team = teams.values[1]["id"]?.stringValue ?? ""
    #expect(try await fixture.graph("GET", "/groups/\(team)").json["groupTypes"] == ["Unified"])
    #expect(try await fixture.graph("GET", "/groups/\(team)/members?$select=displayName").values.count == 4)
    let owners = try await fixture.graph("GET", "/groups/\(team)/owners?$select=displayName")
    #expect(owners.values.map { $0["displayName"] } == ["Aoife Walsh"])
    #expect(try await fixture.graph("GET", "/groups/\(SKU.basic)").status == 404)
  }

  @Test("The own application, its resources and its roles can be read")
  func servicePrincipals() async throws {
    let fixture = try await TenantFixture()
    let clientID = fixture.tenant.credentials.clientID
    let own = try await fixture.graph("GET", "/servicePrincipals(appId='\(clientID)')")
    let roles = try await fixture.graph("GET", "/servicePrincipals/\(own.id)/appRoleAssignments")
    let filter = Self.encoded("appId eq '00000003-0000-0000-c000-000000000000'")
    let graph = try await fixture.graph("GET", "/servicePrincipals?$select=id,appRoles&$filter=\(filter)")
    let sendID = graph.values[0]["appRoles"]?.arrayValue?.first { $0["value"] == "Mail.Send" }?["id"]
    #expect(roles.values.contains { $0["appRoleId"] == sendID && $0["resourceId"] == graph.values[0]["id"] })
    let resource = graph.values[0]["id"]?.stringValue ?? ""
    let assigned = try await fixture.graph("GET", "/servicePrincipals/\(resource)/appRoleAssignedTo?$top=5")
    #expect(assigned.values.allSatisfy { $0["principalDisplayName"] == "M365 Admin MCP" })
    #expect(try await fixture.graph("GET", "/servicePrincipals/\(SKU.basic)").status == 404)
    #expect(try await fixture.graph("GET", "/servicePrincipals(appId='\(SKU.basic)')").status == 404)
  }

  @Test("A service of Microsoft is let in once")
  func createServicePrincipal() async throws {
    let fixture = try await TenantFixture.withoutTrace(holding: ["Application.ReadWrite.All"])
    let body: JSONValue = ["appId": "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"]
    #expect(try await fixture.graph("POST", "/servicePrincipals", json: body).status == 201)
    let again = try await fixture.graph("POST", "/servicePrincipals", json: body)
    #expect(again.outcome == "409 Request_MultipleObjectsWithSameKeyValue")
    #expect(try await fixture.graph("POST", "/servicePrincipals", json: [:]).outcome == "400 Request_BadRequest")
    #expect(await fixture.count("servicePrincipalCreated") == 1)
  }

  private static func encoded(_ text: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~$'(),:/".utf8)
    return text.utf8.map { plain.contains($0) ? String(Unicode.Scalar($0)) : "%" + Hex.encode([$0]) }.joined()
  }

  /// Spaces and quotes escaped, everything else as it stands.
  private static func encodedValues(_ query: String) -> String {
    query.replacing(" ", with: "%20").replacing("\"", with: "%22")
  }
}
