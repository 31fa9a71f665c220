package import AdminCore
import M365
package import Store

/// Makes a team: group, site, guest access, team, people, channels, and what the tenant shows of it all in the end.
///
/// People come before channels, because only somebody in the team can own a private one. A step that fails for good
/// takes the group back, and with it everything that belongs to it; single people who could not be added do not, and are
/// reported. Every step looks before it makes something, so that running all of it again makes nothing twice.
package struct CreateTeamWorkflow: Workflow {
  package static let name = "create_teams_group"
  package static let version = 1

  /// Teams learns of a new group within seconds, and sometimes only after minutes.
  static let teamWait = Duration.seconds(240)

  package let request: TeamRequest
  let services: WorkflowServices

  package init(_ request: TeamRequest, services: WorkflowServices) {
    self.request = request
    self.services = services
  }

  var name: String { VisibleText.excerpt(request.displayName, limit: 80) }

  package var target: AuditTarget { .object("team", request.nickname) }

  package var auditDetail: JSONObject {
    [
      "visibility": .string(request.visibility.rawValue), "guests": .bool(request.allowsGuests),
      "owners": .int(request.owners.count), "members": .int(request.members.count),
      "channels": .int(request.channels.count), "existing": .bool(request.existingGroup != nil),
    ]
  }

  package var steps: [Step] {
    [createGroup, waitForSite, guestAccess, createTeam, addPeople]
      + request.channels.indices.flatMap { index in
        request.channels[index].membership == .standard
          ? [createChannel(index)] : [createChannel(index), addChannelPeople(index)]
      } + [settings, readBack]
  }

  package func output(of context: StepContext) -> JSONObject {
    let channels = request.channels.indices.map { index -> JSONValue in
      let channel = request.channels[index]
      return [
        "channelId": context.output(Self.channelStep(index))?["channelId"] ?? .null,
        "displayName": .string(channel.displayName), "membershipType": .string(channel.membership.rawValue),
      ]
    }
    return partialOutput(of: context).merging([
      "channels": .array(channels), "notAdded": .array(failures(in: context).map(\.json)),
      "webUrl": context.output("create_team")?["webUrl"] ?? .null,
      "siteUrl": context.output("wait_for_site")?["siteUrl"] ?? .null,
      "owners": context.output("read_back")?["owners"] ?? .null,
      "members": context.output("read_back")?["members"] ?? .null,
    ])
  }

  package func partialOutput(of context: StepContext) -> JSONObject {
    let id = context.output("create_group")?["groupId"] ?? .null
    return [
      "teamId": id, "groupId": id, "displayName": .string(request.displayName),
      "mailNickname": .string(request.nickname), "visibility": .string(request.visibility.rawValue),
      "guestAccess": .bool(request.allowsGuests), "existed": .bool(request.existingGroup != nil),
    ]
  }

  package func manualActions(after context: StepContext) -> [OperationReport.ManualAction] {
    failures(in: context).map { failure in
      .init(step: failure.step, action: "add \(failure.person) to \(failure.place) (\(failure.reason))")
    }
  }
}

// MARK: - The group and what it is made of

extension CreateTeamWorkflow {
  private var newGroup: NewGroup {
    var group = NewGroup(
      displayName: request.displayName, mailNickname: request.nickname, owners: request.owners.map(\.id),
      members: request.members.filter { !$0.isGuest }.map(\.id))
    group.description = request.description
    group.visibility = request.visibility == .public ? .public : .private
    return group
  }

  private var createGroup: Step {
    let (new, services, name) = (newGroup, services, name)
    if let existing = request.existingGroup {
      return Step("create_group", "Go on with the group \(name)", effect: .none) { _ in Self.output(existing) }
    }
    return Step(
      "create_group", "Create the group \(name)",
      effect: .once { context throws(AdminError) in
        switch try await services.graph().creation(of: new, notBefore: context.createdAt) {
        case .ours(let group): return .happened(Self.output(group.id))
        case .absent, .foreign: return .didNotHappen
        }
      },
      verify: { context throws(AdminError) in
        let (graph, id) = (try await services.graph(), try context.groupID())
        let shown = try await graph.wait(for: .seconds(30)) { () async throws(AdminError) in
          try await graph.findGroup(id: id)
        }
        return shown == nil ? .pending("the group \(name) was made and does not show yet") : .verified
      }, undo: deletion, reversal: .by(deletion)
    ) { _ throws(AdminError) in
      Self.output(try await services.graph().createGroup(new).id)
    }
  }

  private static func output(_ id: String) -> JSONObject { ["groupId": .string(id)] }

  /// Takes team, channels, site and plans along.
  private var deletion: Step.Undo {
    let (services, name, workflow) = (services, name, self)
    return Step.Undo(
      { _ in "the group \(name) was deleted with its team, channels and site; it can be restored for 30 days" },
      manualAction: { context in
        "delete the group \(name) (\((try? context.groupID()) ?? "")) in the admin center; its team goes with it"
      },
      drift: { context throws(AdminError) in try await workflow.additions(since: context) }
    ) { context throws(AdminError) in
      try await services.graph().deleteGroup(id: context.groupID())
    }
  }

  /// What is in the team that this operation has not put there: deleting the team would take it along.
  private func additions(since context: StepContext) async throws(AdminError) -> String? {
    let graph = try await services.graph()
    let id = try context.groupID()
    guard try await graph.findTeam(id: id) != nil else { return nil }
    let known = Set((request.owners + request.members).map { $0.id.lowercased() })
    let people = try await graph.members(ofTeam: id).filter { !known.contains($0.userID) }
    let names = Set(request.channels.map { $0.displayName.lowercased() })
    let general = try await graph.primaryChannel(ofTeam: id).id
    let channels = try await graph.channels(ofTeam: id).filter { channel in
      channel.id != general && !names.contains(channel.displayName.lowercased())
    }
    guard !people.isEmpty || !channels.isEmpty else { return nil }
    let added = people.map(\.displayName) + channels.map { "the channel \($0.displayName)" }
    return "the team \(name) was added to since: "
      + added.prefix(5).map { VisibleText.excerpt($0, limit: 60) }.joined(separator: ", ")
  }

  private var waitForSite: Step {
    let (services, name, wait) = (services, name, request.siteWait)
    return Step(
      "wait_for_site", "Wait for the SharePoint site", effect: .none,
      verify: { context throws(AdminError) in
        context.output("wait_for_site")?["siteUrl"]?.stringValue == nil
          ? .pending("the SharePoint site of \(name) is still being made, which takes minutes; files have to wait")
          : .verified
      }
    ) { context throws(AdminError) in
      let site = try await services.graph().waitForSite(ofGroup: context.groupID(), deadline: wait) { waited in
        context.tell(waited)
      }
      return ["siteUrl": .optional(site?.webURL)]
    }
  }

  /// Written either way: where a group says nothing the tenant decides, which mostly lets guests in.
  private var guestAccess: Step {
    let (services, isAllowed, name) = (services, request.allowsGuests, name)
    return Step(
      "guest_access", isAllowed ? "Let guests in" : "Keep guests out", effect: .idempotent,
      verify: { context throws(AdminError) in
        let (graph, id) = (try await services.graph(), try context.groupID())
        let shown = try await graph.wait(for: .seconds(30)) { () async throws(AdminError) -> Bool? in
          try await graph.guestAccess(ofGroup: id) == isAllowed ? true : nil
        }
        return shown == nil ? .pending("the guest access of \(name) was written and does not show yet") : .verified
      }, reversal: belonging
    ) { context throws(AdminError) in
      let (graph, id) = (try await services.graph(), try context.groupID())
      let written = try await graph.wait(for: .seconds(60)) { () async throws(AdminError) -> Bool? in
        if try await graph.guestAccess(ofGroup: id) != isAllowed {
          try await graph.setGuestAccess(ofGroup: id, to: isAllowed, isFresh: true)
        }
        return true
      }
      guard written == true else { throw Self.late("the group's settings") }
      return [:]
    }
  }

  private var createTeam: Step {
    let services = services
    return Step(
      "create_team", "Make a team of the group", effect: .idempotent,
      verify: { context throws(AdminError) in
        let (graph, id) = (try await services.graph(), try context.groupID())
        let team = try await graph.wait(for: .seconds(60)) { () async throws(AdminError) in
          try await graph.findTeam(id: id)
        }
        return team == nil ? .pending("the team was made and does not show yet; read m365://teams/\(id)") : .verified
      }, reversal: belonging
    ) { context throws(AdminError) in
      let team = try await services.graph().makeTeam(
        ofGroup: context.groupID(), Self.wantedSettings, deadline: Self.teamWait
      ) { waited in context.tell(waited) }
      guard let team else { throw Self.late("the group") }
      return ["webUrl": .optional(team.webURL)]
    }
  }

  static func late(_ what: String) -> AdminError {
    AdminError(
      .deadlinePassed,
      "Microsoft Teams did not learn of \(what) in time. Try again later; it is often slow for a while.",
      isRetryable: true)
  }

  /// What belongs to a group that this operation makes goes with it.
  var belonging: Step.Reversal {
    request.existingGroup == nil ? .none : .never("the team existed before this call")
  }
}

extension StepContext {
  func groupID() throws(AdminError) -> String {
    guard let id = output("create_group")?["groupId"]?.stringValue else {
      throw AdminError(.internalFault, "The operation does not know the group it has made.")
    }
    return id
  }

  fileprivate func tell(_ waited: Duration) {
    if waited > .zero { report("\(waited.components.seconds) s so far") }
  }
}

// MARK: - The journalled form

extension CreateTeamWorkflow {
  package var input: JSONObject { request.json }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let request = TeamRequest(journalled: input) else { throw .malformedJournal(Self.name) }
    self.init(request, services: services)
  }
}
