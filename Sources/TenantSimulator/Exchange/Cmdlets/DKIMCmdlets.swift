import AdminCore

/// How the keys of a domain are shown.
enum DKIMModel {
  /// What the DNS of the domain must say, by name.
  static func records(_ domain: String, in organization: Organization) -> [String: String] {
    let label = domain.map { $0 == "." ? "-" : String($0) }.joined()
    return Dictionary(
      uniqueKeysWithValues: [1, 2].map { number in
        (
          "selector\(number)._domainkey.\(domain)",
          "selector\(number)-\(label)._domainkey.\(organization.initialDomain)"
        )
      })
  }

  static func row(
    _ domain: String, in organization: Organization, isEnabled: Bool, keySize: Int
  ) -> JSONObject {
    let records = records(domain, in: organization)
    return [
      "Name": .string(domain), "Identity": .string(domain), "Domain": .string(domain),
      "Guid": .string(ExchangeID.object("dkim \(domain)")), "Enabled": .bool(isEnabled),
      "Selector1CNAME": .optional(records["selector1._domainkey.\(domain)"]),
      "Selector2CNAME": .optional(records["selector2._domainkey.\(domain)"]),
      "Selector1KeySize": .int(keySize), "Selector2KeySize": .int(keySize), "RotateOnDate": .null,
    ]
  }
}

/// The signing of mail.
enum DKIMCmdlets {
  private static let keySize = CmdletParameter("KeySize", .number(1024...2048))
  /// How long a rotation takes.
  private static let rotation = Duration.seconds(4 * 86_400)

  static let cmdlets = [
    Cmdlet("Get-DkimSigningConfig", .security, .any, [.anyIdentity]) { state, call throws(ExchangeFailure) in
      let table = state.seenExchange.dkim
      let current = state
      let answer = try table.answer(call.text("Identity"))
      return CmdletAnswer(rows: answer.rows.map { shown($0, current) })
    },
    Cmdlet(
      "New-DkimSigningConfig", .security, .any,
      [
        CmdletParameter("DomainName", .text, required: true), CmdletParameter("Enabled", .boolean, required: true),
        keySize, .confirm,
      ], handler: create),
    Cmdlet("Set-DkimSigningConfig", .security, .any, [.identity, CmdletParameter("Enabled", .boolean), .confirm]) {
      state, call throws(ExchangeFailure) in
      let (key, row) = try state.exchange.current.dkim.require(call.identity)
      guard let isEnabled = call.flag("Enabled"), .bool(isEnabled) != row["Enabled"] else {
        return .unchanged(call.identity)
      }
      if isEnabled { try checkRecords(key, state) }
      state.changeExchange(.dkimChanged, key) { $0.dkim[key] = row.merging(["Enabled": .bool(isEnabled)]) }
      return .nothing
    },
    Cmdlet("Rotate-DkimSigningConfig", .security, .any, [.identity, keySize, .confirm]) {
      state, call throws(ExchangeFailure) in
      let (key, row) = try state.exchange.current.dkim.require(call.identity)
      let due = row["RotateOnDate"]?.stringValue.flatMap { Timestamp(iso8601: $0) }
      guard due.map({ $0 <= state.now }) ?? true else {
        throw .operation("The keys of '\(key)' are being rotated already.")
      }
      let end = DotNetTime.text(state.now + rotation)
      state.changeExchange(.dkimChanged, key) { $0.dkim[key] = row.merging(["RotateOnDate": .string(end)]) }
      return .nothing
    },
  ]

  private static func hasRecords(_ domain: String, _ state: TenantState) -> Bool {
    domain == state.organization.initialDomain
      || DKIMModel.records(domain, in: state.organization).allSatisfy { state.dns[$0.key] == $0.value }
  }

  private static func shown(_ row: JSONObject, _ state: TenantState) -> JSONObject {
    let hasRecords = hasRecords(row["Domain"]?.stringValue ?? "", state)
    return row.merging(["Status": hasRecords ? "Valid" : "CnameMissing"])
  }

  private static func checkRecords(_ domain: String, _ state: TenantState) throws(ExchangeFailure) {
    guard !hasRecords(domain, state) else { return }
    let records = DKIMModel.records(domain, in: state.organization).sorted { $0.key < $1.key }
    throw .cmdlet(
      "Microsoft.Exchange.Management.Tasks.ValidationException",
      "CNAME record does not exist for this config. Please publish the following two CNAME records first. "
        + records.map { "\($0.key): \($0.value)" }.joined(separator: " "))
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let domain = (call.text("DomainName") ?? "").lowercased()
    guard state.organization.isVerified(domain) else { throw .notFound(domain) }
    guard state.exchange.current.dkim[domain] == nil else { throw .exists(domain) }
    let isEnabled = call.flag("Enabled") ?? false
    if isEnabled { try checkRecords(domain, state) }
    let row = DKIMModel.row(
      domain, in: state.organization, isEnabled: isEnabled, keySize: call.number("KeySize") ?? 1024)
    state.changeExchange(.dkimChanged, domain) { $0.dkim[domain] = row }
    return .row(shown(row, state))
  }
}
