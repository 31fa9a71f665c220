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

  /// Of those made by this server, the newest so many are looked through.
  private static let depth = 200
  /// So many of them are looked for in the tenant at the same time.
  private static let inFlight = 8
  private static let titleLimit = 80

  struct Input: ToolInput {
    @Param("How many of those there are.", .range(1...100)) var limit: Int = 12
  }

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
      let note: String?

      static let descriptions = FieldDescriptions(
        CodingKeys.self, [.note: "Where it is not as it was made, or could not be looked for."])
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
        .truncated: "There may be more than existing shows.",
        .existing: "What the tenant lists, and what this server has connected and still finds there.",
        .unknown: "Connections that could not be listed, for lack of permission.",
      ])
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let isOff = !call.services.configuration.allowsAppConsent
    let items = ConnectionCatalogue.all.map { connection in
      Output.Pair(
        sourceService: connection.source, targetService: connection.target, config: connection.configurationText,
        license: connection.license?.name, off: connection.needsConsentSetting && isOff ? true : nil)
    }
    let access = TenantAccess(sharingReadings: try await call.workflowServices())
    let (found, unknown) = await listed(access)
    let shown = Array(found.prefix(input.limit))
    let made = try await made(besides: found, limit: input.limit - shown.count, access, call)
    return Output(
      items: items, count: items.count, truncated: found.count > shown.count || made.isTruncated,
      existing: shown + made.rows, unknown: unknown,
      refused: RefusedConnection.all.map { Output.Refused(services: $0.services, reason: $0.reason) })
  }

  /// What the tenant tells of.
  private static func listed(_ access: TenantAccess) async -> (found: [Output.Existing], unknown: [String]) {
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
          connection: connection.name, id: item.id, title: VisibleText.excerpt(item.title, limit: titleLimit),
          expiresAt: item.expiresAt?.iso8601, operationId: nil, note: nil)
      }
    }
    return (found, unknown)
  }

  // MARK: What this server has made

  /// A connection that the journal holds and nobody has undone.
  private struct Made: Sendable {
    /// `nil` where the journal holds it in a form that nobody reads any more.
    let request: ConnectionRequest?
    let name: String
    let id: String
    let title: String
    let operationID: LocalID

    func row(note: String? = nil) -> Output.Existing {
      Output.Existing(
        connection: name, id: id, title: title, expiresAt: nil, operationId: operationID.text, note: note)
    }
  }

  /// Those that are still there, the newest first. Somebody may have taken one away without this server, so each is
  /// looked for in the tenant.
  private static func made(
    besides found: [Output.Existing], limit: Int, _ access: TenantAccess, _ call: ToolCall
  ) async throws(AdminError) -> (rows: [Output.Existing], isTruncated: Bool) {
    let journal = try await call.store().journal
    let records = try await journal.standing(named: ConnectionWorkflow.name, limit: depth + 1)
    var left: [Made] = []
    var seen: Set<ConnectionRequest> = []
    for record in records.prefix(depth) {
      guard let own = try await connection(of: record, journal), !found.contains(where: { $0.id == own.id }) else {
        continue
      }
      // What was taken away and made again stands there once, by the later operation.
      if let request = own.request, !seen.insert(request).inserted { continue }
      left.append(own)
    }
    var rows: [Output.Existing] = []
    while rows.count < limit, !left.isEmpty {
      let some = Array(left.prefix(min(inFlight, limit - rows.count)))
      left.removeFirst(some.count)
      rows += await checked(some, access)
    }
    return (rows, !left.isEmpty || records.count > depth)
  }

  /// - Returns: `nil` for an operation that has made nothing.
  private static func connection(
    of record: OperationRecord, _ journal: OperationJournal
  ) async throws(AdminError) -> Made? {
    let output = record.output?.objectValue ?? [:]
    guard output["changed"] == true, let source = output["sourceService"]?.stringValue,
      let target = output["targetService"]?.stringValue
    else { return nil }
    let objects = output["objects"]?.objectValue ?? [:]
    let title = (output["connected"]?.objectValue ?? [:]).keys.joined(separator: ", ")
    var request = try await journal.operation(record.id).input.objectValue.flatMap(ConnectionRequest.init(journalled:))
    // How long the caller was willing to wait is nothing of the connection.
    request?.configuration["waitSeconds"] = nil
    return Made(
      request: request, name: "\(source) to \(target)", id: objects.members.last?.value.stringValue ?? "",
      title: VisibleText.excerpt(title, limit: titleLimit), operationID: record.id)
  }

  /// Those of them that are there, in their order.
  private static func checked(_ made: [Made], _ access: TenantAccess) async -> [Output.Existing] {
    let rows = await withTaskGroup(of: (Int, Output.Existing?).self) { group in
      for (index, connection) in made.enumerated() {
        group.addTask { (index, await checked(connection, access)) }
      }
      var rows: [Int: Output.Existing] = [:]
      for await (index, row) in group { rows[index] = row }
      return rows
    }
    return made.indices.compactMap { rows[$0] }
  }

  /// - Returns: `nil` where nothing of it is there any more.
  private static func checked(_ made: Made, _ access: TenantAccess) async -> Output.Existing? {
    guard let request = made.request, let connection = request.connection else {
      return made.row(note: "Could not be looked for: this version does not know it.")
    }
    let parts = connection.parts(request)
    var readable = parts
    while !readable.isEmpty {
      do throws(AdminError) {
        let readings = try await PartsChange(readable, access, propagation: connection.propagation).readings()
        let isWhole = readable.count == parts.count
        return presence(readable, readings).map { isAsMade in
          made.row(note: isAsMade && isWhole ? nil : "No longer as it was made.")
        }
      } catch  where error.code == .notFound || error.code == .userNotFound {
        // Without the channel, say, there is no tab; what comes before the tab may be there nevertheless.
        readable.removeLast()
      } catch {
        return made.row(note: "Could not be looked for: \(VisibleText.excerpt(error.message, limit: 80))")
      }
    }
    return nil
  }

  /// - Returns: whether all of it is as it was made; `nil` where nothing of it is there.
  private static func presence(_ parts: [TenantPart], _ readings: [TenantPart.Reading]) -> Bool? {
    // What is done once and leaves nothing of its own is read by no request, and tells nothing of what there is.
    let lasting = zip(parts, readings).filter { part, _ in !part.reads.isEmpty }
    guard lasting.contains(where: { part, reading in isThere(part, reading) }) else { return nil }
    return lasting.allSatisfy { part, reading in part.isAsWanted(reading) }
  }

  private static func isThere(_ part: TenantPart, _ reading: TenantPart.Reading) -> Bool {
    guard let value = reading.value else { return false }
    if reading.objectID != nil { return true }
    // A setting has a value whatever it is. The connection is there as far as something of what it has set is.
    return (part.wanted ?? [:]).contains { member in
      let now = value[member.key] ?? .null
      guard let several = member.value.arrayValue else { return now == member.value }
      return several.contains { now.arrayValue?.contains($0) == true }
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
