import AdminCore
import AdminTools
import Content
import M365
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("deploy_outlook_addin")
struct DeployAddInTests {
  static let id = "6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a10"
  /// Served by the simulated tenant, whatever the host.
  static let url = "https://addins.harbourfinch.example/samples/outlook-addin.xml"
  private static let otherURL = "https://addins.harbourfinch.example/other.xml"

  static func arguments(_ more: JSONObject = [:]) -> JSONObject {
    let base: JSONObject = ["addinManifestUrl": .string(url), "deploymentScope": "organization"]
    return base.merging(more)
  }

  private static let someUsers: JSONObject = [
    "deploymentScope": "specificUsers",
    "targetUsers": ["Nora.Keane@harbourfinch.example", "daniel.okafor@harbourfinch.example"],
  ]

  /// The sample in another version, at another address.
  private static func other(_ harness: AdminHarness, version: String, _ change: (String) -> String = { $0 })
    -> JSONObject
  {
    let text = change(manifest.replacing("<Version>1.2.0.0</Version>", with: "<Version>\(version)</Version>"))
    harness.transport.answer(otherURL, HTTPResponse(status: 200, headers: [:], body: Array(text.utf8)))
    return arguments(["addinManifestUrl": .string(otherURL)])
  }

  private static let manifest = """
    <?xml version="1.0" encoding="UTF-8"?>
    <OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="MailApp">
      <Id>\(id)</Id><Version>1.2.0.0</Version><ProviderName>Harbour</ProviderName>
      <DefaultLocale>en-US</DefaultLocale><DisplayName DefaultValue="Closing Checklist"/>
      <Description DefaultValue="x"/>
      <Hosts><Host Name="Mailbox"/></Hosts>
      <FormSettings><Form xsi:type="ItemRead"><DesktopSettings>
        <SourceLocation DefaultValue="https://addins.harbourfinch.example/read.html"/><RequestedHeight>250</RequestedHeight>
      </DesktopSettings></Form></FormSettings>
      <Permissions>ReadWriteMailbox</Permissions>
    </OfficeApp>
    """

  private static func app(_ harness: AdminHarness) async -> JSONValue? {
    await harness.exchangeState()["apps"]?.arrayValue?.first
  }

  // MARK: Deploying

  @Test("An add-in is deployed for everybody, read back, and undone it is gone", arguments: [Lags.none, Lags()])
  func deploy(_ lags: Lags) async throws {
    let harness = try await AdminHarness(lags: lags)
    let start = await harness.mailTenant()
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments())
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["state"] == "deployed" && answer["verified"] == true, "\(answer.json.text)")
    #expect(answer["addinId"] == .string(Self.id) && answer["version"] == "1.2.0.0")
    #expect(answer["displayName"] == "Closing Checklist" && answer["previousVersion"] == nil)
    #expect(answer["warnings"]?.text.contains("within 24 hours") == true)
    let app = await Self.app(harness)
    #expect(app?["Enabled"] == true && app?["ProvidedTo"] == "Everyone" && app?["DefaultStateForUser"] == "Enabled")
    #expect(harness.changingCmdlets == ["New-App"])
    try await harness.expectUndone(answer, to: start)
    #expect(try await harness.store().audit.verify().isIntact)
  }

  @Test("The approval shows id, version, permissions, hosts, manifest and people, and without it nothing happens")
  func approval() async throws {
    let harness = try await AdminHarness()
    let person = PretendPerson(.decline)
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments(Self.someUsers), as: person)
    #expect(answer.code == "CONF_001")
    let question = try #require(person.questions.first)
    for words in [
      Self.id, "1.2.0.0", "ReadItem: reads the open item", "addins.harbourfinch.example", "Closing Checklist",
      "SHA-256",
      Self.url, "nora.keane@harbourfinch.example", "installs Closing Checklist", "Harbour & Finch Settlement Services",
    ] { #expect(question.contains(words), "\(question)") }
    #expect(harness.changingCmdlets.isEmpty)
  }

  @Test("A manifest that changes between plan and approval needs an approval of its own")
  func swapped() async throws {
    let harness = try await AdminHarness(settings: [.tokenApproval: "true"])
    let arguments = Self.other(harness, version: "1.2.0.0")
    let nobody = PretendPerson()
    let first = try await harness.call("deploy_outlook_addin", arguments, as: nobody)
    let token = try #require(first["details"]?["confirmationToken"], "\(first.json.text)")
    _ = Self.other(harness, version: "1.2.0.0") { $0.replacing("read.html", with: "evil.html") }
    let second = try await harness.call(
      "deploy_outlook_addin", arguments.merging(["confirm": token]), as: nobody)
    #expect(second.code == "CONF_001", "\(second.json.text)")
    #expect(harness.changingCmdlets.isEmpty)
  }

  @Test("A dry run names the cmdlet and the permissions, and changes nothing")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments(["dryRun": true]))
    let plan = answer["plan"]
    #expect(plan?["calls"]?.arrayValue?.map { $0["operation"]?.stringValue } == ["New-App"], "\(answer.json.text)")
    #expect(
      plan?["permissions"] == [
        "Exchange.ManageAsApp", "MailboxSettings.ReadWrite (Office 365 Exchange Online)", "MailboxSettings.ReadWrite",
        "User.Read.All",
      ])
    #expect(plan?["reversible"] == true)
    #expect(harness.changingCmdlets.isEmpty)
  }

  @Test("What is deployed so already is not deployed again")
  func nothingToDo() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("deploy_outlook_addin", Self.arguments(Self.someUsers))
    let person = PretendPerson()
    let again = try await harness.call("deploy_outlook_addin", Self.arguments(Self.someUsers), as: person)
    #expect(again["state"] == "unchanged" && again["verified"] == true, "\(again.json.text)")
    #expect(harness.changingCmdlets == ["New-App"])
    let undone = try await harness.undoing(again)
    #expect(await Self.app(harness) != nil, "\(undone.json.text)")
  }

  @Test("Some people, hidden from all, everybody: the assignment follows, and is put back")
  func assignment() async throws {
    let harness = try await AdminHarness(lags: Lags())
    let first = try await harness.call("deploy_outlook_addin", Self.arguments(Self.someUsers))
    #expect(first["verified"] == true, "\(first.json.text)")
    #expect(
      await Self.app(harness)?["UserList"] == ["daniel.okafor@harbourfinch.example", "nora.keane@harbourfinch.example"])
    let between = await harness.mailTenant()
    let hidden = try await harness.call("deploy_outlook_addin", Self.arguments(["enabled": false]))
    #expect(hidden["state"] == "assigned" && hidden["verified"] == true, "\(hidden.json.text)")
    #expect(await Self.app(harness)?["Enabled"] == false)
    #expect(await Self.app(harness)?["ProvidedTo"] == "Everyone")
    #expect(harness.changingCmdlets == ["New-App", "Set-App"])
    try await harness.expectUndone(hidden, to: between)
  }

  // MARK: Versions

  @Test("A newer version goes over the older one; undoing keeps it and says so")
  func update() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("deploy_outlook_addin", Self.arguments(Self.someUsers))
    let person = PretendPerson(.approve)
    let answer = try await harness.call("deploy_outlook_addin", Self.other(harness, version: "1.10"), as: person)
    #expect(answer["state"] == "updated" && answer["previousVersion"] == "1.2.0.0", "\(answer.json.text)")
    #expect(answer["verified"] == true)
    #expect(answer["warnings"]?.text.contains("within 72 hours") == true)
    #expect(person.questions.first?.contains("1.2.0.0 is deployed → 1.10") == true)
    #expect(person.questions.first?.contains("ReadWriteMailbox: reads, changes and sends everything") == true)
    #expect(person.questions.first?.contains("not version 1.2.0.0") == true)
    let undone = try await harness.undoing(answer)
    #expect(undone.code == "WF_008", "\(undone.json.text)")
    #expect(undone["message"]?.stringValue?.contains("1.2.0.0") == true)
    #expect(await Self.app(harness)?["ProvidedTo"] == "SpecificUsers", "who gets it is put back")
  }

  @Test("An older version than the one deployed is refused with what to do")
  func older() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("deploy_outlook_addin", Self.arguments())
    let answer = try await harness.call("deploy_outlook_addin", Self.other(harness, version: "1.1.9"))
    #expect(answer.code == "WF_003", "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("remove: true") == true)
  }

  @Test("The same version written with fewer numbers is the same version")
  func sameVersion() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("deploy_outlook_addin", Self.arguments())
    let answer = try await harness.call("deploy_outlook_addin", Self.other(harness, version: "1.2"))
    #expect(answer["state"] == "unchanged", "\(answer.json.text)")
  }

  // MARK: Removing

  @Test("Removing by the manifest can be undone, with the old assignment")
  func remove() async throws {
    let harness = try await AdminHarness(lags: Lags())
    _ = try await harness.call("deploy_outlook_addin", Self.arguments(Self.someUsers))
    let between = await harness.mailTenant()
    let refusing = PretendPerson(.decline)
    let removal = Self.arguments(["remove": true])
    #expect(try await harness.call("deploy_outlook_addin", removal, as: refusing).code == "CONF_001")
    #expect(refusing.questions.first?.contains("deletes the add-in") == true)
    let answer = try await harness.call("deploy_outlook_addin", removal)
    #expect(answer["state"] == "removed" && answer["verified"] == true, "\(answer.json.text)")
    #expect(await Self.app(harness) == nil)
    let again = try await harness.call("deploy_outlook_addin", removal, as: PretendPerson())
    #expect(again["state"] == "absent", "\(again.json.text)")
    try await harness.expectUndone(answer, to: between)
  }

  @Test("Removing by the id alone cannot be undone, which the person is told")
  func removeByID() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("deploy_outlook_addin", Self.arguments())
    let person = PretendPerson(.approve)
    let answer = try await harness.call(
      "deploy_outlook_addin", Self.arguments(["remove": true, "addinManifestUrl": .string(Self.id.uppercased())]),
      as: person)
    #expect(answer["state"] == "removed", "\(answer.json.text)")
    #expect(person.questions.first?.contains("cannot be undone from here") == true)
    let undone = try await harness.undoing(answer)
    #expect(undone.code == "WF_003", "\(undone.json.text)")
    #expect(undone["message"]?.stringValue?.contains("manifest is not known") == true)
  }

  // MARK: What is refused

  @Test("A manifest at an address that is not asked, or that is none, is refused before Exchange hears of it")
  func manifests() async throws {
    let harness = try await AdminHarness()
    func answer(_ url: String) async throws -> AdminHarness.Answer {
      try await harness.call("deploy_outlook_addin", Self.arguments(["addinManifestUrl": .string(url)]))
    }
    for url in [
      "http://addins.harbourfinch.example/samples/outlook-addin.xml",
      "https://169.254.169.254/samples/outlook-addin.xml",
      "https://10.0.0.7/samples/outlook-addin.xml", "https://localhost/samples/outlook-addin.xml", "file:///etc/passwd",
    ] { #expect(try await answer(url).code == "VAL_001", "\(url)") }
    let url = Self.otherURL
    func serve(_ text: String, _ status: Int = 200, _ headers: HTTPHeaders = [:]) {
      harness.transport.answer(url, HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
    }
    serve("", 302, ["Location": "https://10.0.0.7/"])
    #expect(try await answer(url).json.text.contains("redirect"))
    serve("<!DOCTYPE x>" + Self.manifest)
    #expect(try await answer(url).code == "VAL_001")
    serve(Self.manifest.replacing("https://addins", with: "http://addins"))
    #expect(try await answer(url).json.text.contains("/manifest/SourceLocation"))
    serve(Self.manifest + String(repeating: " ", count: AddInManifest.maximumSize))
    #expect(try await answer(url).code == "VAL_003")
    serve(#"{"$schema": "MicrosoftTeams.schema.json"}"#)
    let unified = try await answer(url)
    #expect(unified.code == "FEAT_002", "\(unified.json.text)")
    #expect(unified["details"]?["steps"]?.arrayValue?.count == 5)
    #expect(!harness.transport.sent.contains { $0.headers["X-CmdletName"] != nil })
  }

  @Test("People must be mailboxes, named one by one, and only with the scope that takes them")
  func people() async throws {
    let harness = try await AdminHarness()
    for (more, path): (JSONObject, String) in [
      (["targetUsers": [.string(AdminHarness.nora)]], "/targetUsers"),
      (["deploymentScope": "specificUsers"], "/targetUsers"),
      (
        [
          "deploymentScope": "specificUsers",
          "targetUsers": ["ghost@harbourfinch.example", .string(AdminHarness.nora)],
        ], "/targetUsers/0"
      ),
      (["deploymentScope": "specificUsers", "targetUsers": ["all-staff@harbourfinch.example"]], "/targetUsers/0"),
    ] {
      let answer = try await harness.call("deploy_outlook_addin", Self.arguments(more))
      #expect(answer.code == "VAL_001", "\(answer.json.text)")
      #expect(answer.json.text.contains("\"\(path)\""), "\(answer.json.text)")
    }
    #expect(harness.changingCmdlets.isEmpty)
  }

  @Test(
    "The permission that has nothing to do with add-ins is named where it lacks: Graph's of the same name is not enough",
    arguments: [[], ["MailboxSettings.ReadWrite (Microsoft Graph)"]])
  func permission(_ more: [String]) async throws {
    let roles = ["User.Read.All", "Organization.Read.All", "Exchange.ManageAsApp"] + more
    let seed = try Seed.standard().setting("application", to: ["roles": .strings(roles)])
    let harness = try await AdminHarness(settings: [.toolsets: "all"], seed: seed)
    let report = try await harness.call("check_permissions")
    let missing = report["missing"]?.arrayValue?.compactMap { $0["permission"]?.stringValue } ?? []
    #expect(missing.contains("MailboxSettings.ReadWrite (Office 365 Exchange Online)"), "\(missing)")
    #expect(missing.contains("MailboxSettings.ReadWrite") == more.isEmpty, "\(missing)")
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments())
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    #expect(answer.json.text.contains("MailboxSettings.ReadWrite"))
  }

  // MARK: Faults

  @Test(
    "A cmdlet that is lost, before or after its effect, or put off, is made good",
    arguments: ["New-App", "Get-App"],
    [Fault.dropAfter, .dropBefore, .status(503, retryAfter: nil), .status(429, retryAfter: 3)])
  func lost(_ cmdlet: String, _ fault: Fault) async throws {
    let harness = try await AdminHarness(lags: Lags())
    let start = await harness.mailTenant()
    harness.fail(cmdlet, with: fault, times: 1)
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments())
    #expect(answer["state"] == "deployed" && answer["verified"] == true, "\(answer.json.text)")
    #expect(await harness.counts()["addInDeployed"] == 1)
    try await harness.expectUndone(answer, to: start)
  }

  @Test("A lost answer where reading lags behind does not deploy twice, and does not fail", arguments: [25, 40])
  func lostAndLate(_ seconds: Int) async throws {
    let harness = try await AdminHarness(lags: Lags(exchange: .seconds(seconds)))
    harness.fail("New-App", with: .dropAfter, times: 1)
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments())
    #expect(answer["state"] == "deployed", "\(answer.json.text)")
    #expect(await harness.counts()["addInDeployed"] == 1)
  }

  @Test(
    "Setting and removing, lost once, are made good",
    arguments: [Fault.dropAfter, .dropBefore, .status(503, retryAfter: nil)])
  func lostLater(_ fault: Fault) async throws {
    let harness = try await AdminHarness(lags: Lags())
    _ = try await harness.call("deploy_outlook_addin", Self.arguments())
    harness.fail("Set-App", with: fault, times: 1)
    let hidden = try await harness.call("deploy_outlook_addin", Self.arguments(["enabled": false]))
    #expect(hidden["state"] == "assigned" && hidden["verified"] == true, "\(hidden.json.text)")
    harness.fail("Remove-App", with: fault, times: 1)
    let removed = try await harness.call("deploy_outlook_addin", Self.arguments(["remove": true]))
    #expect(removed["state"] == "removed" && removed["verified"] == true, "\(removed.json.text)")
    #expect(await harness.counts()["addInRemoved"] == 1)
  }

  @Test("What is accepted and not listed yet is pending")
  func pending() async throws {
    let harness = try await AdminHarness(lags: Lags(exchange: .seconds(36_000)))
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments())
    #expect(answer["state"] == "deployed" && answer["verified"] == false, "\(answer.json.text)")
    #expect(answer["pending"]?[0]?.stringValue?.contains("not listed yet") == true)
  }

  @Test("An add-in that reads back as something else is an error, and is taken back")
  func contradiction() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let other = try OtherAdministrator(harness)
    let id = try #require(GUID(Self.id))
    let isDeployed = Latch<Bool>()
    harness.before("New-App") { isDeployed.set(true) }
    harness.before("Get-App") {
      guard isDeployed.value == true else { return }
      _ = try? await AddInSetting(of: id).write(AddInAssignment(isEnabled: false), to: other.exchange)
    }
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments())
    #expect(answer.code == "EXO_001", "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("reads back as something else") == true)
    #expect(await harness.mailTenant() == start)
  }

  @Test("What somebody has changed since is not undone")
  func drift() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments())
    let id = try #require(GUID(Self.id))
    _ = try await AddInSetting(of: id).write(AddInAssignment(isEnabled: false), to: try await harness.exchange())
    let undone = try await harness.undoing(answer)
    #expect(undone.code == "WF_003", "\(undone.json.text)")
    #expect(await Self.app(harness) != nil)
  }

  @Test("With one request in twenty faulted it ends deployed, once, and gone again", arguments: 1...4)
  func bad(_ seed: UInt64) async throws {
    let harness = try await AdminHarness(
      lags: Lags(), faults: FaultPlan(random: RandomFaults(rate: 0.05, seed: seed)))
    let start = await harness.mailTenant()
    let answer = try await harness.call("deploy_outlook_addin", Self.arguments(Self.someUsers))
    #expect(answer["state"] == "deployed", "\(answer.json.text)")
    #expect(await harness.counts()["addInDeployed"] == 1)
    try await harness.expectUndone(answer, to: start)
  }
}
