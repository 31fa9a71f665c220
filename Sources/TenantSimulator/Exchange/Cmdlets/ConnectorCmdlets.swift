import AdminCore

/// Ways in and out.
enum ConnectorCmdlets {
  private static let name = CmdletParameter("Name", .text, required: true)
  private static let type = CmdletKind.choice(["Partner", "OnPremises"])

  private static let outbound: [CmdletProperty] = [
    CmdletProperty("ConnectorType", type, "Partner"), CmdletProperty("RecipientDomains", .list, []),
    CmdletProperty("SmartHosts", .list, []), CmdletProperty("UseMXRecord", .boolean, true),
    CmdletProperty("TlsSettings", .choice(["EncryptionOnly", "CertificateValidation", "DomainValidation"])),
    CmdletProperty("TlsDomain", .text), CmdletProperty("Comment", .text, ""), CmdletProperty("Enabled", .boolean, true),
  ]

  private static let inbound: [CmdletProperty] = [
    CmdletProperty("ConnectorType", type, "Partner"), CmdletProperty("SenderIPAddresses", .list, []),
    CmdletProperty("RestrictDomainsToIPAddresses", .boolean, false), CmdletProperty("RequireTls", .boolean, true),
    CmdletProperty("RestrictDomainsToCertificate", .boolean, false),
    CmdletProperty("TlsSenderCertificateName", .text), CmdletProperty("Comment", .text, ""),
    CmdletProperty("Enabled", .boolean, true),
  ]

  static let cmdlets = [
    Cmdlet("Get-OutboundConnector", .organization, .any, [.anyIdentity, .resultSize]) {
      state, call throws(ExchangeFailure) in
      try state.seenExchange.outboundConnectors.answer(call.text("Identity"))
    },
    Cmdlet("New-OutboundConnector", .organization, .any, [name] + outbound.parameters) {
      state, call throws(ExchangeFailure) in
      let row = outbound.applied(call, to: outbound.standards)
      let hosts = row["SmartHosts"]?.arrayValue ?? []
      guard hosts.isEmpty == (row["UseMXRecord"] == true) else {
        throw .invalid("A connector uses either MX records or smart hosts.")
      }
      guard row["TlsSettings"] != "DomainValidation" || row["TlsDomain"]?.stringValue != nil else {
        throw .invalid("DomainValidation needs a TlsDomain.")
      }
      return try state.create(call, row, in: \.outboundConnectors, .connectorChanged)
    },
    Cmdlet("Remove-OutboundConnector", .organization, .any, [.identity, .confirm]) {
      state, call throws(ExchangeFailure) in
      try state.remove(call, from: \.outboundConnectors, .connectorChanged)
    },
    Cmdlet("Get-InboundConnector", .organization, .any, [.anyIdentity, .resultSize]) {
      state, call throws(ExchangeFailure) in
      try state.seenExchange.inboundConnectors.answer(call.text("Identity"))
    },
    Cmdlet(
      "New-InboundConnector", .organization, .any,
      [name, CmdletParameter("SenderDomains", .list, required: true)] + inbound.parameters
    ) { state, call throws(ExchangeFailure) in
      let row = inbound.applied(call, to: inbound.standards)
      if row["RestrictDomainsToIPAddresses"] == true, row["SenderIPAddresses"]?.arrayValue?.isEmpty != false {
        throw .invalid("RestrictDomainsToIPAddresses needs SenderIPAddresses.")
      }
      if row["RestrictDomainsToCertificate"] == true, row["TlsSenderCertificateName"]?.stringValue == nil {
        throw .invalid("RestrictDomainsToCertificate needs a TlsSenderCertificateName.")
      }
      return try state.create(
        call, row.merging(["SenderDomains": .strings(call.values("SenderDomains"))]), in: \.inboundConnectors,
        .connectorChanged)
    },
    Cmdlet("Remove-InboundConnector", .organization, .any, [.identity, .confirm]) {
      state, call throws(ExchangeFailure) in
      try state.remove(call, from: \.inboundConnectors, .connectorChanged)
    },
  ]
}
