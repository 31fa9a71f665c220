package import AdminCore
package import Content
package import M365
package import Store

/// Brings an Outlook add-in of the organisation into the state that is wanted: deployed in one version for some or all,
/// or gone.
package struct DeployAddInWorkflow: Workflow {
  package static let name = "deploy_outlook_addin"
  package static let version = 1

  package struct Request: Sendable {
    package var id: GUID
    package var displayName: String
    package var version: String
    /// As it was fetched. For a removal: what brings the add-in back, where it is known.
    package var manifest: [UInt8]?
    package var assignment: AddInAssignment
    package var isRemoval: Bool

    package init(
      id: GUID, displayName: String, version: String, manifest: [UInt8]?, assignment: AddInAssignment,
      isRemoval: Bool = false
    ) {
      self.id = id
      self.displayName = displayName
      self.version = version
      self.manifest = manifest
      self.assignment = assignment
      self.isRemoval = isRemoval
    }
  }

  let request: Request
  let services: WorkflowServices

  package init(_ request: Request, services: WorkflowServices) {
    self.request = request
    self.services = services
  }

  package var target: AuditTarget { .object("addin", request.id.text) }

  package var auditDetail: JSONObject {
    [
      "name": .string(request.displayName), "version": .string(request.version),
      "removal": .bool(request.isRemoval), "enabled": .bool(request.assignment.isEnabled),
      "users": request.assignment.users.map { .int($0.count) } ?? "everybody",
    ]
  }

  package var steps: [Step] { [look, request.isRemoval ? remove : deploy] }

  package func output(of context: StepContext) -> JSONObject {
    let own = context.output(request.isRemoval ? "remove" : "deploy")
    return [
      "addinId": .string(request.id.text), "displayName": .string(request.displayName),
      "version": .string(request.version), "state": own?["state"] ?? "unchanged",
      "previousVersion": context.earlier?["version"] ?? .null,
    ]
  }

  /// What is there before anything is done, so that it can be put back.
  private var look: Step {
    let (id, services) = (request.id, services)
    return Step("look", "Look what is deployed", effect: .none) { _ throws(AdminError) in
      guard let found = try await services.exchange().organizationAddIn(id) else { return ["present": false] }
      return [
        "present": true, "version": .string(found.version), "name": .string(found.displayName),
        "assignment": .object(AddInSetting(of: id).journalled(found.assignment)),
      ]
    }
  }
}

extension StepContext {
  /// The add-in as it was; `nil` where there was none.
  var earlier: JSONObject? {
    guard let found = output("look"), found["present"] == true else { return nil }
    return found
  }

  var earlierAssignment: AddInAssignment? { earlier?["assignment"]?.objectValue.flatMap(AddInAssignment.init) }

  func earlierIs(_ version: String) -> Bool {
    earlier?["version"]?.stringValue.map { AddInVersion.areSame($0, version) } ?? false
  }
}

extension AddInVersion {
  /// `1.2` is `1.2.0.0`; what is no version is equal only to itself.
  package static func areSame(_ left: String, _ right: String) -> Bool {
    guard let left = AddInVersion(left), let right = AddInVersion(right) else { return left == right }
    return left == right
  }
}

// MARK: - Removing

extension DeployAddInWorkflow {
  private var remove: Step {
    let (request, services) = (request, services)
    return Step(
      "remove", "Remove the add-in", effect: .idempotent,
      verify: { context throws(AdminError) in
        guard context.output("remove")?["state"] == "removed" else { return .verified }
        let exchange = try await services.exchange()
        let isGone = try await services.timekeeper.poll(
          for: .seconds(20), every: [.seconds(1), .seconds(2), .seconds(4)]
        ) { () async throws(AdminError) -> Bool? in try await exchange.addIn(request.id) == nil ? true : nil }
        return isGone == true
          ? .verified : .pending("Exchange has taken the removal of \(request.displayName) and still lists it")
      },
      undo: request.manifest.map { redeployment($0) },
      reversal: request.manifest == nil
        ? .never("its manifest is not known here; deploy it again with deploy_outlook_addin") : .asUndo
    ) { context throws(AdminError) in
      guard context.earlier != nil else { return ["state": "absent"] }
      _ = try await services.exchange().removeAddIn(request.id)
      return ["state": "removed"]
    }
  }

  private func redeployment(_ manifest: [UInt8]) -> Step.Undo {
    let (request, services) = (request, services)
    return Step.Undo(
      { _ in "the add-in \(request.displayName) was deployed again" },
      manualAction: { _ in "deploy the add-in \(request.displayName) \(request.version) again" },
      drift: { context throws(AdminError) in
        guard context.output("remove")?["state"] == "removed" else { return nil }
        guard let found = try await services.exchange().addIn(request.id) else { return nil }
        // As it was before the removal is what an undoing that died before it could say so has left.
        let isAsBefore =
          found.assignment == context.earlierAssignment && AddInVersion.areSame(found.version, request.version)
        return isAsBefore ? nil : "the add-in \(request.displayName) was deployed again since"
      }
    ) { context throws(AdminError) in
      guard context.output("remove")?["state"] == "removed", let assignment = context.earlierAssignment else { return }
      let exchange = try await services.exchange()
      guard try await exchange.addIn(request.id) == nil else { return }
      _ = try await exchange.deployAddIn(
        manifest: manifest, id: request.id, version: request.version, assignment)
    }
  }
}

// MARK: - The journalled form

extension DeployAddInWorkflow {
  package var input: JSONObject {
    [
      "id": .string(request.id.text), "displayName": .string(request.displayName),
      "version": .string(request.version), "manifest": .optional(request.manifest.map { Base64.encode($0) }),
      "assignment": .object(request.assignment.parameters.json), "removal": .bool(request.isRemoval),
    ]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let id = input["id"]?.stringValue.flatMap({ GUID($0) }), let name = input["displayName"]?.stringValue,
      let version = input["version"]?.stringValue,
      let assignment = input["assignment"]?.objectValue.flatMap(AddInAssignment.init),
      let isRemoval = input["removal"]?.boolValue
    else { throw .malformedJournal(Self.name) }
    let manifest = input["manifest"]?.stringValue.flatMap { Base64.decode($0) }
    guard isRemoval || manifest != nil else { throw .malformedJournal(Self.name) }
    self.init(
      Request(
        id: id, displayName: name, version: version, manifest: manifest, assignment: assignment, isRemoval: isRemoval),
      services: services)
  }
}
