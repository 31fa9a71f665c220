import AdminCore
import TenantSimulator
import Testing

@Suite("Settings of the directory")
struct GroupSettingTests {
  private static let groups = "62375ab9-6b52-47ed-826b-58e47e0e304b"
  private static let guests = "08d542b9-071f-4e16-94b0-74abb372e3d9"

  private static func setting(_ template: String, _ values: [String: String]) -> JSONValue {
    [
      "templateId": .string(template),
      "values": .array(
        values.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "value": .string($0.value)] }),
    ]
  }

  @Test("The templates tell every value with its type and what holds without settings")
  func templates() async throws {
    let fixture = try await TenantFixture()
    let templates = try await fixture.graph("GET", "/groupSettingTemplates")
    #expect(
      templates.values.map { $0["displayName"] } == ["Group.Unified", "Group.Unified.Guest", "Password Rule Settings"])
    #expect(templates.values[1]["values"]?[0]?["defaultValue"] == "true")
    #expect(try await fixture.graph("GET", "/groupSettings").values.isEmpty)
  }

  @Test("The tenant's settings are made once, changed as a whole and taken away")
  func tenant() async throws {
    let fixture = try await TenantFixture()
    let made = try await fixture.graph(
      "POST", "/groupSettings",
      json: Self.setting(Self.groups, ["AllowToAddGuests": "false", "UsageGuidelinesUrl": "x"])
    )
    #expect(made.status == 201, "\(made.text)")
    let second = try await fixture.graph("POST", "/groupSettings", json: Self.setting(Self.groups, [:]))
    #expect(
      second.message
        == "A conflicting object with one or more of the specified property values is present in the directory.")
    let path = "/groupSettings/\(made.id)"
    let change: JSONValue = ["values": [["name": "AllowToAddGuests", "value": "true"]]]
    #expect(try await fixture.graph("PATCH", path, json: change).status == 204)
    let values = try await fixture.graph("GET", path).json["values"]?.arrayValue ?? []
    #expect(values.count == 15)
    #expect(values.first { $0["name"] == "AllowToAddGuests" }?["value"] == "true")
    #expect(values.first { $0["name"] == "UsageGuidelinesUrl" }?["value"] == "", "what is left out goes back")
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("GET", path).status == 404)
  }

  @Test("A group says for itself whether guests may join, and the tenant has the last word")
  func guestAccess() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.groupID("Closings")
    let guest: JSONValue = .reference("/users/\(try await fixture.guestID())")
    let made = try await fixture.graph(
      "POST", "/groups/\(id)/settings", json: Self.setting(Self.guests, ["AllowToAddGuests": "false"]))
    #expect(made.status == 201)
    let refused = try await fixture.graph("POST", "/groups/\(id)/members/$ref", json: guest)
    #expect(refused.outcome == "403 Authorization_RequestDenied")
    let open: JSONValue = ["values": [["name": "AllowToAddGuests", "value": "true"]]]
    #expect(try await fixture.graph("PATCH", "/groups/\(id)/settings/\(made.id)", json: open).status == 204)
    let closed = Self.setting(Self.groups, ["AllowGuestsToAccessGroups": "false"])
    let tenant = try await fixture.graph("POST", "/groupSettings", json: closed)
    #expect(try await fixture.graph("POST", "/groups/\(id)/members/$ref", json: guest).status == 403)
    #expect(try await fixture.graph("DELETE", "/groupSettings/\(tenant.id)").status == 204)
    #expect(try await fixture.graph("POST", "/groups/\(id)/members/$ref", json: guest).status == 204)
    #expect(try await fixture.graph("POST", "/groups/\(id)/owners/$ref", json: guest).status == 403)
    #expect(try await fixture.graph("DELETE", "/groups/\(id)/settings/\(made.id)").status == 204)
    #expect(try await fixture.graph("GET", "/groups/\(id)/settings").values.isEmpty)
    #expect(await fixture.count("groupSettingDeleted") == 2)
  }

  @Test(
    "Settings that their template does not allow are refused",
    arguments: [
      setting(guests, [:]), setting("11111111-2222-4333-8444-555555555555", [:]), setting(groups, ["Nothing": "x"]),
      setting(groups, ["AllowToAddGuests": "maybe"]), setting(groups, ["GroupCreationAllowedGroupId": "x"]),
      ["templateId": .string(groups), "values": [["name": "AllowToAddGuests", "value": true]]],
      ["templateId": .string(groups), "displayName": "x"], ["values": []],
    ] as [JSONValue])
  func refusals(_ body: JSONValue) async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("POST", "/groupSettings", json: body).outcome == "400 Request_BadRequest")
    #expect(await fixture.count("groupSettingCreated") == 0)
  }

  @Test("Only a Microsoft 365 group has settings of its own, and a change names its values")
  func groupRefusals() async throws {
    let fixture = try await TenantFixture()
    let security = try await fixture.groupID("VPN Users")
    let body = Self.setting(Self.guests, ["AllowToAddGuests": "false"])
    #expect(try await fixture.graph("POST", "/groups/\(security)/settings", json: body).status == 400)
    let office = try await fixture.groupID("Closings")
    let made = try await fixture.graph("POST", "/groups/\(office)/settings", json: body)
    #expect(try await fixture.graph("PATCH", "/groups/\(office)/settings/\(made.id)", json: [:]).status == 400)
    #expect(try await fixture.graph("PATCH", "/groups/\(office)/settings/x", json: ["values": []]).status == 404)
  }
}

extension TenantFixture {
  /// The guest of the company.
  func guestID() async throws -> String {
    let name = "alex.berg_norsund.example%23EXT%23%40harbourfinch.onmicrosoft.com"
    return try await graph("GET", "/users/\(name)?$select=id").id
  }
}
