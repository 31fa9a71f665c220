import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Deleted users")
struct DeletedItemTests {
  private static let user = "/users/test.user1@harbourfinch.example"

  @Test("A deleted user frees its name and its seat, is found by an advanced query, and comes back whole")
  func deletionAndRestore() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.userID("test.user1")
    #expect(try await fixture.graph("DELETE", Self.user).status == 204)
    #expect(try await fixture.graph("GET", Self.user).outcome == "404 Request_ResourceNotFound")
    let skus = try await fixture.graph("GET", "/subscribedSkus")
    #expect(skus.values.first { $0["skuId"] == .string(SKU.standard) }?["consumedUnits"] == 7)
    let path =
      "/directory/deletedItems/microsoft.graph.user?$filter=endsWith(userPrincipalName,'test.user1@harbourfinch.example')"
      + "&$count=true&$select=id,userPrincipalName,deletedDateTime"
    let found = try await fixture.graph("GET", path, headers: ["ConsistencyLevel": "eventual"])
    #expect(found.json["@odata.count"] == 1)
    let name = id.replacing("-", with: "") + "test.user1@harbourfinch.example"
    #expect(found.values[0]["userPrincipalName"] == .string(name))
    #expect(found.values[0]["deletedDateTime"] == "2026-01-05T08:00:00Z")
    let restored = try await fixture.graph("POST", "/directory/deletedItems/\(id)/restore")
    #expect(restored.status == 200)
    #expect(restored.json["userPrincipalName"] == "test.user1@harbourfinch.example")
    #expect(try await fixture.graph("GET", "\(Self.user)/licenseDetails").values.count == 1)
    #expect(try await fixture.graph("GET", "\(Self.user)/mailboxSettings").status == 200)
    #expect(await fixture.count("userDeleted") == 1)
    #expect(await fixture.count("userRestored") == 1)
  }

  @Test("A filter on deleted users without the header is refused")
  func simpleFilter() async throws {
    let fixture = try await TenantFixture()
    let path = "/directory/deletedItems/microsoft.graph.user?$filter=displayName%20eq%20'x'"
    #expect(try await fixture.graph("GET", path).outcome == "400 Request_UnsupportedQuery")
  }

  @Test("The seeded deleted user is listed, read, and purged for good")
  func purge() async throws {
    let fixture = try await TenantFixture()
    let listed = try await fixture.graph("GET", "/directory/deletedItems/graph.user?$select=id,displayName")
    #expect(listed.values.map { $0["displayName"] } == ["Ciara Moran"])
    let id = listed.values[0]["id"]?.stringValue ?? ""
    let item = try await fixture.graph("GET", "/directory/deletedItems/\(id)")
    #expect(item.json["@odata.type"] == "#microsoft.graph.user")
    #expect(try await fixture.graph("DELETE", "/directory/deletedItems/\(id)").status == 204)
    #expect(try await fixture.graph("GET", "/directory/deletedItems/\(id)").status == 404)
    #expect(try await fixture.graph("POST", "/directory/deletedItems/\(id)/restore").status == 404)
    #expect(await fixture.count("userPurged") == 1)
  }

  @Test("A name that was given away meanwhile keeps the old user deleted")
  func nameTaken() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.userID("test.user1")
    #expect(try await fixture.graph("DELETE", Self.user).status == 204)
    #expect(try await fixture.graph("POST", "/users", json: .newUser("test.user1")).status == 201)
    let body: JSONValue = ["autoReconcileProxyConflict": true]
    #expect(
      try await fixture.graph("POST", "/directory/deletedItems/\(id)/restore", json: body).outcome == "400 BadRequest")
    let reply = try await fixture.graph("POST", "/directory/deletedItems/\(id)/restore", json: [:])
    #expect(reply.outcome == "400 Request_BadRequest")
    #expect(reply.json["error"]?["details"]?[0]?["code"] == "ObjectConflict")
  }

  @Test("A seat that was given away meanwhile is not taken back")
  func seatTaken() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.userID("james.doyle")
    #expect(try await fixture.graph("DELETE", "/users/\(id)").status == 204)
    let taken = try await fixture.graph(
      "POST", "/users/rory.quinn@harbourfinch.example/assignLicense", json: SKU.assignment([SKU.basic]))
    #expect(taken.status == 200)
    #expect(try await fixture.graph("POST", "/directory/deletedItems/\(id)/restore").status == 200)
    #expect(try await fixture.graph("GET", "/users/\(id)/licenseDetails").values.isEmpty)
  }
}
