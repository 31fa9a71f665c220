package import AdminCore
import M365
package import Store

/// Makes a feature available or takes it away: reads what is there, writes what differs, reads back, and can put it back.
package struct FeatureWorkflow: Workflow {
  package static let name = "enable_feature"
  package static let version = 1

  private let request: FeatureRequest
  private let feature: Feature
  private let change: PartsChange

  package init(_ request: FeatureRequest, _ feature: Feature, services: WorkflowServices) {
    self.request = request
    self.feature = feature
    change = PartsChange(feature.parts(request), TenantAccess(services), propagation: feature.propagation)
  }

  package var target: AuditTarget {
    request.target.map { .person("user", $0.name) } ?? .object("feature", feature.name)
  }

  package var auditDetail: JSONObject {
    ["feature": .string(feature.name), "enabled": .bool(request.isEnabled), "scope": .string(request.scope.rawValue)]
  }

  package var steps: [Step] { change.steps }

  package func output(of context: StepContext) -> JSONObject {
    let hasChanged = change.hasChanged(context)
    return [
      "featureName": .string(feature.name), "enabled": .bool(request.isEnabled),
      "scope": .string(request.scope.rawValue), "targetEmail": .optional(request.target?.name),
      "changed": .bool(hasChanged), "before": .object(change.before(context)), "after": .object(change.after(context)),
      "propagation": .optional(hasChanged ? feature.propagation : nil),
      "reversible": .bool(change.parts.allSatisfy { $0.permanence == nil }),
    ]
  }
}

// MARK: - The journalled form

extension FeatureWorkflow {
  package var input: JSONObject {
    [
      "feature": .string(request.feature), "enabled": .bool(request.isEnabled),
      "scope": .string(request.scope.rawValue), "userId": .optional(request.target?.userID),
      "userName": .optional(request.target?.name), "configuration": .object(request.configuration),
    ]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let name = input["feature"]?.stringValue, let feature = FeatureCatalogue.feature(named: name),
      let isEnabled = input["enabled"]?.boolValue,
      let scope = input["scope"]?.stringValue.flatMap(FeatureScope.init),
      let configuration = input["configuration"]?.objectValue
    else { throw .malformedJournal(Self.name) }
    var request = FeatureRequest(feature: name, isEnabled: isEnabled, scope: scope, configuration: configuration)
    if let id = input["userId"]?.stringValue, let user = input["userName"]?.stringValue {
      request.target = FeatureRequest.Target(userID: id, name: user)
    }
    self.init(request, feature, services: services)
  }
}
