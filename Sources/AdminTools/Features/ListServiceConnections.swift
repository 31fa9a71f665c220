import Access
import AdminCore
import M365
import MCPProtocol
import Store
import Workflows

/// Shows which connections can be made, which there are, and what cannot be connected.
struct ListServiceConnections: ReadingTool {
  static let name = "list_service_connections"
  static let title = "List service connections"
  static let summary = """
    List the pairs connect_service can connect with what connectionConfig takes (! = needed), the connections there \
    are, and what cannot be connected and why.
    """
  static let toolset = Toolset.services
  static let role = Role.read
  static let optionalPermissions = ConnectionCatalogue.all.filter { $0.existing != nil }.flatMap(\.permissions)
  static let isOpenWorld = true

  /// Of those made by this server, so many are listed.
  private static let limit = 50

  typealias Input = NoInput

  struct Output: ToolOutput {
    struct Pair: ToolOutput {
      let sourceService: String
      let targetService: String
      let config: String
      let license: String?
      let off: Bool?

      static let descriptions = FieldDescriptions(
        CodingKeys.self,
        [.config: "Members of connectionConfig; ! = needed.", .off: "Off unless M365_ALLOW_APP_CONSENT allows it."])
    }

    struct Existing: ToolOutput {
      let connection: String
      let id: String
      let title: String
      let expiresAt: String?
      let operationId: String?
    }

    struct Refused: ToolOutput {
      let services: [String]
      let reason: String
    }

    let items: [Pair]
    let count: Int
    let truncated: Bool
    let existing: [Existing]
    let unknown: [String]
    let refused: [Refused]

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .existing: "What the tenant lists, and what this server has connected.",
        .unknown: "Connections that could not be listed, for lack of permission.",
      ])
  }

  static func run(_ input: NoInput, _ call: ToolCall) async throws(AdminError) -> Output {
    let isOff = !call.services.configuration.allowsAppConsent
    let items = ConnectionCatalogue.all.map { connection in
      Output.Pair(
        sourceService: connection.source, targetService: connection.target, config: connection.configurationText,
        license: connection.license?.name, off: connection.needsConsentSetting && isOff ? true : nil)
    }
    let (found, unknown) = try await listed(call)
    let made = try await made(call).filter { own in !found.contains { $0.id == own.id } }
    return Output(
      items: items, count: items.count, truncated: false, existing: found + made, unknown: unknown,
      refused: RefusedConnection.all.map { Output.Refused(services: $0.services, reason: $0.reason) })
  }

  /// What the tenant tells of.
  private static func listed(
    _ call: ToolCall
  ) async throws(AdminError) -> (found: [Output.Existing], unknown: [String]) {
    let access = TenantAccess(sharingReadings: try await call.workflowServices())
    let listing = ConnectionCatalogue.all.filter { $0.existing != nil }
    let results = await withTaskGroup(of: (Int, [ExistingConnection]?).self) { group in
      for (index, connection) in listing.enumerated() {
        group.addTask {
          do throws(AdminError) {
            return (index, try await connection.existing?(access) ?? [])
          } catch {
            return (index, nil)
          }
        }
      }
      var results: [Int: [ExistingConnection]?] = [:]
      for await (index, found) in group { results[index] = .some(found) }
      return results
    }
    var found: [Output.Existing] = []
    var unknown: [String] = []
    for (index, connection) in listing.enumerated() {
      guard case .some(.some(let existing)) = results[index] else {
        unknown.append(connection.name)
        continue
      }
      found += existing.map { item in
        Output.Existing(
          connection: connection.name, id: item.id, title: item.title, expiresAt: item.expiresAt?.iso8601,
          operationId: nil)
      }
    }
    return (found, unknown)
  }

  /// What this server has made and nobody has undone.
  private static func made(_ call: ToolCall) async throws(AdminError) -> [Output.Existing] {
    let records = try await call.store().journal.standing(named: ConnectionWorkflow.name, limit: limit)
    return records.flatMap { record -> [Output.Existing] in
      let output = record.output?.objectValue ?? [:]
      guard output["changed"] == true, let source = output["sourceService"]?.stringValue,
        let target = output["targetService"]?.stringValue
      else { return [] }
      let objects = output["objects"]?.objectValue ?? [:]
      let title = (output["connected"]?.objectValue ?? [:]).keys.joined(separator: ", ")
      return [
        Output.Existing(
          connection: "\(source) to \(target)", id: objects.members.last?.value.stringValue ?? "", title: title,
          expiresAt: nil, operationId: record.id.text)
      ]
    }
  }
}

extension ServiceConnection {
  /// `teamId!, title!, buckets`.
  fileprivate var configurationText: String {
    configuration.fields.map { field in
      if case .optional = field.need { field.name } else { "\(field.name)!" }
    }.joined(separator: ", ")
  }
}
