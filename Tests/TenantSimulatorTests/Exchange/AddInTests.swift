import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Add-ins")
struct AddInTests {
  private static func manifest(_ text: String) -> JSONValue { .array(Array(text.utf8).map { .int($0) }) }

  private static func app(
    id: String = "6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a12", version: String = "1.0", more: String = ""
  ) -> String {
    """
    \u{FEFF}<?xml version='1.0'?><!-- ours -->
    <OfficeApp xmlns:xsi='x' xsi:type = 'MailApp'><Id> \(id) </Id><Version>\(version)</Version>
      <DisplayName DefaultValue="A &amp; B"/><!-- x --><Permissions>ReadItem</Permissions>\(more)</OfficeApp>

    """
  }

  private func deploy(_ tenant: CmdletFixture, _ text: String, _ parameters: JSONObject = [:]) async throws
    -> CmdletFixture.Answer
  {
    let all: JSONObject = ["OrganizationApp": true, "FileData": Self.manifest(text)]
    return try await tenant.call("New-App", .object(all.merging(parameters)))
  }

  @Test("The sample manifest and others that are well-formed are taken")
  func valid() async throws {
    let tenant = try await CmdletFixture()
    let sample = try await tenant.fixture.send("GET", "/samples/outlook-addin.xml").text
    let row = try await deploy(tenant, sample).rows.first
    #expect(row?["DisplayName"] == "Closing Checklist")
    #expect(row?["AppVersion"] == "1.2.0.0")
    #expect(row?["ProviderName"] == "Harbour & Finch Settlement Services")
    // Whoever does not say otherwise deploys what nobody sees.
    #expect(row?["DefaultStateForUser"] == "Disabled")
    let other = try await deploy(tenant, Self.app(), ["DefaultStateForUser": "Enabled"]).rows.first
    #expect(other?["DisplayName"] == "A & B")
    #expect(try await tenant.call("Get-App", ["OrganizationApp": true]).rows.count == 2)
    #expect(await tenant.fixture.count("addInDeployed") == 2)
    let base64: JSONValue = [
      "OrganizationApp": true,
      "FileData": [
        "@odata.type": "#Exchange.ByteArrayType", "Data": .string(Base64.encode(Array(Self.app(version: "2.0").utf8))),
      ],
    ]
    #expect(try await tenant.call("New-App", base64).reply.status == 200)
  }

  @Test(
    "What is no manifest of a mail add-in is refused",
    arguments: [
      "", "<x/>", "nonsense", "<OfficeApp/>", "<!DOCTYPE x><OfficeApp/>", "<OfficeApp xsi:type=\"TaskPaneApp\"/>",
      "<OfficeApp xsi:type=\"MailApp\"></OfficeApp>", "<OfficeApp xsi:type=\"MailApp\"><Id>1</Id></OfficeApp>",
      AddInTests.app(version: "one"), AddInTests.app(version: "1"), AddInTests.app(id: "x"),
      AddInTests.app(more: "<S DefaultValue=\"http://a.example/\"/>"), AddInTests.app() + "<more/>",
      AddInTests.app(more: "<S>"), AddInTests.app(more: "<S a=\"1\" a=\"2\"/>"), AddInTests.app(more: "&unknown;"),
      AddInTests.app(more: "<S a=1/>"), String(repeating: "<a>", count: 100),
    ])
  func invalid(_ text: String) async throws {
    let tenant = try await CmdletFixture()
    let answer = try await deploy(tenant, text)
    #expect(answer.reply.status == 400, "\(text.prefix(60))")
    #expect(await tenant.fixture.count("addInDeployed") == 0)
  }

  @Test(
    "A version must be newer than the one there is",
    arguments: [("1.0", 400), ("0.9.9", 400), ("1.0.0", 400), ("1.0.1", 200), ("1.10", 200)])
  func versions(_ version: String, _ status: Int) async throws {
    let tenant = try await CmdletFixture()
    #expect(try await deploy(tenant, Self.app()).reply.status == 200)
    #expect(try await deploy(tenant, Self.app(version: version)).reply.status == status)
  }

  @Test("Assignments are to mailboxes, and not to nobody")
  func assignments() async throws {
    let tenant = try await CmdletFixture()
    #expect(try await deploy(tenant, Self.app(), ["ProvidedTo": "SpecificUsers"]).reply.status == 400)
    let group: JSONObject = ["ProvidedTo": "SpecificUsers", "UserList": [.string(TenantFixture.address("all-staff"))]]
    #expect(try await deploy(tenant, Self.app(), group).outcome == "400 ManagementObjectNotFoundException")
    let some: JSONObject = ["ProvidedTo": "SpecificUsers", "UserList": [.string(CmdletFixture.nora)]]
    #expect(try await deploy(tenant, Self.app(), some).rows.first?["UserList"] == [.string(CmdletFixture.nora)])
    let id: JSONObject = ["Identity": "6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a12", "OrganizationApp": true]
    #expect(try await tenant.call("Set-App", .object(id.merging(["ProvidedTo": "Everyone"]))).reply.status == 200)
    #expect(try await tenant.call("Set-App", .object(id.merging(["ProvidedTo": "Everyone"]))).warnings.count == 1)
    #expect(try await tenant.call("Get-App", .object(id)).rows.first?["UserList"] == [])
    #expect(try await tenant.call("Set-App", ["Identity": "x", "OrganizationApp": true]).reply.status == 400)
    #expect(try await tenant.call("Remove-App", .object(id)).reply.json["@adminapi.confirmationmessage"] != nil)
    #expect(try await tenant.call("Remove-App", .object(id.merging(["Confirm": false]))).reply.status == 200)
    #expect(try await tenant.call("Remove-App", .object(id.merging(["Confirm": false]))).reply.status == 400)
  }

  @Test("An application has no add-ins of its own, fetches none, and needs one permission more")
  func access() async throws {
    let tenant = try await CmdletFixture()
    #expect(try await tenant.call("Get-App").message.contains("OrganizationApp"))
    let url: JSONValue = ["OrganizationApp": true, "Url": "https://addins.example/manifest.xml"]
    #expect(try await tenant.call("New-App", url).message.contains("downloaded"))
    let bare = try await CmdletFixture(
      seed: try Seed.standard().setting("application", to: ["roles": ["Exchange.ManageAsApp"]]))
    #expect(try await bare.call("Get-App", ["OrganizationApp": true]).reply.status == 403)
  }
}
