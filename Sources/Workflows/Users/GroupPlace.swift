import Access
package import AdminCore
import M365

/// The place somebody has in a group, and who takes it over.
package struct GroupPlace: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case team
    /// A Microsoft 365 group without a team.
    case unified
    case security
    /// A distribution list or a security group with mail: Graph shows it, Exchange changes it.
    case distribution
  }

  package let id: String
  package let name: String
  package let kind: Kind
  package let isMember: Bool
  package let isOwner: Bool
  /// The id of whoever becomes an owner instead.
  package let successor: String?
  /// Who leaves the group loses a licence with it.
  package let givesLicense: Bool

  package init(
    id: String, name: String, kind: Kind, isMember: Bool, isOwner: Bool, successor: String?, givesLicense: Bool = false
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.isMember = isMember
    self.isOwner = isOwner
    self.successor = successor
    self.givesLicense = givesLicense
  }

  package var json: JSONValue {
    [
      "id": .string(id), "name": .string(name), "kind": .string(kind.rawValue), "member": .bool(isMember),
      "owner": .bool(isOwner), "successor": .optional(successor), "license": .bool(givesLicense),
    ]
  }

  package init?(_ json: JSONValue) {
    guard let id = json["id"]?.stringValue, let name = json["name"]?.stringValue,
      let kind = json["kind"]?.stringValue.flatMap(Kind.init)
    else { return nil }
    self.init(
      id: id, name: name, kind: kind, isMember: json["member"]?.boolValue ?? false,
      isOwner: json["owner"]?.boolValue ?? false, successor: json["successor"]?.stringValue,
      givesLicense: json["license"]?.boolValue ?? false)
  }

  /// What is to be when whoever had the place has left it.
  var afterDeparture: JSONObject {
    var wanted: JSONObject = [:]
    if successor != nil, isOwner {
      wanted["successorMember"] = true
      wanted["successorOwner"] = true
    }
    if isMember { wanted["member"] = false }
    if isOwner { wanted["owner"] = false }
    return wanted
  }
}

/// Reads and writes who is in a group and who owns it, for the person who leaves and the one who takes over.
struct GroupPlaceAccess {
  let place: GroupPlace
  let user: UserReference
  /// Of the person who leaves.
  let name: String
  let services: WorkflowServices

  var access: SettingAccess {
    SettingAccess { _ throws(AdminError) in
      try await read()
    } write: { wanted, _ throws(AdminError) in
      try await write(wanted)
    }
  }

  private func read() async throws(AdminError) -> JSONObject {
    let graph = try await services.graph()
    let owners = place.kind == .distribution ? [] : try await graph.owners(ofGroup: place.id).map { $0.id.lowercased() }
    var found: JSONObject = [
      "member": .bool(try await isMember(user, graph)), "owner": .bool(owners.contains(user.text.lowercased())),
    ]
    if let successor = place.successor {
      found["successorMember"] = .bool(try await isMember(UserReference(successor), graph))
      found["successorOwner"] = .bool(owners.contains(successor.lowercased()))
    }
    return found
  }

  private func isMember(_ user: UserReference, _ graph: GraphClient) async throws(AdminError) -> Bool {
    try await graph.memberships(of: user).contains { $0.id.lowercased() == place.id.lowercased() }
  }

  /// Whoever comes comes first, so that the group is never without an owner.
  private func write(_ wanted: JSONObject) async throws(AdminError) {
    let now = try await read()
    var changes = [Change(user, wanted["member"], wanted["owner"], now["member"], now["owner"])]
    if let successor = place.successor {
      changes.append(
        Change(
          UserReference(successor), wanted["successorMember"], wanted["successorOwner"], now["successorMember"],
          now["successorOwner"]))
    }
    for change in changes where change.adds { try await add(change) }
    for change in changes where change.removes { try await remove(change) }
  }

  /// What somebody is to be in the group, and is.
  private struct Change {
    let user: UserReference
    let isMember: Bool
    let isOwner: Bool
    let wasMember: Bool
    let wasOwner: Bool

    init(
      _ user: UserReference, _ member: JSONValue?, _ owner: JSONValue?, _ wasMember: JSONValue?, _ wasOwner: JSONValue?
    ) {
      self.user = user
      self.wasMember = wasMember?.boolValue ?? false
      self.wasOwner = wasOwner?.boolValue ?? false
      isMember = member?.boolValue ?? self.wasMember
      isOwner = owner?.boolValue ?? self.wasOwner
    }

    var joins: Bool { isMember && !wasMember }
    var takesOver: Bool { isOwner && !wasOwner }
    var leaves: Bool { wasMember && !isMember }
    var stepsDown: Bool { wasOwner && !isOwner }
    var adds: Bool { joins || takesOver }
    var removes: Bool { leaves || stepsDown }
  }

  // MARK: Coming

  private func add(_ change: Change) async throws(AdminError) {
    let graph = try await services.graph()
    switch place.kind {
    case .distribution: try await setDistribution(change.user, isMember: true)
    // Only who comes by way of the team is in it at once. An owner who is no member can only come by way of the group.
    case .team where change.isMember:
      let addition = TeamMemberAddition(userID: change.user.text, isOwner: change.isOwner)
      guard let failure = try await graph.addMembers([addition], toTeam: place.id).first?.failure else { return }
      throw AdminError(
        .graphFailed, "Teams does not take \(change.user) into \(VisibleText.excerpt(place.name)): \(failure.message)")
    case .team, .unified, .security:
      if change.joins { try await graph.addMember(change.user.text, toGroup: place.id) }
      if change.takesOver { try await graph.addOwner(change.user.text, toGroup: place.id) }
    }
  }

  // MARK: Going

  private func remove(_ change: Change) async throws(AdminError) {
    let graph = try await services.graph()
    if change.stepsDown { try await requireOtherOwner(than: change.user, graph) }
    if place.kind == .distribution { return try await setDistribution(change.user, isMember: false) }
    if place.kind == .team, let membership = try await membership(of: change.user, graph) {
      if !change.isMember, !change.isOwner {
        return try await graph.removeMember(membership: membership, fromTeam: place.id)
      }
      if change.stepsDown, change.isMember {
        return try await graph.setOwner(false, membership: membership, ofTeam: place.id)
      }
    }
    if change.stepsDown { try await graph.removeOwner(change.user.text, fromGroup: place.id) }
    if change.leaves { try await graph.removeMember(change.user.text, fromGroup: place.id) }
  }

  private func requireOtherOwner(than user: UserReference, _ graph: GraphClient) async throws(AdminError) {
    guard place.kind != .security else { return }
    // Where an offboarding is undone the owner of before is back, and may sign in again only afterwards.
    let others = try await graph.owners(ofGroup: place.id).filter { $0.id.lowercased() != user.text.lowercased() }
    try LockoutRules.checkOwner(name, ofGroupsWithoutOther: others.isEmpty ? [place.name] : [])
  }

  private func membership(of user: UserReference, _ graph: GraphClient) async throws(AdminError) -> String? {
    try await graph.members(ofTeam: place.id).first { $0.userID == user.text.lowercased() }?.id
  }

  private func setDistribution(_ user: UserReference, isMember: Bool) async throws(AdminError) {
    guard let id = GUID(user.text) else {
      throw AdminError(.internalFault, "A member of a distribution list is not known by id.")
    }
    let exchange = try await services.exchange()
    if isMember {
      _ = try await exchange.addMember(id, toDistributionGroup: place.id)
    } else {
      _ = try await exchange.removeMember(id, fromDistributionGroup: place.id)
    }
  }
}
