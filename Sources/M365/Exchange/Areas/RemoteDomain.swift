package import AdminCore

/// What may go to another organisation, as one look at it shows.
package struct RemoteDomain: Hashable, Sendable {
  /// Delivery reports to senders there.
  package let deliveryReports: Bool?
  /// Bounces to senders there.
  package let nonDeliveryReports: Bool?
  package let automaticReplies: Bool?
  package let automaticForwarding: Bool?

  init(_ row: JSONObject) {
    deliveryReports = row.flag("DeliveryReportEnabled")
    nonDeliveryReports = row.flag("NDREnabled")
    automaticReplies = row.flag("AutoReplyEnabled")
    automaticForwarding = row.flag("AutoForwardEnabled")
  }
}

extension ExchangeClient {
  /// - Parameter name: `Default` is every organisation that has no remote domain of its own. Idempotent.
  package func remoteDomain(_ name: String = "Default") async throws(AdminError) -> RemoteDomain {
    try await row(ExchangeCall(identity: name, ExchangeParameters<GetRemoteDomain>())) { RemoteDomain($0) }
  }
}
