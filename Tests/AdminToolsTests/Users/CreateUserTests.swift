import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import Testing

@Suite("create_user")
struct CreateUserTests {
  static func arguments(_ domain: String, _ more: JSONObject = [:]) -> JSONObject {
    let base: JSONObject = [
      "email": "ada.lovelace@\(domain)", "displayName": "Ada Lovelace", "license": "BusinessStandard",
    ]
    return base.merging(more)
  }

  @Test("Makes the user, the licence and the mailbox, and shows a password once")
  func happyPath() async throws {
    let harness = try await AdminHarness(lags: Lags())
    let person = PretendPerson()
    let answer = try await harness.call(
      "create_user",
      Self.arguments(
        harness.domain, ["firstName": "Ada", "lastName": "Lovelace", "department": "IT", "usageLocation": "gb"]),
      as: person)
    #expect(!answer.isError)
    #expect(answer["mailbox"] == "ready")
    #expect(answer["verified"] == true)
    #expect(answer["usageLocation"] == "GB")
    let password = try #require(answer["password"]?.stringValue)
    #expect(password.count == 20)
    let user = try #require(await harness.user("ada.lovelace@\(harness.domain)"))
    #expect(user["id"] == answer["userId"])
    #expect(user["department"] == "IT")
    #expect(user["mustChangePassword"] == true)
    #expect(user["licenses"] == ["O365_BUSINESS_PREMIUM"])
    #expect(
      person.progress.compactMap(\.message).filter { !$0.contains("so far") } == [
        "Create the user", "Assign the licence BusinessStandard", "Wait for the mailbox", "Done",
      ])
    #expect(person.questions.isEmpty, "making a user needs no approval")
    #expect(try await harness.store().audit.verify().isIntact)
  }

  @Test("The audit trail tells of the call and of each change, and names neither person nor password")
  func audited() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("create_user", Self.arguments(harness.domain))
    let rows = try await harness.audit()
    let told = rows.map { "\($0.operation) \($0.phase) \($0.status?.rawValue ?? "")" }
    #expect(
      told == [
        "create_user intent started", "create_user.create_user intent started",
        "create_user.create_user outcome succeeded", "create_user.assign_license intent started",
        "create_user.assign_license outcome succeeded", "create_user outcome succeeded",
      ])
    let password = try #require(answer["password"]?.stringValue)
    let everything = try await harness.auditBodies()
    #expect(!everything.contains(password))
    #expect(!everything.contains("ada.lovelace"))
  }

  @Test("Changes nothing in a dry run and says what it would do")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("create_user", Self.arguments(harness.domain, ["dryRun": true]))
    let plan = try #require(answer["plan"])
    #expect(plan["calls"]?.arrayValue?.count == 3)
    #expect(plan["reversible"] == true)
    #expect(plan["permissions"]?.arrayValue?.contains("User.ReadWrite.All") == true)
    #expect(await harness.user("ada.lovelace@\(harness.domain)") == nil)
    #expect(try await harness.store().journal.list().count == 0)
    #expect(await harness.counts() == [:])
  }

  @Test("The same idempotency key is the same call, and the password is not shown again")
  func repeated() async throws {
    let harness = try await AdminHarness()
    let arguments = Self.arguments(harness.domain, ["idempotencyKey": "new-hire-0001"])
    let first = try await harness.call("create_user", arguments)
    let second = try await harness.call("create_user", arguments)
    #expect(second["operationId"] == first["operationId"])
    #expect(second["userId"] == first["userId"])
    #expect(second["password"] == nil)
    let warnings = second["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(warnings.contains { $0.contains("nothing was done again") })
    #expect(warnings.contains { $0.contains("password") && $0.contains("update_user") })
    #expect(await harness.counts()["userCreated"] == 1)

    let other = try await harness.call("create_user", arguments.merging(["displayName": "Somebody Else"]))
    #expect(other.code == "WF_004")
  }

  @Test("A mailbox that takes too long is said to be on its way")
  func slowMailbox() async throws {
    let harness = try await AdminHarness(lags: Lags(mailbox: .seconds(7200)))
    let answer = try await harness.call("create_user", Self.arguments(harness.domain))
    #expect(!answer.isError)
    #expect(answer["mailbox"] == "provisioning")
    #expect(answer["verified"] == false)
    #expect(answer["pending"]?.arrayValue?.first?.stringValue?.contains("m365://users/ada.lovelace@") == true)
  }

  @Test("Somebody who follows the progress hears how long the mailbox takes")
  func progressWhileWaiting() async throws {
    let harness = try await AdminHarness(lags: Lags(mailbox: .seconds(200)))
    let person = PretendPerson()
    let answer = try await harness.call("create_user", Self.arguments(harness.domain), as: person)
    #expect(answer["mailbox"] == "ready")
    #expect(person.progress.contains { $0.message?.contains("s so far") == true })
  }
}
