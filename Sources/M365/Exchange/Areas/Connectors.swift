package import AdminCore

/// A way out to a mail server of one's own or of a partner.
package struct OutboundConnector: Hashable, Sendable {
  package enum TLS: String, CaseIterable, Sendable {
    case encryptionOnly = "EncryptionOnly"
    case certificateValidation = "CertificateValidation"
    case domainValidation = "DomainValidation"
  }

  package var name: String
  /// To one's own server instead of a partner's.
  package var isOwnServer: Bool
  package var smartHosts: [String]
  package var recipientDomains: [String]
  package var tls: TLS?
  /// The name in the certificate, for `domainValidation`.
  package var tlsDomain: String?
  package var isEnabled: Bool

  package init(
    name: String, isOwnServer: Bool, smartHosts: [String], recipientDomains: [String], tls: TLS?,
    tlsDomain: String? = nil
  ) {
    self.name = name
    self.isOwnServer = isOwnServer
    self.smartHosts = smartHosts
    self.recipientDomains = recipientDomains
    self.tls = tls
    self.tlsDomain = tlsDomain
    isEnabled = true
  }

  init?(_ row: JSONObject) {
    guard let name = row.value("Name") else { return nil }
    self.init(
      name: name, isOwnServer: row.text("ConnectorType") == "OnPremises", smartHosts: row.values("SmartHosts"),
      recipientDomains: row.values("RecipientDomains"), tls: row.text("TlsSettings").flatMap(TLS.init(rawValue:)),
      tlsDomain: row.value("TlsDomain"))
    isEnabled = row.flag("Enabled") ?? false
  }
}

/// A way in that is trusted because of where mail comes from.
package struct InboundConnector: Hashable, Sendable {
  package var name: String
  package var isOwnServer: Bool
  package var senderDomains: [String]
  package var addresses: [String]
  /// The name in the certificate the sender shows.
  package var certificateName: String?
  package var isEnabled: Bool

  package init(
    name: String, isOwnServer: Bool, senderDomains: [String], addresses: [String], certificateName: String? = nil
  ) {
    self.name = name
    self.isOwnServer = isOwnServer
    self.senderDomains = senderDomains
    self.addresses = addresses
    self.certificateName = certificateName
    isEnabled = true
  }

  init?(_ row: JSONObject) {
    guard let name = row.value("Name") else { return nil }
    self.init(
      name: name, isOwnServer: row.text("ConnectorType") == "OnPremises", senderDomains: row.values("SenderDomains"),
      addresses: row.values("SenderIPAddresses"), certificateName: row.value("TlsSenderCertificateName"))
    isEnabled = row.flag("Enabled") ?? false
  }
}

extension ExchangeClient {
  /// `nil` where there is none of that name. Idempotent.
  package func outboundConnector(named name: String) async throws(AdminError) -> OutboundConnector? {
    try await findRow(
      ExchangeCall(identity: name, ExchangeParameters<GetOutboundConnector>()), OutboundConnector.init)
  }

  /// `nil` where there is none of that name. Idempotent.
  package func inboundConnector(named name: String) async throws(AdminError) -> InboundConnector? {
    try await findRow(ExchangeCall(identity: name, ExchangeParameters<GetInboundConnector>()), InboundConnector.init)
  }

  /// Read back by `outboundConnector(named:)`.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is one of that name.
  package func addConnector(_ connector: OutboundConnector) async throws(AdminError) -> OutboundConnector {
    let parameters: ExchangeParameters<NewOutboundConnector> = [
      .objectName: .text(connector.name), .connectorType: connector.isOwnServer ? "OnPremises" : "Partner",
      .recipientDomains: .list(connector.recipientDomains), .useMXRecord: .flag(connector.smartHosts.isEmpty),
      .smartHosts: connector.smartHosts.isEmpty ? nil : .list(connector.smartHosts),
      .tlsSettings: connector.tls.map { .text($0.rawValue) }, .tlsDomain: connector.tlsDomain.map { .text($0) },
      .enabled: .flag(connector.isEnabled),
    ]
    return try await create(
      ExchangeCall(parameters, about: .object(connector.name)), named: connector.name, OutboundConnector.init
    ) { () async throws(AdminError) in try await outboundConnector(named: connector.name) }
  }

  /// Read back by `inboundConnector(named:)`.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is one of that name.
  package func addConnector(_ connector: InboundConnector) async throws(AdminError) -> InboundConnector {
    let isByCertificate = connector.certificateName != nil
    let parameters: ExchangeParameters<NewInboundConnector> = [
      .objectName: .text(connector.name), .connectorType: connector.isOwnServer ? "OnPremises" : "Partner",
      .senderDomains: .list(connector.senderDomains), .requireTLS: true,
      .senderIPAddresses: connector.addresses.isEmpty ? nil : .list(connector.addresses),
      .restrictDomainsToIPAddresses: connector.addresses.isEmpty ? nil : true,
      .restrictDomainsToCertificate: isByCertificate ? true : nil,
      .tlsSenderCertificateName: connector.certificateName.map { .text($0) }, .enabled: .flag(connector.isEnabled),
    ]
    return try await create(
      ExchangeCall(parameters, about: .object(connector.name)), named: connector.name, InboundConnector.init
    ) { () async throws(AdminError) in try await inboundConnector(named: connector.name) }
  }

  /// Idempotent.
  package func removeOutboundConnector(named name: String) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveOutboundConnector> = [.confirm: false]
    return try await remove(ExchangeCall(identity: name, parameters)) {
      () async throws(AdminError) in try await outboundConnector(named: name) == nil
    }
  }

  /// Idempotent.
  package func removeInboundConnector(named name: String) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveInboundConnector> = [.confirm: false]
    return try await remove(ExchangeCall(identity: name, parameters)) {
      () async throws(AdminError) in try await inboundConnector(named: name) == nil
    }
  }
}
