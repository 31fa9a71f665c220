import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Lists what can be switched, with what is needed for it and how it is now.
struct ListFeatures: ReadingTool {
  static let name = "list_features"
  static let title = "List features"
  static let summary = """
    List the features enable_feature can switch, with licence needs and, on request, the state now. With featureName, \
    one feature with its configuration.
    """
  static let toolset = Toolset.services
  static let role = Role.read
  static let optionalPermissions = FeatureCatalogue.all.flatMap(\.permissions)
  static let isOpenWorld = true

  /// Questions to the tenant at the same time.
  private static let inFlight = 6

  struct Input: ToolInput {
    @Param("Only those with this scope.") var scope: EnableFeature.Scope?
    @Param("Read how each is now.") var includeState: Bool = false
    @Param("Only this one, with all there is to know.", .length(1...64)) var featureName: String?
    @Param("Whose state to read, for scope user.", .length(3...113), .format("email")) var targetEmail: String?
  }

  struct Output: ToolOutput {
    struct Row: ToolOutput {
      let name: String
      let scopes: [String]
      let license: String?
      let state: String?
      let detail: String?
      let reversible: Bool?
      let reference: FreeForm?

      static let descriptions = FieldDescriptions(
        CodingKeys.self,
        [
          .state: "enabled, disabled, other or unknown.", .reversible: "false where nothing takes it back.",
          .reference: "With featureName: meaning, configuration, permissions.",
        ])
    }

    let items: [Row]
    let count: Int
    let truncated: Bool
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    var features = FeatureCatalogue.all
    if let name = input.featureName {
      switch try FeatureCatalogue.meaning(of: name) {
      case .feature(let feature, _): features = [feature]
      case .refused(let reason): throw AdminError(.notPossible, reason)
      }
    }
    let wanted: FeatureScope? =
      input.scope.map { $0 == .user ? .user : .organization } ?? (input.targetEmail == nil ? nil : .user)
    if let wanted { features = features.filter { $0.scopes.contains(wanted) } }
    let states = input.includeState ? try await states(of: features, wanted, input.targetEmail, call) : [:]
    let rows = features.map { feature in
      Output.Row(
        name: feature.name, scopes: feature.scopes.map(\.rawValue), license: feature.license?.name,
        state: states[feature.name]?.word, detail: states[feature.name]?.detail,
        reversible: feature.permanence == nil ? nil : false,
        reference: input.featureName == nil ? nil : FreeForm(.object(feature.reference)))
    }
    return Output(items: rows, count: rows.count, truncated: false)
  }

  /// The state of each feature: of the organization where it has one, or of a user who was named.
  private static func states(
    of features: [Feature], _ wanted: FeatureScope?, _ email: String?, _ call: ToolCall
  ) async throws(AdminError) -> [String: FeatureState] {
    var target: FeatureRequest.Target?
    if let email {
      let user = try await call.graph().user(address: email)
      target = FeatureRequest.Target(userID: user.id, name: user.userPrincipalName)
    } else if wanted == .user {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/targetEmail", rule: "required", message: "is required to read the state for scope user")
      ])
    }
    let access = TenantAccess(sharingReadings: try await call.workflowServices())
    let scope: FeatureScope = target == nil ? .organization : .user
    let readable = features.filter { $0.scopes.contains(scope) }
    return await withTaskGroup(of: (String, FeatureState).self) { [target] group in
      var states: [String: FeatureState] = [:]
      for (index, feature) in readable.enumerated() {
        if index >= inFlight, let (name, state) = await group.next() { states[name] = state }
        call.report(
          OperationProgress(done: states.count, total: readable.count, message: "Reading \(feature.name)"))
        group.addTask { (feature.name, await feature.currentState(scope, target: target, access)) }
      }
      for await (name, state) in group { states[name] = state }
      return states
    }
  }
}
