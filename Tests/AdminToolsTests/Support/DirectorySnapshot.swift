import AdminCore
import TenantSimulator
import Testing

/// What administrators change in a tenant, for comparing its start with its end. Times that any change moves are left
/// out, and lists are compared as sets: whoever comes back into a group stands at its end.
struct DirectorySnapshot: Equatable {
  private static let parts = ["users", "deletedUsers", "groups", "directorySettings", "mailboxes"]
  private static let moving: Set<String> = [
    "lastPasswordChangeDateTime", "signInSessionsValidFromDateTime", "lastUpdatedDateTime", "assignedDateTime",
    "renewedDateTime", "deletedDateTime",
  ]

  private let lines: [String]

  init(_ tenant: SimulatedTenant, without keys: Set<String> = []) async {
    var lines: [String] = []
    for part in Self.parts {
      for object in await tenant.report(part)?.arrayValue ?? [] {
        lines.append("\(part) \(Self.settled(object, keys).text)")
      }
    }
    self.lines = lines.sorted()
  }

  private static func settled(_ value: JSONValue, _ keys: Set<String>) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { settled($0, keys) }.sorted { $0.text < $1.text })
    case .object(let object):
      let kept = object.members.filter { !moving.contains($0.key) && !keys.contains($0.key) }
      return .object(
        JSONObject(
          kept.map { member in
            // Who was never hidden shows in address lists too.
            let isShown = member.key == "showInAddressList" && member.value.isNull
            return JSONObject.Member(key: member.key, value: isShown ? true : settled(member.value, keys))
          }))
    default: return value
    }
  }

  /// What is in one and not in the other, for the message of a failed test.
  func difference(from other: DirectorySnapshot) -> String {
    let gone = lines.filter { !other.lines.contains($0) }.map { "- \($0)" }
    let come = other.lines.filter { !lines.contains($0) }.map { "+ \($0)" }
    return (gone + come).map { String($0.prefix(3000)) }.joined(separator: "\n")
  }
}

extension AdminHarness {
  func snapshot(without keys: Set<String> = []) async -> DirectorySnapshot {
    await DirectorySnapshot(tenant, without: keys)
  }

  /// Undoes an operation, and expects that to work.
  @discardableResult
  func undo(_ answer: Answer, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Answer {
    let id = try #require(answer["operationId"], "\(answer.json.text)", sourceLocation: sourceLocation)
    let undone = try await call("undo_operation", ["operationId": id])
    #expect(!undone.isError, "\(undone.json.text)", sourceLocation: sourceLocation)
    return undone
  }
}
