import AdminCore

/// What Exchange keeps of one mailbox besides its content and what its owner sets.
struct MailboxConfiguration: Sendable {
  /// Of `Get-Mailbox`, as far as cmdlets set them.
  var properties = MailboxModel.properties.standards
  /// Of `Get-MailboxMessageConfiguration`.
  var messages = MailboxModel.messages.standards
  /// Of `Get-CASMailbox`.
  var access = MailboxModel.access.standards
  var isFocusedInboxOn = true
  var bypassesAudit = false
  var hasArchive = false
  var hasAutoExpandingArchive = false
  /// By the ids of the users: whether Outlook opens the mailbox by itself.
  var fullAccess: [String: Bool] = [:]
  /// Ids of the users who may send in this mailbox's name.
  var sendAs: [String] = []
  /// Ids of the users who may send for it.
  var sendOnBehalf: [String] = []

  /// Where mail goes that arrives here: a recipient of the tenant by the id of its mailbox's owner, or an address.
  var forwardsTo: String? {
    properties["ForwardingAddress"]?.stringValue
      ?? properties["ForwardingSmtpAddress"]?.stringValue.map { String($0.dropFirst(5)) }
  }

  var keepsCopy: Bool { properties["DeliverToMailboxAndForward"]?.boolValue ?? false }

  var json: JSONObject {
    properties.merging([
      "readReceiptResponse": messages["ReadReceiptResponse"] ?? .null,
      "smtpClientAuthenticationDisabled": access["SmtpClientAuthenticationDisabled"] ?? .null,
      "isFocusedInboxOn": .bool(isFocusedInboxOn), "bypassesAudit": .bool(bypassesAudit),
      "hasArchive": .bool(hasArchive), "hasAutoExpandingArchive": .bool(hasAutoExpandingArchive),
      "fullAccess": .strings(fullAccess.keys.sorted()), "sendAs": .strings(sendAs),
      "sendOnBehalf": .strings(sendOnBehalf),
    ])
  }
}

/// What the cmdlets for mailboxes know.
enum MailboxModel {
  private static let actions = [
    "AddFolderPermissions", "ApplyRecord", "Copy", "Create", "FolderBind", "HardDelete", "MailboxLogin",
    "MailItemsAccessed", "MessageBind", "ModifyFolderPermissions", "Move", "MoveToDeletedItems", "RecordDelete",
    "RemoveFolderPermissions", "Send", "SendAs", "SendOnBehalf", "SoftDelete", "Update", "UpdateCalendarDelegation",
    "UpdateFolderPermissions", "UpdateInboxRules",
  ]
  private static let usualActions: JSONValue = ["Update", "MoveToDeletedItems", "SoftDelete", "HardDelete"]

  /// What `Set-Mailbox` sets plainly.
  static let properties: [CmdletProperty] = [
    CmdletProperty("ForwardingAddress", .identity), CmdletProperty("ForwardingSmtpAddress", .proxyAddress),
    CmdletProperty("DeliverToMailboxAndForward", .boolean, false),
    CmdletProperty("MessageTrackingReadStatusEnabled", .boolean, true),
    CmdletProperty("MessageCopyForSentAsEnabled", .boolean, false),
    CmdletProperty("MessageCopyForSendOnBehalfEnabled", .boolean, false),
    CmdletProperty("LitigationHoldEnabled", .boolean, false),
    CmdletProperty("LitigationHoldDuration", .days, "Unlimited"), CmdletProperty("LitigationHoldOwner", .text, ""),
    CmdletProperty("RetentionComment", .text, ""), CmdletProperty("RetentionUrl", .text, ""),
    CmdletProperty("RetentionPolicy", .identity, "Default MRM Policy"),
    CmdletProperty("AuditEnabled", .boolean, true), CmdletProperty("AuditLogAgeLimit", .span, "90.00:00:00"),
    CmdletProperty("AuditAdmin", .choices(actions), usualActions),
    CmdletProperty("AuditDelegate", .choices(actions), usualActions),
    CmdletProperty("AuditOwner", .choices(actions), usualActions),
    CmdletProperty("DefaultAuditSet", .choices(["Admin", "Delegate", "Owner"]), ["Admin", "Delegate", "Owner"]),
    CmdletProperty("CustomAttribute1", .text, ""), CmdletProperty("SingleItemRecoveryEnabled", .boolean, true),
  ]

  static let messages: [CmdletProperty] = [
    CmdletProperty(
      "ReadReceiptResponse", .choice(["DoNotAutomaticallySend", "AlwaysSend", "NeverSend"]),
      "DoNotAutomaticallySend"),
    CmdletProperty("AlwaysShowBcc", .boolean, false), CmdletProperty("AlwaysShowFrom", .boolean, false),
    CmdletProperty("AutoAddSignature", .boolean, false), CmdletProperty("SignatureText", .text, ""),
    CmdletProperty("SignatureHtml", .text, ""),
  ]

  static let access: [CmdletProperty] = [
    CmdletProperty("SmtpClientAuthenticationDisabled", .boolean), CmdletProperty("ActiveSyncEnabled", .boolean, true),
    CmdletProperty("OWAEnabled", .boolean, true), CmdletProperty("PopEnabled", .boolean, true),
    CmdletProperty("ImapEnabled", .boolean, true), CmdletProperty("MAPIEnabled", .boolean, true),
    CmdletProperty("EwsEnabled", .boolean, true),
  ]

  static let usualAuditActions = usualActions
}
