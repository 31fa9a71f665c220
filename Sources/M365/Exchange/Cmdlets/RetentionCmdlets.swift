package enum GetRetentionPolicy: String, IdentifiedCmdlet {
  package static let name = "Get-RetentionPolicy"

  case identity = "Identity"
}

package enum NewRetentionPolicy: String, ExchangeCmdlet {
  package static let name = "New-RetentionPolicy"

  case objectName = "Name"
  case tagLinks = "RetentionPolicyTagLinks"
}

package enum RemoveRetentionPolicy: String, IdentifiedCmdlet {
  package static let name = "Remove-RetentionPolicy"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum GetRetentionPolicyTag: String, IdentifiedCmdlet {
  package static let name = "Get-RetentionPolicyTag"

  case identity = "Identity"
}

package enum NewRetentionPolicyTag: String, ExchangeCmdlet {
  package static let name = "New-RetentionPolicyTag"

  case objectName = "Name"
  case type = "Type"
  case ageLimit = "AgeLimitForRetention"
  case action = "RetentionAction"
  case enabled = "RetentionEnabled"
  case comment = "Comment"
}

package enum RemoveRetentionPolicyTag: String, IdentifiedCmdlet {
  package static let name = "Remove-RetentionPolicyTag"

  case identity = "Identity"
  case confirm = "Confirm"
}

package enum GetRetentionCompliancePolicy: String, IdentifiedCmdlet {
  package static let name = "Get-RetentionCompliancePolicy"
  package static let endpoint = ExchangeEndpoint.compliance

  case identity = "Identity"
  case distributionDetail = "DistributionDetail"
}

package enum NewRetentionCompliancePolicy: String, ExchangeCmdlet {
  package static let name = "New-RetentionCompliancePolicy"
  package static let endpoint = ExchangeEndpoint.compliance

  case objectName = "Name"
  case exchangeLocation = "ExchangeLocation"
  case comment = "Comment"
  case enabled = "Enabled"
}

package enum NewRetentionComplianceRule: String, ExchangeCmdlet {
  package static let name = "New-RetentionComplianceRule"
  package static let endpoint = ExchangeEndpoint.compliance

  case objectName = "Name"
  case policy = "Policy"
  case duration = "RetentionDuration"
  case action = "RetentionComplianceAction"
}

package enum RemoveRetentionCompliancePolicy: String, IdentifiedCmdlet {
  package static let name = "Remove-RetentionCompliancePolicy"
  package static let endpoint = ExchangeEndpoint.compliance

  case identity = "Identity"
  case confirm = "Confirm"
}
