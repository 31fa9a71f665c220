import AdminCore
import AdminTools
import Store
import TenantSimulator
import Testing

/// What keeps a user from being made, and that nothing is left of the attempt.
@Suite("create_user refused")
struct CreateUserRefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var arguments: JSONObject = [:]
    let code: String
    /// Must be in the message, so that a person knows what to do.
    let words: [String]
  }

  static let cases = [
    Case(
      testDescription: "no seat left", arguments: ["license": "BusinessBasic"], code: "LIC_002",
      words: ["No seat of BusinessBasic", "Buy seats"]),
    Case(
      testDescription: "a domain that is not verified", arguments: ["email": "ada@closings.harbourfinch.example"],
      code: "USER_003", words: ["closings.harbourfinch.example", "harbourfinch.example"]),
    Case(
      testDescription: "a domain of nobody", arguments: ["email": "ada@elsewhere.example"], code: "USER_003",
      words: ["elsewhere.example"]),
    Case(
      testDescription: "a user who exists", arguments: ["email": "Nora.Keane@harbourfinch.example"], code: "USER_001",
      words: ["exists already", "update_user"]),
    Case(
      testDescription: "a name that is no sign-in name", arguments: ["email": "ada..lovelace@harbourfinch.example."],
      code: "MAIL_001", words: ["sign-in name"]),
    Case(
      testDescription: "an accent in the name", arguments: ["email": "tomás@harbourfinch.example"], code: "MAIL_001",
      words: ["sign-in name"]),
    Case(
      testDescription: "a short password", arguments: ["password": "Sh0rt!"], code: "USER_004",
      words: ["8 to 256", "Leave it out"]),
    Case(
      testDescription: "a password of one class", arguments: ["password": "aaaaaaaaaaaaaaaa"], code: "USER_004",
      words: ["three of"]),
    Case(
      testDescription: "a password with the user's name", arguments: ["password": "Ada.Lovelace-1815"],
      code: "USER_004", words: ["user's name"]),
    Case(
      testDescription: "a banned password", arguments: ["password": "P@ssw0rd26"], code: "USER_004",
      words: ["password"]),
    Case(
      testDescription: "a licence nobody sells", arguments: ["license": "BusinessGold"], code: "VAL_001",
      words: ["license"]),
    Case(testDescription: "an unknown argument", arguments: ["licence": "SPB"], code: "VAL_001", words: ["licence"]),
    Case(
      testDescription: "a country of three letters", arguments: ["usageLocation": "IRL"], code: "VAL_001", words: []),
  ]

  @Test("Nothing is made, the reason has its code, and the password is never echoed", arguments: cases)
  func refused(_ item: Case) async throws {
    let harness = try await AdminHarness()
    let before = await harness.state("users").count
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain, item.arguments))
    #expect(answer.code == item.code)
    let message = answer["message"]?.stringValue ?? ""
    for word in item.words { #expect(answer.json.text.contains(word), "\(message)") }
    if let password = item.arguments["password"]?.stringValue { #expect(!answer.json.text.contains(password)) }
    #expect(await harness.state("users").count == before)
    #expect(await harness.counts()["licensesAssigned"] == nil)
  }

  @Test("A licence the tenant does not have is refused with what it has")
  func unknownLicense() async throws {
    let seed = try Seed(
      text: """
        {"tenant": {"displayName": "Own", "country": "IE",
          "domains": [{"name": "own.example", "default": true}, {"name": "own.onmicrosoft.com", "initial": true}]},
         "products": [{"partNumber": "SPB", "seats": 3}],
         "users": [{"userPrincipalName": "test.user2@own.example", "displayName": "T", "licenses": ["SPB"]}]}
        """)
    let harness = try await AdminHarness(seed: seed)
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(answer.code == "LIC_001")
    #expect(answer["message"]?.stringValue?.contains("It has: BusinessPremium") == true, "\(answer.json.text)")
  }

  @Test("A deleted user of that name is announced and does not stand in the way")
  func softDeletedTwin() async throws {
    let harness = try await AdminHarness()
    let arguments = CreateUserTests.arguments(
      harness.domain, ["email": "ciara.moran@\(harness.domain)", "displayName": "Ciara Moran"])
    let plan = try await harness.call("create_user", arguments.merging(["dryRun": true]))
    #expect(plan["warnings"]?.arrayValue?.first?.stringValue?.contains("restoring") == true)
    let answer = try await harness.call("create_user", arguments)
    #expect(!answer.isError)
    #expect(answer["warnings"]?.arrayValue?.count == 1)
    #expect(await harness.state("deletedUsers").count == 1)
  }

  @Test("A licence that fails for good takes the user back")
  func licenseFails() async throws {
    let faults = FaultPlan([
      FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/users/*/assignLicense")
    ])
    let harness = try await AdminHarness(faults: faults)
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(answer.code == "PERM_001")
    #expect(answer["details"]?["undone"]?.arrayValue?.first?.stringValue?.contains("was deleted") == true)
    #expect(answer["details"]?["state"] == "failed")
    #expect(await harness.user("ada.lovelace@\(harness.domain)") == nil)
    #expect(await harness.counts()["userDeleted"] == 1)
    #expect(try await harness.store().audit.verify().isIntact)
  }

  @Test("Where the user is to be kept, a licence that fails leaves it blocked")
  func licenseFailsAndKeeps() async throws {
    let faults = FaultPlan([
      FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/users/*/assignLicense")
    ])
    let harness = try await AdminHarness(faults: faults)
    let answer = try await harness.call(
      "create_user", CreateUserTests.arguments(harness.domain, ["onLicenseFailure": "keep"]))
    #expect(answer.code == "PERM_001")
    #expect(answer["details"]?["undone"]?.arrayValue?.first?.stringValue?.contains("sign-in blocked") == true)
    #expect(await harness.user("ada.lovelace@\(harness.domain)")?["accountEnabled"] == false)
  }

  @Test("An undo that fails too leaves the person a task, and says so")
  func undoFails() async throws {
    let faults = FaultPlan([
      FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/users/*/assignLicense"),
      FaultRule(.status(403, retryAfter: nil), method: "DELETE", path: "/v1.0/users/*"),
    ])
    let harness = try await AdminHarness(faults: faults)
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(answer.code == "WF_008")
    let left = answer["details"]?["left"]?.arrayValue ?? []
    #expect(left.first?["action"]?.stringValue?.contains("delete the user ada.lovelace@") == true)
    #expect(await harness.user("ada.lovelace@\(harness.domain)") != nil)
  }
}
