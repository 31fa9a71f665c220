package enum GetTransportConfig: BareCmdlet {
  package static let name = "Get-TransportConfig"
}

package enum SetTransportConfig: String, ExchangeCmdlet {
  package static let name = "Set-TransportConfig"

  case smtpClientAuthenticationDisabled = "SmtpClientAuthenticationDisabled"
  case journalingReportNDRTo = "JournalingReportNdrTo"
}

package enum GetRemoteDomain: String, IdentifiedCmdlet {
  package static let name = "Get-RemoteDomain"

  case identity = "Identity"
}

/// Bounces (`NDREnabled`) are not among them: nobody here has a reason to silence those.
package enum SetRemoteDomain: String, IdentifiedCmdlet {
  package static let name = "Set-RemoteDomain"

  case identity = "Identity"
  case deliveryReport = "DeliveryReportEnabled"
  case autoForward = "AutoForwardEnabled"
  case autoReply = "AutoReplyEnabled"
  case allowedOOFType = "AllowedOOFType"
}

package enum GetHostedOutboundSpamFilterPolicy: String, IdentifiedCmdlet {
  package static let name = "Get-HostedOutboundSpamFilterPolicy"

  case identity = "Identity"
}

package enum SetHostedOutboundSpamFilterPolicy: String, IdentifiedCmdlet {
  package static let name = "Set-HostedOutboundSpamFilterPolicy"

  case identity = "Identity"
  case autoForwardingMode = "AutoForwardingMode"
  case notify = "NotifyOutboundSpam"
  case notifyRecipients = "NotifyOutboundSpamRecipients"
  case recipientLimitExternalPerHour = "RecipientLimitExternalPerHour"
  case actionWhenThresholdReached = "ActionWhenThresholdReached"
}

package enum NewHostedOutboundSpamFilterPolicy: String, ExchangeCmdlet {
  package static let name = "New-HostedOutboundSpamFilterPolicy"

  case objectName = "Name"
  case autoForwardingMode = "AutoForwardingMode"
}

package enum RemoveHostedOutboundSpamFilterPolicy: String, IdentifiedCmdlet {
  package static let name = "Remove-HostedOutboundSpamFilterPolicy"

  case identity = "Identity"
}

package enum NewHostedOutboundSpamFilterRule: String, ExchangeCmdlet {
  package static let name = "New-HostedOutboundSpamFilterRule"

  case objectName = "Name"
  case policy = "HostedOutboundSpamFilterPolicy"
  case from = "From"
}

package enum RemoveHostedOutboundSpamFilterRule: String, IdentifiedCmdlet {
  package static let name = "Remove-HostedOutboundSpamFilterRule"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum GetTransportRule: String, IdentifiedCmdlet {
  package static let name = "Get-TransportRule"

  case identity = "Identity"
  case resultSize = "ResultSize"
}

package enum NewTransportRule: String, ExchangeCmdlet {
  package static let name = "New-TransportRule"

  case objectName = "Name"
  case enabled = "Enabled"
  case mode = "Mode"
  case priority = "Priority"
  case comments = "Comments"
  case fromScope = "FromScope"
  case sentToScope = "SentToScope"
  case sentTo = "SentTo"
  case redirectMessageTo = "RedirectMessageTo"
  case disclaimerLocation = "ApplyHtmlDisclaimerLocation"
  case disclaimerText = "ApplyHtmlDisclaimerText"
  case disclaimerFallbackAction = "ApplyHtmlDisclaimerFallbackAction"
  case exceptIfSubjectOrBodyContains = "ExceptIfSubjectOrBodyContainsWords"
}

package enum SetTransportRule: String, IdentifiedCmdlet {
  package static let name = "Set-TransportRule"

  case identity = "Identity"
  case mode = "Mode"
  case comments = "Comments"
  case fromScope = "FromScope"
  case sentToScope = "SentToScope"
  case sentTo = "SentTo"
  case redirectMessageTo = "RedirectMessageTo"
  case disclaimerLocation = "ApplyHtmlDisclaimerLocation"
  case disclaimerText = "ApplyHtmlDisclaimerText"
  case disclaimerFallbackAction = "ApplyHtmlDisclaimerFallbackAction"
  case exceptIfSubjectOrBodyContains = "ExceptIfSubjectOrBodyContainsWords"
}

package enum EnableTransportRule: String, IdentifiedCmdlet {
  package static let name = "Enable-TransportRule"

  case identity = "Identity"
}

package enum DisableTransportRule: String, IdentifiedCmdlet {
  package static let name = "Disable-TransportRule"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum RemoveTransportRule: String, IdentifiedCmdlet {
  package static let name = "Remove-TransportRule"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum GetJournalRule: String, IdentifiedCmdlet {
  package static let name = "Get-JournalRule"

  case identity = "Identity"
}

package enum NewJournalRule: String, ExchangeCmdlet {
  package static let name = "New-JournalRule"

  case objectName = "Name"
  case journalAddress = "JournalEmailAddress"
  case recipient = "Recipient"
  case scope = "Scope"
  case enabled = "Enabled"
}

package enum DisableJournalRule: String, IdentifiedCmdlet {
  package static let name = "Disable-JournalRule"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum RemoveJournalRule: String, IdentifiedCmdlet {
  package static let name = "Remove-JournalRule"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum GetDKIMSigningConfig: String, IdentifiedCmdlet {
  package static let name = "Get-DkimSigningConfig"

  case identity = "Identity"
}

package enum NewDKIMSigningConfig: String, ExchangeCmdlet {
  package static let name = "New-DkimSigningConfig"

  case domainName = "DomainName"
  case keySize = "KeySize"
  case enabled = "Enabled"
}

package enum SetDKIMSigningConfig: String, IdentifiedCmdlet {
  package static let name = "Set-DkimSigningConfig"

  case identity = "Identity"
  case enabled = "Enabled"
}

/// A rotation takes about four days, and a second one in that time spoils the first.
package enum RotateDKIMSigningConfig: String, IdentifiedCmdlet {
  package static let name = "Rotate-DkimSigningConfig"
  package static let safety = RetrySafety.never

  case identity = "Identity"
  case keySize = "KeySize"
}

package enum GetOutboundConnector: String, IdentifiedCmdlet {
  package static let name = "Get-OutboundConnector"

  case identity = "Identity"
}

package enum NewOutboundConnector: String, ExchangeCmdlet {
  package static let name = "New-OutboundConnector"

  case objectName = "Name"
  case connectorType = "ConnectorType"
  case recipientDomains = "RecipientDomains"
  case smartHosts = "SmartHosts"
  case useMXRecord = "UseMXRecord"
  case tlsSettings = "TlsSettings"
  case tlsDomain = "TlsDomain"
  case comment = "Comment"
  case enabled = "Enabled"
}

package enum RemoveOutboundConnector: String, IdentifiedCmdlet {
  package static let name = "Remove-OutboundConnector"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum GetInboundConnector: String, IdentifiedCmdlet {
  package static let name = "Get-InboundConnector"

  case identity = "Identity"
}

package enum NewInboundConnector: String, ExchangeCmdlet {
  package static let name = "New-InboundConnector"

  case objectName = "Name"
  case connectorType = "ConnectorType"
  case senderDomains = "SenderDomains"
  case senderIPAddresses = "SenderIPAddresses"
  case restrictDomainsToIPAddresses = "RestrictDomainsToIPAddresses"
  case requireTLS = "RequireTls"
  case restrictDomainsToCertificate = "RestrictDomainsToCertificate"
  case tlsSenderCertificateName = "TlsSenderCertificateName"
  case comment = "Comment"
  case enabled = "Enabled"
}

package enum RemoveInboundConnector: String, IdentifiedCmdlet {
  package static let name = "Remove-InboundConnector"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum GetMessageTraceV2: String, ExchangeCmdlet {
  package static let name = "Get-MessageTraceV2"
  package static let workload = Workload.messageTrace

  case startDate = "StartDate"
  case endDate = "EndDate"
  case senderAddress = "SenderAddress"
  case recipientAddress = "RecipientAddress"
  case messageID = "MessageId"
  case resultSize = "ResultSize"
  case startingRecipientAddress = "StartingRecipientAddress"
}

package enum GetMessageTraceDetailV2: String, ExchangeCmdlet {
  package static let name = "Get-MessageTraceDetailV2"
  package static let workload = Workload.messageTrace

  case messageTraceID = "MessageTraceId"
  case recipientAddress = "RecipientAddress"
  case startDate = "StartDate"
  case endDate = "EndDate"
}
