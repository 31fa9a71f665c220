import AdminCore
import MCPProtocol
import Store
import Workflows

/// Resources that have changed, by what their addresses name.
struct ChangedResources: Sendable {
  private static let user = URITemplate("m365://users/{userEmail}")
  private static let team = URITemplate("m365://teams/{teamId}")
  private static let template = URITemplate("m365://templates/{templateId}")
  private static let operation = URITemplate("m365://operations/{id}")

  private var fixed: Set<String> = []
  private var operations: Set<LocalID>
  private var templates: Set<LocalID>
  /// Ids, sign-in names and addresses in lower case, because the tenant takes them in any.
  private var people: Set<String> = []
  private var teams: Set<String> = []

  init(operations: Set<LocalID>, templates: Set<LocalID>) {
    self.operations = operations
    self.templates = templates
  }

  var isEmpty: Bool {
    fixed.isEmpty && operations.isEmpty && templates.isEmpty && people.isEmpty && teams.isEmpty
  }

  /// Whether the resource of that address is among them.
  func contains(_ uri: String) -> Bool {
    if fixed.contains(uri) { return true }
    if let name = Self.user?.match(uri)?["userEmail"] { return people.contains(name.lowercased()) }
    if let id = Self.team?.match(uri)?["teamId"] { return teams.contains(id.lowercased()) }
    if let id = Self.template?.match(uri)?["templateId"].flatMap(LocalID.init) { return templates.contains(id) }
    if let id = Self.operation?.match(uri)?["id"].flatMap(LocalID.init) { return operations.contains(id) }
    return false
  }

  // MARK: Adding

  mutating func add(fixed uri: String) { fixed.insert(uri) }

  private mutating func add(people names: [String?]) {
    people.formUnion(names.compactMap { $0?.lowercased() })
  }

  private mutating func add(teams ids: [String?]) {
    teams.formUnion(ids.compactMap { $0?.lowercased() })
  }

  // MARK: What operations change in the tenant

  /// What an operation was asked for and what came of it; of an undoing, those of what it undid.
  private struct Deed {
    let target: AuditTarget
    let input: JSONObject
    let outputs: [JSONObject]

    func text(_ name: String) -> String? { input[name]?.stringValue }

    /// The first value of that name that a step returned.
    func output(_ name: String) -> String? { outputs.compactMap { $0[name]?.stringValue }.first }

    /// The ids of what a list of the input names.
    func ids(_ list: String) -> [String?] { values("id", list) }

    /// Ids and names of the people in a list of the input.
    func people(_ list: String) -> [String?] { values("id", list) + values("name", list) }

    private func values(_ name: String, _ list: String) -> [String?] {
      (input[list]?.arrayValue ?? []).map { $0[name]?.stringValue }
    }
  }

  private typealias Reading = @Sendable (_ deed: Deed, _ changed: inout ChangedResources) -> Void

  /// Features of the organization whose state the tracking settings show.
  private static let trackingFeatures: Set<String> = [
    "read_tracking", "external_delivery_reports", "external_automatic_replies", "block_external_forwarding",
    "mailbox_audit", "unified_audit_log", "report_names",
  ]

  /// What an operation of each workflow changes, as far as its journal names it. Those that are missing change nothing
  /// that a resource of the tenant shows.
  private static let readings: [String: Reading] = [
    CreateUserWorkflow.name: { deed, changed in
      changed.add(people: [deed.target.identifier, deed.output("userId")])
    },
    UpdateUserWorkflow.name: { deed, changed in
      changed.add(people: [deed.target.identifier, deed.text("userId")])
    },
    OffboardUserWorkflow.name: { deed, changed in
      changed.add(people: [deed.target.identifier, deed.input["user"]?["id"]?.stringValue])
      changed.add(people: deed.people("reports"))
      changed.add(teams: deed.ids("groups"))
    },
    ConfigureMailboxWorkflow.name: { deed, changed in
      changed.add(people: [deed.target.identifier, deed.text("userId")])
    },
    ConfigureTrackingWorkflow.name: { deed, changed in
      if deed.text("address") == nil { changed.add(fixed: TrackingSettingsResource.uri) }
    },
    CreateTeamWorkflow.name: { deed, changed in
      changed.add(teams: [deed.output("groupId")])
      changed.add(people: deed.people("owners"))
      changed.add(people: deed.people("members"))
    },
    FeatureWorkflow.name: { deed, changed in
      changed.add(people: [deed.text("userId"), deed.text("userName")])
      guard deed.text("userId") == nil, let feature = deed.text("feature"),
        ChangedResources.trackingFeatures.contains(feature)
      else { return }
      changed.add(fixed: TrackingSettingsResource.uri)
    },
    ConnectionWorkflow.name: { deed, changed in
      let configuration = deed.input["configuration"]
      changed.add(teams: [configuration?["teamId"]?.stringValue, configuration?["groupId"]?.stringValue])
    },
  ]

  /// Whether the operation has ended and is of a kind that may have changed the tenant.
  static func mayHaveChangedTenant(_ record: OperationRecord) -> Bool {
    guard record.state.isTerminal || record.state == .blocked else { return false }
    return readings[record.name] != nil || record.name == UndoOperationWorkflow.name
  }

  /// Adds what an operation that has ended has changed in the tenant, which is nothing where no step of it took effect.
  mutating func add(_ detail: OperationDetail, _ services: WorkflowServices) {
    let (record, input) = (detail.record, detail.input.objectValue ?? [:])
    guard let workflow = try? services.workflow(named: record.name, version: record.version, input: input),
      Self.hasActed(detail, workflow)
    else { return }
    guard record.name == UndoOperationWorkflow.name else {
      let outputs = detail.steps.compactMap { $0.output?.objectValue }
      Self.readings[record.name]?(Deed(target: workflow.target, input: input, outputs: outputs), &self)
      return
    }
    let original = Deed(
      target: workflow.target, input: input["input"]?.objectValue ?? [:],
      outputs: (input["outputs"]?.arrayValue ?? []).compactMap { $0["output"]?.objectValue })
    Self.readings[input["name"]?.stringValue ?? ""]?(original, &self)
  }

  /// Whether a step has changed something, or may have.
  private static func hasActed(_ detail: OperationDetail, _ workflow: any Workflow) -> Bool {
    let readOnly = Set(workflow.steps.filter { if case .none = $0.effect { true } else { false } }.map(\.id))
    return detail.steps.contains { step in
      guard !readOnly.contains(step.id), step.tookEffect || step.state == .unknown else { return false }
      // An undoing goes on after what could not be undone, and says so in words.
      return step.output?["changed"] != false && step.output?["failed"]?.stringValue == nil
    }
  }
}
