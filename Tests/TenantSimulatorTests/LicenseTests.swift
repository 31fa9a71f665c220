import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Licences")
struct LicenseTests {
  private static let user = "/users/rory.quinn@harbourfinch.example"

  @Test("The products show seats bought and seats in use")
  func products() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("GET", "/subscribedSkus")
    let basic = reply.values.first { $0["skuPartNumber"] == "O365_BUSINESS_ESSENTIALS" }
    #expect(basic?["skuId"] == .string(SKU.basic))
    #expect(basic?["prepaidUnits"]?["enabled"] == 2)
    #expect(basic?["consumedUnits"] == 2)
    #expect(basic?["capabilityStatus"] == "Enabled")
    let free = reply.values.filter { sku in
      [SKU.standard, SKU.premium].contains(sku["skuId"]?.stringValue)
        && (sku["prepaidUnits"]?["enabled"]?.intValue ?? 0) - (sku["consumedUnits"]?.intValue ?? 0) >= 20
    }
    #expect(free.count == 2)
    #expect(free.allSatisfy { $0["servicePlans"]?.arrayValue?.contains { $0["servicePlanName"] == "TEAMS1" } == true })
  }

  @Test("Assigning a licence takes a seat, switches plans on and makes a mailbox")
  func assignment() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph(
      "POST", "\(Self.user)/assignLicense?$select=id", json: SKU.assignment([SKU.standard]))
    #expect(reply.outcome == "400 BadRequest", "the action takes no $select")
    let done = try await fixture.graph("POST", "\(Self.user)/assignLicense", json: SKU.assignment([SKU.standard]))
    #expect(done.status == 200)
    #expect(done.json["displayName"] == "Rory Quinn")
    let read = try await fixture.graph(
      "GET", "\(Self.user)?$select=mail,assignedLicenses,assignedPlans,licenseAssignmentStates,proxyAddresses")
    #expect(read.json["assignedLicenses"]?[0]?["skuId"] == .string(SKU.standard))
    let plans = read.json["assignedPlans"]?.arrayValue ?? []
    #expect(plans.contains { $0["service"] == "exchange" && $0["capabilityStatus"] == "Enabled" })
    #expect(read.json["licenseAssignmentStates"]?[0]?["error"] == "None")
    #expect(read.json["mail"] == "rory.quinn@harbourfinch.example")
    #expect(read.json["proxyAddresses"]?[0] == "SMTP:rory.quinn@harbourfinch.example")
    let details = try await fixture.graph("GET", "\(Self.user)/licenseDetails")
    #expect(details.values.map { $0["skuPartNumber"] } == ["O365_BUSINESS_PREMIUM"])
    #expect(try await fixture.graph("GET", "\(Self.user)/mailboxSettings").status == 200)
    #expect(await fixture.count("licensesAssigned") == 1)
  }

  @Test("Repeating an assignment changes nothing and takes no second seat")
  func repetition() async throws {
    let fixture = try await TenantFixture()
    for _ in 0..<2 {
      let reply = try await fixture.graph("POST", "\(Self.user)/assignLicense", json: SKU.assignment([SKU.standard]))
      #expect(reply.status == 200)
    }
    let skus = try await fixture.graph("GET", "/subscribedSkus")
    #expect(skus.values.first { $0["skuId"] == .string(SKU.standard) }?["consumedUnits"] == 9)
  }

  @Test("A plan that is switched off is neither assigned nor gives a mailbox")
  func disabledPlan() async throws {
    let fixture = try await TenantFixture()
    let exchange = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
    let body: JSONValue = [
      "addLicenses": [["skuId": .string(SKU.standard), "disabledPlans": [.string(exchange)]]], "removeLicenses": [],
    ]
    #expect(try await fixture.graph("POST", "\(Self.user)/assignLicense", json: body).status == 200)
    let details = try await fixture.graph("GET", "\(Self.user)/licenseDetails")
    let plan = details.values[0]["servicePlans"]?.arrayValue?.first { $0["servicePlanId"] == .string(exchange) }
    #expect(plan?["provisioningStatus"] == "Disabled")
    #expect(try await fixture.graph("GET", "\(Self.user)/mailboxSettings").outcome == "404 MailboxNotEnabledForRESTAPI")
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    var user = LicenseTests.user
    let body: JSONValue
    let outcome: String
    let message: String
    var testDescription: String { name }
  }

  static let refusals: [Refusal] = [
    Refusal(
      name: "no seat left", body: SKU.assignment([SKU.basic]), outcome: "400 Request_BadRequest",
      message: "Subscription with SKU \(SKU.basic) does not have any available licenses."),
    Refusal(
      name: "no usage location", user: "/users/alex.berg_norsund.example%23EXT%23%40harbourfinch.onmicrosoft.com",
      body: SKU.assignment([SKU.standard]), outcome: "400 Request_BadRequest",
      message: "License assignment cannot be done for user with invalid usage location."),
    Refusal(
      name: "product not bought", body: SKU.assignment(["06ebc4ee-1bb5-47dd-8120-11324bc54e06"]),
      outcome: "400 Request_BadRequest",
      message: "License 06ebc4ee-1bb5-47dd-8120-11324bc54e06 does not correspond to a valid company License."),
    Refusal(
      name: "not assigned", body: SKU.assignment([], removing: [SKU.premium]), outcome: "400 Request_BadRequest",
      message: "User does not have a corresponding license."),
    Refusal(
      name: "array missing", body: ["addLicenses": []], outcome: "400 BadRequest",
      message: "One or more parameters of the operation 'assignLicense' are missing from the request payload. "
        + "The missing parameters are: removeLicenses."),
    Refusal(
      name: "unknown parameter", body: ["addLicenses": [], "removeLicenses": [], "force": true],
      outcome: "400 BadRequest",
      message:
        "The parameter 'force' in the request payload is not a valid parameter for the operation 'assignLicense'."),
    Refusal(
      name: "not a list", body: ["addLicenses": "x", "removeLicenses": []], outcome: "400 Request_BadRequest",
      message: "The parameters 'addLicenses' and 'removeLicenses' must be collections."),
    Refusal(
      name: "not a GUID", body: ["addLicenses": [["skuId": "SPB"]], "removeLicenses": []],
      outcome: "400 Request_BadRequest",
      message: "Invalid value specified for property 'skuId' of resource 'AssignedLicense'."),
    Refusal(
      name: "no SKU", body: ["addLicenses": [["disabledPlans": []]], "removeLicenses": []],
      outcome: "400 Request_BadRequest",
      message: "A value is required for property 'skuId' of resource 'AssignedLicense'."),
    Refusal(
      name: "removing what is no GUID", body: ["addLicenses": [], "removeLicenses": ["SPB"]],
      outcome: "400 Request_BadRequest", message: "The parameter 'removeLicenses' must hold GUIDs."),
    Refusal(
      name: "two mailbox plans", user: "/users/test.user1@harbourfinch.example",
      body: SKU.assignment([SKU.exchangePlan2]), outcome: "400 Request_BadRequest",
      message: "License assignment failed because service plans 9aaf7827-d63c-4b61-89c3-182f06f82e5c, "
        + "efb87545-963c-4e0d-99df-69c6916d9eb0 are mutually exclusive."),
    Refusal(
      name: "a plan without the one it needs", body: SKU.assignment([SKU.archive]), outcome: "400 Request_BadRequest",
      message: "License assignment failed because service plan 176a09a6-7ec5-4039-ac02-b2791c6ba793 depends on the "
        + "service plan(s) 9aaf7827-d63c-4b61-89c3-182f06f82e5c."),
    Refusal(
      name: "a plan of another product",
      body: [
        "addLicenses": [
          ["skuId": .string(SKU.standard), "disabledPlans": ["2049e525-b859-401b-b2a0-e0a31c4b1fe4"]]
        ], "removeLicenses": [],
      ], outcome: "400 Request_BadRequest",
      message: "License assignment failed because service plan 2049e525-b859-401b-b2a0-e0a31c4b1fe4 is not part of the "
        + "license."),
    Refusal(
      name: "nobody", user: "/users/nobody@harbourfinch.example", body: SKU.assignment([SKU.standard]),
      outcome: "404 Request_ResourceNotFound",
      message: "Resource 'nobody@harbourfinch.example' does not exist or one of its queried reference-property objects "
        + "are not present."),
  ]

  @Test("An assignment that breaks a rule is refused, and no seat is taken", arguments: refusals)
  func refuses(_ refusal: Refusal) async throws {
    let fixture = try await TenantFixture()
    let before = try await fixture.graph("GET", "/subscribedSkus")
    let reply = try await fixture.graph("POST", "\(refusal.user)/assignLicense", json: refusal.body)
    #expect(reply.outcome == refusal.outcome)
    #expect(reply.message == refusal.message)
    #expect(try await fixture.graph("GET", "/subscribedSkus").values == before.values)
    #expect(await fixture.count("licensesAssigned") == 0)
  }

  @Test("A product that is suspended has no seats to give")
  func suspended() async throws {
    let standard = try Seed.standard()
    let others = standard.json["products"]?.arrayValue?.filter { $0["partNumber"] != "EXCHANGEENTERPRISE" } ?? []
    let suspended: JSONValue = ["partNumber": "EXCHANGEENTERPRISE", "seats": 5, "status": "Suspended"]
    let fixture = try await TenantFixture(seed: standard.setting("products", to: .array(others + [suspended])))
    let reply = try await fixture.graph(
      "POST", "\(Self.user)/assignLicense", json: SKU.assignment([SKU.exchangePlan2]))
    #expect(reply.message == "Subscription with SKU \(SKU.exchangePlan2) does not have any available licenses.")
  }

  @Test("Of several licences all are assigned or none")
  func allOrNothing() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph(
      "POST", "\(Self.user)/assignLicense", json: SKU.assignment([SKU.standard, SKU.basic]))
    #expect(reply.outcome == "400 Request_BadRequest")
    #expect(try await fixture.graph("GET", "\(Self.user)/licenseDetails").values.isEmpty)
  }

  @Test("Exchanging one licence for another keeps the mailbox; taking the last one puts it out of reach")
  func removal() async throws {
    let fixture = try await TenantFixture()
    let user = "/users/test.user1@harbourfinch.example"
    let swap = SKU.assignment([SKU.premium], removing: [SKU.standard])
    #expect(try await fixture.graph("POST", "\(user)/assignLicense", json: swap).status == 200)
    #expect(try await fixture.graph("GET", "\(user)/mailboxSettings").status == 200)
    let removal = SKU.assignment([], removing: [SKU.premium])
    #expect(try await fixture.graph("POST", "\(user)/assignLicense", json: removal).status == 200)
    #expect(try await fixture.graph("GET", "\(user)/mailboxSettings").outcome == "404 MailboxNotEnabledForRESTAPI")
    #expect(try await fixture.graph("GET", "\(user)?$select=mail").json["mail"] == .null)
    let back = SKU.assignment([SKU.premium])
    #expect(try await fixture.graph("POST", "\(user)/assignLicense", json: back).status == 200)
    #expect(try await fixture.graph("GET", "\(user)/mailboxSettings").status == 200)
  }
}
