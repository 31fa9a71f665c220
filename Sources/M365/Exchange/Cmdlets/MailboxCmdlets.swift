package enum GetMailbox: String, IdentifiedCmdlet {
  package static let name = "Get-Mailbox"

  case identity = "Identity"
  case recipientTypeDetails = "RecipientTypeDetails"
  case resultSize = "ResultSize"
}

package enum SetMailbox: String, IdentifiedCmdlet {
  package static let name = "Set-Mailbox"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
  case type = "Type"
  case forwardingAddress = "ForwardingAddress"
  case forwardingSMTPAddress = "ForwardingSmtpAddress"
  case deliverToMailboxAndForward = "DeliverToMailboxAndForward"
  case hiddenFromAddressLists = "HiddenFromAddressListsEnabled"
  case messageTrackingReadStatus = "MessageTrackingReadStatusEnabled"
  case messageCopyForSentAs = "MessageCopyForSentAsEnabled"
  case messageCopyForSendOnBehalf = "MessageCopyForSendOnBehalfEnabled"
  case grantSendOnBehalfTo = "GrantSendOnBehalfTo"
  case litigationHold = "LitigationHoldEnabled"
  case litigationHoldDuration = "LitigationHoldDuration"
  case litigationHoldOwner = "LitigationHoldOwner"
  case retentionComment = "RetentionComment"
  case retentionURL = "RetentionUrl"
  case retentionPolicy = "RetentionPolicy"
  case audit = "AuditEnabled"
  case auditLogAgeLimit = "AuditLogAgeLimit"
  case auditOwner = "AuditOwner"
  case auditDelegate = "AuditDelegate"
  case auditAdmin = "AuditAdmin"
  case defaultAuditSet = "DefaultAuditSet"
}

package enum EnableMailbox: String, IdentifiedCmdlet {
  package static let name = "Enable-Mailbox"

  case identity = "Identity"
  case archive = "Archive"
  case autoExpandingArchive = "AutoExpandingArchive"
}

/// Without `archive` this cmdlet takes the whole mailbox away; `ExchangeClient.disableArchive(of:)` is the only call of
/// it.
package enum DisableMailbox: String, IdentifiedCmdlet {
  package static let name = "Disable-Mailbox"

  case identity = "Identity"
  case archive = "Archive"
  case confirm = "Confirm"
}

package enum GetMailboxMessageConfiguration: String, IdentifiedCmdlet {
  package static let name = "Get-MailboxMessageConfiguration"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
}

package enum SetMailboxMessageConfiguration: String, IdentifiedCmdlet {
  package static let name = "Set-MailboxMessageConfiguration"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
  case readReceiptResponse = "ReadReceiptResponse"
}

package enum GetMailboxAutoReplyConfiguration: String, IdentifiedCmdlet {
  package static let name = "Get-MailboxAutoReplyConfiguration"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
}

package enum SetMailboxAutoReplyConfiguration: String, IdentifiedCmdlet {
  package static let name = "Set-MailboxAutoReplyConfiguration"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
  case state = "AutoReplyState"
  case startTime = "StartTime"
  case endTime = "EndTime"
  case internalMessage = "InternalMessage"
  case externalMessage = "ExternalMessage"
  case externalAudience = "ExternalAudience"
}

package enum GetFocusedInbox: String, IdentifiedCmdlet {
  package static let name = "Get-FocusedInbox"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
}

package enum SetFocusedInbox: String, IdentifiedCmdlet {
  package static let name = "Set-FocusedInbox"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
  case focusedInboxOn = "FocusedInboxOn"
}

package enum GetCASMailbox: String, IdentifiedCmdlet {
  package static let name = "Get-CASMailbox"

  case identity = "Identity"
}

package enum SetCASMailbox: String, IdentifiedCmdlet {
  package static let name = "Set-CASMailbox"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
  case smtpClientAuthenticationDisabled = "SmtpClientAuthenticationDisabled"
}

package enum GetMailboxAuditBypassAssociation: String, IdentifiedCmdlet {
  package static let name = "Get-MailboxAuditBypassAssociation"

  case identity = "Identity"
}

package enum SetMailboxAuditBypassAssociation: String, IdentifiedCmdlet {
  package static let name = "Set-MailboxAuditBypassAssociation"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
  case auditBypass = "AuditBypassEnabled"
}

package enum GetMailboxStatistics: String, IdentifiedCmdlet {
  package static let name = "Get-MailboxStatistics"
  package static let routing = ExchangeRouting.mailbox

  case identity = "Identity"
}

package enum StartManagedFolderAssistant: String, IdentifiedCmdlet {
  package static let name = "Start-ManagedFolderAssistant"
  package static let safety = RetrySafety.idempotent

  case identity = "Identity"
}
