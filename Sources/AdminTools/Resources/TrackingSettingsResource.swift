import Access
import AdminCore
import M365
import MCPProtocol

/// `m365://tracking-settings`: what the organisation has set about receipts, reports, forwarding and auditing. What the
/// application may not read is unknown, with the reason, and fails nothing.
enum TrackingSettingsResource {
  static let uri = "m365://tracking-settings"

  struct Body: ToolOutput {
    struct RemoteDomain: ToolOutput {
      let deliveryReports: Bool?
      let nonDeliveryReports: Bool?
      let automaticReplies: Bool?
      let automaticForwarding: Bool?
    }

    struct Unknown: ToolOutput {
      let item: String
      let reason: String
    }

    /// What this server sends by.
    struct Sending: ToolOutput {
      let defaultSender: String?
      let approvedRecipientDomains: [String]?
      let postalAddress: String?
      let unsubscribeUrl: String?
    }

    let sending: Sending
    /// Whether delivery reports may say that a mail was read.
    let readTracking: Bool?
    let remoteDomain: RemoteDomain?
    /// `Automatic`, which is off, `Off` or `On`.
    let outboundForwarding: String?
    let mailboxAuditing: Bool?
    let unifiedAuditLog: Bool?
    /// Whether usage reports show numbers instead of names.
    let reportsConcealNames: Bool?
    /// `available`, or why not.
    let messageTrace: String
    let unknown: [Unknown]
    let notes: [String]
  }

  static func definition(_ services: AdminServices) -> ResourceDefinition {
    ResourceDefinition(
      ResourceEntry(
        uri: uri, name: "tracking-settings",
        presentation: Presentation(
          title: "Tracking settings",
          description: "Read tracking, delivery reports, forwarding, auditing and message trace of the organisation."),
        mimeType: "application/json")
    ) { _, context in
      try await Resources.read(services, uri, uri, context) { _ throws(AdminError) in try await body(services) }
    }
  }

  private static let notes = [
    "A read or delivery receipt is asked for with each mail; no setting asks for them always.",
    "Message trace is always on in Exchange Online and never shows whether a mail was read.",
  ]

  private static func body(_ services: AdminServices) async throws(AdminError) -> JSONFragment {
    let tenant = try await services.tenant.value()
    let exchange = tenant.exchange
    var parts = ResourceParts()
    let organization = await parts.read("readTracking, mailboxAuditing") { () async throws(AdminError) in
      try await exchange.organizationConfiguration()
    }
    let remote = await parts.read("remoteDomain") { () async throws(AdminError) in
      try await exchange.remoteDomain()
    }
    let forwarding = await parts.read("outboundForwarding") { () async throws(AdminError) in
      try await exchange.value(of: OutboundForwarding.organization)
    }
    let audit = await parts.read("unifiedAuditLog") { () async throws(AdminError) in
      try await exchange.value(of: ExchangeSwitch.unifiedAuditLog)
    }
    let reports = await parts.read("reportsConcealNames") { () async throws(AdminError) in
      try await tenant.graph.value(of: .reports)["displayConcealedNames"]?.boolValue
    }
    let trace = await traceState(tenant, services.timekeeper.now())
    let configuration = services.configuration
    return try Body(
      sending: Body.Sending(
        defaultSender: configuration.defaultSender, approvedRecipientDomains: configuration.approvedRecipientDomains,
        postalAddress: configuration.postalAddress, unsubscribeUrl: configuration.unsubscribeURL),
      readTracking: organization?[.readTracking],
      remoteDomain: remote.map {
        Body.RemoteDomain(
          deliveryReports: $0.deliveryReports, nonDeliveryReports: $0.nonDeliveryReports,
          automaticReplies: $0.automaticReplies, automaticForwarding: $0.automaticForwarding)
      },
      outboundForwarding: forwarding?.mode.rawValue, mailboxAuditing: organization?[.auditDisabled].map { !$0 },
      unifiedAuditLog: audit, reportsConcealNames: reports ?? nil, messageTrace: trace,
      unknown: parts.failures.map { Body.Unknown(item: $0.part, reason: $0.reason) }, notes: notes
    ).fragment()
  }

  /// Asks message trace for one row of the last hour.
  private static func traceState(_ tenant: TenantConnection, _ now: Timestamp) async -> String {
    guard tenant.endpoints.cloud == .global else { return "read from Exchange; this cloud has none in Graph" }
    var query = MessageTraceQuery(from: now - .seconds(3600), to: now)
    query.patience = .seconds(10)
    do throws(AdminError) {
      _ = try await tenant.graph.messageTrace(query, limit: 1)
      return "available"
    } catch {
      return error.message
    }
  }
}
