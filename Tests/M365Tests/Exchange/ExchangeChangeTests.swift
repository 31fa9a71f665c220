import AdminCore
import M365
import TestSupport
import Testing

@Suite("Making, removing and setting", .timeLimit(.minutes(1)))
struct ExchangeChangeTests {
  private let fixture = ExchangeFixture()

  @Test("What is made is found again where the answer was lost")
  func lostReply() async throws {
    let tag: JSONObject = ["Name": "Tag", "Type": "All", "RetentionAction": "PermanentlyDelete"]
    fixture.transport.on(.post, ExchangeFixture.path, ExchangeFixture.notFound("Tag"))
    fixture.transport.on(.post, ExchangeFixture.path, .failure(HTTPFailure(.interrupted, .maybeSent)))
    fixture.transport.on(
      .post, ExchangeFixture.path, ExchangeFixture.notFound("Tag"), ExchangeFixture.rows(tag))
    let made = try await fixture.exchange.addRetentionTag(named: "Tag", .deletePermanently, after: .seconds(86_400))
    #expect(made.action == .deletePermanently)
    #expect(fixture.calls.map(\.cmdlet).filter { $0.hasPrefix("New-") }.count == 1)
    #expect(fixture.timekeeper.pauses == [.seconds(1)])
  }

  @Test("What was not made after all is told as unclear")
  func lostRequest() async throws {
    fixture.transport.on(.post, ExchangeFixture.path, ExchangeFixture.notFound("Tag"))
    fixture.transport.on(.post, ExchangeFixture.path, .failure(HTTPFailure(.timedOut, .maybeSent)))
    fixture.transport.always(.post, ExchangeFixture.path, ExchangeFixture.notFound("Tag"))
    let error = try await adminError {
      _ = try await fixture.exchange.addRetentionTag(named: "Tag", .delete, after: .seconds(86_400))
    }
    #expect(error.code == .outcomeUnknown)
  }

  @Test("A name that is taken is told before anything is made")
  func nameTaken() async throws {
    fixture.transport.always(.post, ExchangeFixture.path, ExchangeFixture.rows(["Name": "Tag"]))
    let error = try await adminError {
      _ = try await fixture.exchange.addRetentionTag(named: "Tag", .delete, after: .seconds(86_400))
    }
    #expect(error.exchangeFault == .nameTaken)
    #expect(fixture.calls.map(\.cmdlet) == ["Get-RetentionPolicyTag"])
  }

  @Test("Who was quicker in adding or removing is no failure")
  func alreadyThere() async throws {
    let user = try #require(GUID("11111111-0000-0000-0000-00000000000a"))
    let there = ExchangeFixture.refusal(
      "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException", "is a member")
    let gone = ExchangeFixture.refusal("Microsoft.Exchange.Management.Tasks.MemberNotFoundException", "is no member")
    fixture.transport.on(.post, ExchangeFixture.path, ExchangeFixture.rows(), there)
    #expect(try await fixture.exchange.addMember(user, toDistributionGroup: "all@contoso.com") == .none)
    fixture.transport.on(
      .post, ExchangeFixture.path,
      ExchangeFixture.rows(["DisplayName": "Ann", "ExternalDirectoryObjectId": .string(user.text)]), gone)
    #expect(try await fixture.exchange.removeMember(user, fromDistributionGroup: "all@contoso.com") == .none)
    // A lost answer is cleared up by looking again.
    fixture.transport.on(.post, ExchangeFixture.path, ExchangeFixture.rows())
    fixture.transport.on(.post, ExchangeFixture.path, .failure(HTTPFailure(.interrupted, .maybeSent)))
    fixture.transport.on(
      .post, ExchangeFixture.path,
      ExchangeFixture.rows(["DisplayName": "Ann", "ExternalDirectoryObjectId": .string(user.text)]))
    #expect(try await fixture.exchange.addMember(user, toDistributionGroup: "all@contoso.com").hasChanged)
  }

  // MARK: Settings

  @Test("A setting that is as it should be is not written")
  func noOp() async throws {
    fixture.transport.on(.post, ExchangeFixture.path, ExchangeFixture.rows(["ReadReceiptResponse": "NeverSend"]))
    let setting = MailboxSetting(ReadReceiptResponse.self, of: ExchangeFixture.ann)
    #expect(try await fixture.exchange.set(setting, to: ReadReceiptResponse(.never)) == .none)
    #expect(fixture.calls.map(\.cmdlet) == ["Get-MailboxMessageConfiguration"])
  }

  @Test("Reading back goes on until the value shows, or the time is over")
  func readBack() async throws {
    let (old, new) = (
      ExchangeFixture.rows(["ReadReceiptResponse": "NeverSend"]),
      ExchangeFixture.rows(["ReadReceiptResponse": "AlwaysSend"])
    )
    let setting = MailboxSetting(ReadReceiptResponse.self, of: ExchangeFixture.ann)
    fixture.transport.on(.post, ExchangeFixture.path, old, ExchangeFixture.notFound("ann"), new)
    #expect(try await fixture.exchange.shows(setting, ReadReceiptResponse(.always)))
    #expect(fixture.timekeeper.pauses == [.seconds(1), .seconds(2)])
    fixture.transport.always(.post, ExchangeFixture.path, old)
    #expect(try await !fixture.exchange.shows(setting, ReadReceiptResponse(.always), within: .seconds(10)))
    #expect(try await !fixture.exchange.shows(setting, ReadReceiptResponse(.always), within: .zero))
  }
}
