import Access
import AdminCore
import Content
import Cryptography
import M365
import MCPProtocol
import Workflows

/// Deploys, updates, hides or removes an Outlook add-in of the organisation.
struct DeployOutlookAddin: ChangingTool {
  static let name = "deploy_outlook_addin"
  static let title = "Deploy an Outlook add-in"
  static let summary = """
    Fetch and check the XML manifest of an Outlook add-in, and deploy, update, hide or remove the add-in. Shows id, \
    version, permissions and hosts for approval.
    """
  static let toolset = Toolset.exchange
  static let role = Role.configure
  static let permissions: [GraphPermission] = [
    .exchangeManageAsApp, .exchangeMailboxSettings, .mailboxSettingsReadWrite, .userRead,
  ]
  static let isDestructive = true
  static let isIdempotent = true
  static let clientHints: JSONObject = ["anthropic/requiresUserInteraction": true]

  enum Scope: String, Choice {
    case organization, specificUsers
  }

  struct Input: ToolInput {
    @Param("https address of the manifest; for a removal also the add-in's id.", .length(8...2000))
    var addinManifestUrl: String
    @Param("Who gets it.") var deploymentScope: Scope
    @Param("Addresses of mailboxes, no groups.", .count(0...1000), .length(3...320)) var targetUsers: [String] = []
    @Param("False hides it from everybody.") var enabled: Bool = true
    @Param("Remove the add-in instead.") var remove: Bool = false
  }

  struct Output: ToolOutput {
    let addinId: String
    let displayName: String
    let version: String
    let state: String
    let previousVersion: String?

    static let descriptions = FieldDescriptions(
      CodingKeys.self, [.state: "deployed, updated, assigned, unchanged, removed or absent."])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<DeployAddInWorkflow> {
    let services = try await call.workflowServices()
    if input.remove { return try await AddInRemoval(input, call).prepare(services) }
    let users = try await AddInUsers(input, call).resolve()
    let fetched = try await FetchedManifest(input.addinManifestUrl, call)
    let assignment = AddInAssignment(isEnabled: input.enabled, users: users)
    let present = try await call.exchange().organizationAddIn(fetched.manifest.id)
    try requireNotNewer(present, fetched.manifest)
    let plan = AddInPlan(fetched: fetched, assignment: assignment, present: present).make()
    let request = DeployAddInWorkflow.Request(
      id: fetched.manifest.id, displayName: fetched.manifest.displayName,
      version: fetched.manifest.version.description, manifest: fetched.bytes, assignment: assignment)
    return PreparedChange(plan, DeployAddInWorkflow(request, services: services), warnings: plan.warnings)
  }

  /// Exchange takes a higher version only.
  private static func requireNotNewer(_ present: AddIn?, _ manifest: AddInManifest) throws(AdminError) {
    guard let present, let deployed = AddInVersion(present.version), deployed > manifest.version else { return }
    throw AdminError(
      .illegalState,
      "Version \(present.version) of this add-in is deployed, and the manifest has the older version "
        + "\(manifest.version). Exchange takes higher versions only: remove the add-in first (remove: true), or raise the "
        + "manifest's version.",
      details: ["deployed": .string(present.version), "manifest": .string(manifest.version.description)])
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let output = operation.output
    return Output(
      addinId: output["addinId"]?.stringValue ?? "", displayName: output["displayName"]?.stringValue ?? "",
      version: output["version"]?.stringValue ?? "", state: output["state"]?.stringValue ?? "",
      previousVersion: output["previousVersion"]?.stringValue)
  }

  static func notes(on operation: OperationReport) -> [String] {
    switch operation.output["state"]?.stringValue {
    case "deployed", "assigned", "removed":
      ["Read back from Exchange. In people's Outlook it shows within 24 hours."]
    case "updated": ["Read back from Exchange. In people's Outlook the new version shows within 72 hours."]
    default: []
    }
  }
}

/// A manifest as it was fetched.
struct FetchedManifest {
  let url: String
  let bytes: [UInt8]
  let manifest: AddInManifest

  init(_ url: String, _ call: ToolCall) async throws(AdminError) {
    self.url = url
    bytes = try await call.tenant().documents.fetch(
      url, argument: "/addinManifestUrl", accept: "application/xml, text/xml",
      maximumSize: AddInManifest.maximumSize)
    manifest = try AddInManifest(bytes)
  }
}

/// The mailboxes that an add-in is for.
struct AddInUsers {
  private let input: DeployOutlookAddin.Input
  private let call: ToolCall

  init(_ input: DeployOutlookAddin.Input, _ call: ToolCall) {
    self.input = input
    self.call = call
  }

  /// - Returns: their addresses; `nil` for everybody.
  func resolve() async throws(AdminError) -> [String]? {
    switch input.deploymentScope {
    case .organization:
      guard input.targetUsers.isEmpty else {
        throw Self.refused("/targetUsers", "exclusive", "has no meaning with deploymentScope organization")
      }
      return nil
    case .specificUsers:
      guard !input.targetUsers.isEmpty else {
        throw Self.refused("/targetUsers", "required", "is required with deploymentScope specificUsers")
      }
      return try await addresses()
    }
  }

  private func addresses() async throws(AdminError) -> [String] {
    let exchange = try await call.exchange()
    var addresses: Set<String> = []
    var problems: [AdminError.Problem] = []
    for (index, text) in input.targetUsers.enumerated() {
      let reference = MailboxReference(address: text)
      if let reference, let found = try await exchange.findMailbox(reference) {
        addresses.insert(found.address.lowercased())
      } else {
        problems.append(
          AdminError.Problem(
            path: "/targetUsers/\(index)", rule: "mailbox",
            message: "is not the address of a mailbox; name people one by one, groups are not possible"))
      }
    }
    guard problems.isEmpty else { throw AdminError(problems: Array(problems.prefix(20))) }
    return addresses.sorted()
  }

  private static func refused(_ path: String, _ rule: String, _ message: String) -> AdminError {
    AdminError(problems: [AdminError.Problem(path: path, rule: rule, message: message)])
  }
}

/// What a person has to know before an add-in is deployed.
struct AddInPlan {
  let fetched: FetchedManifest
  let assignment: AddInAssignment
  let present: AddIn?

  private var isCurrent: Bool {
    present.map { AddInVersion.areSame($0.version, fetched.manifest.version.description) } ?? false
  }

  func make() -> Plan {
    let manifest = fetched.manifest
    let isUnchanged = isCurrent && present?.assignment == assignment
    let name = "\(manifest.displayName) \(manifest.version)"
    var plan = Plan(
      isUnchanged ? "The add-in \(name) is deployed as wanted: nothing to change" : "Deploy the Outlook add-in \(name)",
      facts: [
        Plan.Fact(
          "Add-in", "\(manifest.displayName), by \(manifest.provider.isEmpty ? "nobody named" : manifest.provider)"),
        Plan.Fact("Id", manifest.id.text),
        Plan.Fact(
          "Version", present.map { "\($0.version) is deployed → \(manifest.version)" } ?? "\(manifest.version)"),
        Plan.Fact("May do", "\(manifest.permission.rawValue): \(manifest.permission.meaning)"),
        Plan.Fact("Code comes from", manifest.hosts.joined(separator: ", ")),
        Plan.Fact("Manifest", "\(fetched.url), SHA-256 \(Hex.encode(SHA256.hash(fetched.bytes)))"),
        Plan.Fact("For", AddInPlan.people(assignment)),
      ],
      permissions: DeployOutlookAddin.permissions.map(\.rawValue))
    plan.basis = ["present": AddInPlan.state(present), "manifest": .string(Hex.encode(SHA256.hash(fetched.bytes)))]
    guard !isUnchanged else { return plan }
    plan.calls = [call]
    plan.risks = [.installsSoftware("\(name), which \(manifest.permission.meaning)")]
    if assignment.users == nil { plan.risks.append(.changesOrganization) }
    if let present, !isCurrent {
      plan.warnings = [
        "Undoing this puts the assignment back but not version \(present.version): Exchange keeps no earlier manifest.",
        "If Exchange does not take the new version over the old one, the old one is removed first.",
      ]
    }
    return plan
  }

  private var call: Plan.Call {
    if isCurrent { return Plan.Call("Set-App", "Assign the add-in", undo: "the old assignment is put back") }
    return present == nil
      ? Plan.Call("New-App", "Deploy the add-in", undo: "the add-in is removed")
      : Plan.Call("New-App", "Deploy the new version", undo: nil)
  }

  static func people(_ assignment: AddInAssignment) -> String {
    let users =
      assignment.users.map { ($0.count > 20 ? "\($0.count) mailboxes: " : "") + $0.joined(separator: ", ") }
      ?? "everybody in the organisation"
    return assignment.isEnabled ? users : "\(users); hidden from all"
  }

  static func state(_ present: AddIn?) -> JSONValue {
    guard let present else { return .null }
    return ["version": .string(present.version), "assignment": .object(present.assignment.parameters.json)]
  }
}

/// Takes an add-in away from everybody.
struct AddInRemoval {
  private let input: DeployOutlookAddin.Input
  private let call: ToolCall

  init(_ input: DeployOutlookAddin.Input, _ call: ToolCall) {
    self.input = input
    self.call = call
  }

  func prepare(_ services: WorkflowServices) async throws(AdminError) -> PreparedChange<DeployAddInWorkflow> {
    // The id alone is enough; with the manifest the add-in can be brought back.
    let fetched = GUID(input.addinManifestUrl) == nil ? try await FetchedManifest(input.addinManifestUrl, call) : nil
    guard let id = fetched?.manifest.id ?? GUID(input.addinManifestUrl) else {
      throw AdminError(.internalFault, "The add-in has no id.")
    }
    let present = try await call.exchange().organizationAddIn(id)
    let name = present?.displayName ?? fetched?.manifest.displayName ?? id.text
    let isSame = present.map { found in
      fetched.map { AddInVersion.areSame(found.version, $0.manifest.version.description) } ?? false
    }
    var request = DeployAddInWorkflow.Request(
      id: id, displayName: name, version: present?.version ?? fetched?.manifest.version.description ?? "",
      manifest: isSame == true ? fetched?.bytes : nil, assignment: present?.assignment ?? AddInAssignment())
    request.isRemoval = true
    return PreparedChange(
      plan(present, name, canReturn: request.manifest != nil), DeployAddInWorkflow(request, services: services))
  }

  private func plan(_ present: AddIn?, _ name: String, canReturn: Bool) -> Plan {
    guard let present else {
      return Plan(
        "The add-in \(name) is not deployed: nothing to remove",
        permissions: DeployOutlookAddin.permissions.map(\.rawValue), basis: .null)
    }
    return Plan(
      "Remove the Outlook add-in \(VisibleText.excerpt(name, limit: 120)) \(present.version)",
      facts: [
        Plan.Fact("Id", present.id.text), Plan.Fact("For", AddInPlan.people(present.assignment)),
      ],
      calls: [
        Plan.Call("Remove-App", "Remove the add-in", undo: canReturn ? "the add-in is deployed again" : nil)
      ],
      permissions: DeployOutlookAddin.permissions.map(\.rawValue),
      risks: [.deletes("the add-in for \(AddInPlan.people(present.assignment))")],
      warnings: canReturn
        ? [] : ["Its manifest is not at hand in this version, so removing it cannot be undone from here."],
      basis: AddInPlan.state(present))
  }
}
