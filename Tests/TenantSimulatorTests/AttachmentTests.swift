import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Attachments")
struct AttachmentTests {
  static let file: JSONValue = [
    "@odata.type": "#microsoft.graph.fileAttachment", "name": "terms.txt", "contentType": "text/plain",
    "contentBytes": .string(Base64.encode(Array("These are the terms.".utf8))),
  ]

  private static func draft(_ fixture: TenantFixture) async throws -> String {
    let reply = try await fixture.graph(
      "POST", "\(MessageTests.sender)/messages", json: MessageTests.message(), headers: MessageTests.immutable)
    return "\(MessageTests.sender)/messages/\(reply.id)"
  }

  @Test("A small file is attached in one request and sent with the message")
  func small() async throws {
    let fixture = try await TenantFixture()
    let path = try await Self.draft(fixture)
    let reply = try await fixture.graph("POST", "\(path)/attachments", json: Self.file)
    #expect(reply.status == 201)
    #expect(reply.json["size"] == 20)
    let listed = try await fixture.graph("GET", "\(path)/attachments?$select=name,size")
    #expect(listed.values[0]["name"] == "terms.txt")
    #expect(listed.values[0]["contentBytes"] == nil)
    #expect(try await fixture.graph("GET", path).json["hasAttachments"] == true)
    let expanded = try await fixture.graph("GET", "\(path)?$select=id&$expand=attachments")
    #expect(expanded.json["attachments"]?[0]?["name"] == "terms.txt")
    #expect(try await fixture.graph("POST", "\(path)/send").status == 202)
    let mail = await fixture.tenant.report("sentMail")?[0]
    #expect(mail?["attachments"]?[0]?["name"] == "terms.txt")
    #expect(await fixture.count("attachmentAdded") == 1)
  }

  @Test("An attachment may come with the message itself")
  func inMessage() async throws {
    let fixture = try await TenantFixture()
    let body: JSONValue = ["message": MessageTests.message(changing: ["attachments": [Self.file]])]
    #expect(try await fixture.graph("POST", "\(MessageTests.sender)/sendMail", json: body).status == 202)
    #expect(await fixture.tenant.report("sentMail")?[0]?["attachments"]?[0]?["size"] == 20)
  }

  @Test("A file without its type, or too big for one request, is refused")
  func refusals() async throws {
    let fixture = try await TenantFixture()
    let path = try await Self.draft(fixture)
    let untyped = Self.file.without("@odata.type")
    #expect(try await fixture.graph("POST", "\(path)/attachments", json: untyped).outcome == "400 RequestBodyRead")
    let text = [UInt8](repeating: 0x20, count: (4 << 20) + 1)
    let flood = try await fixture.graph(
      "POST", "\(path)/attachments", text: String(decoding: text, as: UTF8.self), type: "application/json")
    #expect(flood.outcome == "413 RequestEntityTooLarge")
  }

  @Test("A big file is uploaded in pieces, without credentials")
  func upload() async throws {
    let fixture = try await TenantFixture()
    let path = try await Self.draft(fixture)
    let size = 3 << 20 | 100
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let session = try await fixture.graph(
      "POST", "\(path)/attachments/createUploadSession",
      json: ["attachmentItem": ["attachmentType": "file", "name": "plan.pdf", "size": .int(size)]])
    #expect(session.status == 201)
    let url = session.json["uploadUrl"]?.stringValue ?? ""
    let half = 6 * 320 << 10
    func put(_ range: Range<Int>, _ headers: HeaderFields = [:]) async throws -> TenantFixture.Reply {
      let own: HeaderFields = ["Content-Range": "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"]
      return try await fixture.send("PUT", url, body: Array(content[range]), headers: own.merging(headers))
    }
    #expect(try await put(0..<half, ["Authorization": "Bearer \(fixture.token)"]).status == 401)
    #expect(try await put(0..<1_000).outcome == "400 ErrorInvalidRequest")
    #expect(try await put(half..<size).status == 416)
    let first = try await put(0..<half)
    #expect(first.status == 200)
    #expect(first.json["nextExpectedRanges"] == .array([.string("\(half)-")]))
    #expect(try await fixture.send("GET", url).json["nextExpectedRanges"] == .array([.string("\(half)-")]))
    let last = try await put(half..<size)
    #expect(last.status == 201)
    #expect(last.headers["Location"]?.contains("attachments") == true)
    #expect(try await put(0..<half).status == 404)
    let listed = try await fixture.graph("GET", "\(path)/attachments")
    #expect(listed.values[0]["contentBytes"] == .string(Base64.encode(content)))
    #expect(try await fixture.send("PATCH", url).status == 404)
  }

  @Test("A message with more than Exchange sends is refused")
  func tooMuchToSend() async throws {
    let fixture = try await TenantFixture()
    let path = try await Self.draft(fixture)
    let size = 36 << 20
    let session = try await fixture.graph(
      "POST", "\(path)/attachments/createUploadSession",
      json: ["attachmentItem": ["attachmentType": "file", "name": "film.mp4", "size": .int(size)]])
    let piece = 12 * (320 << 10)
    for start in stride(from: 0, to: size, by: piece) {
      let end = min(start + piece, size)
      let range: HeaderFields = ["Content-Range": "bytes \(start)-\(end - 1)/\(size)"]
      let reply = try await fixture.send(
        "PUT", session.json["uploadUrl"]?.stringValue ?? "", body: [UInt8](repeating: 1, count: end - start),
        headers: range)
      #expect(reply.status == (end == size ? 201 : 200))
    }
    #expect(try await fixture.graph("POST", "\(path)/send").outcome == "413 ErrorMessageSizeExceeded")
    #expect(await fixture.count("mailSent") == 0)
  }

  @Test("An upload can be given up, and ends when its message does")
  func uploadEnds() async throws {
    let fixture = try await TenantFixture()
    let path = try await Self.draft(fixture)
    let size = 3 << 20
    let item: JSONValue = ["attachmentItem": ["attachmentType": "file", "name": "a", "size": .int(size)]]
    let first = try await fixture.graph("POST", "\(path)/attachments/createUploadSession", json: item)
    let url = first.json["uploadUrl"]?.stringValue ?? ""
    #expect(try await fixture.send("POST", url).status == 405)
    let wrong: HeaderFields = ["Content-Range": "bytes 5-1/\(size)"]
    #expect(try await fixture.send("PUT", url, body: [1], headers: wrong).status == 400)
    #expect(try await fixture.send("PUT", url, body: [1], headers: ["Content-Range": "0-1/2"]).status == 400)
    #expect(try await fixture.send("PUT", url, body: [1], headers: ["Content-Range": "bytes 0-1"]).status == 400)
    #expect(await fixture.tenant.report("uploads")?[0]?["size"] == .int(size))
    #expect(try await fixture.send("DELETE", url).status == 204)
    #expect(try await fixture.send("GET", url).status == 404)
    let second = try await fixture.graph("POST", "\(path)/attachments/createUploadSession", json: item)
    #expect(try await fixture.graph("DELETE", path).status == 204)
    let range: HeaderFields = ["Content-Range": "bytes 0-\(size - 1)/\(size)"]
    let late = try await fixture.send(
      "PUT", second.json["uploadUrl"]?.stringValue ?? "", body: [UInt8](repeating: 1, count: size), headers: range)
    #expect(late.status == 404)
  }

  @Test(
    "An upload session is for files of 3 to 150 MB",
    arguments: [
      (["attachmentType": "file", "name": "a", "size": 1000], "400 ErrorAttachmentSizeShouldNotBeLessThanMinimumSize"),
      (["attachmentType": "file", "name": "a", "size": 200_000_000], "400 ErrorAttachmentSizeLimitExceeded"),
      (["attachmentType": "item", "name": "a", "size": 4_000_000], "400 ErrorInvalidRequest"),
      (["attachmentType": "file", "size": 4_000_000], "400 ErrorInvalidRequest"),
      (["attachmentType": "file", "name": "a", "size": "4"], "400 RequestBodyRead"),
    ] as [(JSONValue, String)])
  func sessionBounds(_ item: JSONValue, _ outcome: String) async throws {
    let fixture = try await TenantFixture()
    let path = try await Self.draft(fixture)
    let reply = try await fixture.graph(
      "POST", "\(path)/attachments/createUploadSession", json: ["AttachmentItem": item])
    #expect(reply.outcome == outcome)
  }
}
