import AdminCore
import AdminTools
import Store
import TenantSimulator
import TestSupport
import Testing

/// A tenant that throttles, fails and loses replies: the user is made once, or the reason is told.
@Suite("create_user under faults")
struct CreateUserFaultTests {
  @Test("After 429 with Retry-After 7 nothing is asked of that service before the time is over")
  func retryAfter() async throws {
    let faults = FaultPlan([
      FaultRule(.status(429, retryAfter: 7), method: "POST", path: "/v1.0/users", times: 2)
    ])
    let harness = try await AdminHarness(faults: faults)
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(!answer.isError)
    #expect(await harness.state("earlyRequests").isEmpty)
    #expect(harness.timekeeper.pauses.contains { $0 >= .seconds(7) })
    #expect(await harness.counts()["userCreated"] == 1)
  }

  @Test("Three times 503 at each request are waited out", arguments: ["/v1.0/users/*/assignLicense", "/v1.0/users/**"])
  func unavailable(_ path: String) async throws {
    let faults = FaultPlan([FaultRule(.status(503, retryAfter: 2), path: path, times: 3)])
    let harness = try await AdminHarness(faults: faults)
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(!answer.isError)
    #expect(await harness.counts()["userCreated"] == 1)
  }

  @Test(
    "A reply that is lost after the effect does not make a second user",
    arguments: ["/v1.0/users", "/v1.0/users/*/assignLicense"], [Fault.dropAfter, .dropBefore])
  func lostReply(path: String, fault: Fault) async throws {
    let faults = FaultPlan([FaultRule(fault, method: "POST", path: path, times: 1)])
    let harness = try await AdminHarness(lags: Lags(), faults: faults)
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(!answer.isError, "\(answer.json.text)")
    let user = try #require(await harness.user("ada.lovelace@\(harness.domain)"))
    #expect(user["licenses"] == ["O365_BUSINESS_PREMIUM"])
    #expect(answer["userId"] == user["id"])
    #expect(await harness.counts()["userCreated"] == 1)
    #expect(await harness.counts()["userDeleted"] == nil)
  }

  @Test("When every reply to the creation is lost and the user never shows, nothing more is tried")
  func neverAnswered() async throws {
    let faults = FaultPlan([FaultRule(.dropBefore, method: "POST", path: "/v1.0/users")])
    let harness = try await AdminHarness(faults: faults)
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(answer.isError)
    #expect(await harness.counts()["userCreated"] == nil)
  }

  struct SignInCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let aadsts: Int
    let words: String
  }

  @Test(
    "A refused sign-in names the remedy, changes nothing and is in the audit trail",
    arguments: [
      SignInCase(testDescription: "wrong secret", aadsts: 7_000_215, words: "secret"),
      SignInCase(testDescription: "expired secret", aadsts: 7_000_222, words: "expired"),
      SignInCase(testDescription: "certificate not uploaded", aadsts: 700_027, words: "certificate"),
      SignInCase(testDescription: "no consent", aadsts: 65_001, words: "consent"),
      SignInCase(testDescription: "unknown application", aadsts: 700_016, words: "AZURE_CLIENT_ID"),
      SignInCase(testDescription: "unknown tenant", aadsts: 90_002, words: "AZURE_TENANT_ID"),
    ])
  func signIn(_ item: SignInCase) async throws {
    let harness = try await AdminHarness(
      faults: FaultPlan([FaultRule(.aadsts(item.aadsts), path: "/*/oauth2/v2.0/token")]))
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(["AUTH_001", "AUTH_002", "CFG_001", "PERM_001"].contains(answer.code ?? ""), "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains(item.words) == true, "\(answer.json.text)")
    #expect(await harness.counts() == [:])
    let refusals = try await harness.audit().filter { $0.operation == "sign_in" }
    #expect(refusals.first?.status == .denied)
  }

  @Test("With the token endpoint down the error says so, and may be tried again")
  func tokenEndpointDown() async throws {
    let harness = try await AdminHarness(
      faults: FaultPlan([FaultRule(.dropBefore, path: "/*/oauth2/v2.0/token")]))
    let answer = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    #expect(answer.code == "AUTH_001")
    #expect(answer["retryable"] == true)
    #expect(answer["message"]?.stringValue?.contains("sign-in service") == true)
  }

  @Test("With 5 % of all calls faulted every user is made once", arguments: 1...6)
  func randomFaults(_ seed: Int) async throws {
    let faults = FaultPlan([], random: RandomFaults(rate: 0.05, seed: UInt64(seed)))
    let harness = try await AdminHarness(lags: Lags(), faults: faults)
    for number in 1...5 {
      let email = "user\(number)@\(harness.domain)"
      let answer = try await harness.call(
        "create_user", CreateUserTests.arguments(harness.domain, ["email": .string(email)]))
      #expect(!answer.isError, "\(answer.json.text)")
    }
    #expect(await harness.counts()["userCreated"] == 5)
    #expect(await harness.counts()["licensesAssigned"]?.intValue ?? 0 >= 5)
  }
}
