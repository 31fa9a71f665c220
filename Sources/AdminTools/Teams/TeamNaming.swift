import AdminCore
import M365
import Store
import Workflows

/// Finds the nickname under which a new team can be made, or the team that the same call has made before.
struct TeamNaming {
  let graph: GraphClient
  let store: StoreSession
  private(set) var warnings: [String] = []

  /// So many numbers are tried behind a nickname.
  private static let attempts = 9
  /// So many teams made before are looked through: the same call may come long after the team was made.
  private static let remembered = 2_000

  init(graph: GraphClient, store: StoreSession) {
    self.graph = graph
    self.store = store
  }

  private enum Finding {
    case free
    /// For this reason.
    case taken(String)
    /// A group of the very name that was asked for.
    case sameName(DirectoryGroup)
  }

  /// - Throws: `TEAM_001` where a group of this name has the nickname, `VAL_001` where the tenant's naming policy refuses
  ///   the name, `WF_003` while the same team is being made by another call.
  mutating func settle(_ request: inout TeamRequest) async throws(AdminError) {
    try await requireNobodyAtWork(request)
    let first = request.nickname
    var reason = ""
    for number in 1...Self.attempts {
      let nickname = number == 1 ? first : TeamNickname.numbered(first, number)
      switch try await look(at: nickname, for: request) {
      case .free:
        request.nickname = nickname
        if number > 1 { warnings.append("The nickname will be \(nickname): \(first) is taken (\(reason)).") }
        return
      case .taken(let why): reason = reason.isEmpty ? why : reason
      case .sameName(let group):
        guard try await wasMade(group, bySameCallAs: request) else { throw Self.taken(group, nickname) }
        request.nickname = nickname
        request.existingGroup = group.id
        warnings.append("The same call has made this team before; it is looked through and completed.")
        return
      }
    }
    throw AdminError(
      .teamNameTaken, "The nickname \(first) is taken (\(reason)), and so are others like it. Choose another name.")
  }

  private static func taken(_ group: DirectoryGroup, _ nickname: String) -> AdminError {
    let kind = group.hasTeam ? "team" : "group"
    return AdminError(
      .teamNameTaken,
      "A \(kind) \(VisibleText.excerpt(group.displayName)) with the nickname \(nickname) exists already. Choose another "
        + "name, or use the one there is.",
      details: ["groupId": .string(group.id), "hasTeam": .bool(group.hasTeam)])
  }

  private func look(at nickname: String, for request: TeamRequest) async throws(AdminError) -> Finding {
    // Security groups do not keep their nicknames to themselves.
    if let holder = try await graph.groups(nickname: nickname).first(where: { $0.isUnified || $0.isMailEnabled }) {
      let isSame = holder.displayName.lowercased() == request.displayName.lowercased()
      return isSame ? .sameName(holder) : .taken("the group \(VisibleText.excerpt(holder.displayName)) has it")
    }
    if let deleted = try await graph.deletedGroups(nickname: nickname).first {
      return .taken("the group \(VisibleText.excerpt(deleted.displayName)) was deleted and keeps it for 30 days")
    }
    let objections = try await graph.objections(toGroupNamed: request.displayName, nickname: nickname)
    if objections.contains(where: { $0.code == "ObjectConflict" }) { return .taken("something else has it") }
    guard objections.isEmpty else { throw Self.refused(objections) }
    return try await isAddressFree(nickname) ? .free : .taken("a mailbox has the address")
  }

  private static func refused(_ objections: [GroupNameObjection]) -> AdminError {
    let reasons = objections.map { VisibleText.excerpt($0.message, limit: 300) }
    return AdminError(
      .invalidArgument, "The tenant's naming policy for groups refuses the name. \(reasons.joined(separator: " "))",
      details: .array(
        objections.map {
          ["path": "/displayName", "rule": .string($0.code), "message": .string(VisibleText.excerpt($0.message))]
        }))
  }

  /// The group's address is made of its nickname; a user or shared mailbox may have it.
  private func isAddressFree(_ nickname: String) async throws(AdminError) -> Bool {
    guard let domain = try await graph.organization().defaultDomain else { return true }
    do throws(AdminError) {
      _ = try await graph.user(address: "\(nickname)@\(domain)", .row)
      return false
    } catch  where error.code == .userNotFound {
      return true
    }
  }

  // MARK: Earlier calls

  /// Two operations that make the same team would each take the other's group for their own.
  private func requireNobodyAtWork(_ request: TeamRequest) async throws(AdminError) {
    for record in try await store.journal.operations(named: CreateTeamWorkflow.name, states: OperationState.active) {
      guard let earlier = try await self.request(of: record), earlier.displayName == request.displayName else {
        continue
      }
      throw AdminError(
        .illegalState,
        "This team is being made already (operation \(record.id)); an interrupted operation is gone on with by itself. "
          + "Call again in a minute.",
        isRetryable: true, retryAfter: .seconds(60), details: ["operationId": .string(record.id.text)])
    }
  }

  private func wasMade(
    _ group: DirectoryGroup, bySameCallAs request: TeamRequest
  ) async throws(AdminError) -> Bool {
    let made = try await store.journal.operations(
      named: CreateTeamWorkflow.name, states: [.completed], limit: Self.remembered)
    for record in made {
      // What the call asked for is sealed, and opened only for operations on this very group.
      guard record.output?["groupId"] == .string(group.id), let earlier = try await self.request(of: record) else {
        continue
      }
      if earlier.asksForTheSame(as: request) { return true }
    }
    return false
  }

  private func request(of record: OperationRecord) async throws(AdminError) -> TeamRequest? {
    TeamRequest(journalled: try await store.journal.operation(record.id).input.objectValue ?? [:])
  }
}
