import AdminCore

/// What Exchange keeps for the whole organisation. Objects are kept as they are shown.
struct ExchangeConfiguration: Sendable {
  /// The tenant still shares Microsoft's own configuration.
  var isDehydrated = false
  var organization = OrganizationModel.organization.standards
  var auditsEverything = true
  var transport = TransportModel.transport.standards
  var externalTag = OrganizationModel.externalTag.standards
  var irm = OrganizationModel.irm.standards
  var atp = OrganizationModel.atp.standards

  /// By name in lower case.
  var remoteDomains = Table<JSONObject>()
  var outboundPolicies = Table<JSONObject>()
  var outboundRules = Table<JSONObject>()
  var dkim = Table<JSONObject>()
  var transportRules = Table<JSONObject>()
  var journalRules = Table<JSONObject>()
  var outboundConnectors = Table<JSONObject>()
  var inboundConnectors = Table<JSONObject>()
  var retentionTags = Table<JSONObject>()
  var retentionPolicies = Table<JSONObject>()
  var compliancePolicies = Table<JSONObject>()
  var complianceRules = Table<JSONObject>()
  var safeLinksPolicies = Table<JSONObject>()
  var safeLinksRules = Table<JSONObject>()
  /// By the id of the application.
  var servicePrincipals = Table<JSONObject>()
  /// By the id in the manifest.
  var apps = Table<OrganizationApp>()

  /// An organisation on its first day.
  static func standard(for organization: Organization) -> ExchangeConfiguration {
    var configuration = ExchangeConfiguration()
    configuration.organization["Name"] = .string(organization.initialDomain)
    configuration.remoteDomains.add("Default", TransportModel.remoteDomain.standards.merging(["DomainName": "*"]))
    configuration.outboundPolicies.add(
      "Default", OutboundSpamModel.policy.standards.merging(["IsDefault": true]))
    configuration.dkim[organization.initialDomain] = DKIMModel.row(
      organization.initialDomain, in: organization, isEnabled: true, keySize: 2048)
    configuration.retentionTags.add("Deleted Items", RetentionModel.deletedItems)
    configuration.retentionPolicies.add(
      "Default MRM Policy",
      RetentionModel.policy.standards.merging(["RetentionPolicyTagLinks": ["Deleted Items"], "IsDefault": true]))
    return configuration
  }

  /// For reports.
  var json: JSONObject {
    func rows(_ table: Table<JSONObject>) -> JSONValue { .array(table.values.map { .object($0) }) }
    return [
      "isDehydrated": .bool(isDehydrated), "organization": .object(organization),
      "unifiedAuditLog": .bool(auditsEverything), "transport": .object(transport),
      "externalTag": .object(externalTag), "irm": .object(irm), "atp": .object(atp),
      "remoteDomains": rows(remoteDomains), "outboundPolicies": rows(outboundPolicies),
      "outboundRules": rows(outboundRules), "dkim": rows(dkim), "transportRules": rows(transportRules),
      "journalRules": rows(journalRules), "outboundConnectors": rows(outboundConnectors),
      "inboundConnectors": rows(inboundConnectors), "retentionTags": rows(retentionTags),
      "retentionPolicies": rows(retentionPolicies), "compliancePolicies": rows(compliancePolicies),
      "complianceRules": rows(complianceRules), "safeLinksPolicies": rows(safeLinksPolicies),
      "safeLinksRules": rows(safeLinksRules), "servicePrincipals": rows(servicePrincipals),
      "apps": .array(apps.values.map { .object($0.row) }),
    ]
  }
}

extension Table<JSONObject> {
  /// An object of Exchange under its name, with what every object has.
  mutating func add(_ name: String, _ properties: JSONObject) {
    let key = name.lowercased()
    let head: JSONObject = [
      "Name": .string(name), "Identity": .string(name),
      "Guid": .string(ExchangeID.object("\(key) \(properties.count)")),
      "IsValid": true,
    ]
    self[key] = head.merging(properties)
  }

  /// By name, or by the id Exchange gave it.
  func key(_ identity: String) -> String? {
    let wanted = identity.lowercased()
    if self[wanted] != nil { return wanted }
    return ids.first { self[$0]?["Guid"]?.stringValue == wanted }
  }

  func require(_ identity: String) throws(ExchangeFailure) -> (key: String, row: JSONObject) {
    guard let key = key(identity), let row = self[key] else { throw .notFound(identity) }
    return (key, row)
  }

  /// What a `Get-` cmdlet shows: the one object, or all of them.
  func answer(_ identity: String?) throws(ExchangeFailure) -> CmdletAnswer {
    guard let identity else { return CmdletAnswer(rows: values) }
    return .row(try require(identity).row)
  }
}

extension TenantState {
  /// The organisation's configuration as reading cmdlets see it.
  var seenExchange: ExchangeConfiguration { exchange.seen(at: now, after: lags.exchange) }

  mutating func changeExchange(
    _ kind: Effect.Kind, _ target: String, _ body: (inout ExchangeConfiguration) -> Void
  ) {
    exchange.change(at: now, lag: lags.exchange, body)
    record(kind, target)
  }
}
