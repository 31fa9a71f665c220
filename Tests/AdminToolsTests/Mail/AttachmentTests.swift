import AdminCore
import AdminTools
import Foundation
import TenantSimulator
import TestSupport
import Testing

@Suite("Attachments")
struct AttachmentTests {
  private func folder() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try Data("figures".utf8).write(to: URL(fileURLWithPath: folder.file("figures.txt")))
    return folder
  }

  private func harness(_ folder: TemporaryDirectory, faults: FaultPlan = FaultPlan()) async throws -> AdminHarness {
    try await AdminHarness(settings: [.attachmentFolder: folder.path], faults: faults)
  }

  @Test("A file of the folder goes with the mail, once each, and stands in the plan")
  func attached() async throws {
    let folder = try folder()
    let harness = try await harness(folder)
    let id = try await harness.template(Samples.welcome)
    let arguments = SendTests.arguments(
      id, to: ["nora.keane@harbourfinch.example"], ["attachments": ["figures.txt", "figures.txt"]])
    let plan = try await harness.call("send_from_template", arguments.merging(["dryRun": true]))
    #expect(plan["plan"]?.text.contains("figures.txt (7 bytes)") == true)
    let answer = try await harness.call("send_from_template", arguments)
    #expect(answer["state"] == "sent", "\(answer.json.text)")
    #expect(await harness.counts()["attachmentAdded"] == 1)
  }

  @Test("A large file goes up in parts")
  func large() async throws {
    let folder = try folder()
    try Data(repeating: 7, count: 5 << 20).write(to: URL(fileURLWithPath: folder.file("plan.bin")))
    let harness = try await harness(folder)
    let id = try await harness.template(Samples.welcome)
    let answer = try await harness.call(
      "send_from_template",
      SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"], ["attachments": ["plan.bin"]]))
    #expect(answer["state"] == "sent", "\(answer.json.text)")
    #expect(await harness.counts()["attachmentAdded"] == 1)
  }

  @Test(
    "Nothing outside the folder can be attached",
    arguments: ["../secret", "/etc/passwd", ".hidden", "link", "sub", "missing.txt", "a/b", "pipe"])
  func confined(_ name: String) async throws {
    let folder = try folder()
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "/etc/hostname")
    try FileManager.default.createDirectory(atPath: folder.file("sub"), withIntermediateDirectories: false)
    try Data().write(to: URL(fileURLWithPath: folder.file(".hidden")))
    mkfifo(folder.file("pipe"), 0o600)
    let harness = try await harness(folder)
    let id = try await harness.template(Samples.welcome)
    let answer = try await harness.call(
      "send_from_template",
      SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"], ["attachments": [.string(name)]]))
    #expect(answer.code == "VAL_001", "\(answer.json.text)")
    #expect(await harness.counts()["draftCreated"] == nil)
  }

  @Test("A file that was changed after the plan was approved is not sent")
  func changed() async throws {
    let folder = try folder()
    let harness = try await harness(
      folder, faults: FaultPlan([FaultRule(.delay(.seconds(1)), method: "POST", path: "/v1.0/users/*/messages")]))
    let id = try await harness.template(Samples.welcome)
    let path = folder.file("figures.txt")
    // The draft is made before the file is read a second time.
    harness.transport.onRequest("POST /v1.0/users/*/messages") {
      try? Data("forged!".utf8).write(to: URL(fileURLWithPath: path))
    }
    let answer = try await harness.call(
      "send_from_template",
      SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"], ["attachments": ["figures.txt"]]))
    #expect(answer.isError)
    #expect(answer["message"]?.stringValue?.contains("was changed") == true, "\(answer.json.text)")
    #expect(await harness.counts()["mailSent"] == nil)
    #expect(await harness.counts()["messageDeleted"] == 1, "the draft is taken back")
  }

  @Test(
    "A lost reply while a large file goes up does not attach it twice", arguments: ["POST", "PUT"],
    [Fault.dropAfter, .dropBefore])
  func lostUpload(_ method: String, _ fault: Fault) async throws {
    let folder = try folder()
    try Data(repeating: 7, count: 5 << 20).write(to: URL(fileURLWithPath: folder.file("plan.bin")))
    let path = method == "POST" ? "/v1.0/users/*/messages/*/attachments/createUploadSession" : nil
    let harness = try await harness(folder, faults: FaultPlan([FaultRule(fault, method: method, path: path, times: 1)]))
    let id = try await harness.template(Samples.welcome)
    let answer = try await harness.call(
      "send_from_template",
      SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"], ["attachments": ["plan.bin"]]))
    #expect(answer["state"] == "sent", "\(answer.json.text)")
    #expect(await harness.tenant.report("faults")?.text.contains("\"hits\":1") == true)
    #expect(await harness.counts()["attachmentAdded"] == 1)
    #expect(await harness.counts()["mailSent"] == 1)
  }

  @Test("A lost reply to an attachment does not attach the file twice", arguments: [Fault.dropAfter, .dropBefore])
  func lostReply(_ fault: Fault) async throws {
    let folder = try folder()
    let harness = try await harness(
      folder,
      faults: FaultPlan([FaultRule(fault, method: "POST", path: "/v1.0/users/*/messages/*/attachments", times: 1)]))
    let id = try await harness.template(Samples.welcome)
    let answer = try await harness.call(
      "send_from_template",
      SendTests.arguments(id, to: ["nora.keane@harbourfinch.example"], ["attachments": ["figures.txt"]]))
    #expect(answer["state"] == "sent", "\(answer.json.text)")
    #expect(await harness.counts()["attachmentAdded"] == 1)
  }
}
