package import AdminCore

/// The application a token is for.
package struct TokenAudience: Hashable, Sendable {
  /// `https://graph.microsoft.com`, without a slash at the end.
  package let resource: String

  package init(resource: String) { self.resource = resource }

  /// What the token endpoint is asked for: every permission that was consented to, of this resource.
  package var scope: String { resource + "/.default" }
}

/// Where the services of the tenant's cloud are, and what their tokens are for.
package struct ServiceEndpoints: Sendable {
  package let cloud: Configuration.Cloud
  package let login: Origin
  package let graph: Origin
  package let exchange: Origin
  package let compliance: Origin
  package let graphAudience: TokenAudience
  package let exchangeAudience: TokenAudience
  package let complianceAudience: TokenAudience

  /// An endpoint that is set stands in place of the cloud's. Its host is the audience too, because a cloud we do not
  /// know names its audience by its host; a simulated tenant on loopback signs for the cloud it plays.
  package init(
    cloud: Configuration.Cloud = .global, login: Origin? = nil, graph: Origin? = nil, exchange: Origin? = nil
  ) {
    let hosts = cloud.hosts
    func audience(_ given: Origin?, _ host: String) -> TokenAudience {
      let isReal = given.map { !$0.isLoopback } ?? false
      return TokenAudience(resource: "https://" + (isReal ? given?.host ?? host : host))
    }
    self.cloud = cloud
    self.login = login ?? Origin(https: hosts.login)
    self.graph = graph ?? Origin(https: hosts.graph)
    self.exchange = exchange ?? Origin(https: hosts.exchange)
    compliance = exchange.flatMap { $0.isLoopback ? $0 : nil } ?? Origin(https: hosts.compliance)
    graphAudience = audience(graph, hosts.graph)
    exchangeAudience = audience(exchange, hosts.exchange)
    complianceAudience = TokenAudience(resource: "https://" + hosts.compliance)
  }

  package init(_ configuration: Configuration) {
    self.init(
      cloud: configuration.cloud, login: configuration.loginEndpoint, graph: configuration.graphEndpoint,
      exchange: configuration.exchangeEndpoint)
  }

  /// Whether bytes may be uploaded to an address that Graph has given: to Exchange of the same cloud, and to the
  /// endpoints in use. The address carries its own authorisation, so it must not lead anywhere else.
  package func allowsUpload(to url: HTTPURL) -> Bool {
    if url.origin == graph || url.origin == exchange { return true }
    if graph.isLoopback { return url.origin.isLoopback }
    return url.origin.scheme == "https" && url.origin.port == nil && cloud.hosts.uploads.contains(url.origin.host)
  }
}

extension Configuration.Cloud {
  struct Hosts: Sendable {
    let login: String
    let graph: String
    let exchange: String
    let compliance: String
    /// Where Outlook takes the parts of large attachments.
    let uploads: Set<String>
  }

  /// The national clouds as documented by Microsoft; those other than the global one could not be tried and can be
  /// overridden by the endpoint settings.
  var hosts: Hosts {
    switch self {
    case .global:
      Hosts(
        login: signInHost, graph: "graph.microsoft.com", exchange: "outlook.office365.com",
        compliance: "ps.compliance.protection.outlook.com",
        uploads: ["outlook.office.com", "outlook.office365.com"])
    case .usgov:
      Hosts(
        login: signInHost, graph: "graph.microsoft.us", exchange: "outlook.office365.us",
        compliance: "ps.compliance.protection.office365.us", uploads: ["outlook.office365.us"])
    case .usgovdod:
      Hosts(
        login: signInHost, graph: "dod-graph.microsoft.us", exchange: "webmail.apps.mil",
        compliance: "l5.ps.compliance.protection.office365.us",
        uploads: ["webmail.apps.mil", "outlook-dod.office365.us"])
    case .china:
      Hosts(
        login: signInHost, graph: "microsoftgraph.chinacloudapi.cn",
        exchange: "partner.outlook.cn", compliance: "ps.compliance.protection.partner.outlook.cn",
        uploads: ["partner.outlook.cn", "outlook.office365.cn"])
    }
  }
}
