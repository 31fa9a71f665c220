import Access
import AdminCore
import M365
import Workflows

/// What would become of a mailbox: each setting as it is and as it would be, and what somebody has to know first.
struct MailboxPlan {
  private let owner: MailboxOwner
  private let wishes: MailboxWishes
  private let services: WorkflowServices

  init(_ owner: MailboxOwner, _ wishes: MailboxWishes, _ services: WorkflowServices) {
    self.owner = owner
    self.wishes = wishes
    self.services = services
  }

  func make(_ call: ToolCall) async throws(AdminError) -> Plan {
    let name = owner.user.userPrincipalName
    let rules = try await existingRules(call)
    var plan = Plan("Configure the mailbox of \(name)", permissions: ConfigureMailbox.permissions.map(\.rawValue))
    plan.warnings = wishes.unsupported.map(\.text) + wishes.warnings
    var basis: [JSONValue] = []
    var targets: [String] = []
    var changes = 0
    for part in wishes.parts {
      let (now, isAsWanted) = try await part.look(owner.target, services)
      basis.append(.object(now))
      let (old, new) = (part.describe(now), part.describe(part.wanted))
      plan.facts.append(Plan.Fact(part.setting, isAsWanted ? "\(old) (as wanted already)" : "\(old) → \(new)"))
      guard !isAsWanted else { continue }
      changes += 1
      plan.calls.append(Plan.Call(part.operation, "Set \(part.setting)", undo: "the old value is put back"))
      plan.warnings += warnings(part, now)
      targets += self.targets(part, rules)
    }
    if changes == 0 { plan.summary += ": nothing to change" }
    let outside = owner.outside(targets)
    if !outside.isEmpty {
      plan.risks.append(.forwardsOutside(addresses: outside))
      plan.warnings += await OutboundGate(call).warnings(outside)
    }
    plan.basis = .array(basis)
    return plan
  }

  /// The rules there are, where the call is about rules; one that cannot be written is refused now.
  private func existingRules(_ call: ToolCall) async throws(AdminError) -> [InboxRule] {
    let isAboutRules = wishes.parts.contains { part in
      if case .rule = part { true } else { false }
    }
    guard isAboutRules else { return [] }
    let rules = try await call.graph().inboxRules(of: owner.user.reference)
    for part in wishes.parts {
      guard case .rule(let name, let content) = part else { continue }
      let found = rules.filter { $0.name == name }
      guard found.count <= 1 else { throw .severalRules(name) }
      if found.first?.isReadOnly == true {
        throw AdminError(
          .illegalState,
          "The inbox rule “\(VisibleText.excerpt(name, limit: 80))” cannot be changed from here: Exchange or an Outlook "
            + "client made it in a form of its own. Give the rule another name.")
      }
      if found.isEmpty, content["actions"] == nil {
        throw AdminError(
          .notFound,
          "There is no inbox rule “\(VisibleText.excerpt(name, limit: 80))” to be switched; name addresses in forwardTo "
            + "or redirectTo to make one.")
      }
    }
    return rules
  }

  /// Where mail will go that does not go there now.
  private func targets(_ part: MailboxPart, _ rules: [InboxRule]) -> [String] {
    switch part {
    case .forwarding(let forwarding): return [forwarding.address].compactMap { $0 }
    case .rule(let name, let content):
      guard content["isEnabled"] != false else { return [] }
      let existing = rules.first { $0.name == name }?.content ?? [:]
      return InboxRuleForm.targets(of: content["actions"] == nil ? existing : content)
    default: return []
    }
  }

  private func warnings(_ part: MailboxPart, _ now: JSONObject) -> [String] {
    switch part {
    case .forwarding(let forwarding) where forwarding.isOn && !forwarding.keepsCopy:
      return ["Nothing will arrive in the mailbox any more: no copy is kept."]
    case .rule(let name, let content) where content["actions"] != nil:
      let shown = "“\(VisibleText.excerpt(name, limit: 80))”"
      let isThere = now["rule"]?.isNull == false
      return (isThere ? ["The rule \(shown) is there already and gets other actions."] : [])
        + (content["actions"]?["delete"] == true ? ["What \(shown) sends on goes to Deleted Items here."] : [])
    case .automaticReplies(let wanted):
      let after = (now["automaticReplies"]?.objectValue ?? [:]).merging(wanted)
      let isOn = after["status"] != "disabled"
      let isForNobody = after["externalAudience"] == "none" && wanted["externalReplyMessage"] != nil
      return isOn && isForNobody
        ? ["Nobody outside gets externalReplyMessage while externalAudience is none."] : []
    default: return []
    }
  }
}

/// Whether mail that is sent on by itself may leave the organisation.
struct OutboundGate {
  private let call: ToolCall

  init(_ call: ToolCall) { self.call = call }

  func warnings(_ addresses: [String]) async -> [String] {
    let names = addresses.joined(separator: ", ")
    do throws(AdminError) {
      let exchange = try await call.exchange()
      let policy = try await exchange.value(of: OutboundForwarding.organization)
      let remote = try await exchange.remoteDomain()
      var reasons: [String] = []
      if !policy.mode.allowsForwarding { reasons.append("the outbound spam policy (\(policy.mode.rawValue))") }
      if remote.automaticForwarding == false { reasons.append("the remote domain Default") }
      guard !reasons.isEmpty else { return [] }
      return [
        "\(reasons.joined(separator: " and ")) forbids forwarding outside: what is sent on to \(names) will bounce "
          + "(5.7.520), unless a policy of its own allows this mailbox. An administrator allows it with enable_feature "
          + "external_forwarding."
      ]
    } catch {
      return [
        "It could not be checked whether forwarding outside is allowed (\(error.message)). Where it is not, what is "
          + "sent on to \(names) will bounce (5.7.520)."
      ]
    }
  }
}
