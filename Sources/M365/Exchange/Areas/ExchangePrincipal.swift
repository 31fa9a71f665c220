package import AdminCore

/// An application as Exchange knows it where it has a role of Exchange's own instead of a directory role.
package struct ExchangePrincipal: Hashable, Sendable {
  package let appID: GUID
  /// Of the enterprise application, not of the app registration.
  package let objectID: GUID?
  package let displayName: String

  init?(_ row: JSONObject) {
    guard let appID = row.guid("AppId") else { return nil }
    self.appID = appID
    objectID = row.guid("ObjectId") ?? row.guid("ServiceId")
    displayName = row.text("DisplayName") ?? ""
  }
}

extension ExchangeClient {
  /// `nil` where Exchange has no such application of its own, which is usual. Idempotent.
  package func exchangePrincipal(appID: GUID) async throws(AdminError) -> ExchangePrincipal? {
    let call = ExchangeCall(identity: appID.text, ExchangeParameters<GetServicePrincipal>())
    return try await findRow(call, ExchangePrincipal.init)
  }
}
