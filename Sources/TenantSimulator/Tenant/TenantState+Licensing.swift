import AdminCore

extension TenantState {
  func product(_ skuID: String) -> Product? { products.first { $0.skuID == skuID } }

  /// Seats in use. Deleted users hold none.
  func consumedSeats(of skuID: String) -> Int {
    users.values.count { user in user.effectiveLicenses.contains { $0.skuID == skuID } }
  }

  /// The plans that are switched on for a user, by id.
  func enabledPlans(of licenses: [User.License]) -> [ServicePlan] {
    var seen: Set<String> = []
    return licenses.flatMap { license in
      (product(license.skuID)?.plans ?? []).filter { !license.disabledPlans.contains($0.id) }
    }.filter { seen.insert($0.id).inserted }
  }

  /// The plans as every replica knows them: those of a licence just given appear a little later than the licence.
  func assignedPlans(of user: User) -> [JSONValue] {
    let known = user.effectiveLicenses.filter { $0.assignedAt + lags.directory <= now }
    return enabledPlans(of: known).map { plan in
      let license = user.effectiveLicenses.first { license in
        product(license.skuID)?.plans.contains { $0.id == plan.id } ?? false
      }
      return [
        "assignedDateTime": .optional(license?.assignedAt.iso8601Seconds), "capabilityStatus": "Enabled",
        "service": .string(plan.service), "servicePlanId": .string(plan.id),
      ]
    }
  }

  func json(_ product: Product) -> JSONObject {
    [
      "accountName": .string(String(organization.initialDomain.prefix { $0 != "." })),
      "accountId": .string(organization.tenantID), "appliesTo": "User",
      "capabilityStatus": .string(product.capabilityStatus), "consumedUnits": .int(consumedSeats(of: product.skuID)),
      "id": .string("\(organization.tenantID)_\(product.skuID)"), "skuId": .string(product.skuID),
      "skuPartNumber": .string(product.partNumber), "subscriptionIds": [],
      "prepaidUnits": [
        "enabled": .int(product.enabled), "suspended": .int(product.suspended), "warning": .int(product.warning),
        "lockedOut": 0,
      ],
      "servicePlans": .array(product.plans.map(\.json)),
    ]
  }

  func licenseDetails(of user: User) -> [JSONObject] {
    user.effectiveLicenses.compactMap { license in
      guard let product = product(license.skuID) else { return nil }
      return [
        "id": .string(Base64.encode(Array("\(user.id)/\(license.skuID)".utf8), .url)),
        "skuId": .string(product.skuID), "skuPartNumber": .string(product.partNumber),
        "servicePlans": .array(
          product.plans.map { plan in
            guard license.disabledPlans.contains(plan.id), var object = plan.json.objectValue else {
              return plan.json
            }
            object["provisioningStatus"] = "Disabled"
            return .object(object)
          }),
      ]
    }
  }

  /// Gives and takes licences. The rules are checked first, all of them; then everything happens or nothing.
  mutating func assignLicenses(
    to user: User, adding: [User.License], removing: [String]
  ) throws(GraphFailure) {
    var licenses = user.licenses
    for skuID in removing {
      guard licenses.contains(where: { $0.skuID == skuID }) else {
        guard !user.inherited.contains(where: { $0.license.skuID == skuID }) else {
          throw .directory(
            "User license is inherited from a group membership and it cannot be removed directly from the user.")
        }
        throw .directory("User does not have a corresponding license.")
      }
      licenses.removeAll { $0.skuID == skuID }
    }
    for license in adding { try check(license, for: user) }
    for license in adding {
      guard !licenses.contains(where: { $0.skuID == license.skuID }) else {
        licenses = licenses.map { $0.skuID == license.skuID ? license : $0 }
        continue
      }
      licenses.append(license)
    }
    var held = user
    held.licenses = licenses
    try checkPlans(of: held.effectiveLicenses)
    let changed = licenses
    users.update(user.id) { $0.licenses = changed }
    settleMailbox(of: user.id)
  }

  private func check(_ license: User.License, for user: User) throws(GraphFailure) {
    guard let product = product(license.skuID) else {
      throw .directory("License \(license.skuID) does not correspond to a valid company License.")
    }
    guard user.usageLocation != nil else {
      throw .directory("License assignment cannot be done for user with invalid usage location.")
    }
    if let unknown = license.disabledPlans.first(where: { id in !product.plans.contains { $0.id == id } }) {
      throw .directory("License assignment failed because service plan \(unknown) is not part of the license.")
    }
    guard !user.effectiveLicenses.contains(where: { $0.skuID == license.skuID }) else { return }
    guard hasFreeSeat(license.skuID) else {
      throw .directory("Subscription with SKU \(license.skuID) does not have any available licenses.")
    }
  }

  func hasFreeSeat(_ skuID: String) -> Bool {
    guard let product = product(skuID) else { return false }
    let usable = ["Enabled", "Warning"].contains(product.capabilityStatus) ? product.enabled + product.warning : 0
    return usable > consumedSeats(of: skuID)
  }

  enum PlanConflict: Sendable {
    case exclusive(String, String)
    case missing(String, required: String)
  }

  /// What keeps licences from being held together.
  func conflict(of licenses: [User.License]) -> PlanConflict? {
    let plans = enabledPlans(of: licenses)
    for plan in plans {
      if let rival = plans.first(where: { $0.id != plan.id && $0.exclusiveClass == plan.exclusiveClass }),
        plan.exclusiveClass != nil
      {
        return .exclusive(plan.id, rival.id)
      }
      if let required = plan.requires, !plans.contains(where: { $0.id == required }) {
        return .missing(plan.id, required: required)
      }
    }
    return nil
  }

  private func checkPlans(of licenses: [User.License]) throws(GraphFailure) {
    switch conflict(of: licenses) {
    case .exclusive(let plan, let rival):
      throw .directory("License assignment failed because service plans \(plan), \(rival) are mutually exclusive.")
    case .missing(let plan, let required):
      throw .directory(
        "License assignment failed because service plan \(plan) depends on the service plan(s) \(required).")
    case nil: return
    }
  }

  /// Makes, revives or retires the mailbox of a user, as the licences say.
  mutating func settleMailbox(of userID: String) {
    guard let user = users[userID] else { return }
    let isEntitled = enabledPlans(of: user.effectiveLicenses).contains { $0.givesMailbox }
    if let mailbox = mailboxes[userID] {
      guard mailbox.kind == .user else { return }
      let (requestedAt, readyAt) = (now, now + lags.mailbox)
      mailboxes.update(userID) { mailbox in
        if mailbox.isInactive, isEntitled { (mailbox.requestedAt, mailbox.readyAt) = (requestedAt, readyAt) }
        mailbox.isInactive = !isEntitled
      }
    } else if isEntitled {
      mailboxes[userID] = Mailbox(
        ownerID: userID, kind: .user, address: user.userPrincipalName, requestedAt: now,
        readyAt: now + lags.mailbox,
        settings: MailboxSettings(locale: "en-IE", timeZone: "GMT Standard Time", purpose: .user))
    }
  }
}
