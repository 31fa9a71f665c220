/// Every cmdlet this program can call, and so the most that any fault in it could do.
package enum ExchangeCatalogue {
  package static let cmdlets: [any ExchangeCmdlet.Type] = mailboxes + permissions + organization + transport + others

  private static let mailboxes: [any ExchangeCmdlet.Type] = [
    GetMailbox.self, SetMailbox.self, EnableMailbox.self, DisableMailbox.self, GetMailboxMessageConfiguration.self,
    SetMailboxMessageConfiguration.self, GetMailboxAutoReplyConfiguration.self, SetMailboxAutoReplyConfiguration.self,
    GetFocusedInbox.self, SetFocusedInbox.self, GetCASMailbox.self, SetCASMailbox.self,
    GetMailboxAuditBypassAssociation.self, SetMailboxAuditBypassAssociation.self, GetMailboxStatistics.self,
    StartManagedFolderAssistant.self,
  ]

  private static let permissions: [any ExchangeCmdlet.Type] = [
    GetMailboxPermission.self, AddMailboxPermission.self, RemoveMailboxPermission.self, GetRecipientPermission.self,
    AddRecipientPermission.self, RemoveRecipientPermission.self, GetDistributionGroupMember.self,
    AddDistributionGroupMember.self, RemoveDistributionGroupMember.self, GetServicePrincipal.self,
  ]

  private static let organization: [any ExchangeCmdlet.Type] = [
    GetOrganizationConfig.self, SetOrganizationConfig.self, EnableOrganizationCustomization.self,
    GetAdminAuditLogConfig.self, SetAdminAuditLogConfig.self, GetExternalInOutlook.self, SetExternalInOutlook.self,
    GetIRMConfiguration.self, SetIRMConfiguration.self,
  ]

  private static let transport: [any ExchangeCmdlet.Type] = [
    GetTransportConfig.self, SetTransportConfig.self, GetRemoteDomain.self, SetRemoteDomain.self,
    GetHostedOutboundSpamFilterPolicy.self, SetHostedOutboundSpamFilterPolicy.self,
    NewHostedOutboundSpamFilterPolicy.self, RemoveHostedOutboundSpamFilterPolicy.self,
    NewHostedOutboundSpamFilterRule.self, RemoveHostedOutboundSpamFilterRule.self, GetTransportRule.self,
    NewTransportRule.self, SetTransportRule.self, EnableTransportRule.self, DisableTransportRule.self,
    RemoveTransportRule.self, GetJournalRule.self, NewJournalRule.self, DisableJournalRule.self,
    RemoveJournalRule.self, GetDKIMSigningConfig.self, NewDKIMSigningConfig.self, SetDKIMSigningConfig.self,
    RotateDKIMSigningConfig.self, GetOutboundConnector.self, NewOutboundConnector.self, RemoveOutboundConnector.self,
    GetInboundConnector.self, NewInboundConnector.self, RemoveInboundConnector.self, GetMessageTraceV2.self,
    GetMessageTraceDetailV2.self,
  ]

  private static let others: [any ExchangeCmdlet.Type] = [
    GetRetentionPolicy.self, NewRetentionPolicy.self, RemoveRetentionPolicy.self, GetRetentionPolicyTag.self,
    NewRetentionPolicyTag.self, RemoveRetentionPolicyTag.self, GetRetentionCompliancePolicy.self,
    NewRetentionCompliancePolicy.self, NewRetentionComplianceRule.self, RemoveRetentionCompliancePolicy.self,
    GetApp.self, NewApp.self, SetApp.self, RemoveApp.self, GetSafeLinksPolicy.self, NewSafeLinksPolicy.self,
    RemoveSafeLinksPolicy.self, NewSafeLinksRule.self, RemoveSafeLinksRule.self, GetATPPolicy.self, SetATPPolicy.self,
  ]
}
