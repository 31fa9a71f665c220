package import AdminCore

extension GraphClient {
  /// The tenant: its name, verified domains and country. Permission: Organization.Read.All. Idempotent.
  ///
  /// - Parameter budget: how long the caller can wait, with one attempt; `nil` for the usual patience.
  package func organization(within budget: Duration? = nil) async throws(AdminError) -> Organization {
    var call = GraphCall.get(
      "/organization",
      GraphQuery(select: ["id", "displayName", "verifiedDomains", "countryLetterCode", "defaultUsageLocation"]),
      permissions: [.organizationRead])
    if let budget {
      call.budget = budget
      call.policy = .once
    }
    guard let first = try await page(call).items.first, let organization = Organization(first) else {
      throw .malformedReply(call)
    }
    return organization
  }

  /// The names of the domains that can receive mail and are verified. Permission: Domain.Read.All. Idempotent.
  package func mailDomains() async throws(AdminError) -> [String] {
    let call = GraphCall.get(
      "/domains", GraphQuery(select: ["id", "isVerified", "supportedServices"]), permissions: [.domainRead])
    let domains = try await pages(call) { $0 }.collect(maximum: 5000)
    return domains.filter { $0.flag("isVerified") == true && $0.texts("supportedServices").contains("Email") }
      .compactMap { $0.text("id")?.lowercased() }
  }
}
