import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Mailbox settings")
struct MailboxSettingsTests {
  private static let path = "/users/aoife.walsh@harbourfinch.example/mailboxSettings"

  @Test("Settings are changed one at a time and read back as the service gives them")
  func change() async throws {
    let fixture = try await TenantFixture()
    let before = try await fixture.graph("GET", Self.path)
    #expect(before.json["userPurpose"] == "user")
    let reply = try await fixture.graph(
      "PATCH", Self.path,
      json: [
        "automaticRepliesSetting": [
          "status": "Scheduled", "externalAudience": "all", "internalReplyMessage": "Away",
          "externalReplyMessage": "<html>Away</html>",
          "scheduledStartDateTime": ["dateTime": "2026-02-01T08:00:00", "timeZone": "UTC"],
          "scheduledEndDateTime": ["dateTime": "2026-02-02T08:00:00", "timeZone": "UTC"],
        ]
      ])
    #expect(reply.status == 200)
    let setting = reply.json["automaticRepliesSetting"]
    #expect(setting?["status"] == "scheduled")
    #expect(setting?["internalReplyMessage"] == "<html>\n<body>\nAway\n</body>\n</html>\n")
    #expect(setting?["externalReplyMessage"] == "<html>Away</html>")
    #expect(setting?["scheduledStartDateTime"]?["dateTime"] == "2026-02-01T08:00:00.0000000")
    #expect(reply.json["timeZone"] == before.json["timeZone"])
    let german = try await fixture.graph(
      "PATCH", Self.path, json: ["language": ["locale": "de-de"], "timeZone": "W. Europe Standard Time"])
    #expect(german.json["language"]?["displayName"] == "German (Germany)")
    #expect(german.json["dateFormat"] == "dd.MM.yyyy")
    let format = try await fixture.graph("PATCH", Self.path, json: ["dateFormat": "yyyy-MM-dd", "timeFormat": "H:mm"])
    #expect(format.json["dateFormat"] == "yyyy-MM-dd")
    let selected = try await fixture.graph("GET", "\(Self.path)?$select=timeZone")
    #expect(selected.json["timeZone"] == "W. Europe Standard Time")
    #expect(selected.json["language"] == nil)
    #expect(await fixture.count("mailboxSettingsChanged") == 3)
  }

  @Test(
    "Settings that do not fit together are refused, and nothing changes",
    arguments: [
      (["automaticRepliesSetting": ["status": "sometimes"]], "400 RequestBodyRead"),
      (["automaticRepliesSetting": ["status": "scheduled"]], "400 ErrorInvalidScheduledOofDuration"),
      (
        [
          "automaticRepliesSetting": [
            "status": "scheduled", "scheduledStartDateTime": ["dateTime": "2026-02-02T08:00:00", "timeZone": "UTC"],
            "scheduledEndDateTime": ["dateTime": "2026-02-02T08:00:00", "timeZone": "UTC"],
          ]
        ], "400 ErrorInvalidScheduledOofDuration"
      ),
      (
        [
          "automaticRepliesSetting": [
            "scheduledStartDateTime": ["dateTime": "2026-02-02T08:00:00Z", "timeZone": "UTC"]
          ]
        ], "400 ErrorInvalidRequest"
      ),
      (
        [
          "automaticRepliesSetting": [
            "scheduledStartDateTime": ["dateTime": "2026-02-02T08:00:00", "timeZone": "Mars"]
          ]
        ], "400 ErrorPropertyValidationFailure"
      ),
      (["timeZone": "Mars"], "400 ErrorPropertyValidationFailure"),
      (["language": ["locale": "xx-XX"]], "400 ErrorPropertyValidationFailure"),
      (["dateFormat": "dd.MM.yyyy"], "400 ErrorPropertyValidationFailure"),
      (["userPurpose": "room"], "400 ErrorInvalidPropertySet"), (["signature": "x"], "400 RequestBodyRead"),
      (["workingHours": ["daysOfWeek": ["someday"]]], "400 RequestBodyRead"),
    ] as [(JSONValue, String)])
  func refusals(_ body: JSONValue, _ outcome: String) async throws {
    let fixture = try await TenantFixture()
    let before = try await fixture.graph("GET", Self.path)
    #expect(try await fixture.graph("PATCH", Self.path, json: body).outcome == outcome)
    #expect(try await fixture.graph("GET", Self.path).json == before.json)
  }

  @Test("Whether somebody is away follows the clock")
  func schedule() async throws {
    let fixture = try await TenantFixture()
    let body: JSONValue = [
      "automaticRepliesSetting": [
        "status": "scheduled", "internalReplyMessage": "Away",
        "scheduledStartDateTime": ["dateTime": "2026-01-05T09:00:00", "timeZone": "UTC"],
        "scheduledEndDateTime": ["dateTime": "2026-01-05T09:30:00", "timeZone": "UTC"],
      ],
      "workingHours": ["daysOfWeek": ["monday"], "startTime": "08:00:00.0000000"],
    ]
    #expect(try await fixture.graph("PATCH", Self.path, json: body).status == 200)
    let tips: JSONValue = [
      "emailAddresses": ["aoife.walsh@harbourfinch.example"], "mailTipsOptions": "automaticReplies",
    ]
    func message() async throws -> String {
      let token = try await fixture.tenant.issueToken(TokenOrder(.graph))
      let reply = try await fixture.graph("POST", "\(MessageTests.sender)/getMailTips", json: tips, token: token)
      return reply.values[0]["automaticReplies"]?["message"]?.stringValue ?? "?"
    }
    #expect(try await message() == "")
    fixture.timekeeper.advance(by: .seconds(3_900))
    #expect(try await message().contains("Away"))
    fixture.timekeeper.advance(by: .seconds(3_600))
    #expect(try await message() == "")
  }
}
