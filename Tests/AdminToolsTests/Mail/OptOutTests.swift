import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

@Suite("record_opt_out, and who is left out of a mail")
struct OptOutTests {
  private static let nora = AdminHarness.nora
  private static let owen = "owen.harbour@harbourfinch.example"
  private static let emma = "emma.nolan@harbourfinch.example"
  private static let marketing: [Setting: String] = [.postalAddress: "1 Quay Street, Galway"]

  private static func send(
    _ harness: AdminHarness, _ template: JSONObject, to: JSONValue, _ more: JSONObject = [:],
    as person: PretendPerson? = nil
  ) async throws -> AdminHarness.Answer {
    let id = try await harness.template(template)
    return try await harness.call(
      "send_from_template", SendTests.arguments(id, to: to, more), as: person ?? PretendPerson(.approve))
  }

  private static let named: JSONObject = ["variables": ["name": "Ada"]]

  @discardableResult
  private static func optOut(
    _ harness: AdminHarness, _ address: String, _ scope: String = "marketing"
  ) async throws -> AdminHarness.Answer {
    let answer = try await harness.call(
      "record_opt_out", ["email": .string(address), "scope": .string(scope), "reason": "asked by phone"])
    try #require(!answer.isError, "\(answer.json.text)")
    return answer
  }

  // MARK: Recording

  @Test("An opt-out is recorded once, needs nobody, and can be taken back")
  func recorded() async throws {
    let harness = try await AdminHarness()
    let person = PretendPerson()
    let first = try await harness.call("record_opt_out", ["email": "Ada@Buyer.example"], as: person)
    #expect(
      first["recorded"] == true && first["scope"] == "marketing" && first["verified"] == true, "\(first.json.text)")
    try await harness.timekeeper.sleep(for: .seconds(60))
    let again = try await harness.call("record_opt_out", ["email": "ada@buyer.example"], as: person)
    #expect(again["recorded"] == false && again["effectiveAt"] == first["effectiveAt"], "\(again.json.text)")
    #expect(person.questions.isEmpty)
    #expect(harness.transport.requests.isEmpty, "it is no business of the tenant's")

    #expect(try await !harness.undoing(again).isError)
    let optOuts = try await harness.store().workflowServices.optOuts
    #expect(
      try await optOuts.optOut(of: "ada@buyer.example", .marketing) != nil, "the second call had recorded nothing")
    let undone = try await harness.undoing(first)
    #expect(undone["undone"]?.text.contains("taken back") == true, "\(undone.json.text)")
    #expect(try await optOuts.optOut(of: "ada@buyer.example", .marketing) == nil)
  }

  @Test("A dry run records nothing, and what is no address is refused")
  func notRecorded() async throws {
    let harness = try await AdminHarness()
    let dry = try await harness.call("record_opt_out", ["email": "ada@buyer.example", "scope": "all", "dryRun": true])
    #expect(dry["plan"]?["reversible"] == true)
    #expect(dry["plan"]?["summary"]?.stringValue?.contains("all mail but wire instructions") == true)
    let optOuts = try await harness.store().workflowServices.optOuts
    #expect(try await optOuts.optOut(of: "ada@buyer.example", .all) == nil)
    #expect(try await harness.call("record_opt_out", ["email": "ada"]).isError)
    #expect(try await harness.call("record_opt_out", ["email": "a@b.example", "scope": "wiring"]).code == "VAL_001")
  }

  @Test("The audit trail names nobody")
  func audited() async throws {
    let harness = try await AdminHarness()
    try await Self.optOut(harness, "ada@buyer.example")
    #expect(try await !harness.auditBodies().contains("buyer.example"))
    #expect(try await harness.store().audit.verify().isIntact)
  }

  // MARK: Leaving out

  @Test("Whoever has opted out is left out of to, cc and bcc, whatever the case, and is reported")
  func leftOut() async throws {
    let harness = try await AdminHarness(settings: Self.marketing)
    try await Self.optOut(harness, "Nora.Keane@HARBOURFINCH.example")
    try await Self.optOut(harness, Self.emma, "all")
    let before = await harness.sentMail().count
    let answer = try await Self.send(
      harness, Samples.newsletter, to: [.string(Self.nora), .string(Self.owen)],
      Self.named.merging(["cc": [.string(Self.emma)], "bcc": ["daniel.okafor@harbourfinch.example"]]))
    #expect(answer["state"] == "sent", "\(answer.json.text)")
    #expect(answer["sent"] == 2)
    #expect(Set(answer["optedOut"]?.arrayValue?.compactMap(\.stringValue) ?? []) == [Self.nora, Self.emma])
    #expect(answer["warnings"]?.text.contains("opted out") == true)
    let mail = try #require(await harness.newMail(since: before).first)
    #expect(mail["to"] == [.string(Self.owen)] && mail["cc"] == [])
    #expect(mail["bcc"] == ["daniel.okafor@harbourfinch.example"])
  }

  @Test("Nobody left in to, and somebody in cc, is a mail nevertheless")
  func onlyCopies() async throws {
    let harness = try await AdminHarness(settings: Self.marketing)
    try await Self.optOut(harness, Self.nora)
    let before = await harness.sentMail().count
    let answer = try await Self.send(
      harness, Samples.newsletter, to: [.string(Self.nora)], Self.named.merging(["cc": [.string(Self.owen)]]))
    #expect(answer["state"] == "sent", "\(answer.json.text)")
    #expect(await harness.newMail(since: before).first?["cc"] == [.string(Self.owen)])
  }

  @Test("Where everybody has opted out there is no mail, and that is a success")
  func nobody() async throws {
    let harness = try await AdminHarness(settings: Self.marketing)
    try await Self.optOut(harness, Self.nora)
    let before = await harness.sentMail().count
    let person = PretendPerson()
    let answer = try await Self.send(harness, Samples.newsletter, to: [.string(Self.nora)], Self.named, as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["sent"] == 0 && answer["optedOut"] == [.string(Self.nora)] && answer["state"] == nil)
    #expect(await harness.sentMail().count == before)
    #expect(await harness.counts()["draftCreated"] == nil)
  }

  @Test(
    "Which mail an opt-out keeps away",
    arguments: [
      ("marketing", "marketing", false), ("marketing", "customer_communication", true), ("marketing", "wiring", true),
      ("all", "marketing", false), ("all", "customer_communication", false), ("all", "wiring", true),
    ])
  func scopes(_ scope: String, _ category: String, _ arrives: Bool) async throws {
    let harness = try await AdminHarness(settings: Self.marketing)
    try await Self.optOut(harness, Self.nora, scope)
    let template = ["marketing": Samples.newsletter, "wiring": Samples.wiring][category] ?? Samples.welcome
    let more = category == "marketing" ? Self.named : [:]
    let answer = try await Self.send(harness, template, to: [.string(Self.nora)], more)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["sent"] == (arrives ? 1 : 0))
  }

  @Test("An opt-out that comes between approval and sending is honoured")
  func meanwhile() async throws {
    let harness = try await AdminHarness(settings: Self.marketing)
    let before = await harness.sentMail().count
    let optOuts = try await harness.store().workflowServices.optOuts
    let once = Countdown(1)
    // The last thing that is asked before the plan is made is who the sender is.
    harness.transport.onRequest("GET /v1.0/users/*") {
      guard once.take() else { return }
      _ = try? await optOuts.record(Self.nora, .marketing, reason: nil, source: "elsewhere")
    }
    let person = SlowPerson { _ = try? await optOuts.record(Self.owen, .marketing, reason: nil, source: "elsewhere") }
    let id = try await harness.template(Samples.newsletter)
    let answer = try await harness.call(
      "send_from_template",
      SendTests.arguments(id, to: [.string(Self.nora), .string(Self.owen), "buyer@bank.example"], Self.named),
      in: person.context())
    #expect(answer["state"] == "sent", "\(answer.json.text)")
    #expect(answer["sent"] == 1)
    #expect(Set(answer["optedOut"]?.arrayValue?.compactMap(\.stringValue) ?? []) == [Self.nora, Self.owen])
    #expect(await harness.newMail(since: before).first?["to"] == ["buyer@bank.example"])
  }

  @Test("An approval shows who is left out")
  func shown() async throws {
    let harness = try await AdminHarness(settings: Self.marketing)
    try await Self.optOut(harness, Self.nora)
    let person = PretendPerson(.approve)
    _ = try await Self.send(
      harness, Samples.newsletter, to: [.string(Self.nora), "buyer@bank.example"], Self.named, as: person)
    #expect(person.questions.first?.contains("Left out (opted out): \(Self.nora)") == true, "\(person.questions)")
  }

  // MARK: What the law asks of marketing

  @Test(
    "Each way out that is set is in header and body; one click only where there is an address for it",
    arguments: [true, false])
  func unsubscribe(_ hasURL: Bool) async throws {
    var settings = Self.marketing
    if hasURL { settings[.unsubscribeURL] = "https://harbourfinch.example/out?list=news" }
    let harness = try await AdminHarness(settings: settings)
    let before = await harness.sentMail().count
    _ = try await Self.send(harness, Samples.newsletter, to: [.string(Self.nora)], Self.named)
    let mail = try #require(await harness.newMail(since: before).first)
    let mime = try #require(mail["mime"]?.stringValue)
    #expect(mime.contains("List-Unsubscribe:"))
    #expect(mime.contains("mailto:test.user2@harbourfinch.example?subject=unsubscribe"))
    #expect(mime.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click") == hasURL)
    let body = mail["html"]?.stringValue ?? ""
    #expect(body.contains(hasURL ? "https://harbourfinch.example/out?list=news" : "mailto:test.user2@"), "\(body)")
    #expect(body.contains("1 Quay Street, Galway"))
    #expect(mail["from"] == "test.user2@harbourfinch.example", "the sender is the mailbox that sends")
  }

  @Test(
    "Marketing from somebody who is nobody here, or a guest, is not sent",
    arguments: ["ceo@bank.example", "alex.berg@norsund.example"])
  func sender(_ sender: String) async throws {
    let harness = try await AdminHarness(settings: Self.marketing)
    let answer = try await Self.send(
      harness, Samples.newsletter, to: [.string(Self.nora)], Self.named.merging(["from": .string(sender)]))
    #expect(answer.code == "MAIL_002", "\(answer.json.text)")
    #expect(await harness.counts()["draftCreated"] == nil)
  }

  @Test("A template that hides its way out or its address is not stored as marketing")
  func templates() async throws {
    let harness = try await AdminHarness(settings: Self.marketing)
    for html in [
      "<p>Buy</p><p>{{ postal_address }}</p>", "<p><a href=\"{{ unsubscribe_url }}\">Unsubscribe</a></p>",
      "<p>{{ postal_address }}</p>{% if name %}<a href=\"{{ unsubscribe_url }}\">Unsubscribe</a>{% endif %}",
    ] {
      let answer = try await harness.call(
        "create_email_template", Samples.newsletter.merging(["bodyHtml": .string(html)]))
      #expect(answer.isError, "\(html)")
    }
  }
}

/// Somebody who agrees after a while, in which something happens.
final class SlowPerson: Sendable {
  private let meanwhile: @Sendable () async -> Void

  init(_ meanwhile: @escaping @Sendable () async -> Void) { self.meanwhile = meanwhile }

  func context() -> RequestContext {
    RequestContext(
      id: "1",
      scope: RequestScope(revision: .v20251125, capabilities: ClientCapabilities(["elicitation": [:]]), meta: [:]),
      channel: Channel(meanwhile: meanwhile))
  }

  private struct Channel: ClientChannel {
    let meanwhile: @Sendable () async -> Void

    func report(_ progress: ProgressReport) {}
    func listens(to severity: LogSeverity) -> Bool { false }
    func log(_ severity: LogSeverity, logger: String?, _ data: JSONValue) {}

    func ask(_ request: InputRequest) async -> Result<JSONValue, ChannelFailure> {
      await meanwhile()
      return .success(["action": "accept", "content": ["approve": true]])
    }
  }
}
