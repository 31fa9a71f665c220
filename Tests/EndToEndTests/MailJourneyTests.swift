import AdminCore
import Foundation
import TestSupport
import Testing

/// Mailboxes, mail, tracking and add-ins, through the executable, over stdio, against the simulated tenant over HTTP; and
/// everything undone. Once with a tenant that is well, and once with one in which a request in twenty goes wrong.
@Suite("Mail comes, is tracked, and all is as before")
struct MailJourneyTests {
  private static let nora = "nora.keane@harbourfinch.example"

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
    let journey = try await Journey(faultSeed: isFaulted ? 5 : nil)
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
    let journey = try await Journey(faultSeed: isFaulted ? 11 : nil)
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
