package import AdminCore

/// A subscription of the tenant and its seats.
package struct SubscribedSKU: Hashable, Sendable {
  package struct ServicePlan: Hashable, Sendable {
    package let id: String
    package let name: String
  }

  /// In lower case.
  package let id: String
  package let partNumber: String
  /// `Enabled`, `Warning`, `Suspended`, `Deleted` or `LockedOut`.
  package let status: String
  /// Seats that were paid for, and those of a term that has ended and still counts for a while.
  package let enabledSeats: Int
  package let warningSeats: Int
  package let consumedSeats: Int
  package let servicePlans: [ServicePlan]

  package init?(_ json: JSONObject) {
    guard let id = json.text("skuId") else { return nil }
    let prepaid = json.object("prepaidUnits") ?? [:]
    self.id = id.lowercased()
    partNumber = json.text("skuPartNumber") ?? ""
    status = json.text("capabilityStatus") ?? ""
    enabledSeats = prepaid.number("enabled") ?? 0
    warningSeats = prepaid.number("warning") ?? 0
    consumedSeats = json.number("consumedUnits") ?? 0
    servicePlans = json.objects("servicePlans").map {
      ServicePlan(id: $0.text("servicePlanId")?.lowercased() ?? "", name: $0.text("servicePlanName") ?? "")
    }
  }

  package var seatsLeft: Int {
    ["enabled", "warning"].contains(status.lowercased()) ? max(0, enabledSeats + warningSeats - consumedSeats) : 0
  }

  package var includesTeams: Bool { servicePlans.contains { $0.name.uppercased() == "TEAMS1" } }

  package var includesMailbox: Bool { LicenseDetails.includesMailbox(servicePlans.map(\.name)) }

  /// Whether it brings a place for files in OneDrive.
  package var includesFiles: Bool {
    servicePlans.contains { plan in
      ["SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE", "ONEDRIVE"].contains { plan.name.uppercased().hasPrefix($0) }
    }
  }

  /// The name administrators know it by, or else its part number.
  package var productName: String { LicenseCatalogue.name(ofSKU: id)?.rawValue ?? partNumber }
}

/// Which SKUs a licence's name stands for.
///
/// Microsoft sells each product under several ids (older ones, those of the European Economic Area, those without
/// Teams), and part numbers mislead: `O365_BUSINESS_PREMIUM` is Business **Standard**.
package enum LicenseCatalogue {
  package enum Name: String, CaseIterable, Sendable {
    case businessBasic = "BusinessBasic"
    case businessStandard = "BusinessStandard"
    case businessPremium = "BusinessPremium"
  }

  private struct Product {
    let name: Name
    let id: String
    let partNumber: String?
  }

  private static let products: [Product] = [
    Product(
      name: .businessBasic, id: "3b555118-da6a-4418-894f-7df1e2096870", partNumber: "O365_BUSINESS_ESSENTIALS"),
    Product(name: .businessBasic, id: "dab7782a-93b1-4074-8bb1-0e61318bea0b", partNumber: "SMB_BUSINESS_ESSENTIALS"),
    Product(
      name: .businessBasic, id: "b1f3042b-a390-4b56-ab61-b88e7e767a97",
      partNumber: "Microsoft_365_Business_Basic_EEA_(no_Teams)"),
    Product(
      name: .businessBasic, id: "21502a13-c8dc-4744-be9c-177fd9d2eafc",
      partNumber: "Microsoft_365_Business_Basic_(no Teams)"),
    Product(name: .businessStandard, id: "f245ecc8-75af-4f8e-b61f-27d8114de5f3", partNumber: "O365_BUSINESS_PREMIUM"),
    Product(name: .businessStandard, id: "ac5cef5d-921b-4f97-9ef3-c99076e5470f", partNumber: "SMB_BUSINESS_PREMIUM"),
    Product(name: .businessStandard, id: "ffa3a2a0-3820-462a-aa81-8a4d741f0cba", partNumber: nil),
    Product(name: .businessStandard, id: "c1f79c29-5d7a-4bec-a2c1-1a76774864c0", partNumber: nil),
    Product(name: .businessStandard, id: "5a1c7b8d-0739-4ca8-bf69-ec87e69133ac", partNumber: nil),
    Product(name: .businessPremium, id: "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46", partNumber: "SPB"),
    Product(name: .businessPremium, id: "a3f586b6-8cce-4d9b-99d6-55238397f77a", partNumber: nil),
    Product(name: .businessPremium, id: "00e1ec7b-e4a3-40d1-9441-b69b597ab222", partNumber: nil),
    Product(name: .businessPremium, id: "24c35284-d768-4e53-84d9-b7ae73dddf69", partNumber: nil),
  ]

  package static func name(ofSKU id: String) -> Name? { products.first { $0.id == id.lowercased() }?.name }

  /// The subscription of the tenant that a licence's name means, with a seat left.
  ///
  /// - Parameter name: of a product, or the part number or id of a SKU.
  /// - Throws: `LIC_001` when the tenant has none, naming what it has; `LIC_002` when no seat is left.
  package static func resolve(_ name: String, among skus: [SubscribedSKU]) throws(AdminError) -> SubscribedSKU {
    let fitting = candidates(name, among: skus)
    guard !fitting.isEmpty else { throw unknown(name, skus) }
    guard let free = fitting.first(where: { $0.seatsLeft > 0 }) else { throw full(name, fitting) }
    return free
  }

  /// In the order of preference.
  private static func candidates(_ name: String, among skus: [SubscribedSKU]) -> [SubscribedSKU] {
    let wanted = name.lowercased()
    if let known = Name.allCases.first(where: { $0.rawValue.lowercased() == wanted }) {
      return products.filter { $0.name == known }.compactMap { product in
        skus.first { $0.id == product.id }
          ?? skus.first {
            $0.partNumber.lowercased() == product.partNumber?.lowercased() && self.name(ofSKU: $0.id) == nil
          }
      }
    }
    return skus.filter { $0.id == wanted || $0.partNumber.lowercased() == wanted }
  }

  private static func unknown(_ name: String, _ skus: [SubscribedSKU]) -> AdminError {
    let available = skus.map { VisibleText.excerpt($0.productName, limit: 80) }
    let list = available.isEmpty ? "none" : available.prefix(20).joined(separator: ", ")
    let hint = Suggestion.nearest(to: name, among: available).map { " Did you mean \($0)?" } ?? ""
    return AdminError(
      .unknownLicense,
      "The tenant has no licence \(VisibleText.excerpt(name, limit: 80)).\(hint) It has: \(list).",
      details: ["available": .strings(available)])
  }

  private static func full(_ name: String, _ skus: [SubscribedSKU]) -> AdminError {
    AdminError(
      .noSeatLeft,
      "No seat of \(VisibleText.excerpt(name, limit: 80)) is left. Buy seats or take one back from another user.",
      details: .array(
        skus.map {
          [
            "sku": .string($0.id), "partNumber": .string(VisibleText.excerpt($0.partNumber, limit: 80)),
            "status": .string(VisibleText.excerpt($0.status, limit: 20)),
            "seats": .int($0.enabledSeats + $0.warningSeats), "used": .int($0.consumedSeats),
          ]
        }))
  }
}
