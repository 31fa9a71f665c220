import Access
import AdminCore
import MCPProtocol
import Personas
import Store
import Workflows

/// Changes values of one layer.
struct UpdatePersonaConfig: ChangingTool {
  static let name = "update_persona_config"
  static let title = "Change a persona's configuration"
  static let summary = """
    Set keys of a persona (or of the layers above it); null removes, objects are merged, parts go as key.member. All or \
    nothing; every change is a version that can be rolled back to. ifMatch guards against changes by others.
    """
  static let toolset = Toolset.persona
  static let role = Role.writePersonas
  static let isDestructive = false
  static let isIdempotent = true

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona.", .length(1...128)) var personaId: String
    @Param("Values by key; null removes a key here, so that it is inherited.") var configurationsToUpdate: JSONObject
    @Param("Who asks for it; a claim, stored beside the caller.", .length(1...256)) var updatedBy: String
    @Param("The etag it was decided on; empty for a document that must not exist yet.", .length(0...64))
    var ifMatch: String?
    @Param("Why.", .length(0...1024), .multiline) var reason: String?
    @Param("The layer that is changed.") var layer: LayerChoice = .persona
    @Param("Make the change at this time.", .format("date-time"), .length(1...40)) var applyAt: String?
    @Param("Have a person approve the exact change first.") var requireApproval: Bool = false
    @Param("Keys that layers below cannot set any more.", .count(0...200), .length(1...64)) var lockKeys: [String] = []
    @Param("Keys to unlock.", .count(0...200), .length(1...64)) var unlockKeys: [String] = []
  }

  struct Output: ToolOutput {
    let success: Bool
    let updatedKeys: [String]
    let removedKeys: [String]
    let etag: String
    let version: Int
    let proposalId: String?
    let applyAt: String?
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<PersonaWorkflow<ConfigurationUpdate>> {
    var request = ConfigurationUpdate.Request(
      try PersonaArgument.address(input.tenantId, input.personaId), input.layer.layer, input.configurationsToUpdate)
    request.lock = input.lockKeys
    request.unlock = input.unlockKeys
    request.ifMatch = input.ifMatch
    request.reason = input.reason.map(call.reason)
    request.claimedAuthor = input.updatedBy
    request.applyAt = try applyAt(input, call)
    try call.requireIfMatch(input.ifMatch)
    try call.requireReach(request.layer)
    let store = try await call.store()
    let preview = try await store.personas.preview(request, by: call.caller)
    let base = request.applyAt == nil ? preview.base : nil
    return PreparedChange(
      "Change the configuration of \(Self.subject(request))", facts: facts(preview, request),
      purpose: request.applyAt == nil ? "Store version \(preview.base + 1)" : "Write the change down to be made later",
      undo: preview.base == 0 ? "set the keys to null" : "rollback_persona_config to version \(preview.base)",
      risks: input.requireApproval ? [.requested("the caller wants this change approved")] : [],
      basis: ["etag": .string(preview.etag)], ConfigurationUpdate(request, by: call.caller, base: base),
      store.workflowServices, warnings: preview.warnings)
  }

  private static func applyAt(_ input: Input, _ call: ToolCall) throws(AdminError) -> Timestamp? {
    guard let time = try PersonaArgument.time(input.applyAt, "applyAt") else { return nil }
    let now = call.services.timekeeper.now()
    guard time > now, time - now <= .seconds(366 * 86_400) else {
      throw PersonaArgument.wrong("applyAt", "must lie in the future, and within a year")
    }
    return time
  }

  static func subject(_ request: ConfigurationUpdate.Request) -> String {
    switch request.layer {
    case .global: "every persona of every tenant"
    case .tenant: "every persona of \(request.address.tenant)"
    case .persona: "the persona \(request.address.persona) of \(request.address.tenant)"
    }
  }

  private static func facts(
    _ preview: ConfigurationUpdate.Preview, _ request: ConfigurationUpdate.Request
  ) -> [Plan.Fact] {
    var facts = [Plan.Fact("Layer", request.layer.rawValue)]
    if !preview.updated.isEmpty { facts.append(Plan.Fact("Sets", preview.updated.joined(separator: ", "))) }
    if !preview.removed.isEmpty { facts.append(Plan.Fact("Removes", preview.removed.joined(separator: ", "))) }
    if !request.lock.isEmpty { facts.append(Plan.Fact("Locks", request.lock.joined(separator: ", "))) }
    if !request.unlock.isEmpty { facts.append(Plan.Fact("Unlocks", request.unlock.joined(separator: ", "))) }
    if let time = request.applyAt { facts.append(Plan.Fact("At", time.iso8601)) }
    return facts
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let output = operation.output
    return Output(
      success: true, updatedKeys: output.strings("updatedKeys"), removedKeys: output.strings("removedKeys"),
      etag: output["etag"]?.stringValue ?? "", version: output["version"]?.intValue ?? 0,
      proposalId: output["proposalId"]?.stringValue, applyAt: output["applyAt"]?.stringValue)
  }
}

extension JSONObject {
  func strings(_ name: String) -> [String] { self[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }
}
