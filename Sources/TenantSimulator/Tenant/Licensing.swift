import AdminCore

/// A part of a product that can be switched off by itself.
struct ServicePlan: Sendable, Hashable {
  let id: String
  let name: String
  /// The service as `assignedPlans` names it: `exchange`, `TeamspaceAPI`.
  let service: String
  /// A plan that must be there too.
  var requires: String?
  /// Plans of one such class exclude each other.
  var exclusiveClass: String?
}

/// A product the tenant has bought.
struct Product: Sendable {
  let skuID: String
  let partNumber: String
  let plans: [ServicePlan]
  var enabled: Int
  var warning = 0
  var suspended = 0
  var capabilityStatus = "Enabled"
}

/// The products that seeds may name, as Microsoft numbers them.
enum ProductCatalog {
  static func product(_ partNumber: String, seats: Int) -> Product? {
    guard let entry = entries.first(where: { $0.partNumber == partNumber }) else { return nil }
    return Product(
      skuID: entry.skuID, partNumber: entry.partNumber, plans: entry.plans.compactMap { plans[$0] }, enabled: seats)
  }

  static var partNumbers: [String] { entries.map(\.partNumber) }

  private static let office = [
    "EXCHANGE_S_STANDARD", "SHAREPOINTSTANDARD", "SHAREPOINTWAC", "TEAMS1", "MCOSTANDARD", "PROJECTWORKMANAGEMENT",
    "YAMMER_ENTERPRISE",
  ]

  private static let entries: [(partNumber: String, skuID: String, plans: [String])] = [
    ("O365_BUSINESS_ESSENTIALS", "3b555118-da6a-4418-894f-7df1e2096870", office),
    ("O365_BUSINESS_PREMIUM", "f245ecc8-75af-4f8e-b61f-27d8114de5f3", office + ["OFFICE_BUSINESS"]),
    (
      "SPB", "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46",
      office + [
        "OFFICE_BUSINESS", "AAD_PREMIUM", "INTUNE_A", "ATP_ENTERPRISE", "EXCHANGE_S_ARCHIVE_ADDON", "RMS_S_PREMIUM",
      ]
    ),
    (
      "SPE_E5", "06ebc4ee-1bb5-47dd-8120-11324bc54e06",
      [
        "EXCHANGE_S_ENTERPRISE", "SHAREPOINTENTERPRISE", "SHAREPOINTWAC", "TEAMS1", "MCOSTANDARD",
        "PROJECTWORKMANAGEMENT", "YAMMER_ENTERPRISE", "AAD_PREMIUM", "AAD_PREMIUM_P2", "INTUNE_A", "ATP_ENTERPRISE",
        "LOCKBOX_ENTERPRISE", "RMS_S_PREMIUM", "RMS_S_ENTERPRISE",
      ]
    ),
    ("EXCHANGEENTERPRISE", "19ec0d23-8335-4cbd-94ac-6050e30712fa", ["EXCHANGE_S_ENTERPRISE"]),
    ("EXCHANGEARCHIVE_ADDON", "ee02fd1b-340e-4a4b-b355-4a514e4c8943", ["EXCHANGE_S_ARCHIVE_ADDON"]),
    ("POWER_BI_STANDARD", "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235", ["BI_AZURE_P0"]),
  ]

  private static let plans: [String: ServicePlan] = Dictionary(
    uniqueKeysWithValues: [
      ServicePlan(
        id: "9aaf7827-d63c-4b61-89c3-182f06f82e5c", name: "EXCHANGE_S_STANDARD", service: "exchange",
        exclusiveClass: "exchange mailbox"),
      ServicePlan(
        id: "efb87545-963c-4e0d-99df-69c6916d9eb0", name: "EXCHANGE_S_ENTERPRISE", service: "exchange",
        exclusiveClass: "exchange mailbox"),
      ServicePlan(
        id: "176a09a6-7ec5-4039-ac02-b2791c6ba793", name: "EXCHANGE_S_ARCHIVE_ADDON", service: "exchange",
        requires: "9aaf7827-d63c-4b61-89c3-182f06f82e5c"),
      ServicePlan(id: "c7699d2e-19aa-44de-8edf-1736da088ca1", name: "SHAREPOINTSTANDARD", service: "SharePoint"),
      ServicePlan(id: "e95bec33-7c88-4a70-8e19-b10bd9d0c014", name: "SHAREPOINTWAC", service: "SharePoint"),
      ServicePlan(id: "5dbe027f-2339-4123-9542-606e4d348a72", name: "SHAREPOINTENTERPRISE", service: "SharePoint"),
      ServicePlan(id: "eec0eb4f-6444-4f95-aba0-50c24d67f998", name: "AAD_PREMIUM_P2", service: "AADPremiumService"),
      ServicePlan(id: "9f431833-0334-42de-a7dc-70aa40db46db", name: "LOCKBOX_ENTERPRISE", service: "exchange"),
      ServicePlan(id: "6c57d4b6-3b23-47a5-9bc9-69f17b4947b3", name: "RMS_S_PREMIUM", service: "RMSOnline"),
      ServicePlan(id: "bea4c11e-220a-4e6d-8eb8-8ea15d019f90", name: "RMS_S_ENTERPRISE", service: "RMSOnline"),
      ServicePlan(id: "57ff2da0-773e-42df-b2af-ffb7a2317929", name: "TEAMS1", service: "TeamspaceAPI"),
      ServicePlan(
        id: "0feaeb32-d00e-4d66-bd5a-43b5b83db82c", name: "MCOSTANDARD", service: "MicrosoftCommunicationsOnline"),
      ServicePlan(
        id: "b737dad2-2f6c-4c65-90e3-ca563267e8b9", name: "PROJECTWORKMANAGEMENT", service: "ProjectWorkManagement"),
      ServicePlan(id: "7547a3fe-08ee-4ccb-b430-5077c5041653", name: "YAMMER_ENTERPRISE", service: "YammerEnterprise"),
      ServicePlan(id: "094e7854-93fc-4d55-b2c0-3ab5369ebdc1", name: "OFFICE_BUSINESS", service: "MicrosoftOffice"),
      ServicePlan(id: "41781fb2-bc02-4b7c-bd55-b576c07bb09d", name: "AAD_PREMIUM", service: "AADPremiumService"),
      ServicePlan(id: "c1ec4a95-1f05-45b3-a911-aa3fa01094f5", name: "INTUNE_A", service: "SCO"),
      ServicePlan(id: "f20fedf3-f3c3-43c3-8267-2bfdd51c0939", name: "ATP_ENTERPRISE", service: "exchange"),
      ServicePlan(id: "2049e525-b859-401b-b2a0-e0a31c4b1fe4", name: "BI_AZURE_P0", service: "PowerBI"),
    ].map { ($0.name, $0) })
}

extension ServicePlan {
  /// Whether a user with this plan has a mailbox.
  var givesMailbox: Bool { exclusiveClass == "exchange mailbox" }

  var json: JSONValue {
    [
      "appliesTo": "User", "provisioningStatus": "Success", "servicePlanId": .string(id),
      "servicePlanName": .string(name),
    ]
  }
}
