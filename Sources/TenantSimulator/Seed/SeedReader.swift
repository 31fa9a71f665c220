import AdminCore
import Cryptography

/// Makes a tenant of a seed.
struct SeedReader {
  var state: TenantState

  /// - Parameter certificate: registered for the application.
  static func state(
    _ seed: Seed, number: UInt64, now: Timestamp, lags: Lags, certificate: Certificate
  ) throws(SeedError) -> TenantState {
    let root = try seed.object()
    var identifiers = IdentifierSource(seed: number)
    let organization = try organization(root, &identifiers, now)
    let application = try application(root, &identifiers, certificate)
    var reader = SeedReader(
      state: TenantState(
        now: now, lags: lags, seed: number &+ 1, organization: organization, application: application))
    try reader.addServices(root)
    try reader.addProducts(root)
    try reader.addUsers(root)
    try reader.addDeletedUsers(root)
    try reader.generateUsers(root)
    try reader.addGroups(root)
    // Last, so that what was there before keeps its ids.
    try reader.addMail(root)
    try reader.addExchange(root)
    try reader.addServiceHealth(root)
    reader.state.forgetEffects()
    return reader.state
  }

  // MARK: The tenant and the application

  private static func organization(
    _ root: SeedObject, _ identifiers: inout IdentifierSource, _ now: Timestamp
  ) throws(SeedError) -> Organization {
    let tenant = try SeedObject(
      root["tenant"] ?? .null, at: "tenant",
      allowing: ["id", "displayName", "country", "city", "defaultUsageLocation", "domains"])
    var domains: [Organization.Domain] = []
    let names: Set<String> = ["name", "verified", "default", "initial", "passwordValidityInDays"]
    for domain in try tenant.objects("domains", allowing: names) {
      var made =
        Organization.Domain(
          name: try domain.requiredText("name").lowercased(), isVerified: try domain.flag("verified", default: true),
          isDefault: try domain.flag("default", default: false), isInitial: try domain.flag("initial", default: false),
          supportedServices: ["Email", "OfficeCommunicationsOnline"])
      made.passwordValidityInDays = try domain.number(
        "passwordValidityInDays", in: 14...730, default: Organization.Domain.never)
      domains.append(made)
    }
    guard domains.contains(where: { $0.isDefault && $0.isVerified }) else {
      throw SeedError("tenant.domains", "must hold a verified domain marked as default")
    }
    let id = identifiers.guid()
    let given = try tenant.text("id").map { text throws(SeedError) in try guid(text, "tenant.id") }
    return Organization(
      tenantID: given ?? id, displayName: try tenant.requiredText("displayName"),
      country: try tenant.requiredText("country"), defaultUsageLocation: try tenant.text("defaultUsageLocation"),
      city: try tenant.text("city"), domains: domains, createdAt: now - .seconds(900 * 86_400))
  }

  private static func guid(_ text: String, _ path: String) throws(SeedError) -> String {
    guard let guid = GUID(text) else { throw SeedError(path, "must be a GUID") }
    return guid.text
  }

  private static let applicationMembers: Set<String> = [
    "clientId", "displayName", "secrets", "roles", "directoryRoles", "federatedCredentials", "enabled",
    "servicePrincipal",
  ]

  private static func application(
    _ root: SeedObject, _ identifiers: inout IdentifierSource, _ certificate: Certificate
  ) throws(SeedError) -> ApplicationRegistration {
    let object = try SeedObject(root["application"] ?? [:], at: "application", allowing: applicationMembers)
    var secrets: [ApplicationRegistration.ClientSecret] = []
    for secret in try object.objects("secrets", allowing: ["value", "expires"]) {
      secrets.append(
        ApplicationRegistration.ClientSecret(
          value: try secret.requiredText("value"), expiresAt: try secret.moment("expires")))
    }
    let made = ApplicationRegistration.ClientSecret(value: "sim8Q~" + identifiers.token(bytes: 24), expiresAt: nil)
    var credentials: [ApplicationRegistration.FederatedCredential] = []
    for credential in try object.objects("federatedCredentials", allowing: ["issuer", "subject", "audience"]) {
      credentials.append(
        ApplicationRegistration.FederatedCredential(
          issuer: try credential.requiredText("issuer"), subject: try credential.requiredText("subject"),
          audience: try credential.text("audience") ?? "api://AzureADTokenExchange"))
    }
    let id = identifiers.guid()
    let given = try object.text("clientId").map { text throws(SeedError) in try guid(text, "application.clientId") }
    return ApplicationRegistration(
      clientID: given ?? id, displayName: try object.text("displayName") ?? "M365 Admin MCP",
      servicePrincipalID: identifiers.guid(), secrets: secrets.isEmpty ? [made] : secrets,
      certificates: [certificate], federatedCredentials: credentials, directoryRoles: try directoryRoles(object),
      identityHeader: identifiers.token(bytes: 24))
  }

  private static func directoryRoles(_ object: SeedObject) throws(SeedError) -> [DirectoryRole] {
    // The two that hold every cmdlet here.
    guard object["directoryRoles"] != nil else { return [.exchangeAdministrator, .complianceAdministrator] }
    var roles: [DirectoryRole] = []
    for (index, name) in try object.texts("directoryRoles").enumerated() {
      guard let role = DirectoryRole.named(name) else {
        let known = DirectoryRole.all.map(\.name).joined(separator: ", ")
        throw SeedError("\(object.place("directoryRoles"))[\(index)]", "must be one of \(known)")
      }
      roles.append(role)
    }
    return roles
  }

  private mutating func addServices(_ root: SeedObject) throws(SeedError) {
    let object = try SeedObject(
      root["application"] ?? [:], at: "application", allowing: Self.applicationMembers)
    let graph = service(WellKnownApps.graph, "Microsoft Graph", ServiceNames.graph, WellKnownApps.graphRoles)
    let exchange = service(
      WellKnownApps.exchange, "Office 365 Exchange Online", ServiceNames.exchange, WellKnownApps.exchangeRoles)
    guard try object.flag("servicePrincipal", default: true) else { return }
    let application = state.application
    state.servicePrincipals[application.servicePrincipalID] = ServicePrincipal(
      id: application.servicePrincipalID, appID: application.clientID, displayName: application.displayName,
      isEnabled: try object.flag("enabled", default: true), names: ["api://\(application.clientID)"], appRoles: [],
      roles: application.directoryRoles.map(\.name))
    let granted = object["roles"] == nil ? WellKnownApps.grantedRoles : try object.texts("roles")
    for (index, name) in granted.enumerated() {
      // A name that both have is granted of both, unless the resource is named after it.
      let found = [graph, exchange].compactMap { resource in
        resource.appRoles.first { $0.value == name || "\($0.value) (\(resource.displayName))" == name }
          .map { (resource, $0) }
      }
      guard !found.isEmpty else {
        throw SeedError("application.roles[\(index)]", "names a role that neither Graph nor Exchange has: \(name)")
      }
      for (resource, role) in found {
        let assignment = AppRoleAssignment(
          id: state.identifiers.token(bytes: 32), principalID: application.servicePrincipalID, resourceID: resource.id,
          appRoleID: role.id, createdAt: state.organization.createdAt)
        state.appRoleAssignments[assignment.id] = assignment
      }
    }
  }

  private mutating func service(
    _ appID: String, _ name: String, _ names: [String], _ roles: [AppRole]
  ) -> ServicePrincipal {
    let principal = ServicePrincipal(
      id: state.identifiers.guid(), appID: appID, displayName: name, names: names, appRoles: roles)
    state.servicePrincipals[principal.id] = principal
    return principal
  }

  private mutating func addProducts(_ root: SeedObject) throws(SeedError) {
    for object in try root.objects(
      "products", allowing: ["partNumber", "seats", "warning", "suspended", "status"])
    {
      let name = try object.requiredText("partNumber")
      guard
        var product = ProductCatalog.product(name, seats: try object.number("seats", in: 0...1_000_000, default: 0))
      else {
        throw SeedError(
          object.place("partNumber"),
          "is unknown; known are \(ProductCatalog.partNumbers.joined(separator: ", "))")
      }
      product.warning = try object.number("warning", in: 0...1_000_000, default: 0)
      product.suspended = try object.number("suspended", in: 0...1_000_000, default: 0)
      product.capabilityStatus = try object.text("status") ?? "Enabled"
      state.products.append(product)
    }
  }
}
