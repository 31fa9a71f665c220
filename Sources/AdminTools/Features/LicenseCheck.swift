import AdminCore
import M365
import Workflows

extension LicenseNeed {
  /// Whether what a change needs was bought: for a user, with that user's licences; otherwise somewhere in the tenant.
  ///
  /// - Parameter name: of the feature or connection.
  /// - Returns: what should be known where licences cannot be read.
  /// - Throws: `LIC_003` where it was not bought.
  func check(for name: String, target: FeatureRequest.Target?, _ call: ToolCall) async throws(AdminError) -> [String] {
    let found: (plans: [String], products: [String])
    do throws(AdminError) {
      found = try await plans(target, try await call.graph())
    } catch  where error.code == .permissionDenied {
      return ["Whether the tenant has \(self.name) could not be checked: licences cannot be read."]
    }
    guard !isMet(by: found.plans) else { return [] }
    let owner = target.map { "\(VisibleText.excerpt($0.name)) has" } ?? "the tenant has"
    let products = found.products.map { VisibleText.excerpt($0, limit: 60) }
    throw AdminError(
      .licenseLacking,
      "\(name) needs \(self.name); \(owner) \(products.isEmpty ? "no licence" : products.joined(separator: ", ")). "
        + "Buy it, or assign it, and call again.",
      details: ["needs": .strings(plans.sorted()), "has": .strings(products)])
  }

  private func plans(
    _ target: FeatureRequest.Target?, _ graph: GraphClient
  ) async throws(AdminError) -> (plans: [String], products: [String]) {
    if let target {
      let licenses = try await graph.licenseDetails(of: UserReference(target.userID))
      return (
        licenses.flatMap(\.servicePlans),
        licenses.map { LicenseCatalogue.name(ofSKU: $0.sku)?.rawValue ?? $0.partNumber }
      )
    }
    let skus = try await graph.subscribedSKUs().filter { ["enabled", "warning"].contains($0.status.lowercased()) }
    return (skus.flatMap { $0.servicePlans.map(\.name) }, skus.map(\.productName))
  }
}
