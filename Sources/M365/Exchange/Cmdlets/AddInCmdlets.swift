package enum GetApp: String, IdentifiedCmdlet {
  package static let name = "Get-App"

  case identity = "Identity"
  case organizationApp = "OrganizationApp"
}

package enum NewApp: String, ExchangeCmdlet {
  package static let name = "New-App"

  case organizationApp = "OrganizationApp"
  case fileData = "FileData"
  case providedTo = "ProvidedTo"
  case userList = "UserList"
  case defaultStateForUser = "DefaultStateForUser"
  case enabled = "Enabled"
}

package enum SetApp: String, IdentifiedCmdlet {
  package static let name = "Set-App"

  case identity = "Identity"
  case organizationApp = "OrganizationApp"
  case providedTo = "ProvidedTo"
  case userList = "UserList"
  case defaultStateForUser = "DefaultStateForUser"
  case enabled = "Enabled"
}

package enum RemoveApp: String, IdentifiedCmdlet {
  package static let name = "Remove-App"

  case identity = "Identity"
  case organizationApp = "OrganizationApp"
  case confirm = "Confirm"
}
