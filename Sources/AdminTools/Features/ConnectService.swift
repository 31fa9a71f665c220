import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Makes one service of Microsoft 365 work with another, or with something outside.
struct ConnectService: ChangingTool {
  static let name = "connect_service"
  static let title = "Connect services"
  static let summary = """
    Connect two services: a plan or list in a team, an app for a user, notices to a webhook of yours, an application to \
    a site, a delegate to a mailbox. Pairs and connectionConfig: list_service_connections.
    """
  static let toolset = Toolset.services
  static let role = Role.configure
  static let permissions: [GraphPermission] = [.licenseRead]
  static let optionalPermissions = ConnectionCatalogue.all.flatMap(\.permissions)
  static let isDestructive = false
  static let isIdempotent = true
  static let clientHints: JSONObject = ["anthropic/requiresUserInteraction": true]

  struct Input: ToolInput {
    @Param("Such as teams.", .length(1...64)) var sourceService: String
    @Param("Such as planner.", .length(1...64)) var targetService: String
    @Param("What this pair takes.") var connectionConfig: JSONObject = [:]
  }

  struct Output: ToolOutput {
    let sourceService: String
    let targetService: String
    let changed: Bool
    let objects: FreeForm
    let connected: FreeForm
    let propagation: String?
    let inverse: String
    let clientState: Verbatim?

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .changed: "false when it was connected already.", .objects: "Ids of what there is now.",
        .connected: "What was made or changed.", .inverse: "What undo_operation does.",
        .clientState: "Shown once: comes back in every notice, so that its receiver knows that it is real.",
      ])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<ConnectionWorkflow> {
    let connection = try ConnectionCatalogue.find(from: input.sourceService, to: input.targetService)
    try requireAllowed(connection, call.services.configuration)
    try connection.configuration.check(input.connectionConfig, in: "connectionConfig", isEnabling: true)
    let services = try await call.workflowServices()
    let access = TenantAccess(services)
    var request = ConnectionRequest(
      source: connection.source, target: connection.target, configuration: input.connectionConfig)
    var notes: [String] = []
    if let license = connection.license {
      notes += try await license.check(for: connection.name, target: nil, call)
    }
    request.configuration = try await connection.resolve(request, access)
    // Somebody who does not follow the progress may give up sooner.
    if !call.isFollowed { request.configuration["waitSeconds"] = 45 }
    notes += connection.notes(request)

    let change = PartsChange(connection.parts(request), access, propagation: connection.propagation)
    let readings = try await change.readings()
    let plan = PartsPlan(change.parts, readings)
    try plan.requireFeasible()
    return PreparedChange(
      plan.plan(
        "Connect \(connection.name)",
        facts: [
          Plan.Fact("Meaning", connection.summary), Plan.Fact("Works after", connection.propagation),
          Plan.Fact("Taken back", connection.inverse),
        ], permissions: connection.permissions, risks: connection.risks(request), warnings: notes),
      ConnectionWorkflow(request, connection, services: services),
      secrets: connection.makesClientState ? [ConnectionWorkflow.clientStateSecret: PasswordRules.generate()] : [:],
      warnings: notes)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let made = operation.output
    let secret = secrets[ConnectionWorkflow.clientStateSecret]?.reveal()
    return Output(
      sourceService: made["sourceService"]?.stringValue ?? "", targetService: made["targetService"]?.stringValue ?? "",
      changed: made["changed"]?.boolValue ?? false,
      objects: FreeForm(VisibleText.excerpt(made["objects"] ?? [:], limit: 300)),
      connected: FreeForm(VisibleText.excerpt(made["connected"] ?? [:], limit: 300)),
      propagation: made["propagation"]?.stringValue,
      inverse: made["inverse"]?.stringValue ?? "",
      clientState: made["hasNewSecret"] == true ? secret.map(Verbatim.init) : nil)
  }

  /// What the schema alone does not say: every connection with its configuration.
  static var reference: JSONObject { ["connections": .array(ConnectionCatalogue.all.map { .object($0.reference) })] }

  /// Whoever may give an application permissions may give it all of them, so a site has to want that.
  private static func requireAllowed(
    _ connection: ServiceConnection, _ configuration: Configuration
  ) throws(AdminError) {
    guard connection.needsConsentSetting, !configuration.allowsAppConsent else { return }
    throw AdminError(
      .permissionDenied,
      "\(connection.name) gives an application permissions, with which it could promote itself, and is off. "
        + "M365_ALLOW_APP_CONSENT=true allows it; each use still needs approval.",
      details: ["setting": .string(Setting.appConsent.rawValue)])
  }
}

extension ServiceConnection {
  /// Everything a caller may want to know before making it.
  var reference: JSONObject {
    var object: JSONObject = [
      "sourceService": .string(source), "targetService": .string(target), "summary": .string(summary),
      "connectionConfig": configuration.json(isEnabling: true),
      "permissions": .strings(permissions.map(\.rawValue)), "propagation": .string(propagation),
      "inverse": .string(inverse),
    ]
    object["license"] = license.map { .string($0.name) }
    if needsConsentSetting { object["allowedBy"] = .string(Setting.appConsent.rawValue) }
    return object
  }
}
