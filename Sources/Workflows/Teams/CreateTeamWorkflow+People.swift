import AdminCore
import M365

/// Somebody who is not where he was to be, and why.
struct TeamAdditionFailure: Sendable {
  let step: String
  let person: String
  let place: String
  let reason: String

  var json: JSONValue { ["person": .string(person), "place": .string(place), "reason": .string(reason)] }

  init(step: String, person: String, place: String, reason: String) {
    self.step = step
    self.person = person
    self.place = place
    self.reason = reason
  }

  init?(_ json: JSONValue, step: String) {
    guard let person = json["person"]?.stringValue, let place = json["place"]?.stringValue else { return nil }
    self.init(step: step, person: person, place: place, reason: json["reason"]?.stringValue ?? "")
  }
}

extension CreateTeamWorkflow {
  private static let addPeopleTitle = "Add owners and members"

  /// Who could not be added, to the team or to a channel.
  func failures(in context: StepContext) -> [TeamAdditionFailure] {
    let places =
      [("add_people", Self.addPeopleTitle)]
      + request.channels.indices.map { (Self.channelPeopleStep($0), "Add people to a channel") }
    return places.flatMap { step, title in
      (context.output(step)?["failed"]?.arrayValue ?? []).compactMap { TeamAdditionFailure($0, step: title) }
    }
  }

  private static func output(added: Int, _ failures: [TeamAdditionFailure]) -> JSONObject {
    ["added": .int(added), "failed": .array(failures.map(\.json))]
  }

  // MARK: The team

  /// Everybody at once, each of whom succeeds or fails alone. Who failed is tried again, because Teams may learn of a
  /// new user late; who fails then is reported and does not undo the team.
  var addPeople: Step {
    let (request, services, name) = (request, services, name)
    return Step(
      "add_people", Self.addPeopleTitle, effect: .idempotent, reversal: belonging
    ) { context throws(AdminError) in
      let (graph, id) = (try await services.graph(), try context.groupID())
      var waiting =
        request.owners.map { TeamMemberAddition(userID: $0.id, isOwner: true) }
        + request.members.map { TeamMemberAddition(userID: $0.id) }
      let count = waiting.count
      _ = try await services.timekeeper.poll(for: .seconds(30), every: [.seconds(5), .seconds(10)]) {
        () async throws(AdminError) -> Bool? in
        waiting = try await graph.addMembers(waiting, toTeam: id).filter { $0.failure != nil }
        if !waiting.isEmpty { context.report("\(waiting.count) of \(count) people are still to be added") }
        return waiting.isEmpty ? true : nil
      }
      let people = Dictionary((request.owners + request.members).map { ($0.id, $0.name) }) { first, _ in first }
      let failures = waiting.map { addition in
        TeamAdditionFailure(
          step: Self.addPeopleTitle, person: people[addition.userID] ?? addition.userID, place: "the team \(name)",
          reason: addition.failure?.words ?? "")
      }
      return Self.output(added: count - failures.count, failures)
    }
  }

  // MARK: Channels

  static func channelStep(_ index: Int) -> String { "channel_\(index + 1)" }
  static func channelPeopleStep(_ index: Int) -> String { "channel_\(index + 1)_people" }

  /// A channel of the name that is there already is the one: the team is this operation's own.
  func createChannel(_ index: Int) -> Step {
    let (channel, services) = (request.channels[index], services)
    let name = VisibleText.excerpt(channel.displayName, limit: 60)
    return Step(
      Self.channelStep(index), "Create the \(channel.membership.rawValue) channel \(name)",
      effect: .once { context throws(AdminError) in
        let found = try await services.graph().channel(named: channel.displayName, ofTeam: context.groupID())
        return found.map { .happened(Self.output($0)) } ?? .didNotHappen
      },
      verify: { context throws(AdminError) in
        let (graph, id) = (try await services.graph(), try context.groupID())
        let shown = try await graph.wait(for: .seconds(60)) { () async throws(AdminError) in
          try await graph.channel(named: channel.displayName, ofTeam: id)
        }
        guard let shown else { return .pending("the channel \(name) was made and does not show yet") }
        guard shown.membership.rawValue == channel.membership.rawValue else {
          throw AdminError(
            .graphFailed,
            "The channel \(name) is \(shown.membership.rawValue) and was to be \(channel.membership.rawValue).")
        }
        return .verified
      }, reversal: belonging
    ) { context throws(AdminError) in
      let (graph, id) = (try await services.graph(), try context.groupID())
      // A team just made takes no channels for a moment, which is no reason to give up.
      let made = try await graph.wait(for: .seconds(60)) { () async throws(AdminError) -> JSONObject? in
        if let there = try await graph.channel(named: channel.displayName, ofTeam: id) { return Self.output(there) }
        return try await Self.make(channel, inTeam: id, graph)
      }
      guard let made else { throw Self.late("the team") }
      return made
    }
  }

  private static func output(_ channel: TeamChannel) -> JSONObject { ["channelId": .string(channel.id)] }

  private static func make(
    _ channel: TeamRequest.Channel, inTeam id: String, _ graph: GraphClient
  ) async throws(AdminError) -> JSONObject? {
    do throws(AdminError) {
      switch try await graph.createChannel(channel.new, inTeam: id, isFresh: true) {
      case .made(let made): return output(made)
      case .underWay(let link):
        guard try await graph.waitForOperation(link, deadline: .seconds(120), every: [.seconds(5)]) else { return nil }
        return try await graph.channel(named: channel.displayName, ofTeam: id).map(output)
      }
    } catch  where error.graphFault == .nameTaken {
      // A shared channel under way has its name before it shows.
      let there = try await graph.wait(for: .seconds(60)) { () async throws(AdminError) in
        try await graph.channel(named: channel.displayName, ofTeam: id)
      }
      guard let there else { throw error }
      return output(there)
    }
  }

  func addChannelPeople(_ index: Int) -> Step {
    let (channel, services) = (request.channels[index], services)
    let name = VisibleText.excerpt(channel.displayName, limit: 60)
    let title = "Add people to the channel \(name)"
    return Step(Self.channelPeopleStep(index), title, effect: .idempotent, reversal: belonging) {
      context throws(AdminError) in
      let graph = try await services.graph()
      let (team, output) = (try context.groupID(), context.output(Self.channelStep(index)))
      guard let id = output?["channelId"]?.stringValue else {
        throw AdminError(.internalFault, "The operation does not know the channel it has made.")
      }
      let people = channel.owners.map { ($0, true) } + channel.members.map { ($0, false) }
      var failures: [TeamAdditionFailure] = []
      for (person, isOwner) in people {
        do throws(AdminError) {
          try await graph.addMember(person.id, isOwner: isOwner, toChannel: id, team: team)
        } catch  where !error.isRetryable && error.code != .cancelled {
          failures.append(
            TeamAdditionFailure(
              step: title, person: person.name, place: "the channel \(name)", reason: error.message))
        }
      }
      return Self.output(added: people.count - failures.count, failures)
    }
  }
}

extension TeamRequest.Channel {
  /// With the one owner it is made with.
  fileprivate var new: NewChannel {
    let kind: NewChannel.Kind =
      switch (membership, owners.first) {
      case (.private, let owner?): .private(owner: owner.id)
      case (.shared, let owner?): .shared(owner: owner.id)
      default: .standard
      }
    return NewChannel(displayName: displayName, description: description, kind: kind)
  }
}

extension TeamMemberAddition.Failure {
  fileprivate var words: String { message.isEmpty ? code : message }
}

// MARK: - Settings, and what shows in the end

extension CreateTeamWorkflow {
  /// Members may do what members of a new team usually may; guests neither make nor delete channels.
  static var wantedSettings: TeamSettings {
    var settings = TeamSettings()
    for name in [
      "allowCreateUpdateChannels", "allowDeleteChannels", "allowAddRemoveApps", "allowCreateUpdateRemoveTabs",
    ] {
      settings[.member, name] = true
    }
    for name in ["allowCreateUpdateChannels", "allowDeleteChannels"] { settings[.guest, name] = false }
    return settings
  }

  /// The team was made with them; where it shows others they are written once more.
  var settings: Step {
    let services = services
    return Step(
      "settings", "Check the team's settings", effect: .idempotent,
      verify: { context throws(AdminError) in
        let (graph, id) = (try await services.graph(), try context.groupID())
        let shown = try await graph.wait(for: .seconds(30)) { () async throws(AdminError) -> Bool? in
          try await graph.team(id: id).settings.holds(Self.wantedSettings) ? true : nil
        }
        return shown == nil ? .pending("the team's settings were written and do not show yet") : .verified
      }, reversal: belonging
    ) { context throws(AdminError) in
      let (graph, id) = (try await services.graph(), try context.groupID())
      guard try await !graph.team(id: id).settings.holds(Self.wantedSettings) else { return ["changed": false] }
      var changes = TeamChanges()
      changes.settings = Self.wantedSettings
      try await graph.updateTeam(id: id, changes)
      return ["changed": true]
    }
  }

  /// Compares what the tenant shows with what was asked for; what is missing may still be on its way.
  var readBack: Step {
    let (request, services) = (request, services)
    return Step(
      "read_back", "Read the team back", effect: .none,
      verify: { context throws(AdminError) in
        let missing = (context.output("read_back")?["missing"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard !missing.isEmpty else { return .verified }
        let names = missing.prefix(10).map { VisibleText.excerpt($0, limit: 60) }.joined(separator: ", ")
        return .pending("not shown in the team yet: \(names)")
      }
    ) { context throws(AdminError) in
      let (graph, id) = (try await services.graph(), try context.groupID())
      let failed = Set(failures(in: context).map(\.person))
      let owners = request.owners.filter { !failed.contains($0.name) }
      let everybody = owners + request.members.filter { !failed.contains($0.name) }
      var last: JSONObject = [:]
      _ = try await graph.wait(for: .seconds(30)) { () async throws(AdminError) -> Bool? in
        let people = try await graph.members(ofTeam: id)
        let (present, owning) = (Set(people.map(\.userID)), Set(people.filter(\.isOwner).map(\.userID)))
        let missing =
          everybody.filter { !present.contains($0.id.lowercased()) }
          + owners.filter { present.contains($0.id.lowercased()) && !owning.contains($0.id.lowercased()) }
        last = [
          "owners": .int(owning.count), "members": .int(people.count - owning.count),
          "missing": .strings(missing.map(\.name)),
        ]
        return missing.isEmpty ? true : nil
      }
      return last
    }
  }
}

extension TeamSettings {
  /// Whether every setting of `wanted` is so here.
  func holds(_ wanted: TeamSettings) -> Bool {
    wanted.json.allSatisfy { section in
      guard let members = section.value.objectValue else { return true }
      return members.allSatisfy { json[section.key]?[$0.key] == $0.value }
    }
  }
}
