import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Sets parts of a mailbox: automatic replies, forwarding, the answer to read receipts, time zone and language.
struct ConfigureMailbox: ChangingTool {
  static let name = "configure_mailbox"
  static let title = "Configure a mailbox"
  static let summary = """
    Set automatic replies, forwarding, read receipt answers, time zone and language of a mailbox. Reads the old values, \
    reads back, can be undone. Forwarding outside needs approval.
    """
  static let toolset = Toolset.exchange
  static let role = Role.configure
  static let permissions: [GraphPermission] = [
    .mailboxSettingsReadWrite, .userRead, .organizationRead, .exchangeManageAsApp,
  ]
  static let isDestructive = true
  static let isIdempotent = true

  struct Input: ToolInput {
    @Param("Whose mailbox.", .length(3...320), .format("email")) var userEmail: String
    @Param("What to set; everything else stays.") var settings: Settings
  }

  struct Settings: ToolInput {
    @Param("Answer requests for read receipts: true always, false never.") var readReceipts: Bool?
    @Param("The same with a third answer.") var readReceiptResponse: Response?
    @Param("A mailbox has no such setting; the answer says what to do instead.") var deliveryReceipts: Bool?
    @Param("Windows or IANA name.", .length(1...100)) var timeZone: String?
    @Param("Locale such as en-IE.", .length(2...20)) var language: String?
    @Param("Automatic replies.") var automaticReplies: Replies?
    @Param("Inbox rules by name; one without a name forwards the whole mailbox.", .count(0...50))
    var forwardingRules: [Rule] = []
  }

  enum Response: String, Choice {
    case ask, always, never
  }

  struct Replies: ToolInput {
    @Param("When they are sent.") var status: ReplyStatus?
    @Param("Text or HTML.", .length(0...30_000), .multiline) var internalReplyMessage: String?
    @Param("Text or HTML.", .length(0...30_000), .multiline) var externalReplyMessage: String?
    @Param("Who outside gets one.") var externalAudience: Audience?
    @Param("ISO 8601; UTC without an offset.", .length(10...40)) var scheduledStartDateTime: String?
    @Param("ISO 8601; UTC without an offset.", .length(10...40)) var scheduledEndDateTime: String?
  }

  enum ReplyStatus: String, Choice {
    case disabled, alwaysEnabled, scheduled
  }

  enum Audience: String, Choice {
    case none, contactsOnly, all
  }

  struct Rule: ToolInput {
    @Param("Of the inbox rule.", .length(1...250)) var name: String?
    @Param("Addresses.", .count(0...20), .length(3...320)) var forwardTo: [String] = []
    @Param("Addresses; the sender stays visible.", .count(0...20), .length(3...320)) var redirectTo: [String] = []
    @Param("Keep the mail here too.") var keepCopy: Bool = true
    @Param("All must hold.") var conditions: Conditions?
    @Param("False switches it off.") var enabled: Bool = true
  }

  struct Conditions: ToolInput {
    @Param("Senders.", .count(0...50), .length(3...320)) var fromAddresses: [String] = []
    @Param("Words.", .count(0...50), .length(1...250)) var senderContains: [String] = []
    @Param("Words.", .count(0...50), .length(1...250)) var subjectContains: [String] = []
    @Param("Words.", .count(0...50), .length(1...250)) var bodyContains: [String] = []
    @Param("With or without.") var hasAttachments: Bool?
  }

  struct Output: ToolOutput {
    let userId: String
    let userEmail: String
    let changed: Bool
    let changes: [FreeForm]
    let unsupported: [FreeForm]

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .changes: "Each with setting, changed, before and after.",
        .unsupported: "Wishes that the platform has nothing for, with the reason and what to do instead.",
      ])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<ConfigureMailboxWorkflow> {
    let mailbox = try await MailboxOwner.find(input.userEmail, path: "/userEmail", call)
    let wishes = try MailboxWishes(input.settings, mailbox, now: call.services.timekeeper.now())
    if wishes.parts.isEmpty { try Unsupported.refuse(wishes.unsupported) }
    let services = try await call.workflowServices()
    let plan = try await MailboxPlan(mailbox, wishes, services).make(call)
    return PreparedChange(
      plan,
      ConfigureMailboxWorkflow(mailbox.target, wishes.parts, unsupported: wishes.unsupported, services: services),
      warnings: plan.warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let output = operation.output
    let changes = output["changes"]?.arrayValue ?? []
    return Output(
      userId: output["userId"]?.stringValue ?? "", userEmail: output["userEmail"]?.stringValue ?? "",
      changed: changes.contains { $0["changed"] == true }, changes: changes.map(FreeForm.init),
      unsupported: (output["unsupported"]?.arrayValue ?? []).map(FreeForm.init))
  }
}
