import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Sets what there really is about receipts and the tracking of mail, for a mailbox or for the organisation.
struct ConfigureTracking: ChangingTool {
  static let name = "configure_tracking"
  static let title = "Configure receipts and tracking"
  static let summary = """
    Set read receipt answers, external delivery reports and read status in delivery reports, for a user or the \
    organization. Says what the platform has no setting for. Organization-wide changes need approval.
    """
  static let toolset = Toolset.exchange
  static let role = Role.configure
  static let permissions: [GraphPermission] = [.userRead, .organizationRead, .exchangeManageAsApp]
  static let isDestructive = true
  static let isIdempotent = true

  enum Scope: String, Choice {
    case user, organization
  }

  struct Input: ToolInput {
    @Param("For one mailbox, or for all.") var scope: Scope
    @Param("Whose mailbox, with scope user.", .length(3...320), .format("email")) var targetEmail: String?
    @Param("user: answer read receipt requests always or never; organization: the same for every mailbox of today.")
    var readReceipts: Bool?
    @Param("organization: delivery reports to outside; a mailbox has no such setting.") var deliveryReceipts: Bool?
    @Param("Read status in delivery reports; message trace is always on.") var messageTracking: Bool?
  }

  struct Output: ToolOutput {
    let scope: String
    let targetEmail: String?
    let changed: Bool
    let changes: [FreeForm]
    let unsupported: [FreeForm]

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .changes: "Each with setting, changed, before and after; over all mailboxes also how many.",
        .unsupported: "Wishes that the platform has nothing for, with the reason and what to do instead.",
      ])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<ConfigureTrackingWorkflow> {
    try check(input)
    let services = try await call.workflowServices()
    let plan: TrackingPlan
    switch (input.scope, input.targetEmail) {
    case (.user, let email?):
      let owner = try await MailboxOwner.find(email, path: "/targetEmail", call)
      plan = TrackingPlan(
        address: owner.user.userPrincipalName, parts: userParts(input, owner.target),
        unsupported: input.deliveryReceipts == nil ? [] : [.deliveryReceipts])
    default:
      plan = TrackingPlan(address: nil, parts: try await organizationParts(input, call), unsupported: [])
    }
    if plan.parts.isEmpty { try Unsupported.refuse(plan.unsupported) }
    let made = try await plan.make(call, services)
    return PreparedChange(
      made,
      ConfigureTrackingWorkflow(
        address: plan.address, plan.parts, unsupported: plan.unsupported, services: services),
      warnings: made.warnings)
  }

  private static func check(_ input: Input) throws(AdminError) {
    var problems: [AdminError.Problem] = []
    switch input.scope {
    case .user where input.targetEmail == nil:
      problems.append(
        AdminError.Problem(path: "/targetEmail", rule: "required", message: "is required with scope user"))
    case .organization where input.targetEmail != nil:
      problems.append(
        AdminError.Problem(
          path: "/targetEmail", rule: "exclusive", message: "has no meaning with scope organization; leave it out"))
    default: break
    }
    if input.readReceipts == nil, input.deliveryReceipts == nil, input.messageTracking == nil {
      problems.append(
        AdminError.Problem(
          path: "", rule: "required", message: "name one of readReceipts, deliveryReceipts and messageTracking"))
    }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
  }

  private static func userParts(_ input: Input, _ target: MailboxPart.Target) -> [TrackingPart] {
    var parts: [TrackingPart] = []
    if let answers = input.readReceipts { parts.append(.mailbox(.readReceipts(answers ? .always : .never), target)) }
    if let isShown = input.messageTracking { parts.append(.mailbox(.readStatus(isShown), target)) }
    return parts
  }

  private static func organizationParts(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> [TrackingPart] {
    var parts: [TrackingPart] = []
    if let reports = input.deliveryReceipts { parts.append(.externalDeliveryReports(reports)) }
    if let tracking = input.messageTracking { parts.append(.readTracking(tracking)) }
    if let answers = input.readReceipts {
      let mailboxes = try await call.exchange().mailboxes().collect(maximum: EveryMailbox.maximum)
      let members = mailboxes.map { EveryMailbox.Member(id: $0.id, address: $0.address) }
        .sorted { $0.address < $1.address }
      parts.append(.everyMailbox(answers ? .always : .never, members))
    }
    return parts
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let output = operation.output
    let changes = output["changes"]?.arrayValue ?? []
    return Output(
      scope: output["scope"]?.stringValue ?? "", targetEmail: output["targetEmail"]?.stringValue,
      changed: changes.contains { $0["changed"] == true }, changes: changes.map(FreeForm.init),
      unsupported: (output["unsupported"]?.arrayValue ?? []).map(FreeForm.init))
  }
}

/// What would become of receipts and tracking.
struct TrackingPlan {
  /// So many mailboxes are looked at one by one, to tell how many would change.
  private static let lookedAt = 50

  let address: String?
  let parts: [TrackingPart]
  let unsupported: [Unsupported]

  func make(_ call: ToolCall, _ services: WorkflowServices) async throws(AdminError) -> Plan {
    var plan = Plan(
      address.map { "Configure receipts of \($0)" } ?? "Configure receipts and tracking of the organisation",
      permissions: ConfigureTracking.permissions.map(\.rawValue), warnings: unsupported.map(\.text))
    var basis: [JSONValue] = []
    for part in parts {
      let (state, isAsWanted, seen) = try await look(part, call, services)
      basis.append(seen)
      plan.facts.append(Plan.Fact(part.setting, "\(state); \(part.meaning)"))
      guard !isAsWanted else { continue }
      plan.calls.append(Plan.Call(part.operation, "Set \(part.setting)", undo: "the old value is put back"))
      if case .everyMailbox = part {
        plan.warnings.append("Mailboxes that are made later are not covered; call again after making some.")
      }
    }
    if plan.calls.isEmpty {
      plan.summary += ": nothing to change"
    } else if address == nil {
      plan.risks.append(.changesOrganization)
    }
    plan.basis = .array(basis)
    return plan
  }

  private func look(
    _ part: TrackingPart, _ call: ToolCall, _ services: WorkflowServices
  ) async throws(AdminError) -> (state: String, isAsWanted: Bool, seen: JSONValue) {
    func change(_ old: String, _ new: String, _ isAsWanted: Bool) -> String {
      isAsWanted ? "\(old) (as wanted already)" : "\(old) → \(new)"
    }
    switch part {
    case .mailbox(let mailboxPart, let target):
      let (now, isAsWanted) = try await mailboxPart.look(target, services)
      let state = change(mailboxPart.describe(now), mailboxPart.describe(mailboxPart.wanted), isAsWanted)
      return (state, isAsWanted, .object(now))
    case .everyMailbox(let answer, let members): return try await look(answer, members, call)
    case .externalDeliveryReports, .readTracking:
      guard let setting = part.organizationSwitch, let wanted = part.wantedFlag else { return ("", true, .null) }
      let now = try await call.exchange().value(of: setting)
      return (change(now ? "on" : "off", wanted ? "on" : "off", now == wanted), now == wanted, .bool(now))
    }
  }

  private func look(
    _ answer: ReadReceiptResponse.Answer, _ members: [EveryMailbox.Member], _ call: ToolCall
  ) async throws(AdminError) -> (state: String, isAsWanted: Bool, seen: JSONValue) {
    let ids = JSONValue.strings(members.map(\.id.text))
    guard members.count <= Self.lookedAt else {
      return ("\(members.count) mailboxes → \(answer.rawValue)", members.isEmpty, ids)
    }
    let exchange = try await call.exchange()
    var different: [String] = []
    for member in members {
      do throws(AdminError) {
        if try await exchange.value(of: member.setting).answer != answer { different.append(member.address) }
      } catch  where error.exchangeFault == .notFound {
        continue
      }
    }
    return (
      "\(different.count) of \(members.count) mailboxes → \(answer.rawValue)", different.isEmpty,
      .strings(different)
    )
  }
}
