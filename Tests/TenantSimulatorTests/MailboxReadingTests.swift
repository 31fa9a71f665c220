import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Reading a mailbox")
struct MailboxReadingTests {
  @Test("Messages are listed newest first, filtered, sorted and paged")
  func lists() async throws {
    let fixture = try await TenantFixture()
    for index in 1...12 {
      let body: JSONValue = ["message": MessageTests.message("Mail \(index)")]
      #expect(try await fixture.graph("POST", "\(MessageTests.sender)/sendMail", json: body).status == 202)
    }
    let path = "\(MessageTests.sender)/mailFolders/sentitems/messages?$select=subject"
    let first = try await fixture.graph("GET", path + "&$count=true")
    #expect(first.values.count == 10)
    #expect(first.values[0]["subject"] == "Mail 12")
    #expect(first.values[0]["id"] != nil)
    #expect(first.json["@odata.count"] == 13)
    let link = first.json["@odata.nextLink"]?.stringValue ?? ""
    #expect(link.hasSuffix("$skip=10"))
    let second = try await fixture.send("GET", link, headers: ["Authorization": "Bearer \(fixture.token)"])
    #expect(second.values.map { $0["subject"] } == ["Mail 2", "Mail 1", "Closing 2214 moves to Thursday"])
    let filter = "&$filter=contains(subject,'11')%20and%20sentDateTime%20ge%202026-01-05T00:00:00Z"
    #expect(try await fixture.graph("GET", path + filter).values.map { $0["subject"] } == ["Mail 11"])
    let before = "&$filter=sentDateTime%20lt%202026-01-05T00:00:00Z%20and%20sentDateTime%20gt%202026-01-02T00:00:00Z"
    #expect(try await fixture.graph("GET", path + before).values.count == 1)
    let until = "&$filter=sentDateTime%20le%202026-01-02T08:00:00Z%20and%20isRead%20ne%20false"
    #expect(try await fixture.graph("GET", path + until).values.count == 1)
    let to = "&$filter=from/emailAddress/address%20eq%20'aoife.walsh@harbourfinch.example'&$top=1"
    #expect(try await fixture.graph("GET", path + to).values.count == 1)
    let inefficient = "&$filter=subject%20eq%20'Mail%201'&$orderby=sentDateTime"
    #expect(try await fixture.graph("GET", path + inefficient).outcome == "400 InefficientFilter")
    let fine = "&$filter=sentDateTime%20ge%202026-01-01T00:00:00Z&$orderby=sentDateTime&$top=1"
    #expect(try await fixture.graph("GET", path + fine).values[0]["subject"] == "Closing 2214 moves to Thursday")
    #expect(try await fixture.graph("GET", "\(MessageTests.sender)/messages?$top=1").values.count == 1)
    #expect(try await fixture.graph("GET", "\(MessageTests.sender)/mailFolders/nothing/messages").status == 404)
  }

  @Test("A message is found in its own folder only")
  func messageInFolder() async throws {
    let fixture = try await TenantFixture()
    let draft = try await fixture.graph("POST", "\(MessageTests.sender)/messages", json: MessageTests.message())
    #expect(
      try await fixture.graph("GET", "\(MessageTests.sender)/mailFolders/drafts/messages/\(draft.id)").status == 200)
    #expect(
      try await fixture.graph("GET", "\(MessageTests.sender)/mailFolders/inbox/messages/\(draft.id)").status == 404)
  }

  @Test("The folders count what is in them")
  func folders() async throws {
    let fixture = try await TenantFixture()
    let list = try await fixture.graph("GET", "/users/nora.keane@harbourfinch.example/mailFolders")
    #expect(list.values.map { $0["displayName"] }.contains("Sent Items"))
    let filled = try await fixture.graph(
      "GET", "/users/nora.keane@harbourfinch.example/mailFolders?$filter=totalItemCount%20gt%200")
    #expect(filled.values.map { $0["displayName"] } == ["Inbox"])
    let inbox = try await fixture.graph("GET", "/users/nora.keane@harbourfinch.example/mailFolders/Inbox")
    #expect(inbox.json["totalItemCount"] == 1)
    #expect(inbox.json["unreadItemCount"] == 1)
    #expect(
      try await fixture.graph("GET", "/users/nora.keane@harbourfinch.example/mailFolders/x").outcome
        == "404 ErrorItemNotFound")
  }

  @Test("Mail tips tell who is away, who is outside and who does not exist")
  func mailTips() async throws {
    let fixture = try await TenantFixture()
    let body: JSONValue = [
      "emailAddresses": ["priya.raman@harbourfinch.example", "a@bank.example", "nobody@harbourfinch.example"],
      "mailTipsOptions": .string(
        "automaticReplies,mailboxFullStatus, deliveryRestriction,recipientScope,maxMessageSize,moderationStatus,"
          + "customMailTip,totalMemberCount,externalMemberCount"),
    ]
    let reply = try await fixture.graph("POST", "\(MessageTests.sender)/getMailTips", json: body)
    #expect(reply.status == 200)
    #expect(reply.values[0]["automaticReplies"]?["message"]?.stringValue?.contains("away until Monday") == true)
    #expect(reply.values[1]["recipientScope"] == "external")
    #expect(reply.values[1]["externalMemberCount"] == 1)
    #expect(reply.values[2]["error"]?["code"] == "RecipientNotFound")
    let wrong: JSONValue = ["emailAddresses": ["a@b.example"], "mailTipsOptions": "weather"]
    #expect(
      try await fixture.graph("POST", "\(MessageTests.sender)/getMailTips", json: wrong).outcome
        == "400 RequestBodyRead")
    let noList: JSONValue = ["emailAddresses": "a@b.example"]
    #expect(
      try await fixture.graph("POST", "\(MessageTests.sender)/getMailTips", json: noList).outcome
        == "400 RequestBodyRead")
  }

  @Test(
    "A mailbox that is not there answers so",
    arguments: [
      (
        "nobody@harbourfinch.example", "404 ErrorInvalidUser",
        "The requested user 'nobody@harbourfinch.example' is invalid."
      ),
      (
        "rory.quinn@harbourfinch.example", "404 MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
      ),
    ])
  func noMailbox(_ user: String, _ outcome: String, _ message: String) async throws {
    let fixture = try await TenantFixture()
    for path in ["messages", "mailboxSettings", "mailFolders"] {
      let reply = try await fixture.graph("GET", "/users/\(user)/\(path)")
      #expect(reply.outcome == outcome)
      #expect(reply.message == message)
    }
  }
}
