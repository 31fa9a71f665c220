import AdminCore
import AdminTools
import Cryptography
import Foundation
import Store
import TestSupport
import Testing

/// A person approves what is attached, and not a name and a size.
@Suite("Approval of attachments")
struct AttachmentApprovalTests {
  private static let approved = "figures"
  private static let other = "forged!"

  private struct Asked {
    let harness: AdminHarness
    let folder: TemporaryDirectory
    let call: JSONObject
    let answer: AdminHarness.Answer
    let sent: Int

    func put(_ content: String) throws {
      try Data(content.utf8).write(to: URL(fileURLWithPath: folder.file("figures.txt")))
    }
  }

  /// A mail that needs approval, asked for by a client that cannot ask anybody.
  private func asked(_ settings: [Setting: String] = [:]) async throws -> Asked {
    let folder = try TemporaryDirectory()
    try Data(Self.approved.utf8).write(to: URL(fileURLWithPath: folder.file("figures.txt")))
    let harness = try await AdminHarness(settings: settings.merging([.attachmentFolder: folder.path]) { $1 })
    let id = try await harness.template(Samples.welcome)
    let call = SendTests.arguments(id, to: ["buyer@bank.example"], ["attachments": ["figures.txt"]])
    let sent = await harness.sentMail().count
    let answer = try await harness.call("send_from_template", call, as: PretendPerson())
    #expect(answer.code == "CONF_001", "\(answer.json.text)")
    return Asked(harness: harness, folder: folder, call: call, answer: answer, sent: sent)
  }

  @Test("The plan shows the beginning of the file's digest")
  func shown() async throws {
    let asked = try await asked()
    let digest = Hex.encode(SHA256.hash(Array(Self.approved.utf8))).prefix(12)
    let plan = asked.answer["details"]?["plan"]?.text ?? ""
    #expect(plan.contains("figures.txt (7 bytes), SHA-256 \(digest)"), "\(plan)")
  }

  @Test("A file replaced by one of the same size after the approval is not sent; the one that was approved is")
  func inTerminal() async throws {
    let asked = try await asked()
    let harness = asked.harness
    let id = try #require(asked.answer["details"]?["planId"]?.stringValue.flatMap(LocalID.init))
    _ = try await harness.store().approvals.approve(id, by: "local:1000:tester")

    try asked.put(Self.other)
    let again = try await harness.call("send_from_template", asked.call, as: PretendPerson())
    #expect(again.code == "CONF_001", "\(again.json.text)")
    let second = again["details"]?["planId"]?.stringValue
    #expect(second != nil && second != id.text, "the other file needs an approval of its own")
    #expect(await harness.counts()["draftCreated"] == nil, "nothing was begun")
    #expect(await harness.sentMail().count == asked.sent, "nothing was sent")

    try asked.put(Self.approved)
    let sent = try await harness.call("send_from_template", asked.call, as: PretendPerson())
    #expect(sent["state"] == "sent", "\(sent.json.text)")
  }

  @Test("A token is for the file that was there when it was given")
  func byToken() async throws {
    let asked = try await asked([.tokenApproval: "true"])
    let harness = asked.harness
    let confirmed = asked.call.merging(["confirm": try #require(asked.answer["details"]?["confirmationToken"])])
    try asked.put(Self.other)
    let swapped = try await harness.call("send_from_template", confirmed, as: PretendPerson())
    #expect(swapped.code == "CONF_001", "\(swapped.json.text)")
    #expect(await harness.counts()["draftCreated"] == nil, "nothing was begun")
    #expect(await harness.sentMail().count == asked.sent, "nothing was sent")

    try asked.put(Self.approved)
    let sent = try await harness.call("send_from_template", confirmed, as: PretendPerson())
    #expect(sent["state"] == "sent", "\(sent.json.text)")
  }
}
