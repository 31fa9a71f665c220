package enum GetOrganizationConfig: BareCmdlet {
  package static let name = "Get-OrganizationConfig"
}

package enum SetOrganizationConfig: String, ExchangeCmdlet {
  package static let name = "Set-OrganizationConfig"

  case readTracking = "ReadTrackingEnabled"
  case auditDisabled = "AuditDisabled"
  case autoEnableArchive = "AutoEnableArchiveMailbox"
  case autoExpandingArchive = "AutoExpandingArchive"
  case focusedInbox = "FocusedInboxOn"
  case plusAddressingDisabled = "DisablePlusAddressInRecipients"
  case sendFromAlias = "SendFromAliasEnabled"
  case rejectDirectSend = "RejectDirectSend"
  case messageRecall = "MessageRecallEnabled"
  case customerLockbox = "CustomerLockboxEnabled"
  case modernAuthentication = "OAuth2ClientProfileEnabled"
  case mailTips = "MailTipsAllTipsEnabled"
  case mailTipsForExternalRecipients = "MailTipsExternalRecipientsTipsEnabled"
  case mailTipsGroupMetrics = "MailTipsGroupMetricsEnabled"
  case mailTipsFromMailboxes = "MailTipsMailboxSourcedTipsEnabled"
  case mailTipsLargeAudience = "MailTipsLargeAudienceThreshold"
}

package enum EnableOrganizationCustomization: String, ExchangeCmdlet {
  package static let name = "Enable-OrganizationCustomization"
  package static let safety = RetrySafety.checkFirst

  case confirm = "Confirm"
}

package enum GetAdminAuditLogConfig: BareCmdlet {
  package static let name = "Get-AdminAuditLogConfig"
}

package enum SetAdminAuditLogConfig: String, ExchangeCmdlet {
  package static let name = "Set-AdminAuditLogConfig"
  package static let routing = ExchangeRouting.arbitration

  case unifiedAuditLogIngestion = "UnifiedAuditLogIngestionEnabled"
}

package enum GetExternalInOutlook: BareCmdlet {
  package static let name = "Get-ExternalInOutlook"
}

package enum SetExternalInOutlook: String, ExchangeCmdlet {
  package static let name = "Set-ExternalInOutlook"

  case enabled = "Enabled"
  case allowList = "AllowList"
}

package enum GetIRMConfiguration: BareCmdlet {
  package static let name = "Get-IRMConfiguration"
}

package enum SetIRMConfiguration: String, ExchangeCmdlet {
  package static let name = "Set-IRMConfiguration"

  case azureRMSLicensing = "AzureRMSLicensingEnabled"
  case simplifiedClientAccess = "SimplifiedClientAccessEnabled"
}
