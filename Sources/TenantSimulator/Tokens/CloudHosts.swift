import AdminCore

extension Configuration.Cloud {
  /// The real hosts of a cloud. Tokens name them, whatever address the simulator itself listens on.
  var loginHost: String {
    switch self {
    case .global: "login.microsoftonline.com"
    case .usgov, .usgovdod: "login.microsoftonline.us"
    case .china: "login.partner.microsoftonline.cn"
    }
  }

  var graphHost: String {
    switch self {
    case .global: "graph.microsoft.com"
    case .usgov: "graph.microsoft.us"
    case .usgovdod: "dod-graph.microsoft.us"
    case .china: "microsoftgraph.chinacloudapi.cn"
    }
  }

  var exchangeHosts: [String] {
    switch self {
    case .global: ["outlook.office365.com", "ps.compliance.protection.outlook.com"]
    case .usgov: ["outlook.office365.us", "ps.compliance.protection.office365.us"]
    case .usgovdod: ["webmail.apps.mil", "outlook-dod.office365.us", "l5.ps.compliance.protection.office365.us"]
    case .china: ["partner.outlook.cn", "outlook.office365.cn", "ps.compliance.protection.partner.outlook.cn"]
    }
  }

  /// The issuer of tokens of version 1.0, which Graph and Exchange get.
  func issuer(tenantID: String) -> String {
    self == .china ? "https://sts.chinacloudapi.cn/\(tenantID)/" : "https://sts.windows.net/\(tenantID)/"
  }

  /// The issuer of tokens of version 2.0.
  func issuerV2(tenantID: String) -> String { "https://\(loginHost)/\(tenantID)/v2.0" }
}

/// The names by which scopes call the services, in every cloud.
enum ServiceNames {
  static let graph = Configuration.Cloud.allCases.map { "https://" + $0.graphHost }
  static let exchange = Configuration.Cloud.allCases.flatMap { cloud in cloud.exchangeHosts.map { "https://" + $0 } }
}
