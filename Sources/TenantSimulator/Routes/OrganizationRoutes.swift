import AdminCore

/// The tenant: `/organization`, `/domains`.
enum OrganizationRoutes {
  private static let organizationReaders = [
    "Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
    "User.Read.All",
  ]
  private static let domainReaders = ["Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All"]

  static let routes = [
    Route("GET", "/organization", permissions: organizationReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      try CollectionQuery(DirectoryModel.organization, call, .directory).answer(
        [state.organization], context: "organization", id: \.tenantID, json: \.json)
    },
    Route("GET", "/organization/{organization}", permissions: organizationReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      guard call["organization"].lowercased() == state.organization.tenantID else {
        throw .noSuchResource(call["organization"])
      }
      return try call.answer(state.organization.json, DirectoryModel.organization, context: "organization")
    },
    Route("GET", "/domains", permissions: domainReaders, options: [.select]) { state, call throws(GraphFailure) in
      try CollectionQuery(DirectoryModel.domain, call, .directory).answer(
        state.organization.domains, context: "domains", id: \.name, json: \.json)
    },
    Route("GET", "/domains/{domain}", permissions: domainReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      guard let domain = state.organization.domains.first(where: { $0.name == call["domain"].lowercased() }) else {
        throw .noSuchResource(call["domain"])
      }
      return try call.answer(domain.json, DirectoryModel.domain, context: "domains")
    },
    Route("PATCH", "/domains/{domain}", permissions: ["Domain.ReadWrite.All"], handler: updateDomain),
  ]

  @Sendable private static func updateDomain(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard let index = state.organization.domains.firstIndex(where: { $0.name == call["domain"].lowercased() }) else {
      throw .noSuchResource(call["domain"])
    }
    let body = try call.object(DirectoryModel.domain, for: .update)
    var domain = state.organization.domains[index]
    guard domain.isVerified else { throw .directory("The domain '\(domain.name)' is not verified.") }
    domain.passwordValidityInDays = body["passwordValidityPeriodInDays"]?.intValue ?? domain.passwordValidityInDays
    domain.passwordNotificationInDays =
      body["passwordNotificationWindowInDays"]?.intValue ?? domain.passwordNotificationInDays
    guard
      domain.passwordValidityInDays == Organization.Domain.never || (14...730).contains(domain.passwordValidityInDays)
    else { throw .invalidValue("passwordValidityPeriodInDays", of: "Domain") }
    guard (1...30).contains(domain.passwordNotificationInDays) else {
      throw .invalidValue("passwordNotificationWindowInDays", of: "Domain")
    }
    state.organization.domains[index] = domain
    state.record(.domainUpdated, domain.name)
    return .empty(204)
  }
}
