import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Groups")
struct GroupTests {
  @Test("A Microsoft 365 group is made with its people, read, changed, deleted and brought back with all it has")
  func life() async throws {
    let fixture = try await TenantFixture()
    let (nora, owen) = (try await fixture.userID("nora.keane"), try await fixture.userID("owen.harbour"))
    let made = try await fixture.graph(
      "POST", "/groups",
      json: .newGroup("projects", owners: [nora], members: [nora, owen], changing: ["visibility": "Private"]))
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["mail"] == "projects@harbourfinch.example")
    #expect(made.json["groupTypes"] == ["Unified"])
    #expect(made.json["resourceProvisioningOptions"] == [])
    let group = "/groups/\(made.id)"
    #expect(try await fixture.graph("GET", "\(group)/owners?$select=id").values.map { $0["id"] } == [.string(nora)])
    #expect(try await fixture.graph("GET", "\(group)/members").values.count == 2)
    let changes: JSONValue = ["displayName": "Projects 2", "description": nil, "visibility": "Public"]
    #expect(try await fixture.graph("PATCH", group, json: changes).status == 204)
    let read = try await fixture.graph("GET", "\(group)?$select=displayName,description,visibility")
    #expect(read.json["displayName"] == "Projects 2")
    #expect(read.json["visibility"] == "Public")
    #expect(read.json["description"] == .null)
    #expect(try await fixture.graph("POST", "\(group)/renew").status == 204)

    #expect(try await fixture.graph("DELETE", group).status == 204)
    #expect(try await fixture.graph("GET", group).outcome == "404 Request_ResourceNotFound")
    let deleted = try await fixture.graph("GET", "/directory/deletedItems/\(made.id)")
    #expect(deleted.json["@odata.type"] == "#microsoft.graph.group")
    #expect(deleted.json["deletedDateTime"] != .null)
    let listed = try await fixture.graph("GET", "/directory/deletedItems/graph.group?$select=displayName")
    #expect(listed.values.map { $0["displayName"] } == ["Projects 2"])
    let restored = try await fixture.graph("POST", "/directory/deletedItems/\(made.id)/restore")
    #expect(restored.json["displayName"] == "Projects 2")
    #expect(try await fixture.graph("GET", "\(group)/members").values.count == 2)
    for (effect, count) in [("groupCreated", 1), ("groupUpdated", 1), ("groupDeleted", 1), ("groupRestored", 1)] {
      #expect(await fixture.count(effect) == count)
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let body: JSONValue
    let message: String
    var outcome = "400 Request_BadRequest"
    var testDescription: String { name }
  }

  static let refusals = [
    Refusal(
      name: "no display name", body: JSONValue.newGroup("a").without("displayName"),
      message: "A value is required for property 'displayName' of resource 'Group'."),
    Refusal(
      name: "not said whether it has mail", body: JSONValue.newGroup("a").without("mailEnabled"),
      message: "A value is required for property 'mailEnabled' of resource 'Group'."),
    Refusal(
      name: "unknown property", body: .newGroup("a", changing: ["mailNickName": "x"]),
      message: "Invalid property 'mailNickName'."),
    Refusal(
      name: "empty description", body: .newGroup("a", changing: ["description": ""]),
      message: "Invalid value specified for property 'description' of resource 'Group'."),
    Refusal(
      name: "space in the nickname", body: .newGroup("a b"),
      message: "Invalid value specified for property 'mailNickname' of resource 'Group'."),
    Refusal(
      name: "null name", body: .newGroup("a", changing: ["mailNickname": nil]),
      message: "A value is required for property 'mailNickname' of resource 'Group'."),
    Refusal(
      name: "Unified without mail", body: .newGroup("a", changing: ["mailEnabled": false]),
      message: "Invalid value specified for property 'mailEnabled' of resource 'Group'."),
    Refusal(
      name: "a kind that is not modelled", body: .newGroup("a", changing: ["groupTypes": ["DynamicMembership"]]),
      message: "Invalid value specified for property 'groupTypes' of resource 'Group'."),
    Refusal(
      name: "distribution list", body: .newGroup("a", changing: ["groupTypes": []]),
      message: "The service does not currently support writes of mail-enabled groups. Please ensure that the "
        + "mail-enablement property is unset and the security-enablement property is set."),
    Refusal(
      name: "nickname of a team", body: .newGroup("management"),
      message: "Another object with the same value for property mailNickname already exists."),
    Refusal(
      name: "address of a person", body: .newGroup("nora.keane"),
      message: "Another object with the same value for property proxyAddresses already exists."),
    Refusal(
      name: "unknown visibility", body: .newGroup("a", changing: ["visibility": "Open"]),
      message: "Invalid value specified for property 'visibility' of resource 'Group'."),
    Refusal(
      name: "an owner of another service",
      body: .newGroup("a", changing: ["owners@odata.bind": ["https://elsewhere.example/v1.0/users/x"]]),
      message: "Invalid URL in 'owners@odata.bind': the host must be that of this Graph endpoint."),
    Refusal(
      name: "an owner who is no user",
      body: .newGroup("a", changing: ["owners@odata.bind": ["https://graph.microsoft.com/v1.0/groups/x"]]),
      message: "Invalid URL format specified in 'owners@odata.bind' property."),
    Refusal(
      name: "an owner who is nobody",
      body: .newGroup("a", changing: ["owners@odata.bind": ["https://graph.microsoft.com/v1.0/users('nobody')"]]),
      message: "Resource 'nobody' does not exist or one of its queried reference-property objects are not present.",
      outcome: "404 Request_ResourceNotFound"),
  ]

  @Test("A group the directory would not take is refused, and nothing is made", arguments: refusals)
  func refuses(_ refusal: Refusal) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("POST", "/groups", json: refusal.body)
    #expect(reply.outcome == refusal.outcome)
    #expect(reply.message == refusal.message)
    #expect(await fixture.count("groupCreated") == 0)
  }

  @Test("A group comes with twenty people at the most, none of them twice")
  func references() async throws {
    let many: JSONValue = ["users": 25]
    let fixture = try await TenantFixture(seed: try Seed.standard().setting("generate", to: many))
    let users = try await fixture.graph("GET", "/users?$select=id&$top=21")
    let ids = users.values.compactMap { $0["id"]?.stringValue }
    let tooMany = try await fixture.graph("POST", "/groups", json: .newGroup("a", owners: [ids[0]], members: ids))
    #expect(tooMany.outcome == "400 Request_BadRequest")
    let twice = try await fixture.graph("POST", "/groups", json: .newGroup("a", members: [ids[0], ids[0]]))
    #expect(twice.message == "Request contains a property with duplicate values.")
    let most = try await fixture.graph(
      "POST", "/groups", json: .newGroup("a", owners: [ids[0]], members: Array(ids.prefix(19))))
    #expect(most.status == 201)
  }

  @Test("A deleted Microsoft 365 group keeps its nickname, a security group has none to keep")
  func nicknames() async throws {
    let fixture = try await TenantFixture()
    let first = try await fixture.graph("POST", "/groups", json: .newGroup("projects"))
    #expect(try await fixture.graph("DELETE", "/groups/\(first.id)").status == 204)
    let second = try await fixture.graph("POST", "/groups", json: .newGroup("Projects"))
    #expect(second.json["error"]?["details"]?[0]?["target"] == "mailNickname")
    for _ in 0..<2 {
      #expect(try await fixture.graph("POST", "/groups", json: .newSecurityGroup("projects")).status == 201)
    }
    let found = try await fixture.graph("GET", "/groups?$filter=mailNickname%20eq%20'projects'&$select=id")
    let security = found.values[0]["id"]?.stringValue ?? ""
    #expect(try await fixture.graph("DELETE", "/groups/\(security)").status == 204)
    #expect(try await fixture.graph("GET", "/directory/deletedItems/\(security)").status == 404)
    // An application may restore a group, but not purge one.
    #expect(
      try await fixture.graph("DELETE", "/directory/deletedItems/\(first.id)").outcome
        == "403 Authorization_RequestDenied")
    #expect(try await fixture.graph("POST", "/directory/deletedItems/\(first.id)/restore").status == 200)
  }

  @Test("A new group is known everywhere only after the directory's lag")
  func lag() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .seconds(4)))
    let made = try await fixture.graph("POST", "/groups", json: .newGroup("projects"))
    #expect(try await fixture.graph("GET", "/groups/\(made.id)").status == 200)
    #expect(try await fixture.graph("PATCH", "/groups/\(made.id)", json: ["displayName": "x"]).status == 404)
    let reference = try await fixture.reference("nora.keane")
    #expect(try await fixture.graph("POST", "/groups/\(made.id)/members/$ref", json: reference).status == 404)
    let indexed = "/groups?$count=true&$filter=mailNickname%20eq%20'projects'"
    let eventual: HeaderFields = ["ConsistencyLevel": "eventual"]
    #expect(try await fixture.graph("GET", indexed, headers: eventual).json["@odata.count"] == 0)
    fixture.timekeeper.advance(by: .seconds(4))
    #expect(try await fixture.graph("POST", "/groups/\(made.id)/members/$ref", json: reference).status == 204)
    #expect(try await fixture.graph("GET", indexed, headers: eventual).json["@odata.count"] == 1)
  }

  @Test("Members and owners come and go, and the last owner stays")
  func people() async throws {
    let fixture = try await TenantFixture()
    let nora = try await fixture.userID("nora.keane")
    let owen = try await fixture.userID("owen.harbour")
    let made = try await fixture.graph("POST", "/groups", json: .newGroup("projects", owners: [nora]))
    let group = "/groups/\(made.id)"
    for kind in ["members", "owners"] {
      let reference = try await fixture.reference("owen.harbour")
      #expect(try await fixture.graph("POST", "\(group)/\(kind)/$ref", json: reference).status == 204)
      let again = try await fixture.graph("POST", "\(group)/\(kind)/$ref", json: reference)
      #expect(again.outcome == "400 Request_BadRequest")
      #expect(
        again.message
          == "One or more added object references already exist for the following modified properties: '\(kind)'.")
      #expect(try await fixture.graph("DELETE", "\(group)/\(kind)/\(owen)/$ref").status == 204)
      #expect(
        try await fixture.graph("DELETE", "\(group)/\(kind)/\(owen)/$ref").outcome == "404 Request_ResourceNotFound")
    }
    let last = try await fixture.graph("DELETE", "\(group)/owners/\(nora)/$ref")
    #expect(last.message == "The group must have at least one owner, hence this owner cannot be removed.")
    #expect(try await fixture.graph("POST", "\(group)/members/$ref", json: ["id": "x"]).outcome == "400 BadRequest")
    #expect(await fixture.count("groupMemberAdded") == 1)
    #expect(await fixture.count("groupOwnerRemoved") == 1)
  }

  @Test("Security groups hold groups, and membership reaches through them")
  func nesting() async throws {
    let fixture = try await TenantFixture()
    let inner = try await fixture.graph("POST", "/groups", json: .newSecurityGroup("inner"))
    let outer = try await fixture.graph("POST", "/groups", json: .newSecurityGroup("outer"))
    let office = try await fixture.graph("POST", "/groups", json: .newGroup("office"))
    let reference = JSONValue.reference("/groups/\(inner.id)")
    #expect(try await fixture.graph("POST", "/groups/\(outer.id)/members/$ref", json: reference).status == 204)
    #expect(try await fixture.graph("POST", "/groups/\(office.id)/members/$ref", json: reference).status == 400)
    let circle = JSONValue.reference("/groups/\(outer.id)")
    #expect(try await fixture.graph("POST", "/groups/\(inner.id)/members/$ref", json: circle).status == 400)
    let person = try await fixture.reference("nora.keane")
    #expect(try await fixture.graph("POST", "/groups/\(inner.id)/members/$ref", json: person).status == 204)
    let direct = try await fixture.graph("GET", "/groups/\(outer.id)/members")
    #expect(direct.values.map { $0["@odata.type"] } == ["#microsoft.graph.group"])
    let all = try await fixture.graph("GET", "/groups/\(outer.id)/transitiveMembers?$select=displayName")
    #expect(all.values.map { $0["displayName"] } == ["The inner", "Nora Keane"])
    #expect(try await fixture.graph("DELETE", "/groups/\(inner.id)").status == 204)
    #expect(try await fixture.graph("GET", "/groups/\(outer.id)/members").values.isEmpty)
  }

  @Test("Distribution lists and synchronized groups are read-only")
  func readOnly() async throws {
    let standard = try Seed.standard()
    let synchronized: JSONValue = [
      "displayName": "From afar", "mailNickname": "from-afar", "kind": "security", "synchronized": true,
    ]
    let groups = (standard.json["groups"]?.arrayValue ?? []) + [synchronized]
    let fixture = try await TenantFixture(seed: standard.setting("groups", to: .array(groups)))
    for name in ["All Staff", "From afar"] {
      let id = try await fixture.groupID(name)
      let reference = try await fixture.reference("owen.harbour")
      for (method, path, body) in [
        ("PATCH", "", ["displayName": "x"]), ("DELETE", "", nil), ("POST", "/members/$ref", reference),
        ("POST", "/owners/$ref", reference),
      ] as [(String, String, JSONValue?)] {
        let reply = try await fixture.graph(method, "/groups/\(id)\(path)", json: body)
        #expect(reply.outcome == "400 Request_BadRequest", "\(name) \(method) \(path)")
        #expect(reply.message.contains(name == "All Staff" ? "mail-enabled" : "on-premises mastered"))
      }
    }
  }

  @Test("Names are held against the tenant's naming policy and against what is there")
  func naming() async throws {
    let fixture = try await TenantFixture()
    let names: JSONValue = ["entityType": "Group", "displayName": "Payroll", "mailNickname": "payroll"]
    #expect(try await fixture.graph("POST", "/directoryObjects/validateProperties", json: names).status == 204)
    let policy: JSONValue = [
      "templateId": "62375ab9-6b52-47ed-826b-58e47e0e304b",
      "values": [
        ["name": "PrefixSuffixNamingRequirement", "value": "GRP_[GroupName]"],
        ["name": "CustomBlockedWordsList", "value": "payroll,ceo"],
      ],
    ]
    #expect(try await fixture.graph("POST", "/groupSettings", json: policy).status == 201)
    let refused = try await fixture.graph("POST", "/directoryObjects/validateProperties", json: names)
    #expect(refused.outcome == "422 UnprocessableEntity")
    let codes = refused.json["error"]?["details"]?.arrayValue?.map { $0["code"]?.stringValue }
    #expect(codes == ["ContainsBlockedWord", "MissingPrefixSuffix", "ContainsBlockedWord", "MissingPrefixSuffix"])
    #expect(try await fixture.graph("POST", "/groups", json: .newGroup("payroll")).outcome == "400 Request_BadRequest")
    let good: JSONObject = ["displayName": "GRP_Sales", "mailNickname": "GRP_sales"]
    #expect(try await fixture.graph("POST", "/groups", json: .newGroup("x", changing: good)).status == 201)
    let taken = try await fixture.graph(
      "POST", "/directoryObjects/validateProperties", json: ["mailNickname": "grp_sales", "displayName": "GRP_Sales"])
    #expect(taken.json["error"]?["details"]?[0]?["code"] == "ObjectConflict")
    for wrong in [["entityType": "User", "displayName": "x"], [:]] as [JSONValue] {
      let reply = try await fixture.graph("POST", "/directoryObjects/validateProperties", json: wrong)
      #expect(reply.outcome == "400 Request_BadRequest")
    }
  }

  @Test(
    "Each operation asks for its permission",
    arguments: [
      ("POST", "/groups", ["Group.Create"], 400), ("POST", "/groups", ["Group.Read.All"], 403),
      ("PATCH", "/groups/x", ["GroupMember.ReadWrite.All"], 403), ("DELETE", "/groups/x", ["Group.Read.All"], 403),
      ("POST", "/groups/x/members/$ref", ["GroupMember.ReadWrite.All"], 404),
      ("POST", "/groups/x/owners/$ref", ["GroupMember.ReadWrite.All"], 403),
      ("GET", "/groups/x/members", ["GroupMember.Read.All"], 404), ("GET", "/groupSettings", ["User.Read.All"], 403),
      ("POST", "/groupSettings", ["Group.ReadWrite.All"], 403),
    ] as [(String, String, [String], Int)])
  func permissions(_ method: String, _ path: String, _ roles: [String], _ status: Int) async throws {
    let fixture = try await TenantFixture.holding(roles)
    let reply = try await fixture.graph(method, path, json: method == "GET" || method == "DELETE" ? nil : [:])
    #expect(reply.status == status, "\(reply.text)")
  }
}

extension JSONValue {
  /// A new Microsoft 365 group as a client writes one.
  static func newGroup(
    _ nickname: String, owners: [String] = [], members: [String] = [], changing changes: JSONObject = [:]
  ) -> JSONValue {
    var group: JSONObject = [
      "displayName": .string("The \(nickname)"), "description": "Made by a test", "mailNickname": .string(nickname),
      "mailEnabled": true, "securityEnabled": false, "groupTypes": ["Unified"],
    ]
    let people = { (ids: [String]) in JSONValue.strings(ids.map { "https://graph.microsoft.com/v1.0/users/\($0)" }) }
    if !owners.isEmpty { group["owners@odata.bind"] = people(owners) }
    if !members.isEmpty { group["members@odata.bind"] = people(members) }
    for change in changes { group[change.key] = change.value }
    return .object(group)
  }

  static func newSecurityGroup(_ nickname: String) -> JSONValue {
    [
      "displayName": .string("The \(nickname)"), "mailNickname": .string(nickname), "mailEnabled": false,
      "securityEnabled": true,
    ]
  }

  static func reference(_ path: String) -> JSONValue {
    ["@odata.id": .string("https://graph.microsoft.com/v1.0\(path)")]
  }
}

extension TenantFixture {
  func groupID(_ name: String) async throws -> String {
    let groups = try await graph("GET", "/groups?$select=id,displayName")
    return groups.values.first { $0["displayName"] == .string(name) }?["id"]?.stringValue ?? ""
  }

  /// A reference to a user, by name.
  func reference(_ name: String) async throws -> JSONValue { .reference("/users/\(try await userID(name))") }
}
