package import Access
package import AdminCore
package import M365

/// A way in which one service of Microsoft 365 is made to work with another, or with something outside: everything there
/// is to say about it, in one place. Tools, documents, checks and tests are made from the declarations in
/// `ConnectionCatalogue`.
package struct ServiceConnection: Sendable {
  package typealias Parts = @Sendable (ConnectionRequest) -> [TenantPart]
  /// Fills the configuration with what only the tenant knows, and refuses what is not there.
  package typealias Resolve =
    @Sendable (ConnectionRequest, TenantAccess) async throws(AdminError) -> JSONObject
  package typealias Existing = @Sendable (TenantAccess) async throws(AdminError) -> [ExistingConnection]

  package let source: String
  package let target: String
  /// What holds once it is made: one sentence.
  package let summary: String
  /// What the application must be granted.
  package let permissions: [GraphPermission]
  package let parts: Parts

  package var configuration = ConfigurationSchema([])
  package var license: LicenseNeed?
  /// How long the tenant may take until the connection works, in words.
  package var propagation = "some minutes"
  /// Why a person has to look first.
  package var risks: @Sendable (ConnectionRequest) -> [Risk] = { _ in [] }
  /// What somebody should know besides.
  package var notes: @Sendable (ConnectionRequest) -> [String] = { _ in [] }
  package var resolve: Resolve = { request, _ in request.configuration }
  /// What taking it back leaves behind.
  package var inverse: String
  /// It lets applications in where they could promote themselves, so a site has to allow it first.
  package var needsConsentSetting = false
  /// A secret is made for it and shown once.
  package var makesClientState = false
  /// Those there are, where the tenant can list them.
  package var existing: Existing?
  /// What keeps it from ending; `nil` where it lasts by itself.
  package var renewal: @Sendable (ConnectionRequest) -> TenantPart? = { _ in nil }
  /// Whether somebody has asked for it to end.
  package var isMeantToEnd: @Sendable (ConnectionRequest) -> Bool = { _ in false }

  /// What has to be done again from time to time or the connection ends; `nil` where it lasts by itself, or is meant to
  /// end.
  package func upkeep(_ request: ConnectionRequest) -> TenantPart? {
    isMeantToEnd(request) ? nil : renewal(request)
  }

  init(
    _ source: String, _ target: String, _ summary: String, permissions: [GraphPermission], inverse: String,
    parts: @escaping Parts
  ) {
    self.source = source
    self.target = target
    self.summary = summary
    self.permissions = permissions
    self.inverse = inverse
    self.parts = parts
  }

  /// The name in reports: `teams to planner`.
  package var name: String { "\(source) to \(target)" }
}

extension ServiceConnection {
  func with(_ change: (inout ServiceConnection) -> Void) -> ServiceConnection {
    var connection = self
    change(&connection)
    return connection
  }

  func configured(_ fields: ConfigurationField...) -> ServiceConnection {
    with { $0.configuration = ConfigurationSchema(fields) }
  }

  func licensed(_ license: LicenseNeed) -> ServiceConnection { with { $0.license = license } }

  func shows(after propagation: String) -> ServiceConnection { with { $0.propagation = propagation } }

  func risking(_ risks: @escaping @Sendable (ConnectionRequest) -> [Risk]) -> ServiceConnection {
    with { $0.risks = risks }
  }

  func resolving(_ resolve: @escaping Resolve) -> ServiceConnection { with { $0.resolve = resolve } }

  func listing(_ existing: @escaping Existing) -> ServiceConnection { with { $0.existing = existing } }
}

/// One request to make a connection.
package struct ConnectionRequest: Hashable, Sendable {
  package let source: String
  package let target: String
  /// Checked, and filled with what only the tenant knows.
  package var configuration: JSONObject

  package init(source: String, target: String, configuration: JSONObject) {
    self.source = source
    self.target = target
    self.configuration = configuration
  }

  /// One that was journalled; `nil` for anything else.
  package init?(journalled input: JSONObject) {
    guard let source = input["source"]?.stringValue, let target = input["target"]?.stringValue,
      let configuration = input["configuration"]?.objectValue
    else { return nil }
    self.init(source: source, target: target, configuration: configuration)
  }

  var journalled: JSONObject {
    ["source": .string(source), "target": .string(target), "configuration": .object(configuration)]
  }

  package var connection: ServiceConnection? { ConnectionCatalogue.connection(from: source, to: target) }

  func text(_ name: String) -> String? { configuration[name]?.stringValue }
  func flag(_ name: String) -> Bool? { configuration[name]?.boolValue }
  func number(_ name: String) -> Int? { configuration[name]?.intValue }
  func texts(_ name: String) -> [String]? { configuration[name]?.arrayValue?.compactMap(\.stringValue) }

  /// One that the schema asks for.
  func required(_ name: String) -> String { text(name) ?? "" }
}

/// A connection that there is.
package struct ExistingConnection: Hashable, Sendable {
  package let id: String
  package let title: String
  package let expiresAt: Timestamp?

  package init(id: String, title: String, expiresAt: Timestamp? = nil) {
    self.id = id
    self.title = title
    self.expiresAt = expiresAt
  }
}

/// Declarations one after the other, each of them checked by itself.
@resultBuilder
enum ConnectionList {
  static func buildBlock(_ connections: ServiceConnection...) -> [ServiceConnection] { connections }
}
