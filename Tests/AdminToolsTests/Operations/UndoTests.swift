import AdminCore
import AdminTools
import M365
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("undo_operation, get_operation, list_operations")
struct UndoTests {
  private func undo(_ harness: AdminHarness, _ answer: AdminHarness.Answer) async throws -> AdminHarness.Answer {
    try await harness.call("undo_operation", ["operationId": try #require(answer["operationId"])])
  }

  @Test("What was done in one tenant is not undone in another")
  func otherTenant() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    try await harness.store().config.set("tenant_id", to: "00000000-0000-4000-8000-000000000000")
    let refused = try await undo(harness, made)
    #expect(refused.code == "CFG_001", "\(refused.json.text)")
    #expect(await harness.user("ada.lovelace@\(harness.domain)") != nil)
  }

  @Test("A user who has become an emergency account, or another name, since is not taken back")
  func guarded() async throws {
    let harness = try await AdminHarness(settings: [.breakGlassAccounts: "ada.lovelace@harbourfinch.example"])
    let made = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    let refused = try await undo(harness, made)
    #expect(refused.code == "WF_003" && refused.json.text.contains("emergency account"), "\(refused.json.text)")
    #expect(await harness.user("ada.lovelace@\(harness.domain)") != nil)

    let other = try await AdminHarness()
    let user = try await other.call("create_user", CreateUserTests.arguments(other.domain))
    var changes = UserChanges()
    changes.displayName = "Ada King"
    try await other.services.tenant.value().graph.updateUser(
      UserReference(try #require(user["userId"]?.stringValue)), changes)
    let renamed = try await undo(other, user)
    #expect(renamed.code == "WF_003" && renamed.json.text.contains("was renamed since"), "\(renamed.json.text)")
  }

  @Test("A user who has become the last owner of a team since is not taken back")
  func lastOwner() async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    let made = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    let team = try await harness.call(
      "create_teams_group",
      ["displayName": "Ada's", "owners": [.string("ada.lovelace@\(harness.domain)")]])
    #expect(!team.isError, "\(team.json.text)")
    let refused = try await undo(harness, made)
    #expect(refused.code == "WF_003" && refused.json.text.contains("last owner"), "\(refused.json.text)")
    #expect(try await !undo(harness, team).isError)
    #expect(try await !undo(harness, made).isError)
    #expect(await harness.user("ada.lovelace@\(harness.domain)") == nil)
  }

  @Test("A user that was made is taken back, after a person has agreed, and only once")
  func user() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    let refusing = PretendPerson(.decline)
    let refused = try await harness.call(
      "undo_operation", ["operationId": try #require(made["operationId"])], as: refusing)
    #expect(refused.code == "CONF_001")
    #expect(refusing.questions.first?.contains("takes back create_user") == true)
    #expect(await harness.user("ada.lovelace@\(harness.domain)") != nil)

    let undone = try await undo(harness, made)
    #expect(!undone.isError, "\(undone.json.text)")
    #expect(undone["tool"] == "create_user")
    #expect(undone["undone"]?.arrayValue?.first?.stringValue?.contains("was deleted") == true)
    #expect(await harness.user("ada.lovelace@\(harness.domain)") == nil)
    #expect(try await harness.store().audit.verify().isIntact)

    let again = try await undo(harness, made)
    #expect(again.code == "WF_003")
    #expect(again["message"]?.stringValue?.contains("was undone") == true)
    #expect(try await undo(harness, undone).code == "WF_003", "an undoing is not undone")
  }

  @Test("A template goes back to what it was: created, updated, deleted, restored")
  func templates() async throws {
    let harness = try await AdminHarness()
    let created = try await harness.call("create_email_template", Samples.welcome)
    let id = try #require(created["templateId"])
    let updated = try await harness.call("update_email_template", ["templateId": id, "subject": "Two"])
    #expect(try await undo(harness, created).code == "WF_003", "somebody has changed it since")

    #expect(try await !undo(harness, updated).isError)
    #expect(try await harness.call("get_email_template", ["templateId": id])["subject"] == "Welcome, {{ name }}")
    let deleted = try await harness.call("delete_email_template", ["templateId": id])
    #expect(try await harness.call("get_email_template", ["templateId": id]).isError)
    let back = try await undo(harness, deleted)
    #expect(!back.isError, "\(back.json.text)")
    #expect(try await harness.call("get_email_template", ["templateId": id])["subject"] == "Welcome, {{ name }}")

    let restored = try await harness.call("restore_template_version", ["templateId": id, "version": 2])
    #expect(try await harness.call("get_email_template", ["templateId": id])["subject"] == "Two")
    #expect(try await !undo(harness, restored).isError)
    #expect(try await harness.call("get_email_template", ["templateId": id])["subject"] == "Welcome, {{ name }}")

    let versions = try await harness.call("list_template_versions", ["templateId": id])
    #expect(
      versions["items"]?.arrayValue?.compactMap { $0["change"]?.stringValue } == [
        "restored", "restored", "restored", "deleted", "restored", "updated", "created",
      ])
  }

  @Test("A mail that was sent stays sent, and the answer says why")
  func mail() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    let sent = try await harness.call(
      "send_from_template", SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"]))
    let answer = try await undo(harness, sent)
    #expect(answer.isError)
    #expect(answer.json.text.contains("cannot be taken back"))
    #expect(await harness.counts()["mailSent"] == 1)
    #expect(await harness.counts()["messageDeleted"] == nil)
  }

  @Test("What did not complete has nothing to undo, and what nobody knows is not found")
  func refused() async throws {
    let harness = try await AdminHarness(
      faults: FaultPlan([
        FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/users/*/assignLicense")
      ]))
    let failed = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    let id = try #require(failed["details"]?["operationId"])
    let answer = try await harness.call("undo_operation", ["operationId": id])
    #expect(answer.code == "WF_003")
    #expect(answer["message"]?.stringValue?.contains("was taken back then") == true)
    for unknown in ["00000000-0000-7000-8000-000000000000", "zzzzzzzz-0000-7000-8000-000000000000"] {
      #expect(try await harness.call("undo_operation", ["operationId": .string(unknown)]).code == "WF_002")
      #expect(try await harness.call("get_operation", ["operationId": .string(unknown)]).code == "WF_002")
    }
  }

  @Test("An undo that the tenant refuses is an error that says what is left to do")
  func undoFails() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    await harness.tenant.setFaults(
      FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "DELETE", path: "/v1.0/users/*")]))
    let answer = try await undo(harness, made)
    #expect(answer.code == "WF_008", "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("delete the user") == true)
    await harness.tenant.setFaults(FaultPlan())
    #expect(try await !undo(harness, made).isError, "and it may be tried again")
    #expect(await harness.user("ada.lovelace@\(harness.domain)") == nil)
  }

  @Test("An operation is shown with its steps and result, by tool and by resource, and listed newest first")
  func shown() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    try await harness.timekeeper.sleep(for: .seconds(1))
    _ = try await harness.template(Samples.welcome)
    let id = try #require(made["operationId"]?.stringValue)
    let shown = try await harness.call("get_operation", ["operationId": .string(id)])
    #expect(shown["state"] == "completed")
    #expect(
      shown["steps"]?.arrayValue?.map { $0["id"]?.stringValue } == [
        "create_user", "assign_license", "wait_for_mailbox",
      ])
    #expect(shown["result"]?["userId"] == made["userId"])
    #expect(!shown.json.text.contains(try #require(made["password"]?.stringValue)))
    #expect(try await harness.resource("m365://operations/\(id)")?["tool"] == "create_user")
    #expect(try await harness.resource("m365://operations/nonsense") == nil)

    let list = try await harness.call("list_operations", ["limit": 1])
    #expect(list["count"] == 2)
    #expect(list["items"]?[0]?["tool"] == "create_email_template")
    let next = try await harness.call(
      "list_operations", ["limit": 1, "cursor": try #require(list["nextCursor"])])
    #expect(next["items"]?[0]?["operationId"] == .string(id))
    #expect(try await harness.call("list_operations", ["status": "failed"])["count"] == 0)
  }
}
