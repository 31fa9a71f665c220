import AdminCore
import Foundation
import TestSupport
import Testing

/// `scripts/setup_azure_ad.sh` against a pretended Azure CLI that keeps a tenant in a file. The requests are held against
/// the official shapes where those are at hand.
@Suite("Registering the application")
struct SetupScriptTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    let bin = directory.file("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    let pretender = "#!/bin/sh\nexec python3 '\(Repository.path("Tests/Reference/pretend_az.py"))' \"$@\"\n"
    try pretender.write(toFile: bin + "/az", atomically: true, encoding: .utf8)
    // The script waits for a registration to be known; here nothing has to.
    try "#!/bin/sh\n".write(toFile: bin + "/sleep", atomically: true, encoding: .utf8)
    for name in ["az", "sleep"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bin)/\(name)")
    }
  }

  private func run(_ arguments: [String], settings: [String: String] = [:]) async throws -> CommandResult {
    let needs = try await needs(of: "all")
    let permissions: JSONValue = .object(
      JSONObject(
        [
          ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
          ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"),
        ].map { app, resource in
          JSONObject.Member(key: app, value: .strings(needs.filter { $0.resource == resource }.map(\.permission)))
        }))
    return try await CommandResult.run(
      Repository.path("scripts/setup_azure_ad.sh"),
      ["--program", URL(fileURLWithPath: Programs.server).path] + arguments,
      environment: [
        "PATH": directory.file("bin") + ":/usr/bin:/bin", "HOME": directory.path, "TMPDIR": directory.path,
        "PRETEND_AZ_STATE": directory.file("tenant.json"), "PRETEND_AZ_PERMISSIONS": permissions.text,
      ].merging(settings) { $1 }, directory: directory.path)
  }

  private func needs(of toolsets: String) async throws -> [(resource: String, permission: String)] {
    let settings = directory.file("none.env")
    try Data().write(to: URL(fileURLWithPath: settings))
    let answer = try await CommandResult.run(
      Programs.server, ["doctor", "--needs", "--json", "--env-file", settings],
      environment: ["HOME": directory.path, "M365_TOOLSETS": toolsets, "LLVM_PROFILE_FILE": "/dev/null"])
    #expect(answer.status == 0, "\(answer.errors)")
    let json = try JSONParser.parse(answer.output)
    let lists = toolsets == "all" ? ["needed", "optional"] : ["needed"]
    return lists.flatMap { json[$0]?.arrayValue ?? [] }.map {
      ($0["resource"]?.stringValue ?? "", $0["permission"]?.stringValue ?? "")
    }
  }

  private func tenant() throws -> JSONValue {
    try JSONParser.parse(try String(contentsOfFile: directory.file("tenant.json"), encoding: .utf8))
  }

  private func roles() throws -> [JSONValue] { try tenant()["roles"]?.arrayValue ?? [] }

  @Test("The application is registered with a certificate and exactly the permissions of the toolsets")
  func registers() async throws {
    let result = try await run(["--toolsets", "core", "--name", "Harbour Admin"])
    #expect(result.status == 0, "\(result.output)\n\(result.errors)")
    let tenant = try tenant()
    let application = try #require(tenant["applications"]?.arrayValue?.first)
    let granted = tenant["grants"]?.arrayValue?.count
    let wanted = try await needs(of: "core")
    #expect(granted == wanted.count)
    #expect(
      application["requiredResourceAccess"]?.arrayValue?.first?["resourceAccess"]?.arrayValue?.count
        == wanted.filter { $0.resource == "Microsoft Graph" }.count)
    #expect(application["keyCredentials"]?.arrayValue?.count == 1)
    let appID = try #require(application["appId"]?.stringValue)
    #expect(result.output.contains("AZURE_CLIENT_ID=\(appID)\n"))
    #expect(result.output.contains("/adminconsent?client_id=\(appID)"))
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.file("client.pem"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(!result.output.contains("PRIVATE KEY") && !result.errors.contains("PRIVATE KEY"))
  }

  @Test("An update brings an application to other toolsets: what is missing is granted, what is too much taken back")
  func updates() async throws {
    #expect(try await run(["--toolsets", "exchange"]).status == 0)
    let twice = try await run(["--toolsets", "core"])
    #expect(twice.status == 1 && twice.errors.contains("--update"), "\(twice.errors)")
    let updated = try await run(["--toolsets", "core", "--update"])
    #expect(updated.status == 0, "\(updated.errors)")
    #expect(updated.output.contains("took back"))
    #expect(try tenant()["grants"]?.arrayValue?.count == (try await needs(of: "core")).count)
    #expect(try tenant()["applications"]?.arrayValue?.count == 1)
    let again = try await run(["--toolsets", "core", "--update"])
    #expect(again.status == 0 && !again.output.contains("took back") && !again.output.contains("granted "))
  }

  @Test(
    "Where Exchange is worked with, the application gets a role there and message trace is let in, unless told not to")
  func exchange() async throws {
    let result = try await run(["--toolsets", "exchange"])
    #expect(result.status == 0, "\(result.errors)")
    for permission in ["Exchange.ManageAsApp", "MailboxSettings.ReadWrite"] {
      #expect(result.output.contains("Office 365 Exchange Online  \(permission)"), "\(result.output)")
    }
    #expect(try tenant()["roles"]?.arrayValue?.count == 1)
    #expect(try tenant()["principals"]?["8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"] != nil)
    let without = try SetupScriptTests()
    #expect(try await without.run(["--toolsets", "exchange", "--no-exchange-role"]).status == 0)
    #expect(try without.tenant()["roles"] == [])
  }

  @Test(
    "An update takes the Exchange role away where no toolset needs it: this one alone, and of this application alone")
  func takesRoleBack() async throws {
    #expect(try await run(["--toolsets", "exchange"]).status == 0)
    let neighbour = ["--toolsets", "exchange", "--name", "Harbour Admin", "--certificate", "client.pem"]
    #expect(try await run(neighbour).status == 0)
    var given = try roles()
    #expect(given.count == 2)
    // Global Reader, which somebody gave the first application besides.
    let reader: JSONObject = ["id": "reader", "roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451"]
    given.append(.object(try #require(given.first?.objectValue).merging(reader)))
    var state = try #require(try tenant().objectValue)
    state["roles"] = .array(given)
    try JSONValue.object(state).text.write(toFile: directory.file("tenant.json"), atomically: true, encoding: .utf8)

    let kept = try await run(["--toolsets", "core", "--update"])
    #expect(kept.status == 0 && !kept.output.contains("Exchange Administrator"), "\(kept.output)\n\(kept.errors)")
    #expect(try roles() == given)
    let leftAlone = try await run(["--toolsets", "teams", "--update", "--no-exchange-role"])
    #expect(leftAlone.status == 0, "\(leftAlone.errors)")
    #expect(try roles() == given)
    let refused = try await run(["--toolsets", "teams", "--update"], settings: ["PRETEND_AZ_REFUSES": "roles"])
    #expect(refused.status == 1 && refused.output.contains("could not be taken back"), "\(refused.output)")
    #expect(refused.errors.contains("may still do more than its toolsets need"))
    #expect(try roles() == given)

    let updated = try await run(["--toolsets", "teams", "--update"])
    #expect(updated.status == 0, "\(updated.errors)")
    #expect(updated.output.contains("took back the role Exchange Administrator"))
    #expect(try roles() == Array(given.dropFirst()))
    let again = try await run(["--toolsets", "teams", "--update"])
    #expect(again.status == 0 && !again.output.contains("took back"), "\(again.output)")
    let back = try await run(["--toolsets", "exchange", "--update"])
    #expect(back.status == 0, "\(back.errors)")
    #expect(try Set(roles()) == Set(given))
  }

  @Test("The page describes every call of the script in its order, and no other; and the consent address")
  func page() async throws {
    let page = try GraphStep.documented(in: "docs/setup.md")
    let record = directory.file("record.jsonl")
    var made: Set<GraphStep> = []
    var said = ""
    for arguments in [
      ["default"], ["core", "--update"], ["exchange", "--update"], ["teams", "--update"], ["services", "--update"],
      ["all", "--optional", "--update"],
    ] {
      try? FileManager.default.removeItem(atPath: record)
      let result = try await run(["--toolsets"] + arguments)
      #expect(result.status == 0, "\(result.errors)")
      said = result.output
      let calls = try GraphStep.recorded(in: record)
      // With fewer toolsets a body is shorter than the one in the page.
      let places = calls.map { call in
        page.firstIndex(of: call) ?? page.firstIndex { $0.isSameCall(as: call) }
      }
      let missing = zip(calls, places).filter { $1 == nil }.map { call, _ in "\(call.method) \(call.url)" }
      #expect(missing.isEmpty, "not in the page: \(missing)")
      let known = places.compactMap { $0 }
      #expect(known == known.sorted(), "\(arguments): the page has another order")
      made.formUnion(calls)
    }
    let invented = page.filter { !made.contains($0) }
    #expect(!page.isEmpty && invented.isEmpty, "no call of the script: \(invented)")

    let line = try #require(said.split(separator: "\n").first { $0.hasPrefix("Consent address") })
    let address = try #require(line.split(separator: " ").last)
    let lines = try Repository.text("docs/setup.md").split(separator: "\n").map { GraphStep.general(String($0)) }
    #expect(lines.contains(GraphStep.general(String(address))), "\(address)")
  }

  @Test("Who may not consent gets the address for somebody who may")
  func withoutConsent() async throws {
    let result = try await run(["--toolsets", "core"], settings: ["PRETEND_AZ_REFUSES": "consent"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("send this address to somebody who may"))
    #expect(try tenant()["grants"] == [])
    let asked = try SetupScriptTests()
    #expect(try await asked.run(["--toolsets", "core", "--no-consent"]).status == 0)
    #expect(try asked.tenant()["grants"] == [])
  }

  @Test("A dry run shows every request with its body and sends none")
  func dryRun() async throws {
    let result = try await run(["--toolsets", "core,exchange", "--dry-run"])
    #expect(result.status == 0, "\(result.errors)")
    for words in [
      "POST https://graph.microsoft.com/v1.0/applications", "\"signInAudience\": \"AzureADMyOrg\"",
      "POST https://graph.microsoft.com/v1.0/servicePrincipals", "/appRoleAssignments", "<id of User.ReadWrite.All>",
      "/roleManagement/directory/roleAssignments",
    ] { #expect(result.errors.contains(words), "\(words)\n\(result.errors)") }
    #expect(!FileManager.default.fileExists(atPath: directory.file("tenant.json")))
    #expect(!FileManager.default.fileExists(atPath: directory.file("client.pem")))
  }

  @Test("A dry run of an update shows what would be taken back")
  func dryUpdate() async throws {
    let less = try await run(["--toolsets", "teams", "--update", "--dry-run"])
    #expect(less.status == 0, "\(less.errors)")
    let role = "DELETE https://graph.microsoft.com/v1.0/roleManagement/directory/roleAssignments/<"
    #expect(less.errors.contains(role), "\(less.errors)")
    #expect(less.errors.contains("/appRoleAssignments/<id of each grant that is not needed>"), "\(less.errors)")
    #expect(less.output.contains("Would take back the role Exchange Administrator"), "\(less.output)")
    let more = try await run(["--toolsets", "exchange", "--update", "--dry-run"])
    #expect(more.status == 0 && !more.errors.contains(role) && !more.output.contains("the role"), "\(more.errors)")
    #expect(!FileManager.default.fileExists(atPath: directory.file("tenant.json")))
  }

  @Test(
    "What would have to be escaped is refused",
    arguments: [
      ["--name", "x\", \"y\": \"z"], ["--name", "O'Brien"], ["--toolsets", "core; rm"], ["--days", "0"], ["--wrong"],
      ["--name"],
    ])
  func refuses(_ arguments: [String]) async throws {
    let result = try await run(arguments)
    #expect(result.status == 1 && result.errors.hasPrefix("error: "), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: directory.file("tenant.json")))
  }

  @Test(
    "The requests have the official shapes",
    .enabled(if: OfficialShapes.isAvailable, "\(OfficialShapes.reasonToSkip)"))
  func contract() async throws {
    #expect(try await run(["--toolsets", "core,exchange"]).status == 0)
    #expect(try await run(["--toolsets", "teams", "--update"]).status == 0)
    // The contract holds what the server asks for, and a server registers no application.
    let complaints = try OfficialShapes.complaints(about: .trafficFile(directory.file("record.jsonl")))
      .filter { $0.hasPrefix("VIOLATION") }
      .filter { !$0.hasPrefix("VIOLATION POST /applications:") && !$0.hasPrefix("VIOLATION PATCH /applications/") }
    #expect(complaints.isEmpty, "\(complaints)")
  }
}
