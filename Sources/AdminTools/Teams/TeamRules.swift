import AdminCore
import M365
import Workflows

/// What Teams asks of a new team, checked before anything is made: everything that is wrong at once.
enum TeamRules {
  /// What can be seen in the call alone.
  static func check(_ input: CreateTeamsGroup.Input) throws(AdminError) {
    var problems: [AdminError.Problem] = []
    if VisibleText.excerpt(input.displayName, limit: 256).isEmpty {
      problems.append(problem("/displayName", "must show something"))
    }
    var names: Set<String> = []
    for (index, channel) in input.channels.enumerated() {
      let path = "/channels/\(index)"
      if let objection = NewChannel.objection(to: channel.displayName) {
        problems.append(problem("\(path)/displayName", objection))
      }
      if channel.displayName.lowercased() == "general" {
        problems.append(problem("\(path)/displayName", "every team has a channel General already"))
      }
      if !names.insert(channel.displayName.lowercased()).inserted {
        problems.append(problem("\(path)/displayName", "two channels cannot have one name"))
      }
      if channel.membershipType == .standard, !channel.owners.isEmpty || !channel.members.isEmpty {
        problems.append(
          problem(path, "everybody in the team is in a standard channel; name people for private and shared ones"))
      }
    }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
  }

  /// What depends on who the people are.
  static func check(_ people: TeamPeople, _ input: CreateTeamsGroup.Input) throws(AdminError) {
    var problems: [AdminError.Problem] = []
    for address in input.owners where people[address].isGuest {
      problems.append(problem("/owners", "\(people[address].name) is a guest, and guests cannot own a team"))
    }
    for address in input.members where people[address].isGuest && !input.enableGuestAccess {
      problems.append(
        problem("/members", "\(people[address].name) is a guest; set enableGuestAccess: true to let guests in"))
    }
    let everybody = Set((input.owners + input.members).map { people[$0].id })
    for (index, channel) in input.channels.enumerated() {
      for (kind, addresses) in [("owners", channel.owners), ("members", channel.members)] {
        for address in addresses {
          let person = people[address]
          let path = "/channels/\(index)/\(kind)"
          if person.isGuest, kind == "owners" || channel.membershipType == .shared {
            problems.append(problem(path, "\(person.name) is a guest and cannot be there"))
          } else if channel.membershipType == .private, !everybody.contains(person.id) {
            problems.append(
              problem(path, "\(person.name) must be in the team to be in a private channel; add the address to members")
            )
          }
        }
      }
    }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
  }

  private static func problem(_ path: String, _ message: String) -> AdminError.Problem {
    AdminError.Problem(path: path, rule: "team", message: message)
  }
}
