import AdminCore
import M365
import TestSupport
import Testing

@Suite("Licences and mailboxes", .timeLimit(.minutes(1)))
struct GraphLicensesTests {
  private let fixture = GraphFixture()

  private func sku(
    _ id: String, _ part: String, enabled: Int, warning: Int = 0, used: Int = 0, status: String = "Enabled",
    plans: [String] = ["TEAMS1", "EXCHANGE_S_STANDARD"]
  ) -> JSONValue {
    [
      "skuId": .string(id), "skuPartNumber": .string(part), "capabilityStatus": .string(status),
      "consumedUnits": .int(used),
      "prepaidUnits": ["enabled": .int(enabled), "warning": .int(warning), "suspended": 0],
      "servicePlans": .array(plans.map { ["servicePlanId": "P", "servicePlanName": .string($0)] }),
    ]
  }

  private func skus(_ json: JSONValue...) async throws -> [SubscribedSKU] {
    fixture.transport.on(.get, "/v1.0/subscribedSkus", .json(200, ["value": .array(json)]))
    return try await fixture.graph.subscribedSKUs()
  }

  private let standard = "F245ECC8-75af-4f8e-b61f-27d8114de5f3"
  private let premium = "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46"

  @Test("Seats count while a subscription is enabled or in its last days")
  func seats() async throws {
    let found = try await skus(
      sku("a", "A", enabled: 5, warning: 2, used: 6), sku("b", "B", enabled: 5, used: 9),
      sku("c", "C", enabled: 5, status: "Suspended"), sku("d", "D", enabled: 1, status: "Warning", plans: []))
    #expect(found.map(\.seatsLeft) == [1, 0, 0, 1])
    #expect(found.map(\.includesTeams) == [true, true, true, false])
    #expect(found[0].productName == "A")
  }

  @Test("The part number that says Premium is Business Standard")
  func trap() async throws {
    let found = try await skus(sku(standard, "O365_BUSINESS_PREMIUM", enabled: 5))
    #expect(try LicenseCatalogue.resolve("BusinessStandard", among: found).id == standard.lowercased())
    #expect(found[0].productName == "BusinessStandard")
    let error = try await adminError { _ = try LicenseCatalogue.resolve("BusinessPremium", among: found) }
    #expect(error.code == .unknownLicense)
    #expect(error.message.contains("It has: BusinessStandard"))
  }

  @Test("Older, European and Teams-less forms of a product are taken where they have seats")
  func forms() async throws {
    let found = try await skus(
      sku(premium, "SPB", enabled: 1, used: 1),
      sku("a3f586b6-8cce-4d9b-99d6-55238397f77a", "X", enabled: 3, plans: ["EXCHANGE_S_STANDARD"]),
      sku("unlisted", "smb_business_essentials", enabled: 1))
    #expect(try LicenseCatalogue.resolve("businesspremium", among: found).id.hasPrefix("a3f586b6"))
    #expect(try LicenseCatalogue.resolve("BusinessBasic", among: found).id == "unlisted")
    #expect(try LicenseCatalogue.resolve("X", among: found).partNumber == "X")
    #expect(try LicenseCatalogue.resolve("UNLISTED", among: found).id == "unlisted")
    #expect(LicenseCatalogue.name(ofSKU: "nothing") == nil)
  }

  @Test("No seat left, and a licence the tenant does not have, are told apart")
  func refusals() async throws {
    let found = try await skus(sku(premium, "SPB", enabled: 2, used: 2))
    let full = try await adminError { _ = try LicenseCatalogue.resolve("BusinessPremium", among: found) }
    #expect(full.code == .noSeatLeft)
    #expect(full.details?[0]?["used"] == 2)
    let slip = try await adminError { _ = try LicenseCatalogue.resolve("BusinesPremium", among: found) }
    #expect(slip.code == .unknownLicense)
    #expect(slip.message.contains("Did you mean BusinessPremium?"))
    let none = try await adminError { _ = try LicenseCatalogue.resolve("E5", among: []) }
    #expect(none.message.contains("It has: none"))
  }

  @Test("Licences are given and taken as sets, with both lists present")
  func assigns() async throws {
    fixture.transport.on(.post, "/v1.0/users/1/assignLicense", .json(200, [:]), .status(503), .json(200, [:]))
    try await fixture.graph.assignLicenses(to: "1", adding: ["s"])
    #expect(
      fixture.requests[0].json == ["addLicenses": [["skuId": "s", "disabledPlans": []]], "removeLicenses": []])
    try await fixture.graph.assignLicenses(to: "1", adding: [String](), removing: ["s"])
    #expect(fixture.requests.last?.json == ["addLicenses": [], "removeLicenses": ["s"]])
    #expect(fixture.transport.unusedReplies == 0)
  }

  @Test("The licences of a user tell whether they bring a mailbox")
  func details() async throws {
    fixture.transport.on(
      .get, "/v1.0/users/1/licenseDetails",
      .json(
        200,
        [
          "value": .array(
            ["EXCHANGE_S_STANDARD", "EXCHANGE_S_FOUNDATION", "EXCHANGE_S_ARCHIVE_ADDON", "POWER_BI"].map {
              ["skuId": "S", "skuPartNumber": "P", "servicePlans": [["servicePlanName": .string($0)]]]
            })
        ]))
    let found = try await fixture.graph.licenseDetails(of: "1")
    #expect(found.map(\.includesMailbox) == [true, false, false, false])
    #expect(found[0].sku == "s")
    #expect(found[0].partNumber == "P")
  }

  // MARK: Mailboxes

  private func directory(_ more: JSONObject) -> ScriptedTransport.Reply {
    .json(200, .object((["id": "1", "userPrincipalName": "a@x.com"] as JSONObject).merging(more)))
  }

  private let licensed: JSONObject = [
    "assignedLicenses": [["skuId": "s"]],
    "assignedPlans": [["service": "exchange", "capabilityStatus": "Enabled"]],
  ]

  @Test("A mailbox is ready when Exchange shows its settings")
  func ready() async throws {
    fixture.transport.on(.get, "/v1.0/users/*", directory(licensed))
    fixture.transport.on(.get, "/v1.0/users/1/mailboxSettings", .json(200, ["timeZone": "UTC"]))
    #expect(try await fixture.graph.mailboxReadiness(of: "a@x.com") == .ready)
  }

  @Test("Each way of not being ready yet is provisioning")
  func provisioning() async throws {
    for reply in [
      GraphFixture.error(404, "MailboxNotEnabledForRESTAPI", "REST API is not yet supported for this mailbox."),
      GraphFixture.error(404, "ResourceNotFound", "Resource could not be discovered."),
      GraphFixture.error(404, "ErrorInvalidUser"), GraphFixture.error(404, "ErrorItemNotFound"),
    ] {
      let fixture = GraphFixture()
      fixture.transport.always(.get, "/v1.0/users/*", directory(licensed))
      fixture.transport.always(.get, "/v1.0/users/1/mailboxSettings", reply)
      #expect(try await fixture.graph.mailboxReadiness(of: "1") == .provisioning)
    }
    let stale = GraphFixture()
    stale.transport.always(.get, "/v1.0/users/*", directory(licensed))
    stale.transport.always(.get, "/v1.0/users/1/mailboxSettings", GraphFixture.error(503, "MailboxInfoStale"))
    #expect(try await stale.graph.mailboxReadiness(of: "1") == .provisioning)
  }

  @Test("What waiting does not bring is told at once")
  func unavailable() async throws {
    let cases: [(JSONObject, [String], MailboxReadiness)] = [
      (licensed.merging(["userType": "Guest"]), [], .unavailable(.guest)),
      ([:], [], .unavailable(.noExchangePlan)),
      (["assignedLicenses": [["skuId": "s"]]], ["POWER_BI"], .unavailable(.noExchangePlan)),
      (["assignedLicenses": [["skuId": "s"]]], ["EXCHANGE_S_STANDARD"], .provisioning),
      (licensed.merging(["onPremisesSyncEnabled": true]), [], .unavailable(.onPremises)),
      (
        [
          "assignedLicenses": [["skuId": "s"]],
          "assignedPlans": [["service": "exchange", "capabilityStatus": "Deleted"]],
        ], ["POWER_BI"], .unavailable(.noExchangePlan)
      ),
    ]
    for (user, plans, readiness) in cases {
      let fixture = GraphFixture()
      fixture.transport.always(.get, "/v1.0/users/*", directory(user))
      fixture.transport.always(
        .get, "/v1.0/users/1/licenseDetails",
        .json(
          200,
          ["value": [["skuId": "s", "servicePlans": .array(plans.map { ["servicePlanName": .string($0)] })]]]))
      fixture.transport.always(
        .get, "/v1.0/users/1/mailboxSettings", GraphFixture.error(404, "MailboxNotEnabledForRESTAPI"))
      #expect(try await fixture.graph.mailboxReadiness(of: "1") == readiness)
    }
  }

  @Test("A missing permission is no state of the mailbox")
  func permission() async throws {
    fixture.transport.on(.get, "/v1.0/users/*", directory(licensed))
    fixture.transport.on(.get, "/v1.0/users/1/mailboxSettings", GraphFixture.error(403, "ErrorAccessDenied"))
    let error = try await adminError { _ = try await fixture.graph.mailboxReadiness(of: "1") }
    #expect(error.code == .permissionDenied)
  }

  @Test("Waiting for a mailbox ends with it, or with the deadline, and reports on the way")
  func waits() async throws {
    fixture.transport.always(.get, "/v1.0/users/*", directory(licensed))
    fixture.transport.on(
      .get, "/v1.0/users/1/mailboxSettings", GraphFixture.error(404, "MailboxNotEnabledForRESTAPI"),
      GraphFixture.error(404, "MailboxNotEnabledForRESTAPI"), .json(200, [:]))
    let progress = ProgressLog()
    let readiness = try await fixture.graph.waitForMailbox(of: "1", deadline: .seconds(600)) { elapsed in
      await progress.add(elapsed)
    }
    #expect(readiness == .ready)
    #expect(await progress.all == [0, 2, 5].map { .seconds($0) })

    fixture.transport.always(
      .get, "/v1.0/users/1/mailboxSettings", GraphFixture.error(404, "MailboxNotEnabledForRESTAPI"))
    let late = try await fixture.graph.waitForMailbox(of: "1", deadline: .seconds(30))
    #expect(late == .provisioning)
  }

  @Test("A licence that does not show at once is waited for, and an outage too, but not for ever")
  func lateLicense() async throws {
    fixture.transport.on(.get, "/v1.0/users/*", directory([:]), directory([:]))
    for _ in 0..<5 { fixture.transport.on(.get, "/v1.0/users/*", .status(503)) }
    fixture.transport.on(.get, "/v1.0/users/*", directory(licensed))
    fixture.transport.on(.get, "/v1.0/users/1/mailboxSettings", .json(200, [:]))
    #expect(try await fixture.graph.waitForMailbox(of: "1", deadline: .seconds(600)) == .ready)

    let never = GraphFixture()
    never.transport.always(.get, "/v1.0/users/*", directory([:]))
    let found = try await never.graph.waitForMailbox(of: "1", deadline: .seconds(600))
    #expect(found == .unavailable(.noExchangePlan))
    #expect(never.timekeeper.uptime() >= .seconds(60) && never.timekeeper.uptime() < .seconds(120))
    let soon = GraphFixture()
    soon.transport.always(.get, "/v1.0/users/*", directory([:]))
    #expect(
      try await soon.graph.waitForMailbox(of: "1", deadline: .seconds(10)) == .unavailable(.noExchangePlan))
  }

  @Test("An outage is no state of the mailbox")
  func outage() async throws {
    fixture.transport.on(.get, "/v1.0/users/*", directory(licensed))
    fixture.transport.always(.get, "/v1.0/users/1/mailboxSettings", .status(503))
    let error = try await adminError { _ = try await fixture.graph.mailboxReadiness(of: "1") }
    #expect(error.code == .graphFailed)
  }

  @Test("Settings are read and changed member by member")
  func settings() async throws {
    fixture.transport.on(.patch, "/v1.0/users/1/mailboxSettings", .json(200, ["timeZone": "W. Europe Standard Time"]))
    let after = try await fixture.graph.updateMailboxSettings(of: "1", ["timeZone": "W. Europe Standard Time"])
    #expect(after["timeZone"] == "W. Europe Standard Time")
    #expect(fixture.requests[0].json == ["timeZone": "W. Europe Standard Time"])
    #expect(fixture.requests[0].request.headers["Prefer"] == #"IdType="ImmutableId""#)
  }
}

private actor ProgressLog {
  private(set) var all: [Duration] = []
  func add(_ elapsed: Duration) { all.append(elapsed) }
}
