import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Takes somebody out of the organization, point by point, and says of each how it went.
struct OffboardUser: ChangingTool {
  static let name = "offboard_user"
  static let title = "Offboard a user"
  static let summary = """
    Take a leaving user out: block, end sessions, mailbox, groups, licences, deletion. Options are checked against each \
    other; a point that fails does not undo the others. Returns a checklist. Needs approval.
    """
  static let role = Role.provision
  static let permissions: [GraphPermission] =
    [
      .userReadWrite, .userDeleteRestore, .userRevokeSessions, .licenseReadWrite, .organizationRead, .groupReadWrite,
      .groupMemberReadWrite, .teamMemberReadWrite, .mailboxSettingsReadWrite, .exchangeManageAsApp,
    ] + LockoutCheck.permissions
  static let isDestructive = true
  static let isIdempotent = true
  static let clientHints: JSONObject = ["anthropic/requiresUserInteraction": true]

  struct AutomaticReply: ToolInput {
    @Param("To colleagues.", .length(1...4000), .multiline) var message: String
    @Param("To everybody outside; without it they get none.", .length(1...4000), .multiline)
    var externalMessage: String?
  }

  struct Input: ToolInput {
    @Param("Who leaves.", .length(3...320)) var userEmail: String
    @Param("Block the sign-in.") var blockSignIn: Bool = true
    @Param("End open sessions.") var revokeSessions: Bool = true
    @Param("Hide from address lists.") var hideFromAddressLists: Bool = false
    @Param("Answer mail automatically.") var automaticReply: AutomaticReply?
    @Param("Send mail on to this address; a copy stays.", .length(3...320)) var forwardTo: String?
    @Param("Make the mailbox a shared one.") var convertToSharedMailbox: Bool = false
    @Param("Who may read and send as the mailbox.", .count(0...20), .length(3...320)) var delegateAccess: [String] = []
    @Param("Take out of all groups and teams.") var removeFromGroups: Bool = false
    @Param("Who owns the groups then.", .length(3...320)) var transferOwnershipTo: String?
    @Param("Who manages the direct reports then.", .length(3...320)) var transferReportsTo: String?
    @Param("Take the licences; only with convertToSharedMailbox.") var removeLicenses: Bool = false
    @Param("Delete in the end; the mailbox goes too.") var deleteUser: Bool = false
  }

  struct Output: ToolOutput {
    struct Point: ToolOutput {
      let step: String
      let state: String
      let detail: String?
    }

    let userId: String
    let userPrincipalName: String
    let checklist: [Point]
    let complete: Bool

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [.checklist: "state: done, unchanged (was so already), skipped or failed.", .complete: "Nothing is open."])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<OffboardUserWorkflow> {
    try OffboardOptions.check(input)
    let graph = try await call.graph()
    let user = try await graph.user(address: input.userEmail)
    try LockoutRules.checkChangeable(user.userPrincipalName, isSynchronized: user.isSynchronized)
    let services = try await call.workflowServices()
    try await LockoutCheck(services).require(harms(input), to: user, handsOver: true)

    var plan = OffboardPlan(user, call, LockoutCheck(services))
    try await plan.takeBasics(input)
    try await plan.takeMailbox(input)
    try await plan.takeReports(input)
    try await plan.takeGroups(input)
    try await plan.takeLicenses(input)
    plan.takeDeletion(input)
    return PreparedChange(
      plan.plan, OffboardUserWorkflow(plan.request, services: services), warnings: plan.warnings)
  }

  private static func harms(_ input: Input) -> [LockoutRules.Harm] {
    // Whatever is asked for, somebody who is kept for an emergency is not taken out.
    [.blockSignIn] + (input.removeLicenses ? [.removeLicenses] : []) + (input.deleteUser ? [.delete] : [])
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let made = operation.output
    let points = (made["checklist"]?.arrayValue ?? []).map { point in
      Output.Point(
        step: point["step"]?.stringValue ?? "", state: point["state"]?.stringValue ?? "",
        detail: point["detail"]?.stringValue)
    }
    return Output(
      userId: made["userId"]?.stringValue ?? "", userPrincipalName: made["userPrincipalName"]?.stringValue ?? "",
      checklist: points, complete: !points.contains { ["skipped", "failed"].contains($0.state) })
  }
}
