package import AdminCore
package import M365

/// The same answer to read receipt requests for every mailbox of the organisation, some at a time: each few are read
/// in a step of their own before they are written, so that a process that dies leaves a record of what was there.
package struct EveryMailbox: Sendable {
  /// More mailboxes than these are not gone through one by one.
  package static let maximum = 5000
  private static let chunk = 25

  /// A mailbox as it was when the change was planned.
  package struct Member: Hashable, Sendable {
    /// Exchange's own id.
    package let id: GUID
    package let address: String

    package init(id: GUID, address: String) {
      self.id = id
      self.address = address
    }

    package var setting: MailboxSetting<ReadReceiptResponse> { MailboxSetting(of: MailboxReference(mailboxID: id)) }

    var journalled: JSONValue { ["id": .string(id.text), "address": .string(address)] }

    init?(journalled json: JSONValue) {
      guard let id = json["id"]?.stringValue.flatMap({ GUID($0) }), let address = json["address"]?.stringValue else {
        return nil
      }
      self.init(id: id, address: address)
    }
  }

  private let answer: ReadReceiptResponse.Answer
  private let members: [Member]

  init(_ answer: ReadReceiptResponse.Answer, _ members: [Member]) {
    self.answer = answer
    self.members = members
  }

  private var chunks: [[Member]] {
    stride(from: 0, to: members.count, by: Self.chunk).map { start in
      Array(members[start..<min(start + Self.chunk, members.count)])
    }
  }

  private static func id(_ id: String, _ index: Int) -> String { "\(id)_\(index + 1)" }

  func steps(_ id: String, _ services: WorkflowServices) -> [Step] {
    chunks.enumerated().flatMap { index, members in
      let places = "\(index * Self.chunk + 1) to \(index * Self.chunk + members.count) of \(self.members.count)"
      return Self.steps(Self.id(id, index), "read receipt answers, mailboxes \(places)", answer, members, services)
    }
  }

  /// A mailbox that cannot be read or written is reported and leaves the others alone; what concerns all of them, such
  /// as a permission, ends the operation.
  private static func steps(
    _ id: String, _ name: String, _ answer: ReadReceiptResponse.Answer, _ members: [Member],
    _ services: WorkflowServices
  ) -> [Step] {
    let beforeID = "\(id).before"
    let read = Step(beforeID, "Read \(name)", effect: .none) { _ throws(AdminError) in
      let exchange = try await services.exchange()
      var answers = JSONObject()
      var failures = JSONObject()
      for member in members {
        do throws(AdminError) {
          answers[member.id.text] = .string(try await exchange.value(of: member.setting).answer.rawValue)
        } catch  where error.concernsOneMailbox {
          failures[member.address] = .string(error.message)
        }
      }
      return ["answers": .object(answers), "failed": .object(failures)]
    }
    let write = Step(
      id, "Set \(name)", effect: .idempotent,
      verify: { context throws(AdminError) in
        let late = try await Self.late(context.output(id), answer, members, services)
        guard !late.isEmpty else { return .verified }
        return .pending(
          "\(late.count) mailboxes were set and do not show it yet, which takes up to 15 minutes: "
            + late.prefix(5).joined(separator: ", "))
      },
      undo: Step.Undo(
        { context in "\(changed(context.output(id)).count) of these were put back: \(name)" },
        manualAction: { context in
          "put these back to \(JSONValue.object(context.output(beforeID) ?? [:])["answers"]?.text ?? "")"
        },
        drift: { context throws(AdminError) in
          try await Self.drift(context.output(id), context.output(beforeID), answer, members, services)
        }
      ) { context throws(AdminError) in
        try await putBack(changed(context.output(id)), context.output(beforeID), members, services)
      }
    ) { context throws(AdminError) in
      try await set(answer, members, before: context.output(beforeID) ?? [:], context, services)
    }
    return [read, write]
  }

  private static func changed(_ output: JSONObject?) -> [String] {
    output?["changed"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  private static func set(
    _ answer: ReadReceiptResponse.Answer, _ members: [Member], before: JSONObject, _ context: StepContext,
    _ services: WorkflowServices
  ) async throws(AdminError) -> JSONObject {
    let exchange = try await services.exchange()
    var changed: [String] = []
    var failures = JSONObject()
    for (index, member) in members.enumerated() {
      guard let old = before["answers"]?[member.id.text]?.stringValue, old != answer.rawValue else { continue }
      do throws(AdminError) {
        _ = try await member.setting.write(ReadReceiptResponse(answer), to: exchange)
        changed.append(member.id.text)
      } catch {
        guard error.concernsOneMailbox else {
          // What ends the step must leave nothing behind: a step that failed is not undone by anybody else.
          try await putBack(changed, before, members, services, after: error)
          throw error
        }
        failures[member.address] = .string(error.message)
      }
      if index % 5 == 4 { context.report("\(index + 1) of \(members.count)") }
    }
    return ["changed": .strings(changed), "failed": .object(failures)]
  }

  /// Addresses of the mailboxes that were changed and do not show it in time.
  private static func late(
    _ output: JSONObject?, _ answer: ReadReceiptResponse.Answer, _ members: [Member], _ services: WorkflowServices
  ) async throws(AdminError) -> [String] {
    let exchange = try await services.exchange()
    let ids = Set(changed(output))
    var late: [String] = []
    for member in members where ids.contains(member.id.text) {
      // Only the first has to be waited for; the others were written before it shows.
      let patience: Duration = late.isEmpty ? .seconds(20) : .zero
      guard try await !exchange.shows(member.setting, ReadReceiptResponse(answer), within: patience) else { continue }
      late.append(member.address)
    }
    return late
  }

  private static func drift(
    _ output: JSONObject?, _ before: JSONObject?, _ answer: ReadReceiptResponse.Answer, _ members: [Member],
    _ services: WorkflowServices
  ) async throws(AdminError) -> String? {
    let exchange = try await services.exchange()
    let ids = Set(changed(output))
    for member in members where ids.contains(member.id.text) {
      do throws(AdminError) {
        let now = try await exchange.value(of: member.setting)
        // The old answer is what an undoing that died before it could say so has left.
        let isAsLeft = now.answer == answer || now.answer == old(member, in: before)
        if !isAsLeft { return "the read receipt answer of \(member.address) was changed since" }
      } catch  where error.exchangeFault == .notFound {
        // A mailbox that is gone has nothing to be put back.
        continue
      }
    }
    return nil
  }

  private static func old(_ member: Member, in before: JSONObject?) -> ReadReceiptResponse.Answer? {
    before?["answers"]?[member.id.text]?.stringValue.flatMap(ReadReceiptResponse.Answer.init)
  }

  private static func putBack(
    _ changed: [String], _ before: JSONObject?, _ members: [Member], _ services: WorkflowServices
  ) async throws(AdminError) {
    let exchange = try await services.exchange()
    for member in members where changed.contains(member.id.text) {
      guard let old = old(member, in: before) else { continue }
      do throws(AdminError) {
        _ = try await member.setting.write(ReadReceiptResponse(old), to: exchange)
      } catch  where error.exchangeFault == .notFound {
        continue
      }
    }
  }

  private static func putBack(
    _ changed: [String], _ before: JSONObject, _ members: [Member], _ services: WorkflowServices,
    after failure: AdminError
  ) async throws(AdminError) {
    do throws(AdminError) {
      try await putBack(changed, before, members, services)
    } catch {
      let names = members.filter { changed.contains($0.id.text) }.map(\.address)
      throw AdminError(
        .compensationFailed,
        "\(failure.message) These mailboxes were set before and could not be put back: "
          + names.joined(separator: ", "),
        details: ["cause": .object(failure.json), "mailboxes": .strings(names)])
    }
  }

  func change(_ id: String, in context: StepContext) -> JSONValue {
    let outputs = chunks.indices.map { context.output(Self.id(id, $0)) ?? [:] }
    let readings = chunks.indices.map { context.output("\(Self.id(id, $0)).before") ?? [:] }
    let changed = outputs.reduce(0) { $0 + Self.changed($1).count }
    let failures = (readings + outputs).flatMap { Array($0["failed"]?.objectValue ?? [:]) }
    var json: JSONObject = [
      "setting": "readReceipts", "changed": .bool(changed > 0), "mailboxes": .int(members.count),
      "changedMailboxes": .int(changed), "after": .string(answer.rawValue),
    ]
    if !failures.isEmpty {
      json["failedMailboxes"] = .int(failures.count)
      json["failures"] = .array(
        failures.prefix(20).map { failure in
          ["mailbox": .string(failure.key), "reason": .string(failure.value.stringValue ?? "")]
        })
    }
    return .object(json)
  }
}

extension AdminError {
  /// Whether a failure says something of the mailbox it was about, and nothing of the others.
  fileprivate var concernsOneMailbox: Bool {
    guard !isRetryable, code != .outcomeUnknown else { return false }
    return exchangeFault == .notFound || exchangeFault == .refused || exchangeFault == .invalidValue
  }
}
