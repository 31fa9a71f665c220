import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import Testing

@Suite("create_user")
struct CreateUserTests {
  private func arguments(_ domain: String, _ more: JSONObject = [:]) -> JSONObject {
    let base: JSONObject = [
      "email": "ada.lovelace@\(domain)", "displayName": "Ada Lovelace", "license": "BusinessStandard",
    ]
    return base.merging(more)
  }

  @Test("Makes the user, the licence and the mailbox, and shows a password once")
  func happyPath() async throws {
    let harness = try await AdminHarness()
    let person = PretendPerson()
    let answer = try await harness.call("create_user", arguments(harness.domain), as: person)
    #expect(!answer.isError)
    #expect(answer["mailbox"] == "ready")
    #expect(answer["verified"] == true)
    let password = try #require(answer["password"]?.stringValue)
    #expect(password.count == 20)
    let user = try #require(await harness.user("ada.lovelace@\(harness.domain)"))
    #expect(user["id"] == answer["userId"])
    #expect(
      person.progress.map(\.message) == [
        "Create the user", "Assign the licence BusinessStandard", "Wait for the mailbox", "Done",
      ])
    #expect(try await harness.store().audit.verify().isIntact)
  }

  @Test("Changes nothing in a dry run and says what it would do")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("create_user", arguments(harness.domain, ["dryRun": true]))
    #expect(answer["plan"]?["calls"]?.arrayValue?.count == 3)
    #expect(await harness.user("ada.lovelace@\(harness.domain)") == nil)
    #expect(try await harness.store().journal.list().count == 0)
  }

  @Test("With no seat left nothing is created")
  func noSeat() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("create_user", arguments(harness.domain, ["license": "BusinessBasic"]))
    #expect(answer.code == "LIC_002")
    #expect(await harness.user("ada.lovelace@\(harness.domain)") == nil)
  }
}
