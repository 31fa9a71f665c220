package import AdminCore

/// The tenant itself.
package struct Organization: Hashable, Sendable {
  package struct Domain: Hashable, Sendable {
    package let name: String
    package let isDefault: Bool
    /// The `onmicrosoft.com` name that never changes.
    package let isInitial: Bool
  }

  package let id: String
  package let displayName: String
  package let domains: [Domain]
  package let countryLetterCode: String?
  package let defaultUsageLocation: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? ""
    domains = json.objects("verifiedDomains").compactMap { domain in
      domain.text("name").map {
        Domain(
          name: $0.lowercased(), isDefault: domain.flag("isDefault") ?? false,
          isInitial: domain.flag("isInitial") ?? false)
      }
    }
    countryLetterCode = json.text("countryLetterCode")
    defaultUsageLocation = json.text("defaultUsageLocation")
  }

  package func hasVerified(_ domain: String) -> Bool { domains.contains { $0.name == domain.lowercased() } }

  package var defaultDomain: String? { (domains.first { $0.isDefault } ?? domains.first)?.name }

  package var initialDomain: String? { domains.first { $0.isInitial }?.name }

  /// Where users are taken to use their licences when nobody says otherwise.
  package var usageLocation: String? {
    [defaultUsageLocation, countryLetterCode].compactMap { $0 }.first { !$0.isEmpty }?.uppercased()
  }
}
