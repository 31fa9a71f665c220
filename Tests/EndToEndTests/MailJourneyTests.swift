import AdminCore
import Foundation
import TestSupport
import Testing

/// Mailboxes, mail, tracking and add-ins, through the executable, over stdio, against the simulated tenant over HTTP; and
/// everything undone. Once with a tenant that is well, and once with one in which a request in twenty goes wrong.
@Suite("Mail comes, is tracked, and all is as before")
struct MailJourneyTests {
  private static let nora = "nora.keane@harbourfinch.example"

  /// One journey: a session, what it was like before, and what every call took.
  private final class Journey {
    let installation: Installation
    let record: TemporaryDirectory
    let server: MCPChildProcess
    let before: Set<String>
    private var operations: [JSONValue] = []
    private var times: [String] = []

    init(isFaulted: Bool) async throws {
      record = try TemporaryDirectory()
      installation = try await Installation(
        simulator: ["--lag", "0.2", "--record", record.file("http.jsonl")],
        settings: ["M365_APPROVED_RECIPIENT_DOMAINS": "harbourfinch.example"])
      before = try await Self.tenant(installation)
      if isFaulted {
        try await installation.simulator.setFaults(["random": ["rate": 0.05, "seed": 11]])
      }
      server = try installation.serve()
      server.client.answerRequests { method, _ in
        method == "elicitation/create" ? ["action": "accept", "content": ["approve": true]] : nil
      }
      _ = try await server.client.initialize(capabilities: ["elicitation": [:]])
    }

    /// - Parameter isKept: what is not taken back at the end, because a later call takes it back or nothing does.
    func call(_ tool: String, _ arguments: JSONObject, isKept: Bool = false) async throws -> JSONValue {
      let clock = ContinuousClock()
      let start = clock.now
      let answer = try await server.client.call(tool, arguments)
      times.append("\(tool) \(start.duration(to: clock.now).components.seconds) s")
      #expect(!answer.isError, "\(tool): \(answer.json.text)")
      if !isKept, let id = answer.json["operationId"] { operations.append(id) }
      return answer.json
    }

    /// Takes everything back, last first, and holds the tenant against its start.
    func end(secrets: [String] = []) async throws {
      for id in operations.reversed() { _ = try await call("undo_operation", ["operationId": id], isKept: true) }
      await server.client.close()
      #expect(await server.end() == .status(0))
      let requests = try await installation.simulator.state("requests").arrayValue ?? []
      let served = requests.count {
        ($0["status"]?.intValue ?? 599) < 500 && $0["status"] != 429 && $0["fault"] != "drop_after"
      }
      print("\(times.joined(separator: ", ")); \(served) of \(requests.count) requests answered at once")
      try await installation.simulator.setFaults([])

      let after = try await Self.tenant(installation)
      #expect(after == before, "\(before.symmetricDifference(after).sorted())")
      let verified = try await installation.command(["audit", "verify"])
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
      for secret in secrets { try installation.expectNoSecrets(secret) }
      if MCPContract.reasonToSkip == nil {
        #expect(try MCPContract.complaints(about: [server.client.transcript]).isEmpty)
        #expect(try MCPContract.complaints(aboutHTTP: record.file("http.jsonl")).isEmpty)
      } else {
        print("skipped: contract of the journey: \(MCPContract.reasonToSkip ?? "")")
      }
    }

    /// Users, mailboxes and the organisation's settings; mail itself stays.
    private static func tenant(_ installation: Installation) async throws -> Set<String> {
      let users = try await installation.simulator.state("users").arrayValue ?? []
      let mailboxes = try await installation.simulator.state("mailboxes").arrayValue ?? []
      let exchange = try await installation.simulator.state("exchange").objectValue ?? [:]
      return Set(
        users.map { user in
          ["userPrincipalName", "accountEnabled", "displayName", "licenses"].map { user[$0]?.text ?? "" }
            .joined(separator: " ")
        }
          + mailboxes.filter { $0["isInactive"] != true }.map { mailbox in
            ["address", "settings", "configuration", "rules"].map { mailbox[$0]?.text ?? "" }.joined(separator: " ")
          } + exchange.map { "\($0.key) \($0.value.text)" })
    }

    /// The rows of the trace of one message, once they say what became of it.
    func trace(_ messageID: JSONValue?, rows: Int) async throws -> [JSONValue] {
      let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
      var found: [JSONValue] = []
      for _ in 0..<30 {
        found =
          try await call(
            "get_message_tracking_logs",
            [
              "startDate": .string((now - .seconds(86_400)).iso8601),
              "endDate": .string((now + .seconds(86_400)).iso8601),
              "messageId": try #require(messageID), "details": true,
            ])["items"]?.arrayValue ?? []
        if found.count == rows, !found.contains(where: { $0["status"] == "gettingStatus" }) { return found }
        try await Task.sleep(for: .milliseconds(200))
      }
      return found
    }
  }

  private static let template: JSONObject = [
    "templateName": "Closing moved", "subject": "Closing {{ reference }} moves", "category": "customer_communication",
    "bodyHtml": "<p>Dear {{ name }}, closing {{ reference }} moves to Thursday.</p>",
    "variables": ["name", "reference"],
  ]

  private static func mail(_ template: JSONValue?, to: JSONValue, _ more: JSONObject = [:]) -> JSONObject {
    let base: JSONObject = [
      "templateId": template ?? .null, "to": to, "variables": ["name": "Ada", "reference": "2214"],
    ]
    return base.merging(more)
  }

  @Test(
    "A user comes, the mailbox is set up, mail arrives and is forwarded; a template is sent and traced",
    arguments: [false, true])
  func mailboxes(_ isFaulted: Bool) async throws {
    let journey = try await Journey(isFaulted: isFaulted)
    let email = "ada.lovelace@\(journey.installation.domain)"
    let user = try await journey.call(
      "create_user", ["email": .string(email), "displayName": "Ada Lovelace", "license": "BusinessStandard"])
    #expect(user["mailbox"] == "ready", "\(user.text)")
    let mailbox = try await journey.call(
      "configure_mailbox",
      [
        "userEmail": .string(email),
        "settings": [
          "timeZone": "W. Europe Standard Time", "readReceiptResponse": "never",
          "automaticReplies": ["status": "alwaysEnabled", "internalReplyMessage": "I start on Monday."],
          "forwardingRules": [
            ["forwardTo": [.string(Self.nora)]],
            [
              "name": "Closings", "redirectTo": ["daniel.okafor@harbourfinch.example"],
              "conditions": ["subjectContains": ["Closing"]],
            ],
          ],
        ],
      ])
    #expect(mailbox["changed"] == true && mailbox["verified"] == true, "\(mailbox.text)")

    let template = try await journey.call("create_email_template", Self.template, isKept: true)
    let foreseen = try await journey.call(
      "send_from_template", Self.mail(template["templateId"], to: [.string(email)], ["dryRun": true]), isKept: true)
    #expect(foreseen["warnings"]?.text.contains("I start on Monday") == true, "\(foreseen.text)")
    let sent = try await journey.call(
      "send_from_template", Self.mail(template["templateId"], to: [.string(email), "ghost@harbourfinch.example"]),
      isKept: true)
    #expect(sent["state"] == "sent", "\(sent.text)")
    let rows = try await journey.trace(sent["internetMessageId"], rows: 4)
    let statuses = Dictionary(
      rows.map { ($0["recipientAddress"]?.stringValue ?? "", $0["status"]?.stringValue ?? "") }
    ) { first, _ in first }
    #expect(
      statuses == [
        email: "delivered", "ghost@harbourfinch.example": "failed", Self.nora: "delivered",
        "daniel.okafor@harbourfinch.example": "delivered",
      ], "\(rows)")
    #expect(rows.allSatisfy { $0["templateId"] == template["templateId"] && $0["operationId"] == sent["operationId"] })
    #expect(rows.first { $0["status"] == "failed" }?["events"]?.arrayValue?.count == 2)
    #expect(try await journey.installation.simulator.sentMail(subject: "Closing 2214 moves") == 1)

    let gone = try await journey.call(
      "delete_email_template", ["templateId": template["templateId"] ?? .null], isKept: true)
    #expect(gone["operationId"] != nil)
    try await journey.end(secrets: [user["password"]?.stringValue ?? ""])
  }

  @Test("Tracking is set, mail is sent and read of in the logs; an add-in comes and goes", arguments: [false, true])
  func tracking(_ isFaulted: Bool) async throws {
    let journey = try await Journey(isFaulted: isFaulted)
    let tracking = try await journey.call(
      "configure_tracking",
      ["scope": "organization", "readReceipts": true, "deliveryReceipts": false, "messageTracking": true])
    #expect(tracking["changed"] == true && tracking["verified"] == true, "\(tracking.text)")
    let settings = try await journey.server.client.result("resources/read", ["uri": "m365://tracking-settings"])
    #expect(settings["contents"]?.text.contains(#"\"readTracking\":true"#) == true, "\(settings.text)")

    let template = try await journey.call("create_email_template", Self.template)
    let sent = try await journey.call(
      "send_from_template",
      Self.mail(template["templateId"], to: [.string(Self.nora)], ["readReceipt": true, "deliveryReceipt": true]),
      isKept: true)
    #expect(sent["state"] == "sent", "\(sent.text)")
    let rows = try await journey.trace(sent["internetMessageId"], rows: 1)
    #expect(rows.first?["status"] == "delivered", "\(rows)")
    #expect(rows.first?["operationId"] == sent["operationId"])
    #expect(rows.first?["events"]?.arrayValue?.compactMap { $0["event"]?.stringValue } == ["Receive", "Deliver"])

    let addIn: JSONObject = [
      "addinManifestUrl": .string(journey.installation.simulator["sampleManifest"]), "deploymentScope": "specificUsers",
      "targetUsers": [.string(Self.nora)],
    ]
    let deployed = try await journey.call("deploy_outlook_addin", addIn)
    #expect(deployed["state"] == "deployed" && deployed["verified"] == true, "\(deployed.text)")
    let again = try await journey.call("deploy_outlook_addin", addIn, isKept: true)
    #expect(again["state"] == "unchanged", "\(again.text)")
    let apps = try await journey.installation.simulator.state("exchange")["apps"]
    #expect(apps?[0]?["UserList"] == [.string(Self.nora)], "\(apps?.text ?? "")")
    try await journey.end()
  }
}
