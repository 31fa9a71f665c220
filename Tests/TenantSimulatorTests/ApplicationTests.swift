import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Applications and consent")
struct ApplicationTests {
  private static let traceApp = "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"

  @Test("With the narrow permission an application changes what it made and nothing else")
  func ownership() async throws {
    let fixture = try await TenantFixture.withoutTrace(holding: ["Application.ReadWrite.OwnedBy"])
    let made = try await fixture.graph("POST", "/servicePrincipals", json: ["appId": .string(Self.traceApp)])
    #expect(made.status == 201)
    let path = "/servicePrincipals/\(made.id)"
    #expect(try await fixture.graph("PATCH", path, json: ["accountEnabled": false]).status == 204)
    #expect(
      try await fixture.graph("GET", "/servicePrincipals(appId='\(Self.traceApp)')").json["accountEnabled"] == false)
    #expect(try await fixture.graph("PATCH", path, json: ["displayName": "x"]).status == 400)
    let own = "/servicePrincipals(appId='\(fixture.tenant.credentials.clientID)')"
    let other = try await fixture.graph("GET", own)
    for method in ["PATCH", "DELETE"] {
      let reply = try await fixture.graph(
        method, "/servicePrincipals/\(other.id)", json: method == "PATCH" ? ["accountEnabled": false] : nil)
      #expect(reply.outcome == "403 Authorization_RequestDenied")
    }
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("DELETE", path).status == 404)
    #expect(await fixture.count("servicePrincipalDeleted") == 1)
  }

  @Test("A role is granted once, listed from both sides and withdrawn; the next token tells")
  func appRoles() async throws {
    let fixture = try await TenantFixture.holding(["AppRoleAssignment.ReadWrite.All", "Application.Read.All"])
    let own = try await fixture.graph(
      "GET", "/servicePrincipals(appId='\(fixture.tenant.credentials.clientID)')?$select=id")
    let graph = try await fixture.graph("GET", "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
    let role = graph.json["appRoles"]?.arrayValue?.first { $0["value"] == "Mail.Send" }?["id"] ?? .null
    let body: JSONValue = [
      "principalId": .string(own.id), "resourceId": .string(graph.id), "appRoleId": role,
    ]
    let path = "/servicePrincipals/\(graph.id)/appRoleAssignedTo"
    let made = try await fixture.graph("POST", path, json: body)
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["resourceDisplayName"] == "Microsoft Graph")
    let again = try await fixture.graph("POST", "/servicePrincipals/\(own.id)/appRoleAssignments", json: body)
    #expect(again.message == "Permission being assigned already exists on the object")
    #expect(try await fixture.graph("POST", "/servicePrincipals/\(own.id)/appRoleAssignedTo", json: body).status == 400)
    for (name, value) in [("appRoleId", SKU.basic), ("principalId", SKU.basic)] {
      var wrong = body.objectValue ?? [:]
      wrong[name] = .string(value)
      #expect((400...404).contains(try await fixture.graph("POST", path, json: .object(wrong)).status))
      wrong[name] = Optional.none
      #expect(try await fixture.graph("POST", path, json: .object(wrong)).status == 400)
    }
    let token = try await fixture.tenant.issueToken(TokenOrder(.graph))
    let claims = try JSONParser.parse(Base64.decode(token.split(separator: ".")[1], .url) ?? [])
    #expect(claims["roles"]?.arrayValue?.contains("Mail.Send") == true)
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 204)
    #expect(
      try await fixture.graph("DELETE", "/servicePrincipals/\(own.id)/appRoleAssignments/\(made.id)").status == 404)
    let half = try await TenantFixture.holding(["AppRoleAssignment.ReadWrite.All"])
    #expect(try await half.graph("POST", "/servicePrincipals/x/appRoleAssignedTo", json: [:]).status == 403)
  }

  @Test("Consent on behalf of users is given once for each resource, widened and withdrawn")
  func grants() async throws {
    let fixture = try await TenantFixture()
    let client = try await fixture.graph(
      "GET", "/servicePrincipals(appId='\(fixture.tenant.credentials.clientID)')?$select=id")
    let graph = try await fixture.graph(
      "GET", "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id")
    let body: JSONValue = [
      "clientId": .string(client.id), "consentType": "AllPrincipals", "resourceId": .string(graph.id),
      "scope": "User.Read",
    ]
    let made = try await fixture.graph("POST", "/oauth2PermissionGrants", json: body)
    #expect(made.status == 201, "\(made.text)")
    #expect(
      try await fixture.graph("POST", "/oauth2PermissionGrants", json: body).outcome
        == "409 Request_MultipleObjectsWithSameKeyValue")
    let path = "/oauth2PermissionGrants/\(made.id)"
    #expect(try await fixture.graph("PATCH", path, json: ["scope": "User.Read Mail.Read"]).status == 204)
    #expect(try await fixture.graph("PATCH", path, json: ["scope": ""]).status == 400)
    let filter = "$filter=clientId%20eq%20'\(client.id)'"
    let listed = try await fixture.graph("GET", "/oauth2PermissionGrants?\(filter)")
    #expect(listed.values.map { $0["scope"] } == ["User.Read Mail.Read"])
    let nora = try await fixture.userID("nora.keane")
    let single = (body.objectValue ?? [:]).merging(["consentType": "Principal", "principalId": .string(nora)])
    #expect(try await fixture.graph("POST", "/oauth2PermissionGrants", json: .object(single)).status == 201)
    for wrong in [
      body.without("scope"), .object(single.merging(["consentType": "AllPrincipals"])),
      .object(single.merging(["principalId": .string(SKU.basic)])),
    ] {
      #expect(try await fixture.graph("POST", "/oauth2PermissionGrants", json: wrong).status == 400)
    }
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("DELETE", path).status == 404)
    #expect(await fixture.count("permissionGrantCreated") == 2)
  }

  @Test("An application of the gallery can be found a little after it was made, and goes with its grants")
  func gallery() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .seconds(4)))
    let template = try await fixture.graph("GET", "/applicationTemplates?$filter=displayName%20eq%20'DocuSign'")
    let id = template.values[0]["id"]?.stringValue ?? ""
    let body: JSONValue = ["displayName": "DocuSign for closings"]
    let made = try await fixture.graph("POST", "/applicationTemplates/\(id)/instantiate", json: body)
    #expect(made.status == 201, "\(made.text)")
    let search = "/servicePrincipals?$filter=displayName%20eq%20'DocuSign%20for%20closings'"
    #expect(try await fixture.graph("GET", search).values.isEmpty)
    fixture.timekeeper.advance(by: .seconds(4))
    let found = try await fixture.graph("GET", search)
    #expect(found.values.map { $0["applicationTemplateId"] } == [.string(id)])
    let applications = try await fixture.graph("GET", "/applications?$select=displayName")
    #expect(applications.values.map { $0["displayName"] } == ["M365 Admin MCP", "DocuSign for closings"])
    let principal = found.values[0]["id"]?.stringValue ?? ""
    #expect(try await fixture.graph("DELETE", "/servicePrincipals/\(principal)").status == 204)
    #expect(try await fixture.graph("GET", search).values.isEmpty)
    #expect(try await fixture.graph("POST", "/applicationTemplates/\(SKU.basic)/instantiate", json: body).status == 404)
    for wrong in [[:], ["displayName": ""]] as [JSONValue] {
      #expect(try await fixture.graph("POST", "/applicationTemplates/\(id)/instantiate", json: wrong).status == 400)
    }
  }

  @Test("The services of Microsoft cannot be put out, and what was granted of a resource goes with it")
  func deletion() async throws {
    let fixture = try await TenantFixture.holding([
      "Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All",
    ])
    let graph = try await fixture.graph(
      "GET", "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id")
    #expect(try await fixture.graph("DELETE", "/servicePrincipals/\(graph.id)").status == 400)
    let client = try await fixture.graph("POST", "/servicePrincipals", json: ["appId": .string(SKU.basic)])
    let grant: JSONValue = [
      "clientId": .string(client.id), "consentType": "AllPrincipals", "resourceId": .string(graph.id),
      "scope": "User.Read",
    ]
    #expect(try await fixture.graph("POST", "/oauth2PermissionGrants", json: grant).status == 201)
    let role: JSONValue = [
      "principalId": .string(client.id), "resourceId": .string(client.id),
      "appRoleId": "00000000-0000-0000-0000-000000000000",
    ]
    #expect(
      try await fixture.graph("POST", "/servicePrincipals/\(client.id)/appRoleAssignedTo", json: role).status == 201)
    #expect(try await fixture.graph("DELETE", "/servicePrincipals/\(client.id)").status == 204)
    #expect(try await fixture.graph("GET", "/oauth2PermissionGrants").values.isEmpty)
    let state = await fixture.tenant.report("appRoleAssignments")
    #expect(state?.arrayValue?.contains { $0["principalId"] == .string(client.id) } == false)
  }
}
