/// Every setting there is, by the name it has in the environment and in the env file. `.env.example`, the setup page and
/// the parsing of settings are all derived from this list.
package enum Setting: String, CaseIterable, Sendable {
  // The tenant and how to sign in to it
  case tenantID = "AZURE_TENANT_ID"
  case clientID = "AZURE_CLIENT_ID"
  case certificatePath = "AZURE_CERTIFICATE_PATH"
  case certificatePassword = "AZURE_CERTIFICATE_PASSWORD"
  case clientSecret = "AZURE_CLIENT_SECRET"
  case federatedTokenFile = "AZURE_FEDERATED_TOKEN_FILE"
  case managedIdentity = "AZURE_MANAGED_IDENTITY"
  case cloud = "AZURE_CLOUD"
  case loginEndpoint = "M365_LOGIN_ENDPOINT"
  case graphEndpoint = "M365_GRAPH_ENDPOINT"
  case exchangeEndpoint = "M365_EXCHANGE_ENDPOINT"
  case caFile = "M365_CA_FILE"

  // The store
  case databasePath = "DATABASE_PATH"
  case encryptionKey = "DB_ENCRYPTION_KEY"
  case encryptionKeyFile = "DB_ENCRYPTION_KEY_FILE"

  // What may be done, and how people are asked
  case operationConfirmation = "ENABLE_OPERATION_CONFIRMATION"
  case tokenApproval = "M365_TOKEN_APPROVAL"
  case readOnly = "M365_READ_ONLY"
  case appConsent = "M365_ALLOW_APP_CONSENT"
  case toolsets = "M365_TOOLSETS"
  case rateLimitEnabled = "RATE_LIMIT_ENABLED"
  case maxRequestsPerMinute = "MAX_REQUESTS_PER_MINUTE"
  case auditReads = "AUDIT_READS"
  case breakGlassAccounts = "M365_BREAK_GLASS_ACCOUNTS"
  case requireIfMatch = "REQUIRE_IF_MATCH"

  // Who may call
  case authMode = "AUTH_MODE"
  case localRoles = "AUTH_LOCAL_ROLES"
  case tokenTools = "AUTH_TOKEN_TOOLS"
  case callerTokenFile = "AUTH_CALLER_TOKEN_FILE"
  case callerToken = "AUTH_CALLER_TOKEN"
  case callerTenants = "AUTH_TENANTS"
  case tokenAudiences = "AUTH_AUDIENCE"
  case allowedClients = "AUTH_ALLOWED_CLIENTS"
  case signingKeysFile = "AUTH_JWKS_FILE"

  // Users and mail
  case defaultUsageLocation = "M365_DEFAULT_USAGE_LOCATION"
  case defaultSender = "M365_DEFAULT_SENDER"
  case approvedRecipientDomains = "M365_APPROVED_RECIPIENT_DOMAINS"
  case attachmentFolder = "M365_ATTACHMENT_FOLDER"
  case postalAddress = "M365_POSTAL_ADDRESS"
  case unsubscribeURL = "M365_UNSUBSCRIBE_URL"

  // The server itself
  case serverName = "MCP_SERVER_NAME"
  case serverVersion = "MCP_SERVER_VERSION"
  case logLevel = "LOG_LEVEL"
  case logFile = "LOG_FILE"
  case leaseSeconds = "OPERATION_LEASE_SECONDS"
  case shutdownGrace = "SHUTDOWN_GRACE_MS"
}

extension Setting {
  package enum Section: String, CaseIterable, Sendable {
    case tenant = "The tenant and how to sign in to it"
    case store = "The store"
    case guards = "What may be done, and how people are asked"
    case access = "Who may call, and with which roles"
    case mail = "Users and mail"
    case server = "The server itself"
  }

  /// What `.env.example` says of a setting.
  package struct Definition: Sendable {
    package let section: Section
    package let meaning: String
    /// What holds when the setting is absent; `nil` when nothing does.
    package var defaultValue: String?
    package var isSecret = false
  }

  package var isSecret: Bool { definition.isSecret }

  package var definition: Definition {
    switch self {
    case .tenantID:
      Definition(section: .tenant, meaning: "Directory (tenant) id, a GUID or a verified domain")
    case .clientID:
      Definition(section: .tenant, meaning: "Application (client) id of the app registration")
    case .certificatePath:
      Definition(
        section: .tenant, meaning: "Certificate with its private key, PEM or PFX; preferred over a client secret")
    case .certificatePassword:
      Definition(section: .tenant, meaning: "Password of the PFX file or of the PEM key", isSecret: true)
    case .clientSecret:
      Definition(section: .tenant, meaning: "Client secret value (not its id)", isSecret: true)
    case .federatedTokenFile:
      Definition(section: .tenant, meaning: "File with a token of a federated identity, read anew each time")
    case .managedIdentity:
      Definition(
        section: .tenant, meaning: "true signs in as the managed identity of this Azure machine",
        defaultValue: "false")
    case .cloud:
      Definition(section: .tenant, meaning: "global, usgov, usgovdod or china", defaultValue: "global")
    case .loginEndpoint:
      Definition(section: .tenant, meaning: "Sign-in origin in place of the cloud's; https, or http on loopback")
    case .graphEndpoint:
      Definition(section: .tenant, meaning: "Microsoft Graph origin in place of the cloud's")
    case .exchangeEndpoint:
      Definition(section: .tenant, meaning: "Exchange Online origin in place of the cloud's")
    case .caFile:
      Definition(section: .tenant, meaning: "PEM file of certificate authorities in place of the system's")
    case .databasePath:
      Definition(
        section: .store, meaning: "The SQLCipher file",
        defaultValue: "~/.local/share/m365-admin-mcp/store.db")
    case .encryptionKey:
      Definition(
        section: .store, meaning: "Its key: 64 hexadecimal digits, or a passphrase of 16 characters or more",
        isSecret: true)
    case .encryptionKeyFile:
      Definition(section: .store, meaning: "File (mode 0600) that holds the key, in place of DB_ENCRYPTION_KEY")
    case .operationConfirmation:
      Definition(
        section: .guards, meaning: "false lifts every approval by a person; health warns", defaultValue: "true")
    case .tokenApproval:
      Definition(
        section: .guards, meaning: "true hands out confirmation tokens that a CI job may send back in confirm",
        defaultValue: "false")
    case .readOnly:
      Definition(section: .guards, meaning: "true hides and refuses every changing tool", defaultValue: "false")
    case .appConsent:
      Definition(
        section: .guards,
        meaning: "true lets connect_service give applications permissions, with which one may promote itself",
        defaultValue: "false")
    case .toolsets:
      Definition(section: .guards, meaning: "Comma-separated toolsets to offer", defaultValue: "default")
    case .rateLimitEnabled:
      Definition(section: .guards, meaning: "Limit the tool calls of this server", defaultValue: "true")
    case .maxRequestsPerMinute:
      Definition(section: .guards, meaning: "Tool calls a minute", defaultValue: "60")
    case .auditReads:
      Definition(
        section: .guards, meaning: "Which reads are audited: 0 none, 1 sensitive ones, 2 all", defaultValue: "1")
    case .breakGlassAccounts:
      Definition(
        section: .guards,
        meaning:
          "Comma-separated sign-in names or ids of emergency accounts that are never blocked, stripped or deleted")
    case .requireIfMatch:
      Definition(
        section: .guards, meaning: "true refuses to change a persona's configuration without ifMatch",
        defaultValue: "false")
    case .authMode:
      Definition(
        section: .access,
        meaning: "local trusts whoever may run the program, token asks every call for an Entra token, mixed some",
        defaultValue: "local")
    case .localRoles:
      Definition(
        section: .access, meaning: "Comma-separated roles of calls without a token",
        defaultValue: Role.standardLocal.map(\.rawValue).joined(separator: ","))
    case .tokenTools:
      Definition(
        section: .access, meaning: "Comma-separated tools that need a token in mode mixed",
        defaultValue: "those whose role is not among the default local roles")
    case .callerTokenFile:
      Definition(
        section: .access,
        meaning: "File (mode 0600, no link) with the caller's access token, read again when it changes")
    case .callerToken:
      Definition(section: .access, meaning: "The caller's access token itself", isSecret: true)
    case .callerTenants:
      Definition(
        section: .access, meaning: "Comma-separated ids of the tenants whose tokens are accepted",
        defaultValue: "AZURE_TENANT_ID")
    case .tokenAudiences:
      Definition(
        section: .access, meaning: "Comma-separated audiences that tokens may be for: client id and App ID URI",
        defaultValue: "AZURE_CLIENT_ID and api://AZURE_CLIENT_ID")
    case .allowedClients:
      Definition(
        section: .access, meaning: "Comma-separated client ids that tokens may have been issued to",
        defaultValue: "any client")
    case .signingKeysFile:
      Definition(
        section: .access, meaning: "File with the keys that sign tokens (JWKS), in place of the sign-in service's")
    case .defaultUsageLocation:
      Definition(
        section: .mail, meaning: "Two-letter country for licences when neither call nor tenant names one")
    case .defaultSender:
      Definition(section: .mail, meaning: "Mailbox that sends when a call names no sender")
    case .approvedRecipientDomains:
      Definition(
        section: .mail, meaning: "Comma-separated domains that mail may go to without approval",
        defaultValue: "the tenant's verified domains")
    case .attachmentFolder:
      Definition(section: .mail, meaning: "The one folder from which files may be attached")
    case .postalAddress:
      Definition(section: .mail, meaning: "Postal address of the sender, required in marketing mail")
    case .unsubscribeURL:
      Definition(section: .mail, meaning: "https address for one-click unsubscription in marketing mail")
    case .serverName:
      Definition(section: .server, meaning: "Name given to clients", defaultValue: "m365-admin-mcp")
    case .serverVersion:
      Definition(section: .server, meaning: "Version given to clients", defaultValue: ProductVersion.current)
    case .logLevel:
      Definition(section: .server, meaning: "DEBUG, INFO, WARNING or ERROR", defaultValue: "INFO")
    case .logFile:
      Definition(section: .server, meaning: "File (appended, mode 0600) in place of standard error")
    case .leaseSeconds:
      Definition(
        section: .server, meaning: "Seconds until the work of a killed process is taken over", defaultValue: "60")
    case .shutdownGrace:
      Definition(
        section: .server, meaning: "Milliseconds that running calls get when the input ends; more for scripts",
        defaultValue: "1500")
    }
  }
}

/// The version of this product, and its only declaration.
package enum ProductVersion {
  package static let name = "m365-admin-mcp"
  package static let current = "0.1.0"
}
