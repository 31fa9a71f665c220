import AdminCore
import M365

/// What a configuration leaves open and the tenant knows. Found out when a change is planned, so that the plan names it
/// and the operation does exactly that.
enum TenantFacts {
  /// Fills in the default domain, and refuses one that is not the tenant's.
  @Sendable static func domain(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let organization = try await access.graph().organization()
    let domain = (request.text("domain") ?? organization.defaultDomain ?? "").lowercased()
    try requireVerified(domain, in: organization)
    return request.configuration.merging(["domain": .string(domain)])
  }

  /// Fills in every domain of the tenant, and refuses those that are not its own.
  @Sendable static func domains(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let organization = try await access.graph().organization()
    let domains = (request.texts("domains") ?? organization.domains.map(\.name)).map { $0.lowercased() }
    for domain in domains { try requireVerified(domain, in: organization) }
    return request.configuration.merging(["domains": .strings(domains.sorted())])
  }

  private static func requireVerified(_ domain: String, in organization: Organization) throws(AdminError) {
    guard !organization.hasVerified(domain) else { return }
    let names = organization.domains.map(\.name)
    throw AdminError(
      .domainNotVerified,
      "\(domain) is not a verified domain of the tenant. Use one of: \(names.joined(separator: ", ")).",
      details: ["verifiedDomains": .strings(names)])
  }

  /// Ids of users named by their addresses, in the same order.
  static func userIDs(_ addresses: [String], _ access: TenantAccess) async throws(AdminError) -> [String] {
    let graph = try await access.graph()
    var ids: [String] = []
    for address in addresses { ids.append(try await graph.user(address: address).id) }
    return ids
  }
}
