package enum GetMailboxPermission: String, IdentifiedCmdlet {
  package static let name = "Get-MailboxPermission"

  case identity = "Identity"
  case user = "User"
  case resultSize = "ResultSize"
}

package enum AddMailboxPermission: String, IdentifiedCmdlet {
  package static let name = "Add-MailboxPermission"

  case identity = "Identity"
  case user = "User"
  case accessRights = "AccessRights"
  case inheritanceType = "InheritanceType"
  case autoMapping = "AutoMapping"
  case confirm = "Confirm"
}

package enum RemoveMailboxPermission: String, IdentifiedCmdlet {
  package static let name = "Remove-MailboxPermission"

  case identity = "Identity"
  case user = "User"
  case accessRights = "AccessRights"
  case inheritanceType = "InheritanceType"
  case confirm = "Confirm"
}

package enum GetRecipientPermission: String, IdentifiedCmdlet {
  package static let name = "Get-RecipientPermission"

  case identity = "Identity"
  case trustee = "Trustee"
  case resultSize = "ResultSize"
}

package enum AddRecipientPermission: String, IdentifiedCmdlet {
  package static let name = "Add-RecipientPermission"

  case identity = "Identity"
  case trustee = "Trustee"
  case accessRights = "AccessRights"
  case confirm = "Confirm"
}

package enum RemoveRecipientPermission: String, IdentifiedCmdlet {
  package static let name = "Remove-RecipientPermission"

  case identity = "Identity"
  case trustee = "Trustee"
  case accessRights = "AccessRights"
  case confirm = "Confirm"
}

package enum GetDistributionGroupMember: String, IdentifiedCmdlet {
  package static let name = "Get-DistributionGroupMember"

  case identity = "Identity"
  case resultSize = "ResultSize"
}

package enum AddDistributionGroupMember: String, IdentifiedCmdlet {
  package static let name = "Add-DistributionGroupMember"

  case identity = "Identity"
  case member = "Member"
  case bypassManagerCheck = "BypassSecurityGroupManagerCheck"
  case confirm = "Confirm"
}

package enum RemoveDistributionGroupMember: String, IdentifiedCmdlet {
  package static let name = "Remove-DistributionGroupMember"

  case identity = "Identity"
  case member = "Member"
  case bypassManagerCheck = "BypassSecurityGroupManagerCheck"
  case confirm = "Confirm"
}

package enum GetServicePrincipal: String, IdentifiedCmdlet {
  package static let name = "Get-ServicePrincipal"

  case identity = "Identity"
}
