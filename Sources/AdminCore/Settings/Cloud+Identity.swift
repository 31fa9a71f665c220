extension Configuration.Cloud {
  /// Where people and programs sign in, which is also what tokens of version 2.0 name as their issuer.
  package var signInHost: String {
    switch self {
    case .global: "login.microsoftonline.com"
    case .usgov, .usgovdod: "login.microsoftonline.us"
    case .china: "login.partner.microsoftonline.cn"
    }
  }

  /// What tokens of version 1.0 name as their issuer.
  package var legacyIssuerHost: String {
    switch self {
    case .global, .usgov, .usgovdod: "sts.windows.net"
    case .china: "sts.chinacloudapi.cn"
    }
  }
}
