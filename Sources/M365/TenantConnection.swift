package import AdminCore

/// Everything through which one tenant is reached: transport, tokens, throttling and the services' clients.
package struct TenantConnection: Sendable {
  package let application: ClientApplication
  package let endpoints: ServiceEndpoints
  package let tokens: TokenProvider
  package let caller: ServiceCaller
  package let graph: GraphClient
  package let exchange: ExchangeClient
  /// For addresses that callers give.
  package let documents: DocumentFetcher
  private let timekeeper: any Timekeeper

  /// - Parameters:
  ///   - transport: the network, made by the caller and shared by every connection; `CurlTransport` in the product.
  ///   - onRefusal: hears of each refused token request, so that it can be audited.
  ///   - environment: looks up what Azure puts into the environment of its machines.
  /// - Throws: `CFG_001`, which names every setting that is missing or wrong.
  package init(
    _ configuration: Configuration,
    transport: any HTTPTransport,
    timekeeper: any Timekeeper,
    random: RandomSource = RandomSource(),
    observer: (any CallObserver)? = nil,
    environment: (String) -> String? = ProcessEnvironment.value,
    onRefusal: @escaping @Sendable (SignInRefusal) async -> Void
  ) throws(AdminError) {
    let problems = configuration.signInProblems
    guard problems.isEmpty, let tenant = configuration.tenant, let credential = configuration.credential else {
      throw .misconfigured(problems)
    }
    self.timekeeper = timekeeper
    application = ClientApplication(
      tenant: tenant, client: configuration.clientID,
      credential: try TokenCredential(credential, environment: environment))
    endpoints = ServiceEndpoints(configuration)
    caller = ServiceCaller(
      transport: transport, timekeeper: timekeeper, gate: ThrottleGate(timekeeper: timekeeper), random: random,
      observer: observer)
    tokens = TokenProvider(
      application, endpoints: endpoints, caller: caller, timekeeper: timekeeper, onRefusal: onRefusal)
    graph = GraphClient(caller: caller, tokens: tokens, endpoints: endpoints, timekeeper: timekeeper)
    exchange = ExchangeClient(
      tenant: tenant, caller: caller, tokens: tokens, endpoints: endpoints, timekeeper: timekeeper)
    documents = DocumentFetcher(transport, endpoints: endpoints)
  }
}

extension TenantConnection {
  /// The application permissions that were granted, of Graph and of Exchange Online.
  ///
  /// - Returns: `nil` when the token does not say.
  package func grantedRoles() async throws(AdminError) -> [String]? {
    guard let roles = try await graph.grantedRoles() else { return nil }
    do throws(AdminError) {
      return roles + (try await exchange.access().roles ?? []).map(GraphPermission.ofExchange)
    } catch  where error.code == .misconfigured {
      // A tenant without Exchange Online has no token for it.
      return roles
    }
  }
}

/// How the tenant is reached at a moment.
package struct ConnectionStatus: Sendable {
  package let checkedAt: Timestamp
  /// A token was granted.
  package let isAuthenticated: Bool
  /// Graph has answered, if only that a permission is lacking.
  package let isGraphConnected: Bool
  package let organization: Organization?
  package let tokenExpiresAt: Timestamp?
  package let certificateExpiresAt: Timestamp?
  /// The application permissions of the token; `nil` when it does not say.
  package let roles: [String]?
  package let error: AdminError?
}

extension TenantConnection {
  /// Asks for a token and for the tenant's name, once each, and is back when the budget is used up.
  package func probe(within budget: Duration = .seconds(5)) async -> ConnectionStatus {
    let start = timekeeper.uptime()
    do throws(AdminError) {
      let token = try await tokens.token(for: endpoints.graphAudience, within: budget)
      let left = max(.milliseconds(1), budget - (timekeeper.uptime() - start))
      do throws(AdminError) {
        let organization = try await graph.organization(within: left)
        return status(token, isConnected: true, organization, nil)
      } catch {
        // A permission that is lacking is a finding, not an outage.
        return status(token, isConnected: error.code == .permissionDenied, nil, error)
      }
    } catch {
      return status(nil, isConnected: false, nil, error)
    }
  }

  private func status(
    _ token: AccessToken?, isConnected: Bool, _ organization: Organization?, _ error: AdminError?
  ) -> ConnectionStatus {
    ConnectionStatus(
      checkedAt: timekeeper.now(), isAuthenticated: token != nil, isGraphConnected: isConnected,
      organization: organization, tokenExpiresAt: token?.expiresAt,
      certificateExpiresAt: application.credential.certificateExpiresAt,
      roles: token.flatMap { TokenClaims($0)?.roles }, error: error)
  }
}
