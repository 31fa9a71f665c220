import AdminCore
import Synchronization

/// What redirects have taught: each tenant's Security & Compliance lives in one region, found once and kept.
final class ExchangeHosts: Sendable {
  private let region = Mutex<Origin?>(nil)

  var compliance: Origin? {
    get { region.withLock { $0 } }
    set { region.withLock { $0 = newValue } }
  }
}

extension ServiceEndpoints {
  /// Whether a token for Exchange may go to this address: to the endpoints in use, and to what lies below the hosts of
  /// the cloud.
  func allowsExchange(_ url: HTTPURL) -> Bool {
    if url.origin == exchange || url.origin == compliance { return true }
    if exchange.isLoopback { return url.origin.isLoopback }
    guard url.origin.scheme == "https", url.origin.port == nil else { return false }
    return [exchange.host, compliance.host].contains { url.origin.host == $0 || url.origin.host.hasSuffix("." + $0) }
  }

  /// The address a redirect leads to. Servers of the service name themselves with the port they are reached by inside of
  /// it, which is not open to anybody.
  func exchangeRedirection(from url: HTTPURL, to location: String) throws(AdminError) -> HTTPURL {
    let target = location.hasPrefix("/") ? HTTPURL(origin: url.origin, target: location) : HTTPURL(location)
    let isInternal = target?.origin.port == 446
    let outside = target.flatMap { isInternal ? HTTPURL(origin: Origin(https: $0.origin.host), target: $0.target) : $0 }
    guard let outside, allowsExchange(outside), outside.target.hasPrefix("/adminapi/") else {
      throw AdminError(
        .exchangeRefused,
        "Exchange Online sent a redirect that leads elsewhere. It was not followed; check M365_EXCHANGE_ENDPOINT and "
          + "AZURE_CLOUD.")
    }
    return outside
  }
}
