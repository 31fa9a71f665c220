import AdminCore

/// The tenant itself.
struct Organization: Sendable {
  struct Domain: Sendable {
    let name: String
    var isVerified: Bool
    var isDefault: Bool
    var isInitial: Bool
    var supportedServices: [String]
    var passwordValidityInDays = Domain.never
    var passwordNotificationInDays = 14

    /// Microsoft's number for passwords that do not expire.
    static let never = 2_147_483_647
  }

  let tenantID: String
  var displayName: String
  var country: String
  var defaultUsageLocation: String?
  var city: String?
  var domains: [Domain]
  let createdAt: Timestamp

  var defaultDomain: String { domains.first { $0.isDefault }?.name ?? domains.first?.name ?? "" }
  var initialDomain: String { domains.first { $0.isInitial }?.name ?? defaultDomain }

  func isVerified(_ domain: some StringProtocol) -> Bool {
    domains.contains { $0.isVerified && $0.name == domain.lowercased() }
  }

  var json: JSONObject {
    [
      "id": .string(tenantID), "deletedDateTime": .null, "businessPhones": [], "city": .optional(city),
      "country": .null, "countryLetterCode": .string(country), "createdDateTime": .string(createdAt.iso8601Seconds),
      "defaultUsageLocation": .optional(defaultUsageLocation), "displayName": .string(displayName),
      "onPremisesSyncEnabled": .null, "postalCode": .null, "preferredLanguage": "en", "state": .null, "street": .null,
      "technicalNotificationMails": [], "tenantType": "AAD", "assignedPlans": [],
      "verifiedDomains": .array(domains.filter(\.isVerified).map(\.verifiedJSON)),
    ]
  }
}

extension Organization.Domain {
  fileprivate var verifiedJSON: JSONValue {
    [
      "capabilities": .string(supportedServices.joined(separator: ", ")), "isDefault": .bool(isDefault),
      "isInitial": .bool(isInitial), "name": .string(name), "type": "Managed",
    ]
  }

  var json: JSONObject {
    [
      "authenticationType": "Managed", "availabilityStatus": .null, "id": .string(name), "isAdminManaged": true,
      "isDefault": .bool(isDefault), "isInitial": .bool(isInitial), "isRoot": true, "isVerified": .bool(isVerified),
      "supportedServices": .strings(supportedServices), "passwordValidityPeriodInDays": .int(passwordValidityInDays),
      "passwordNotificationWindowInDays": .int(passwordNotificationInDays), "state": .null,
    ]
  }
}
