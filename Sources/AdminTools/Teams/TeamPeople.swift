import AdminCore
import M365
import Workflows

/// Everybody who is named in a call, found in the directory before anything is made.
struct TeamPeople {
  /// So many are looked up at once.
  private static let width = 8

  private let call: ToolCall
  /// By the address as it was given, in lower case.
  private var users: [String: DirectoryUser] = [:]
  private(set) var warnings: [String] = []

  init(_ call: ToolCall) { self.call = call }

  /// Of somebody who was resolved.
  subscript(address: String) -> TeamRequest.Person {
    guard let user = users[address.lowercased()] else { return TeamRequest.Person(id: "", name: address) }
    return TeamRequest.Person(id: user.id, name: user.userPrincipalName, isGuest: user.isGuest)
  }

  /// - Parameter others: who is left out, because they stand elsewhere.
  func persons(_ addresses: [String], without others: [String] = []) -> [TeamRequest.Person] {
    var seen = Set(others.map { self[$0].id })
    return addresses.map { self[$0] }.filter { seen.insert($0.id).inserted }
  }

  func channel(_ channel: CreateTeamsGroup.Channel, teamOwners: [String]) -> TeamRequest.Channel {
    let membership: TeamRequest.Channel.Membership =
      switch channel.membershipType {
      case .standard: .standard
      case .private: .private
      case .shared: .shared
      }
    let owners = channel.owners.isEmpty && membership != .standard ? Array(teamOwners.prefix(1)) : channel.owners
    return TeamRequest.Channel(
      displayName: channel.displayName, description: channel.description, membership: membership,
      owners: persons(owners), members: persons(channel.members, without: owners))
  }

  // MARK: Looking people up

  /// - Throws: `USER_002` with all addresses that belong to nobody.
  mutating func resolve(_ input: CreateTeamsGroup.Input) async throws(AdminError) {
    let addresses = (input.owners + input.members + input.channels.flatMap { $0.owners + $0.members })
      .map { $0.lowercased() }
    var rest = Array(Set(addresses)).sorted()[...]
    let total = rest.count
    var unknown: [String] = []
    while !rest.isEmpty {
      call.report(
        OperationProgress(done: total - rest.count, total: total, message: "Looking people up"))
      for (address, result) in await Self.lookUp(Array(rest.prefix(Self.width)), try await call.graph()) {
        do throws(AdminError) {
          users[address] = try result.get()
        } catch  where error.code == .userNotFound {
          unknown.append(VisibleText.excerpt(address))
        }
      }
      rest = rest.dropFirst(Self.width)
    }
    guard unknown.isEmpty else {
      throw AdminError(
        .userNotFound,
        "Nobody in the tenant has \(unknown.count == 1 ? "the address" : "the addresses") "
          + "\(unknown.joined(separator: ", ")). Somebody from outside has to be invited as a guest first.",
        details: ["addresses": .strings(unknown)])
    }
  }

  private static func lookUp(
    _ addresses: [String], _ graph: GraphClient
  ) async -> [(String, Result<DirectoryUser, AdminError>)] {
    await withTaskGroup(of: (String, Result<DirectoryUser, AdminError>).self) { group in
      for address in addresses {
        group.addTask {
          do throws(AdminError) {
            return (address, .success(try await graph.user(address: address)))
          } catch {
            return (address, .failure(error))
          }
        }
      }
      var results: [(String, Result<DirectoryUser, AdminError>)] = []
      for await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }
    }
  }

  /// - Throws: `LIC_003` for an owner who has no licence that holds Teams.
  mutating func requireTeamsLicenses(ofOwners owners: [String]) async throws(AdminError) {
    let graph = try await call.graph()
    for person in persons(owners) {
      guard let user = users.values.first(where: { $0.id == person.id }), !user.hasTeamsPlan else { continue }
      // A plan shows among the user's own a little after the licence that holds it.
      guard try await !graph.licenseDetails(of: user.reference).contains(where: \.includesTeams) else { continue }
      throw AdminError(
        .licenseLacking,
        "\(VisibleText.excerpt(person.name)) has no licence for Teams and cannot own a team. Give one with update_user "
          + "(addLicenses), or name another owner.")
    }
    let lacking = users.values.filter { !$0.isGuest && !$0.hasTeamsPlan }.map(\.userPrincipalName)
      .filter { name in !persons(owners).contains { $0.name == name } }.sorted()
    if !lacking.isEmpty {
      warnings.append("Without a licence for Teams, and so unable to open the team: \(Self.list(lacking)).")
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).map { VisibleText.excerpt($0) }.joined(separator: ", ")
    return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
  }
}

extension DirectoryUser {
  fileprivate var hasTeamsPlan: Bool {
    plans.contains {
      $0.service.lowercased() == "teamspaceapi" && ["enabled", "warning"].contains($0.status.lowercased())
    }
  }
}
