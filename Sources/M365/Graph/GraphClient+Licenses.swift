package import AdminCore

/// A licence that a user has, and what it holds.
package struct LicenseDetails: Hashable, Sendable {
  package let sku: String
  package let partNumber: String
  package let servicePlans: [String]

  package init?(_ json: JSONObject) {
    guard let sku = json.text("skuId") else { return nil }
    self.sku = sku.lowercased()
    partNumber = json.text("skuPartNumber") ?? ""
    servicePlans = json.objects("servicePlans").compactMap { $0.text("servicePlanName") }
  }

  /// Whether it brings a mailbox. `EXCHANGE_S_FOUNDATION` is in nearly every licence and does not.
  package var includesMailbox: Bool { Self.includesMailbox(servicePlans) }

  package var includesTeams: Bool { servicePlans.contains { $0.uppercased() == "TEAMS1" } }

  static func includesMailbox(_ servicePlans: [String]) -> Bool {
    servicePlans.contains { plan in
      let plan = plan.uppercased()
      return (plan.hasPrefix("EXCHANGE_S_") || plan.hasPrefix("EXCHANGE_B_")) && plan != "EXCHANGE_S_FOUNDATION"
        && !plan.hasPrefix("EXCHANGE_S_ARCHIVE")
    }
  }
}

extension GraphClient {
  /// Every subscription of the tenant. Permission: LicenseAssignment.Read.All. Idempotent.
  package func subscribedSKUs() async throws(AdminError) -> [SubscribedSKU] {
    let call = GraphCall.get("/subscribedSkus", permissions: [.licenseRead])
    return try await pages(call, reading(call, SubscribedSKU.init)).collect(maximum: 5000)
  }

  /// Gives and takes licences as a set: having one already, or not any more, is no fault. Permission:
  /// LicenseAssignment.ReadWrite.All. Idempotent.
  ///
  /// - Parameters:
  ///   - added: ids of SKUs.
  ///   - removed: ids of SKUs.
  ///   - isFresh: the user was made minutes ago, and licensing may not know of it yet.
  package func assignLicenses(
    to reference: UserReference, adding added: [String], removing removed: [String] = [], isFresh: Bool = false
  ) async throws(AdminError) {
    try await assignLicenses(
      to: reference, adding: added.map { DirectoryUser.AssignedLicense(sku: $0) }, removing: removed, isFresh: isFresh)
  }

  /// As above, with the plans that are to be switched off: what a user had is given back as it was.
  package func assignLicenses(
    to reference: UserReference, adding added: [DirectoryUser.AssignedLicense], removing removed: [String] = [],
    isFresh: Bool = false
  ) async throws(AdminError) {
    var call = GraphCall.post(
      "/users/\(reference)/assignLicense", .json(Self.licenseBody(adding: added, removing: removed)),
      permissions: [.licenseReadWrite], safety: .idempotent, subject: .user(reference.text))
    call.isFresh = isFresh
    _ = try await send(call)
  }

  static func licenseBody(
    adding added: [DirectoryUser.AssignedLicense], removing removed: [String]
  ) -> JSONValue {
    [
      "addLicenses": .array(
        added.map { ["skuId": .string($0.sku), "disabledPlans": .strings($0.disabledPlans)] }),
      "removeLicenses": .strings(removed),
    ]
  }

  /// Permission: LicenseAssignment.Read.All. Idempotent.
  package func licenseDetails(of reference: UserReference) async throws(AdminError) -> [LicenseDetails] {
    let call = GraphCall.get(
      "/users/\(reference)/licenseDetails", permissions: [.licenseRead], subject: .user(reference.text))
    return try await pages(call, reading(call, LicenseDetails.init)).collect(maximum: 500)
  }
}
