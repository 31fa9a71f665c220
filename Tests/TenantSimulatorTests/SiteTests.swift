import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Sites and files")
struct SiteTests {
  private static func site(_ fixture: TenantFixture) async throws -> String {
    let group = try await fixture.groupID("Closings")
    return try await fixture.graph("GET", "/groups/\(group)/sites/root?$select=id,webUrl").id
  }

  @Test("The tenant and each Microsoft 365 group have a site with a drive")
  func sites() async throws {
    let fixture = try await TenantFixture()
    #expect(
      try await fixture.graph("GET", "/sites/root").json["webUrl"] == "https://harbourfinch.sharepoint.com")
    let id = try await Self.site(fixture)
    #expect(id.hasPrefix("harbourfinch.sharepoint.com,"))
    let site = try await fixture.graph("GET", "/sites/\(id)")
    #expect(site.json["webUrl"] == "https://harbourfinch.sharepoint.com/sites/closings-team")
    let group = try await fixture.groupID("Closings")
    let drive = try await fixture.graph("GET", "/groups/\(group)/drive")
    for path in ["/sites/\(id)/drive", "/groups/\(group)/drive"] {
      #expect(try await fixture.graph("GET", path).id == drive.id)
    }
    for path in ["/sites/\(id)/drives", "/groups/\(group)/drives"] {
      #expect(try await fixture.graph("GET", path).values.map { $0["id"] } == [.string(drive.id)])
    }
    let security = try await fixture.groupID("VPN Users")
    for path in ["/groups/\(security)/sites/root", "/sites/x", "/groups/\(group)/sites/x", "/drives/x/items/root"] {
      #expect(try await fixture.graph("GET", path).outcome == "404 itemNotFound", "\(path)")
    }
    let own = try await fixture.graph("GET", "/users/nora.keane@harbourfinch.example/drive")
    #expect(own.json["driveType"] == "business")
    #expect(try await fixture.graph("GET", "/drives/\(own.id)/items/root").json["root"] == [:])
    let none = try await fixture.graph("GET", "/users/rory.quinn@harbourfinch.example/drive")
    #expect(none.message == "User's mysite not found.")
  }

  @Test("A list is made with its columns, found by id and by name, and deleted")
  func lists() async throws {
    let fixture = try await TenantFixture()
    let lists = "/sites/\(try await Self.site(fixture))/lists"
    let body: JSONValue = [
      "displayName": "Deeds", "list": ["template": "genericList"],
      "columns": [["name": "Buyer", "text": [:]], ["name": "Price", "number": [:], "required": true]],
    ]
    let made = try await fixture.graph("POST", lists, json: body)
    #expect(made.status == 201, "\(made.text)")
    for key in [made.id, "deeds"] {
      let read = try await fixture.graph("GET", "\(lists)/\(key)?$expand=columns")
      #expect(read.json["list"]?["template"] == "genericList")
      #expect(read.json["columns"]?.arrayValue?.map { $0["name"] } == ["Buyer", "Price"])
    }
    #expect(try await fixture.graph("POST", lists, json: body).outcome == "409 nameAlreadyExists")
    let column = try await fixture.graph(
      "POST", "\(lists)/\(made.id)/columns", json: ["name": "Closed", "dateTime": [:]])
    #expect(column.status == 201)
    let again = try await fixture.graph("POST", "\(lists)/\(made.id)/columns", json: ["name": "closed", "text": [:]])
    #expect(again.outcome == "409 nameAlreadyExists")
    #expect(try await fixture.graph("GET", lists).values.map { $0["displayName"] } == ["Documents", "Deeds"])
    #expect(try await fixture.graph("DELETE", "\(lists)/documents").outcome == "403 accessDenied")
    #expect(
      try await fixture.graph("POST", "\(lists)/documents/columns", json: ["name": "x", "text": [:]]).status == 403)
    #expect(try await fixture.graph("DELETE", "\(lists)/\(made.id)").status == 204)
    #expect(try await fixture.graph("DELETE", "\(lists)/\(made.id)").outcome == "404 itemNotFound")
  }

  @Test(
    "A list that cannot be is refused",
    arguments: [
      [:], ["displayName": "a", "list": ["template": "none"]], ["displayName": "a", "columns": [["name": "x"]]],
      ["displayName": "a", "columns": [["name": "x", "text": [:], "number": [:]]]],
      ["displayName": "a", "columns": [["text": [:]]]], ["displayName": "a", "colour": "red"],
      ["displayName": "a", "columns": [["name": "x", "text": ["length": 5]]]],
    ] as [JSONValue])
  func listRefusals(_ body: JSONValue) async throws {
    let fixture = try await TenantFixture()
    let lists = "/sites/\(try await Self.site(fixture))/lists"
    #expect(try await fixture.graph("POST", lists, json: body).outcome == "400 invalidRequest")
    #expect(await fixture.count("listCreated") == 0)
  }

  @Test("An application is let into one site, and shut out again")
  func applications() async throws {
    let fixture = try await TenantFixture.holding(["Sites.FullControl.All", "Group.Read.All"])
    let path = "/sites/\(try await Self.site(fixture))/permissions"
    let application: JSONValue = ["application": ["id": .string(SKU.basic), "displayName": "Archive"]]
    let body: JSONValue = ["roles": ["write"], "grantedToIdentities": [application]]
    let made = try await fixture.graph("POST", path, json: body)
    #expect(made.status == 201, "\(made.text)")
    let read = try await fixture.graph("GET", path)
    #expect(read.values[0]["grantedToIdentitiesV2"]?[0]?["application"]?["id"] == .string(SKU.basic))
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 204)
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").outcome == "404 itemNotFound")
    for wrong in [
      ["roles": ["none"], "grantedToIdentities": [application]], ["roles": ["read"]],
      ["roles": ["read"], "grantedToIdentities": [application, application]],
      ["roles": ["read"], "grantedToIdentities": [["user": ["id": "x"]]]],
    ] as [JSONValue] {
      #expect(try await fixture.graph("POST", path, json: wrong).outcome == "400 invalidRequest")
    }
    let reader = try await TenantFixture.holding(["Sites.Read.All"])
    #expect(try await reader.graph("GET", "/sites/root/permissions").outcome == "403 accessDenied")
  }

  @Test("A folder is made and shared with people of the house and with others")
  func sharing() async throws {
    let fixture = try await TenantFixture.holding(["Files.ReadWrite.All", "User.Read.All"])
    let drive = try await fixture.graph("GET", "/users/nora.keane@harbourfinch.example/drive").id
    let items = "/drives/\(drive)/items"
    let folder: JSONValue = ["name": "Offers", "folder": [:]]
    let made = try await fixture.graph("POST", "\(items)/root/children", json: folder)
    #expect(made.status == 201, "\(made.text)")
    #expect(try await fixture.graph("POST", "\(items)/root/children", json: folder).outcome == "409 nameAlreadyExists")
    #expect(try await fixture.graph("GET", "\(items)/root").json["folder"]?["childCount"] == 1)
    for wrong in [["name": "x"], ["folder": [:]], ["name": "x", "folder": [:], "file": [:]]] as [JSONValue] {
      #expect(try await fixture.graph("POST", "\(items)/root/children", json: wrong).outcome == "400 invalidRequest")
    }
    let owen = try await fixture.userID("owen.harbour")
    let invitation: JSONValue = [
      "recipients": [["objectId": .string(owen)], ["email": "ann@bank.example"]], "roles": ["read"],
      "requireSignIn": true, "sendInvitation": false,
    ]
    let shared = try await fixture.graph("POST", "\(items)/\(made.id)/invite", json: invitation)
    #expect(shared.status == 200, "\(shared.text)")
    #expect(shared.values.map { $0["grantedToV2"]?["user"]?["displayName"] } == ["Owen Harbour", "ann@bank.example"])
    let permissions = "\(items)/\(made.id)/permissions"
    let listed = try await fixture.graph("GET", permissions)
    #expect(listed.values.count == 2)
    let first = listed.values[0]["id"]?.stringValue ?? ""
    #expect(try await fixture.graph("DELETE", "\(permissions)/\(first)").status == 204)
    #expect(try await fixture.graph("DELETE", "\(permissions)/\(first)").outcome == "404 itemNotFound")
    #expect(try await fixture.graph("GET", permissions).values.count == 1)
    #expect(await fixture.count("itemShared") == 1)
  }

  @Test(
    "An invitation that cannot be is refused",
    arguments: [
      ["recipients": [], "roles": ["read"]], ["recipients": [["email": "a@b.example"]], "roles": ["edit"]],
      ["recipients": [["email": "nobody@harbourfinch.example"]], "roles": ["read"]],
      ["recipients": [["objectId": "nobody"]], "roles": ["read"]], ["recipients": [[:]], "roles": ["read"]],
      ["recipients": [["email": "a@b.example"]], "roles": ["read"], "requireSignIn": false, "sendInvitation": false],
      ["recipients": [["phone": "1"]], "roles": ["read"]],
    ] as [JSONValue])
  func invitationRefusals(_ body: JSONValue) async throws {
    let fixture = try await TenantFixture.holding(["Files.ReadWrite.All"])
    let drive = try await fixture.graph("GET", "/users/nora.keane@harbourfinch.example/drive").id
    let reply = try await fixture.graph("POST", "/drives/\(drive)/items/root/invite", json: body)
    #expect(reply.outcome == "400 invalidRequest", "\(reply.text)")
    #expect(await fixture.count("itemShared") == 0)
  }
}
