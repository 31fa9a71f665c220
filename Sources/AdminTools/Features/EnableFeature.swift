import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Makes a feature of Microsoft 365 available, or takes it away.
struct EnableFeature: ChangingTool {
  static let name = "enable_feature"
  static let title = "Enable a feature"
  static let summary = """
    Switch a feature of Microsoft 365 on, or off with enabled: false, for the organization or one user. Reads the old \
    value, writes, reads back. Names and configuration: list_features. Needs approval for the organization.
    """
  static let toolset = Toolset.services
  static let role = Role.configure
  static let permissions: [GraphPermission] = [.licenseRead, .userRead]
  static let optionalPermissions = FeatureCatalogue.all.flatMap(\.permissions)
  static let isDestructive = true
  static let isIdempotent = true
  static let clientHints: JSONObject = ["anthropic/requiresUserInteraction": true]

  enum Scope: String, Choice {
    case user, organization
  }

  struct Input: ToolInput {
    @Param("snake_case, such as external_sender_tag.", .length(1...64)) var featureName: String
    @Param("For whom.") var scope: Scope
    @Param("The user, for scope user.", .length(3...113), .format("email")) var targetEmail: String?
    @Param("What the feature takes besides.") var configuration: JSONObject = [:]
    @Param("Make it available, or take it away.") var enabled: Bool = true
  }

  struct Output: ToolOutput {
    let featureName: String
    let scope: String
    let targetEmail: String?
    let enabled: Bool
    let changed: Bool
    let before: FreeForm
    let after: FreeForm
    let propagation: String?
    let reversible: Bool

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .changed: "false when everything was so already.", .before: "Of what was changed.",
        .propagation: "Until everybody sees it.",
      ])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<FeatureWorkflow> {
    let (feature, isEnabled) = try meaning(of: input)
    let services = try await call.workflowServices()
    let access = TenantAccess(services)
    var request = FeatureRequest(
      feature: feature.name, isEnabled: isEnabled, scope: input.scope == .user ? .user : .organization,
      configuration: input.configuration)
    try checkScope(request, input.targetEmail, of: feature)
    if let reason = feature.refusal(request) { throw AdminError(.notPossible, reason) }
    try feature.configuration.check(request.configuration, in: "configuration", isEnabling: isEnabled)
    var notes = feature.notes(request)
    if isEnabled != input.enabled {
      notes.append("\(input.featureName) enabled: \(input.enabled) is \(feature.name) enabled: \(isEnabled).")
    }
    if let email = input.targetEmail { request.target = try await target(email, call) }
    if isEnabled, let license = feature.license {
      notes += try await license.check(for: feature.name, target: request.target, call)
    }
    request.configuration = try await feature.resolve(request, access)

    let change = PartsChange(feature.parts(request), access, propagation: feature.propagation)
    let readings = try await change.readings()
    let risks = (request.scope == .organization ? [Risk.changesOrganization] : []) + feature.risks(request)
    let parts = PartsPlan(change.parts, readings)
    try parts.requireFeasible()
    let plan = parts.plan(
      "\(isEnabled ? "Enable" : "Disable") \(feature.name) for \(request.target?.name ?? "the whole organization")",
      facts: [Plan.Fact("Meaning", feature.summary), Plan.Fact("Shows after", feature.propagation)],
      permissions: feature.permissions, risks: risks, warnings: notes)
    return PreparedChange(plan, FeatureWorkflow(request, feature, services: services), warnings: notes)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let made = operation.output
    return Output(
      featureName: made["featureName"]?.stringValue ?? "", scope: made["scope"]?.stringValue ?? "",
      targetEmail: made["targetEmail"]?.stringValue, enabled: made["enabled"]?.boolValue ?? false,
      changed: made["changed"]?.boolValue ?? false, before: FreeForm(made["before"] ?? [:]),
      after: FreeForm(made["after"] ?? [:]), propagation: made["propagation"]?.stringValue,
      reversible: made["reversible"]?.boolValue ?? false)
  }

  /// What the schema alone does not say: every feature with its configuration.
  static var reference: JSONObject { ["features": .array(FeatureCatalogue.all.map { .object($0.reference) })] }
}

// MARK: - Checks

extension EnableFeature {
  private static func meaning(of input: Input) throws(AdminError) -> (Feature, isEnabled: Bool) {
    switch try FeatureCatalogue.meaning(of: input.featureName) {
    case .feature(let feature, let isOpposite): return (feature, input.enabled != isOpposite)
    case .refused(let reason): throw AdminError(.notPossible, reason)
    }
  }

  private static func checkScope(
    _ request: FeatureRequest, _ email: String?, of feature: Feature
  ) throws(AdminError) {
    var problems: [AdminError.Problem] = []
    if !feature.scopes.contains(request.scope) {
      let scopes = feature.scopes.map(\.rawValue).joined(separator: " or ")
      problems.append(.init(path: "/scope", rule: "scope", message: "must be \(scopes) for \(feature.name)"))
    }
    switch (request.scope, email) {
    case (.user, nil):
      problems.append(.init(path: "/targetEmail", rule: "required", message: "is required for scope user"))
    case (.organization, .some):
      problems.append(
        .init(
          path: "/targetEmail", rule: "scope", message: "is not allowed for scope organization, which means everybody"))
    case (.user, .some), (.organization, nil): break
    }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
  }

  private static func target(_ email: String, _ call: ToolCall) async throws(AdminError) -> FeatureRequest.Target {
    let user = try await call.graph().user(address: email)
    guard let target = FeatureRequest.Target(userID: user.id, name: user.userPrincipalName) else {
      throw AdminError(
        .invalidAddress, "\(VisibleText.excerpt(user.userPrincipalName)) cannot have a mailbox.",
        details: ["path": "/targetEmail"])
    }
    return target
  }
}

extension Feature {
  /// Everything a caller may want to know before using it.
  var reference: JSONObject {
    var object: JSONObject = [
      "name": .string(name), "area": .string(area.rawValue), "summary": .string(summary),
      "scopes": .strings(scopes.map(\.rawValue)), "configuration": configuration.json(isEnabling: true),
      "permissions": .strings(permissions.map(\.rawValue)), "propagation": .string(propagation),
      "reversible": .bool(permanence == nil),
    ]
    object["license"] = license.map { .string($0.name) }
    let names = aliases.filter { !$0.isOpposite }.map(\.name)
    if !names.isEmpty { object["aliases"] = .strings(names) }
    let opposites = aliases.filter(\.isOpposite).map(\.name)
    if !opposites.isEmpty { object["opposites"] = .strings(opposites) }
    return object
  }
}
