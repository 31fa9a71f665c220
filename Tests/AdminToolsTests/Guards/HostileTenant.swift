import Access
import AdminCore
import AdminTools
import Foundation
import M365
import MCPProtocol
import Store
import Synchronization
import TenantSimulator
import TestSupport

/// A tenant in which somebody has written the same hostile text wherever people may write, and a store that holds it as
/// well. What was asked for by this program the tenant tells as it was asked, or nothing could be verified.
final class HostileTenant: Sendable {
  let harness: AdminHarness
  let hostile: HostileText
  /// Who is asked, and told of progress.
  let person = PretendPerson(.approve)
  let stored: Stored

  /// What the store holds before anything is called.
  struct Stored: Sendable {
    let templateID: String
    let operationID: String
    let tenantID: String
    static let personaID = "hostile"

    var persona: JSONObject { ["tenantId": .string(tenantID), "personaId": .string(Self.personaID)] }
  }

  private struct Asked {
    var requests = 0
    var texts: Set<String> = []
  }

  private let asked = Mutex(Asked())
  private let operation = Mutex<JSONValue>(.null)

  init(_ hostile: HostileText) async throws {
    self.hostile = hostile
    harness = try await AdminHarness(settings: [.toolsets: "all"])
    stored = try await Self.fill(harness, hostile)
    harness.transport.rewriteAnswers { [weak self] response in self?.spoiled(response) ?? response }
  }

  /// The operation of the last call that was one.
  var lastOperation: JSONValue { operation.withLock { $0 } }

  func note(_ answer: AdminHarness.Answer) {
    if let id = answer["operationId"] { operation.withLock { $0 = id } }
  }

  // MARK: The tenant

  /// What people of the tenant, and its services, may write freely.
  private static let members: Set<String> = [
    "displayName", "description", "subject", "jobTitle", "department", "givenName", "surname", "message", "city",
    "Subject", "Comment", "Description", "DisplayName", "InternalMessage", "ExternalMessage", "title", "classification",
    "internalReplyMessage", "externalReplyMessage", "senderAddress", "companyName", "officeLocation",
  ]

  private func spoiled(_ response: HTTPResponse) -> HTTPResponse {
    guard let body = try? JSONParser.parse(response.body) else { return response }
    let sent = harness.transport.sent
    let texts = asked.withLock { asked in
      for request in sent.dropFirst(asked.requests) {
        if let body = try? JSONParser.parse(request.body) { Self.collect(body, &asked.texts) }
      }
      asked.requests = max(asked.requests, sent.count)
      return asked.texts
    }
    return HTTPResponse(
      status: response.status, headers: response.headers, body: spoiled(body, texts).serialized)
  }

  private static func collect(_ value: JSONValue, _ texts: inout Set<String>) {
    switch value {
    case .string(let text): texts.insert(text)
    case .array(let items): for item in items { collect(item, &texts) }
    case .object(let object): for member in object { collect(member.value, &texts) }
    default: return
    }
  }

  private func spoiled(_ value: JSONValue, _ asked: Set<String>) -> JSONValue {
    switch value {
    case .array(let items): return .array(items.map { spoiled($0, asked) })
    case .object(let object):
      // Errors are told apart by their words too, so those stay, and the hostile ones follow.
      let isError = object["code"]?.stringValue != nil
      return .object(
        JSONObject(
          object.members.map { member in
            guard Self.members.contains(member.key), let text = member.value.stringValue else {
              return JSONObject.Member(key: member.key, value: spoiled(member.value, asked))
            }
            let new = isError && member.key == "message" ? "\(text) \(hostile.text)" : replaced(text, asked)
            return JSONObject.Member(key: member.key, value: .string(new))
          }))
    default: return value
    }
  }

  private func replaced(_ text: String, _ asked: Set<String>) -> String {
    if asked.contains(text) { return text }
    // Exchange wraps a reply into a whole document.
    let isDocument = text.contains("<body") || text.contains("<html")
    return isDocument && asked.contains { $0.utf8.count > 8 && text.contains($0) } ? text : hostile.text
  }

  // MARK: The store

  private static func fill(_ harness: AdminHarness, _ hostile: HostileText) async throws -> Stored {
    let store = try await harness.store()
    let template = try await store.templates.create(
      TemplateContent(
        name: hostile.cut(120), subject: hostile.cutForTemplates(500),
        bodyHTML: "<p>{{ name }}</p><p>\(hostile.cutForTemplates(2000))</p>", bodyText: hostile.cutForTemplates(2000),
        category: "customer_communication", variables: ["name"], description: hostile.cut(1000)),
      by: "local:1000:tester")
    let tenantID = harness.tenant.credentials.tenantID
    guard let tenant = TenantName(tenantID), let persona = PersonaName(Stored.personaID) else { throw NotFilled() }
    try await fill(PersonaAddress(tenant, persona), hostile, store)
    return Stored(
      templateID: template.id.text, operationID: try await operation(hostile, store), tenantID: tenantID)
  }

  struct NotFilled: Error {}

  /// A persona with two versions of its configuration.
  private static func fill(_ address: PersonaAddress, _ hostile: HostileText, _ store: StoreSession) async throws {
    let repository = PersonaRepository(store.database)
    try await store.database.write { connection in
      _ = try repository.store(
        PersonaRecord(address, displayName: hostile.cut(200), facts: ["note": .string(hostile.cut(1000))]), after: nil,
        by: "local:1000:tester", in: connection)
      var current = ConfigurationDocument.none
      for value in [hostile.cut(1000), hostile.cut(500)] {
        let settings: JSONObject = ["greeting": .string(value)]
        current = try repository.append(
          NewVersion(
            .update, patch: settings, keys: ["greeting"], settings: settings, locked: [], author: "local:1000:tester",
            claimedAuthor: hostile.cut(256), reason: hostile.cut(1024)),
          to: .persona(address), after: current, in: connection)
      }
    }
  }

  /// An operation that failed, with what a tenant may have said to it.
  private static func operation(_ hostile: HostileText, _ store: StoreSession) async throws -> String {
    let journal = store.journal
    let new = NewOperation(
      name: "update_user", tool: "update_user", requestedBy: AuditActor(.local, "local:1000:tester"),
      correlationID: "hostile", input: [:], inputHash: journal.hash(ofInput: [:]))
    let lease = LeaseTerms(owner: "hostile", duration: .seconds(60))
    guard case .created(let record, let fence?) = try await journal.create(new, lease: lease) else {
      throw NotFilled()
    }
    let error: JSONValue = ["code": "GRAPH_001", "message": .string(hostile.cut(400))]
    try await journal.advance(fence, to: .running)
    _ = try await journal.startStep(fence, StepStart("update", attempt: 1, idempotencyKey: "k"))
    try await journal.finishStep(fence, "update", .failed(error: error))
    try await journal.finish(
      fence, .failed, output: ["previous": ["jobTitle": .string(hostile.cut(128))]], error: error,
      report: ["left": [["step": "update", "action": .string(hostile.cut(400))]]])
    return record.id.text
  }
}
