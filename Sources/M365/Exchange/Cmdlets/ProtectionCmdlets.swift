package enum GetSafeLinksPolicy: String, IdentifiedCmdlet {
  package static let name = "Get-SafeLinksPolicy"

  case identity = "Identity"
}

package enum NewSafeLinksPolicy: String, ExchangeCmdlet {
  package static let name = "New-SafeLinksPolicy"

  case objectName = "Name"
  case comment = "AdminDisplayName"
  case email = "EnableSafeLinksForEmail"
  case teams = "EnableSafeLinksForTeams"
  case office = "EnableSafeLinksForOffice"
  case internalSenders = "EnableForInternalSenders"
  case scanURLs = "ScanUrls"
  case deliverAfterScan = "DeliverMessageAfterScan"
  case allowClickThrough = "AllowClickThrough"
  case trackClicks = "TrackClicks"
}

package enum RemoveSafeLinksPolicy: String, IdentifiedCmdlet {
  package static let name = "Remove-SafeLinksPolicy"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum NewSafeLinksRule: String, ExchangeCmdlet {
  package static let name = "New-SafeLinksRule"

  case objectName = "Name"
  case policy = "SafeLinksPolicy"
  case recipientDomains = "RecipientDomainIs"
  case enabled = "Enabled"
}

package enum RemoveSafeLinksRule: String, IdentifiedCmdlet {
  package static let name = "Remove-SafeLinksRule"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum GetATPPolicy: BareCmdlet {
  package static let name = "Get-AtpPolicyForO365"
}

package enum SetATPPolicy: String, ExchangeCmdlet {
  package static let name = "Set-AtpPolicyForO365"

  case sharePointTeamsOneDrive = "EnableATPForSPOTeamsODB"
}
