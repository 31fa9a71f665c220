import AdminCore

extension SeedReader {
  static let exchangeMembers: Set<String> = ["messageTrace", "dehydrated", "unifiedAuditLog", "dns"]

  /// What Exchange is at the start, besides mailboxes.
  mutating func addExchange(_ root: SeedObject) throws(SeedError) {
    let object = try SeedObject(root["exchange"] ?? [:], at: "exchange", allowing: Self.exchangeMembers)
    let isDehydrated = try object.flag("dehydrated", default: false)
    let auditsEverything = try object.flag("unifiedAuditLog", default: true)
    state.exchange.settle { configuration in
      configuration.isDehydrated = isDehydrated
      configuration.auditsEverything = auditsEverything
    }
    if let dns = object["dns"] { try state.publish(dns, at: "exchange.dns") }
    guard try object.flag("messageTrace", default: true) else { return }
    let principal = ServicePrincipal(
      id: state.identifiers.guid(), appID: WellKnownApps.messageTrace, displayName: "Exchange Message Trace",
      names: [], appRoles: [])
    state.servicePrincipals[principal.id] = principal
  }
}

extension TenantState {
  /// Lays CNAME records over those of the world's DNS: `{"name": "target"}`; JSON null takes one away.
  mutating func publish(_ json: JSONValue, at path: String) throws(SeedError) {
    guard let object = json.objectValue else { throw SeedError(path, "must be an object of names and targets") }
    for member in object {
      guard member.value.isNull || member.value.stringValue != nil else {
        throw SeedError(path.isEmpty ? member.key : "\(path).\(member.key)", "must be a text or null")
      }
      dns[member.key.lowercased()] = member.value.stringValue?.lowercased()
    }
  }
}
