import AdminCore

extension TenantState {
  /// Whether the tenant has bought a plan, in whichever product.
  func hasPlan(_ name: String) -> Bool {
    products.contains { product in
      product.enabled + product.warning > 0 && product.plans.contains { $0.name == name }
        && ["Enabled", "Warning"].contains(product.capabilityStatus)
    }
  }

  /// Gives members what their groups give, and takes what they give no longer, a little after each change. What cannot be
  /// given is kept with the reason.
  mutating func settleGroupLicenses() {
    let giving = groups.values.filter { !$0.licenses.isEmpty }
    let holders = users.values.filter { !$0.inherited.isEmpty }.map(\.id)
    guard !giving.isEmpty || !holders.isEmpty else { return }
    let concerned = Set(holders + giving.flatMap(\.members))
    for id in users.ids where concerned.contains(id) { settleInherited(of: id, giving) }
  }

  private mutating func settleInherited(of userID: String, _ giving: [Group]) {
    guard let user = users[userID] else { return }
    let wanted = giving.filter { $0.members.contains(userID) }.flatMap { group in
      group.licenses.filter { $0.assignedAt + lags.directory <= now }.map { (group.id, $0) }
    }
    let keys = wanted.map { "\($0.0) \($0.1.skuID)" }
    // One that could not be given is tried again each time: a seat may have come free.
    var kept = user.inherited.filter { keys.contains($0.key) && $0.error == nil }
    users.update(userID) { $0.inherited = kept }
    for (groupID, license) in wanted where !kept.contains(where: { $0.key == "\(groupID) \(license.skuID)" }) {
      var given = User.InheritedLicense(
        groupID: groupID,
        license: User.License(skuID: license.skuID, disabledPlans: license.disabledPlans, assignedAt: now))
      let others = users[userID]?.effectiveLicenses ?? []
      given.error = obstacle(to: given.license, besides: others)
      kept.append(given)
      let changed = kept
      users.update(userID) { $0.inherited = changed }
    }
    if kept.map(\.key) != user.inherited.map(\.key) || kept.map(\.error) != user.inherited.map(\.error) {
      settleMailbox(of: userID)
    }
  }

  /// The name of what keeps a licence from being given.
  private func obstacle(to license: User.License, besides others: [User.License]) -> String? {
    guard !others.contains(where: { $0.skuID == license.skuID }) else { return nil }
    guard hasFreeSeat(license.skuID) else { return "CountViolation" }
    switch conflict(of: others + [license]) {
    case .exclusive: return "MutuallyExclusiveViolation"
    case .missing: return "DependencyViolation"
    case nil: return nil
    }
  }

  func hasLicenseErrors(_ group: Group) -> Bool {
    group.members.contains { id in
      users[id]?.inherited.contains { $0.groupID == group.id && $0.error != nil } ?? false
    }
  }

  mutating func assignLicenses(
    toGroup group: Group, adding: [User.License], removing: [String]
  ) throws(GraphFailure) {
    guard hasPlan("AAD_PREMIUM") else {
      throw GraphFailure(
        403, "AccessDenied", "Your tenant does not have a license for group-based licensing (Microsoft Entra ID P1).")
    }
    var licenses = group.licenses
    for skuID in removing {
      guard licenses.contains(where: { $0.skuID == skuID }) else {
        throw .directory("Group does not have a corresponding license.")
      }
      licenses.removeAll { $0.skuID == skuID }
    }
    for license in adding {
      guard product(license.skuID) != nil else {
        throw .directory("License \(license.skuID) does not correspond to a valid company License.")
      }
      let given = Group.License(
        skuID: license.skuID, disabledPlans: license.disabledPlans, assignedAt: license.assignedAt)
      licenses.removeAll { $0.skuID == license.skuID && $0.disabledPlans != license.disabledPlans }
      if !licenses.contains(where: { $0.skuID == license.skuID }) { licenses.append(given) }
    }
    let changed = licenses
    groups.update(group.id) { $0.licenses = changed }
  }
}
