import AdminCore
import AdminTools
import M365
import MCPProtocol
import TenantSimulator
import TestSupport
import Testing

/// What update_user does not do, and that nothing is left of the attempt.
@Suite("update_user refused")
struct UpdateUserRefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var user = UpdateUserTests.lukas
    let arguments: JSONObject
    let code: String
    let words: [String]
  }

  static let cases = [
    Case(testDescription: "nothing to change", arguments: [:], code: "VAL_001", words: ["Say what is to change"]),
    Case(
      testDescription: "a user nobody knows", user: "nobody@harbourfinch.example", arguments: ["department": "x"],
      code: "USER_002", words: ["nobody@harbourfinch.example"]),
    Case(
      testDescription: "a manager nobody knows", arguments: ["manager": "nobody@harbourfinch.example"],
      code: "USER_002", words: ["nobody@harbourfinch.example"]),
    Case(
      testDescription: "a user as its own manager", arguments: ["manager": .string(UpdateUserTests.lukas)],
      code: "VAL_001", words: ["own manager"]),
    Case(
      testDescription: "a licence nobody sells", arguments: ["addLicenses": ["BusinessGold"]], code: "LIC_001",
      words: ["BusinessGold"]),
    Case(
      testDescription: "a licence to take that nobody sells", arguments: ["removeLicenses": ["BusinessGold"]],
      code: "LIC_001", words: ["BusinessGold"]),
    Case(
      testDescription: "a licence that is sold out", arguments: ["addLicenses": ["BusinessBasic"]], code: "LIC_002",
      words: ["No seat of BusinessBasic"]),
    Case(
      testDescription: "a licence both wanted and not",
      arguments: ["addLicenses": ["BusinessStandard"], "removeLicenses": ["O365_BUSINESS_PREMIUM"]], code: "VAL_001",
      words: ["given and taken"]),
    Case(
      testDescription: "a country of three letters", arguments: ["usageLocation": "IRL"], code: "VAL_001", words: []),
    Case(
      testDescription: "a country of digits", arguments: ["usageLocation": "12"], code: "VAL_001", words: ["letters"]),
    Case(testDescription: "an empty name", arguments: ["displayName": ""], code: "VAL_001", words: ["displayName"]),
    Case(
      testDescription: "a synchronised user", user: "seamus.daly@harbourfinch.example",
      arguments: ["department": "Archive"], code: "PERM_001", words: ["on premises"]),
    Case(
      testDescription: "a synchronised user's sign-in", user: "seamus.daly@harbourfinch.example",
      arguments: ["accountEnabled": false], code: "PERM_001", words: ["on premises"]),
    Case(
      testDescription: "the last owner of a team", user: OffboardTests.aoife, arguments: ["accountEnabled": false],
      code: "VAL_001", words: ["last owner of Closings", "somebody else", "last_owner"]),
  ]

  @Test("Nothing is changed and the reason has its code", arguments: cases)
  func refused(_ item: Case) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "update_user", (["userEmail": .string(item.user)] as JSONObject).merging(item.arguments))
    #expect(answer.code == item.code, "\(answer.json.text)")
    for word in item.words { #expect(answer.json.text.contains(word), "\(answer.json.text)") }
    #expect(await harness.counts() == [:])
  }

  // MARK: Nobody is locked out

  /// Closings with a second owner, who may sign in or not.
  private static func closings(secondOwner: String) throws -> Seed {
    try Seed(
      text: Seed.standardText.replacing(
        #""owners": ["aoife.walsh@harbourfinch.example"],"#,
        with: #""owners": ["aoife.walsh@harbourfinch.example", "\#(secondOwner)"],"#))
  }

  @Test("An owner is blocked where another one can sign in, and not where the other one is blocked too")
  func owners() async throws {
    let call: JSONObject = ["userEmail": .string(OffboardTests.aoife), "accountEnabled": false]
    let looked = try await AdminHarness(seed: Self.closings(secondOwner: "nora.keane@harbourfinch.example"))
    let blocked = try await looked.call("update_user", call)
    #expect(!blocked.isError, "\(blocked.json.text)")
    #expect(await looked.user(OffboardTests.aoife)?["accountEnabled"] == false)
    let alone = try await AdminHarness(seed: Self.closings(secondOwner: "rory.quinn@harbourfinch.example"))
    let refused = try await alone.call("update_user", call)
    #expect(refused["details"]?["rule"] == "last_owner", "\(refused.json.text)")
    #expect(await alone.counts() == [:])
  }

  @Test("Undoing does not block somebody who has become the last owner since")
  func undoOwner() async throws {
    let harness = try await AdminHarness(seed: Self.closings(secondOwner: "rory.quinn@harbourfinch.example"))
    let call: JSONObject = ["userEmail": "rory.quinn@harbourfinch.example", "accountEnabled": true]
    let enabled = try await harness.call("update_user", call)
    #expect(!enabled.isError, "\(enabled.json.text)")
    let other = try await harness.call(
      "update_user", ["userEmail": .string(OffboardTests.aoife), "accountEnabled": false])
    #expect(!other.isError, "\(other.json.text)")
    let undone = try await harness.call("undo_operation", ["operationId": enabled["operationId"] ?? .null])
    #expect(undone.isError && undone.json.text.contains("last owner"), "\(undone.json.text)")
    #expect(await harness.user("rory.quinn@harbourfinch.example")?["accountEnabled"] == true)
  }

  /// A company whose only other Global Administrator is blocked.
  private func oneAdministrator() async throws -> AdminHarness {
    try await AdminHarness(
      seed: try Seed(
        text: """
          {"tenant": {"displayName": "Own", "country": "IE",
            "domains": [{"name": "own.example", "default": true}, {"name": "own.onmicrosoft.com", "initial": true}]},
           "products": [{"partNumber": "SPB", "seats": 9}],
           "users": [
             {"userPrincipalName": "boss@own.example", "displayName": "Boss", "roles": ["Global Administrator"]},
             {"userPrincipalName": "gone@own.example", "displayName": "Gone", "enabled": false,
              "roles": ["Global Administrator"]},
             {"userPrincipalName": "test.user2@own.example", "displayName": "T", "licenses": ["SPB"]}]}
          """))
  }

  @Test("The last Global Administrator who can sign in is not blocked")
  func lastAdministrator() async throws {
    let harness = try await oneAdministrator()
    let answer = try await harness.call("update_user", ["userEmail": "boss@own.example", "accountEnabled": false])
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    #expect(answer["details"]?["rule"] == "last_global_administrator")
    #expect(await harness.counts() == [:])
  }

  @Test("An emergency account is neither blocked nor given another password, nor are its licences taken")
  func breakGlass() async throws {
    let harness = try await AdminHarness(settings: [.breakGlassAccounts: UpdateUserTests.emma])
    for arguments: JSONObject in [
      ["accountEnabled": false], ["resetPassword": true], ["removeLicenses": ["BusinessPremium"]],
    ] {
      let answer = try await harness.call(
        "update_user", (["userEmail": .string(UpdateUserTests.emma)] as JSONObject).merging(arguments))
      #expect(answer["details"]?["rule"] == "break_glass", "\(answer.json.text)")
    }
    let harmless = try await harness.call(
      "update_user", ["userEmail": .string(UpdateUserTests.emma), "department": "Rescue"])
    #expect(!harmless.isError)
  }

  @Test("With a slip in the list of emergency accounts nobody is blocked at all")
  func uncertainBreakGlass() async throws {
    let harness = try await AdminHarness(settings: [.breakGlassAccounts: "emma.nolan"])
    let answer = try await harness.call(
      "update_user", ["userEmail": .string(UpdateUserTests.emma), "accountEnabled": false])
    #expect(answer.code == "CFG_001")
    #expect(answer["message"]?.stringValue?.contains("M365_BREAK_GLASS_ACCOUNTS") == true)
  }

  /// - Parameter roles: of the second user.
  private static func twoAdministrators(roles: String = #"["Global Administrator"]"#) throws -> Seed {
    try Seed(
      text: """
        {"tenant": {"displayName": "Own", "country": "IE",
          "domains": [{"name": "own.example", "default": true}, {"name": "own.onmicrosoft.com", "initial": true}]},
         "application": {"roles": ["User.ReadWrite.All", "Directory.ReadWrite.All", "RoleManagement.Read.Directory",
                                   "LicenseAssignment.ReadWrite.All", "Organization.Read.All",
                                   "User.DeleteRestore.All", "User-PasswordProfile.ReadWrite.All"]},
         "products": [{"partNumber": "SPB", "seats": 9}],
         "users": [
           {"userPrincipalName": "boss@own.example", "displayName": "Boss", "roles": ["Global Administrator"],
            "licenses": ["SPB"]},
           {"userPrincipalName": "second@own.example", "displayName": "Second", "roles": \(roles)},
           {"userPrincipalName": "test.user2@own.example", "displayName": "T", "licenses": ["SPB"]}]}
        """)
  }

  @Test("With a second administrator the first is planned to be blocked, which the tenant itself refuses applications")
  func oneOfTwoAdministrators() async throws {
    let harness = try await AdminHarness(seed: try Self.twoAdministrators())
    let answer = try await harness.call("update_user", ["userEmail": "boss@own.example", "accountEnabled": false])
    #expect(answer.code == "PERM_001")
    #expect(answer["details"]?["rule"] == nil, "\(answer.json.text)")
  }

  @Test("Who became the last administrator while a person thought about it is not blocked either")
  func lastAdministratorMeanwhile() async throws {
    let harness = try await AdminHarness(seed: try Self.twoAdministrators())
    let alone = try Self.twoAdministrators(roles: "[]")
    let (tenant, isAsked) = (harness.tenant, Latch<Bool>())
    let person = SlowPerson {
      isAsked.set(true)
      try? await tenant.reset(to: alone)
    }
    let answer = try await harness.call(
      "update_user",
      ["userEmail": "boss@own.example", "accountEnabled": false, "removeLicenses": ["SPB"]], in: person.context())
    #expect(isAsked.value == true)
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    #expect(answer["details"]?["rule"]?.stringValue?.contains("administrator") == true, "\(answer.json.text)")
    #expect(await harness.user("boss@own.example")?["accountEnabled"] == true)
  }

  @Test("A licence that came with a group goes with the group")
  func inherited() async throws {
    let harness = try await AdminHarness()
    let other = try OtherAdministrator(harness)
    let group = try #require(
      await harness.state("groups").first { $0["displayName"] == "VPN Users" }?["id"]?.stringValue)
    let standard = try #require(
      try await other.graph.subscribedSKUs().first { $0.partNumber == "POWER_BI_STANDARD" }?.id)
    try await other.graph.assignLicenses(toGroup: group, adding: [.init(sku: standard)])
    try await harness.timekeeper.sleep(for: .seconds(60))
    let answer = try await harness.call(
      "update_user", ["userEmail": "nora.keane@harbourfinch.example", "removeLicenses": ["POWER_BI_STANDARD"]])
    #expect(answer.code == "VAL_001", "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("comes with the group") == true)
  }
}
