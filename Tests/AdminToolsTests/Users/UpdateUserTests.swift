import AdminCore
import AdminTools
import M365
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("update_user")
struct UpdateUserTests {
  static let lukas = "lukas.meyer@harbourfinch.example"
  static let daniel = "daniel.okafor@harbourfinch.example"
  static let emma = "emma.nolan@harbourfinch.example"

  // MARK: Profile and manager

  @Test("Changes what differs, says what it was, and undoing brings it back")
  func profile() async throws {
    let harness = try await AdminHarness()
    let before = await harness.snapshot()
    let person = PretendPerson()
    let answer = try await harness.call(
      "update_user",
      [
        "userEmail": .string(Self.lukas), "displayName": "Lukas Meyer-Finch", "department": "Finance",
        "jobTitle": "", "manager": "maeve.finch@harbourfinch.example",
      ], as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["verified"] == true)
    #expect(answer["changed"] == ["displayName", "jobTitle", "manager"])
    #expect(answer["previous"]?["displayName"] == "Lukas Meyer")
    #expect(answer["previous"]?["jobTitle"] == "Accountant")
    #expect(person.questions.isEmpty, "none of this needs approval")
    let user = try #require(await harness.user(Self.lukas))
    #expect(user["displayName"] == "Lukas Meyer-Finch")
    #expect(user["jobTitle"] == .null)
    #expect(user["department"] == "Finance")
    #expect(await harness.counts()["userUpdated"] == 1)

    try await harness.undo(answer)
    let after = await harness.snapshot()
    #expect(after == before, "\(before.difference(from: after))")
  }

  @Test("What is so already is not written, and needs nobody's approval")
  func nothingToDo() async throws {
    let harness = try await AdminHarness()
    let person = PretendPerson()
    let answer = try await harness.call(
      "update_user",
      [
        "userEmail": .string(Self.lukas), "displayName": "Lukas Meyer", "manager": "tomas.brennan@harbourfinch.example",
        "accountEnabled": true, "addLicenses": ["BusinessStandard"], "removeLicenses": ["BusinessPremium"],
      ], as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["changed"] == [])
    #expect(answer["warnings"]?.arrayValue?.count == 2, "both licences are as they should be, and that is said")
    #expect(person.questions.isEmpty)
    #expect(await harness.counts() == [:])
  }

  @Test("The manager can be taken away, and given back")
  func manager() async throws {
    let harness = try await AdminHarness()
    let before = await harness.snapshot()
    let answer = try await harness.call("update_user", ["userEmail": .string(Self.lukas), "manager": ""])
    #expect(answer["changed"] == ["manager"])
    #expect(await harness.user(Self.lukas)?["managerId"] == .null)
    try await harness.undo(answer)
    #expect(await harness.snapshot() == before)
  }

  @Test("A dry run shows old and new, and changes nothing")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "update_user", ["userEmail": .string(Self.lukas), "department": "Audit", "dryRun": true])
    let facts = answer["plan"]?["facts"]?.arrayValue ?? []
    #expect(facts.first?["value"] == "Finance → Audit")
    #expect(answer["plan"]?["reversible"] == true)
    #expect(await harness.counts() == [:])
  }

  // MARK: Licences

  @Test("Taking a licence is approved by a person who is told what will be lost; undoing gives it back as it was")
  func license() async throws {
    let harness = try await AdminHarness()
    let before = await harness.snapshot()
    let arguments: JSONObject = ["userEmail": .string(Self.daniel), "removeLicenses": ["businessstandard"]]
    let refusing = PretendPerson(.decline)
    #expect(try await harness.call("update_user", arguments, as: refusing).code == "CONF_001")
    #expect(refusing.questions.first?.contains("30 days later it is deleted") == true)
    #expect(refusing.questions.first?.contains("OneDrive") == true)
    #expect(await harness.snapshot() == before)

    let answer = try await harness.call("update_user", arguments)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(await harness.user(Self.daniel)?["licenses"] == [])
    #expect(answer["warnings"]?.arrayValue?.isEmpty == false)
    try await harness.undo(answer)
    #expect(await harness.user(Self.daniel)?["licenses"] == ["O365_BUSINESS_PREMIUM"])
  }

  @Test("Another licence with Exchange in the same call keeps the mailbox, and no loss is announced")
  func swap() async throws {
    let harness = try await AdminHarness()
    let person = PretendPerson(.approve)
    let answer = try await harness.call(
      "update_user",
      ["userEmail": .string(Self.daniel), "addLicenses": ["BusinessPremium"], "removeLicenses": ["BusinessStandard"]],
      as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(person.questions.first?.contains("30 days later") == false)
    #expect(await harness.user(Self.daniel)?["licenses"] == ["SPB"])
    #expect(await harness.counts()["licensesAssigned"] == 1)
  }

  @Test("A user without a usage location gets the tenant's, which undoing leaves")
  func usageLocation() async throws {
    let harness = try await AdminHarness()
    let guest = try #require(await harness.state("users").first { $0["userType"] == "Guest" })
    let name = try #require(guest["userPrincipalName"])
    #expect(guest["usageLocation"] == .null)
    let answer = try await harness.call("update_user", ["userEmail": name, "addLicenses": ["POWER_BI_STANDARD"]])
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(await harness.user(try #require(name.stringValue))?["usageLocation"] == "IE")
    let undone = try await harness.undo(answer)
    #expect(undone["kept"]?[0]?["reason"]?.stringValue?.contains("not be removed") == true)
    #expect(await harness.user(try #require(name.stringValue))?["licenses"] == [])
    #expect(await harness.user(try #require(name.stringValue))?["usageLocation"] == "IE")
  }

  // MARK: Sign-in and password

  @Test("Blocking and allowing the sign-in, both undone")
  func signIn() async throws {
    let harness = try await AdminHarness()
    let blocked = try await harness.call("update_user", ["userEmail": .string(Self.emma), "accountEnabled": false])
    #expect(blocked["changed"] == ["accountEnabled"], "\(blocked.json.text)")
    #expect(await harness.user(Self.emma)?["accountEnabled"] == false)
    try await harness.undo(blocked)
    #expect(await harness.user(Self.emma)?["accountEnabled"] == true)

    let rory = "rory.quinn@harbourfinch.example"
    let allowed = try await harness.call("update_user", ["userEmail": .string(rory), "accountEnabled": true])
    #expect(await harness.user(rory)?["accountEnabled"] == true, "\(allowed.json.text)")
  }

  @Test("A new password is approved, shown once, and written nowhere")
  func password() async throws {
    let harness = try await AdminHarness()
    let before = try #require(await harness.user(Self.emma)?["passwordSHA256"])
    let arguments: JSONObject = [
      "userEmail": .string(Self.emma), "resetPassword": true, "idempotencyKey": "reset-emma-1",
    ]
    let person = PretendPerson(.approve)
    let answer = try await harness.call("update_user", arguments, as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    let password = try #require(answer["password"]?.stringValue)
    #expect(password.count == 20)
    #expect(person.questions.first?.contains("can sign in with it") == true)
    let user = try #require(await harness.user(Self.emma))
    #expect(user["passwordSHA256"] != before)
    #expect(user["mustChangePassword"] == true)
    #expect(answer["verified"] == true)
    #expect(try await !harness.auditBodies().contains(password))

    let again = try await harness.call("update_user", arguments)
    #expect(again["operationId"] == answer["operationId"])
    #expect(again["password"] == nil)
    #expect(await harness.counts()["userUpdated"] == 1)
    let shown = try await harness.call("get_operation", ["operationId": try #require(answer["operationId"])])
    #expect(!shown.json.text.contains(password))

    let undone = try await harness.call("undo_operation", ["operationId": try #require(answer["operationId"])])
    #expect(undone.code == "WF_003", "there is nothing that could be taken back")
    #expect(undone["message"]?.stringValue?.contains("known to nobody") == true)
  }

  @Test("Many users in one call, each with its own password")
  func bulk() async throws {
    let harness = try await AdminHarness()
    let items = [Self.emma, Self.daniel].map { JSONValue.object(["userEmail": .string($0), "resetPassword": true]) }
    let answer = try await harness.call("run_bulk", ["tool": "update_user", "items": .array(items)])
    #expect(answer["completed"] == 2, "\(answer.json.text)")
    let passwords = (answer["results"]?.arrayValue ?? []).compactMap { $0["output"]?["password"]?.stringValue }
    #expect(Set(passwords).count == 2)
  }
}
