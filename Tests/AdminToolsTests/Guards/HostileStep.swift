import AdminCore
import Foundation
import TestSupport

/// A call of the hostile tenant's journey, and how exactly it ends.
struct HostileStep: Sendable {
  let tool: String
  let arguments: @Sendable (HostileTenant) -> JSONObject
  /// For the texts with which it does not succeed, the code of the error.
  let codes: [HostileText: String]
  /// Members that go out to the letter, as documents of the product say.
  let verbatim: Set<String>
  /// So many bytes the answer may take.
  let size: Int

  init(
    _ tool: String, codes: [HostileText: String] = [:], verbatim: Set<String> = [], size: Int = 8000,
    _ arguments: @escaping @Sendable (HostileTenant) -> JSONObject = { _ in [:] }
  ) {
    (self.tool, self.codes, self.verbatim, self.size) = (tool, codes, verbatim, size)
    self.arguments = arguments
  }

  func code(for hostile: HostileText) -> String? { codes[hostile] }

  /// What an argument of several lines refuses: control characters.
  private static let notText: [HostileText: String] = [.controls: "VAL_001", .length: "VAL_001"]
  /// What one of a single line refuses besides.
  private static let notOneLine = notText.merging(
    [.lines: "VAL_001", .quotes: "VAL_001", .directions: "VAL_001"]) { first, _ in first }

  /// What `docs/examples.md` does not call, in the order in which it is called after that.
  static let all = templates + operations + mail + services + personas + original + leaving

  private static let templates = [
    HostileStep("list_email_templates", size: 16_000) { _ in ["category": "customer_communication"] },
    HostileStep("get_email_template", verbatim: ["subject", "bodyHtml", "bodyText"], size: 16_000) {
      ["templateId": .string($0.stored.templateID)]
    },
    HostileStep("list_template_versions") { ["templateId": .string($0.stored.templateID)] },
    HostileStep("preview_email_template", verbatim: ["bodyHtml", "bodyText"], size: 1 << 20) {
      [
        "subject": "Hello", "bodyHtml": "<p>Dear {{ name }}</p>", "bodyText": "Dear {{ name }}",
        "variables": ["name": .string($0.hostile.cut(20_000))],
      ]
    },
    HostileStep("update_email_template") { ["templateId": .string($0.stored.templateID), "subject": "Hello"] },
    HostileStep("send_from_template") {
      [
        "templateId": .string($0.stored.templateID), "to": ["nora.keane@harbourfinch.example"],
        "from": "aoife.walsh@harbourfinch.example", "variables": ["name": .string($0.hostile.cut(2000))],
      ]
    },
    HostileStep("restore_template_version") { ["templateId": .string($0.stored.templateID), "version": 1] },
    HostileStep("delete_email_template") { ["templateId": .string($0.stored.templateID)] },
    HostileStep("record_opt_out", codes: notOneLine) {
      ["email": "buyer@customer.example", "scope": "all", "reason": .string($0.hostile.cut(500))]
    },
  ]

  private static let operations = [
    HostileStep("get_operation") { ["operationId": .string($0.stored.operationID)] },
    HostileStep("list_operations") { _ in ["status": "failed"] },
    HostileStep("undo_operation", codes: always("WF_003")) { ["operationId": .string($0.stored.operationID)] },
  ]

  private static let mail = [
    HostileStep("configure_tracking") { _ in ["scope": "organization", "readReceipts": true, "messageTracking": true] },
    HostileStep("configure_tracking") { _ in
      ["scope": "user", "targetEmail": .string(AdminHarness.daniel), "messageTracking": false]
    },
    HostileStep("configure_mailbox") { _ in
      ["userEmail": .string(AdminHarness.nora), "settings": ["automaticReplies": ["status": "alwaysEnabled"]]]
    },
    HostileStep("get_message_tracking_logs", size: 32_000) { tenant in
      let today = JSONValue.string(String(tenant.harness.timekeeper.now().iso8601.prefix(10)))
      return ["startDate": today, "endDate": today, "details": true, "limit": 5]
    },
    HostileStep("deploy_outlook_addin") { _ in DeployAddInTests.arguments() },
    HostileStep("deploy_outlook_addin") { _ in DeployAddInTests.arguments(["remove": true]) },
  ]

  private static let services = [
    HostileStep("list_service_connections", size: 24_000),
    HostileStep("list_features", size: 32_000) { _ in ["includeState": true] },
    HostileStep("find_users", size: 16_000) { _ in ["limit": 8] },
    HostileStep("find_teams", size: 40_000),
    HostileStep("graph_get") { _ in
      ["path": "/users", "select": ["id", "displayName", "jobTitle", "department", "city"], "top": 5]
    },
    HostileStep("check_permissions"),
  ]

  private static let personas = [
    HostileStep("list_personas") { ["tenantId": .string($0.stored.tenantID)] },
    HostileStep("get_persona_config", verbatim: ["configurations", "provenance"], size: 16_000) {
      $0.stored.persona.merging(["provenance": true])
    },
    HostileStep("list_persona_config_versions") { $0.stored.persona },
    HostileStep("diff_persona_config", verbatim: ["from", "to"], size: 16_000) {
      $0.stored.persona.merging(["fromVersion": 1, "toVersion": 2])
    },
    HostileStep("validate_persona_config") {
      [
        "tenantId": .string($0.stored.tenantID),
        "configurations": ["greeting": .string($0.hostile.cut(5000)), "llmTopP": .string($0.hostile.cut(5000))],
      ]
    },
    HostileStep("update_persona_config", codes: [.length: "PCFG_006"]) {
      $0.stored.persona.merging([
        "configurationsToUpdate": ["tone": .string($0.hostile.text)], "updatedBy": "tests",
      ])
    },
    HostileStep("update_persona_config", codes: notText) {
      $0.stored.persona.merging([
        "configurationsToUpdate": ["limit": 3], "updatedBy": "tests", "reason": .string($0.hostile.cut(1024)),
        "requireApproval": true,
      ])
    },
    HostileStep("set_persona_key_schema") {
      [
        "tenantId": .string($0.stored.tenantID), "key": "farewell", "schema": ["type": "string"],
        "default": .string($0.hostile.cut(300)),
      ]
    },
    HostileStep("list_persona_config_keys", size: 32_000) { $0.stored.persona },
    HostileStep("set_persona_override", codes: notText) { tenant in
      let end = tenant.harness.timekeeper.now() + .seconds(600)
      return tenant.stored.persona.merging([
        "settings": ["greeting": .string(tenant.hostile.cut(500))], "expiresAt": .string(end.iso8601),
        "reason": .string(tenant.hostile.cut(1024)),
      ])
    },
    HostileStep("rollback_persona_config", codes: notText) {
      $0.stored.persona.merging(["toVersion": 1, "reason": .string($0.hostile.cut(1024))])
    },
    HostileStep("set_persona_state", codes: notText) {
      $0.stored.persona.merging(["discoverable": true, "reason": .string($0.hostile.cut(1024))])
    },
    HostileStep("register_persona") {
      $0.stored.persona.merging(["displayName": "Hostile", "static": ["note": .string($0.hostile.cut(1000))]])
    },
    HostileStep("register_persona", codes: notOneLine) {
      ["tenantId": .string($0.stored.tenantID), "personaId": "second", "displayName": .string($0.hostile.cut(200))]
    },
    HostileStep("set_persona_key_acl") {
      let rule: JSONValue = [
        "personaGlob": "*", "keyGlob": "farewell", "principalKind": "role", "principal": "PersonaConfig.Write",
        "effect": "deny", "rights": "write",
      ]
      return ["tenantId": .string($0.stored.tenantID), "rules": [rule]]
    },
  ]

  /// The calls of the original interface, which no list names.
  private static let original = [
    HostileStep("PersonaBehaviourConfig.GetDynamicConfiguration", verbatim: ["Configurations"], size: 16_000) {
      $0.stored.persona
    },
    HostileStep("PersonaBehaviourConfig.UpdateDynamicConfiguration") {
      $0.stored.persona.merging([
        "configurationsToUpdate": ["tone": .string($0.hostile.cut(500))], "updatedBy": "tests",
      ])
    },
    HostileStep("PersonaBehaviourConfig.ListDynamicConfigurationKeys") { $0.stored.persona },
  ]

  /// Groups, reports and texts of the tenant all stand in the steps of this.
  private static let leaving = [
    HostileStep("offboard_user", size: 16_000) { _ in OffboardTests.shared },
    HostileStep("undo_operation", size: 16_000) { ["operationId": $0.lastOperation] },
  ]

  private static func always(_ code: String) -> [HostileText: String] {
    Dictionary(uniqueKeysWithValues: HostileText.allCases.map { ($0, code) })
  }
}
