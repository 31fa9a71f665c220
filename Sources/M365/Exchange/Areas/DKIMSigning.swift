package import AdminCore

/// The signing of a domain's mail.
package struct DKIMSigning: Hashable, Sendable {
  /// A CNAME record the domain's DNS must hold.
  package struct Record: Hashable, Sendable {
    /// `selector1._domainkey.contoso.com`.
    package let name: String
    package let target: String
  }

  package let domain: String
  package let isEnabled: Bool
  /// `Valid`, `CnameMissing` and others.
  package let status: String
  /// Both are needed before signing can be switched on.
  package let records: [Record]

  init?(_ row: JSONObject) {
    guard let domain = row.value("Domain") ?? row.value("Name"), let isEnabled = row.flag("Enabled") else { return nil }
    self.domain = domain
    self.isEnabled = isEnabled
    status = row.text("Status") ?? ""
    records = [1, 2].compactMap { number in
      row.value("Selector\(number)CNAME").map {
        Record(name: "selector\(number)._domainkey.\(domain)", target: $0)
      }
    }
  }
}

extension ExchangeClient {
  /// `nil` where the domain has no keys yet. Idempotent.
  package func dkimSigning(of domain: String) async throws(AdminError) -> DKIMSigning? {
    try await findRow(ExchangeCall(identity: domain, ExchangeParameters<GetDKIMSigningConfig>()), DKIMSigning.init)
  }

  /// Makes keys for a domain and leaves signing off, so that the DNS records can be published. Read back by
  /// `dkimSigning(of:)`; there is no removing them.
  package func createDKIMKeys(for domain: String) async throws(AdminError) -> DKIMSigning {
    let parameters: ExchangeParameters<NewDKIMSigningConfig> = [
      .domainName: .text(domain), .keySize: .number(2048), .enabled: false,
    ]
    return try await create(ExchangeCall(parameters, about: .object(domain)), named: domain, DKIMSigning.init) {
      () async throws(AdminError) in try await dkimSigning(of: domain)
    }
  }

  /// Switches signing on or off. Read back by `dkimSigning(of:)`. Idempotent.
  ///
  /// - Throws: `EXO_001` with the fault `dnsRecordMissing` while the records are not visible to Microsoft.
  package func setDKIM(of domain: String, to isEnabled: Bool) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<SetDKIMSigningConfig> = [.enabled: .flag(isEnabled)]
    return try await ensure(ExchangeCall(identity: domain, parameters)) { () async throws(AdminError) in
      try await dkimSigning(of: domain)?.isEnabled == isEnabled
    }
  }

  /// Changes to the other key, which takes about four days; never while another rotation is under way, and never again
  /// after an unclear end.
  package func rotateDKIMKeys(of domain: String) async throws(AdminError) {
    let parameters: ExchangeParameters<RotateDKIMSigningConfig> = [.keySize: .number(2048)]
    _ = try await send(ExchangeCall(identity: domain, parameters))
  }
}
