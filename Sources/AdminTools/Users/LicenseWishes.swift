import AdminCore
import M365
import Workflows

/// Licences to be given to a user and taken, as a caller names them, held against what the user has and the tenant
/// offers.
struct LicenseWishes {
  /// By the ids of SKUs, as the workflow takes it; empty when everything is so already.
  private(set) var wanted: JSONObject = [:]
  /// Names of products that are given, and of those that are taken.
  private(set) var added: [String] = []
  private(set) var removed: [String] = []
  private(set) var warnings: [String] = []

  var removesAny: Bool { !removed.isEmpty }

  private let user: DirectoryUser
  private let skus: [SubscribedSKU]

  /// - Throws: `LIC_001` for a licence that neither tenant nor catalogue knows, `LIC_002` where no seat is left,
  ///   `VAL_001` for one that is both wanted and not, or that came with a group.
  init(
    adding: [String], removing: [String], for user: DirectoryUser, among skus: [SubscribedSKU]
  ) throws(AdminError) {
    self.user = user
    self.skus = skus
    for name in removing { try remove(name) }
    for name in adding { try add(name) }
    warnOfLoss()
  }

  private mutating func add(_ name: String) throws(AdminError) {
    if let kept = user.licenses.first(where: { wanted[$0] == nil && isMeant($0, by: name) }) {
      warnings.append("\(user.userPrincipalName) has the licence \(product(kept)) already.")
      return
    }
    guard !user.licenses.contains(where: { isMeant($0, by: name) }) else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/addLicenses", rule: "conflict",
          message: "\(VisibleText.excerpt(name, limit: 80)) is to be given and taken in the same call")
      ])
    }
    let sku = try LicenseCatalogue.resolve(name, among: skus)
    guard wanted[sku.id] == nil else { return }
    wanted[sku.id] = []
    added.append(sku.productName)
  }

  private mutating func remove(_ name: String) throws(AdminError) {
    guard let held = user.licenses.first(where: { isMeant($0, by: name) }) else {
      guard isKnown(name) else { _ = try LicenseCatalogue.resolve(name, among: skus); return }
      warnings.append("\(user.userPrincipalName) does not have the licence \(VisibleText.excerpt(name, limit: 80)).")
      return
    }
    if let group = user.group(givingLicense: held) {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/removeLicenses", rule: "inherited",
          message: "\(product(held)) comes with the group \(group) and goes when the user leaves it")
      ])
    }
    guard wanted[held] == nil else { return }
    wanted[held] = .null
    removed.append(product(held))
  }

  /// What goes when no other licence holds it.
  private mutating func warnOfLoss() {
    guard removesAny else { return }
    let name = user.userPrincipalName
    let kept = user.licenses.filter { wanted[$0] != .null } + wanted.filter { !$0.value.isNull }.map(\.key)
    func isLost(_ holds: (SubscribedSKU) -> Bool) -> Bool {
      // Of a licence that the tenant does not list any more nobody can tell what it held.
      let lost = wanted.filter(\.value.isNull).contains { sku($0.key).map(holds) ?? true }
      return lost && !kept.contains { sku($0).map(holds) ?? false }
    }
    if isLost(\.includesMailbox) {
      warnings.append(
        "Nothing keeps the mailbox of \(name) then: 30 days later it is deleted with all that is in it, unless it is a "
          + "shared mailbox. offboard_user converts it first; a licence with Exchange in the same call keeps it.")
    }
    if isLost(\.includesFiles) {
      warnings.append(
        "The files of \(name) in OneDrive are locked without a licence for SharePoint, and deleted later; copy what is "
          + "needed first.")
    }
  }

  // MARK: Names

  private func sku(_ id: String) -> SubscribedSKU? { skus.first { $0.id == id } }

  private func product(_ id: String) -> String {
    VisibleText.excerpt(sku(id)?.productName ?? LicenseCatalogue.name(ofSKU: id)?.rawValue ?? id, limit: 80)
  }

  /// Whether a caller's name for a licence means this SKU: product, part number or id.
  private func isMeant(_ id: String, by name: String) -> Bool {
    let wanted = name.lowercased()
    return id == wanted || LicenseCatalogue.name(ofSKU: id)?.rawValue.lowercased() == wanted
      || sku(id)?.partNumber.lowercased() == wanted
  }

  private func isKnown(_ name: String) -> Bool {
    LicenseCatalogue.Name.allCases.contains { $0.rawValue.lowercased() == name.lowercased() }
      || skus.contains { isMeant($0.id, by: name) }
  }
}
