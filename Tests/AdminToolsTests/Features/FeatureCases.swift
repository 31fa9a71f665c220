import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// One way to use a feature, for tests that go over all of them.
struct FeatureCase: Sendable, CustomTestStringConvertible {
  static let domain = "harbourfinch.example"
  /// Has every licence that a user of the company can have.
  static let user = "nora.keane@\(domain)"

  let feature: String
  let scope: String
  /// The configuration to enable it with, and to disable it with.
  var on: JSONObject = [:]
  var off: JSONObject = [:]
  /// Made before, with `enable_feature`, and part of what the tenant is at the start.
  var before: (feature: String, scope: String, configuration: JSONObject)?
  /// Disabling it is refused, by the platform or for lack of a way back.
  var isOneWay = false
  /// Seconds until the simulated tenant shows it at the longest is of no use: reading it back is not possible.
  var showsAtOnce = false

  var testDescription: String { "\(feature) for \(scope)" }

  func arguments(enabled: Bool) -> JSONObject {
    var arguments: JSONObject = [
      "featureName": .string(feature), "scope": .string(scope), "enabled": .bool(enabled),
      "configuration": .object(enabled ? on : off),
    ]
    if scope == "user" { arguments["targetEmail"] = .string(Self.user) }
    return arguments
  }

  private static func organization(_ feature: String, _ on: JSONObject = [:], off: JSONObject = [:]) -> FeatureCase {
    FeatureCase(feature: feature, scope: "organization", on: on, off: off)
  }

  private static func user(_ feature: String, _ on: JSONObject = [:], off: JSONObject = [:]) -> FeatureCase {
    FeatureCase(feature: feature, scope: "user", on: on, off: off)
  }

  private static func oneWay(_ feature: String, _ scope: String) -> FeatureCase {
    FeatureCase(feature: feature, scope: scope, isOneWay: true)
  }

  static let all: [FeatureCase] = identity + guests + groups + sharing + mailboxes + mailFlow + compliance

  private static let policy: JSONObject = ["policy": "mfa_all_users"]
  private static let initialDomain: JSONObject = ["domain": "harbourfinch.onmicrosoft.com"]

  private static let identity: [FeatureCase] = [
    organization("security_defaults"), organization("admin_self_service_password_reset"),
    organization("authentication_method", ["method": "fido2"], off: ["method": "fido2"]),
    organization("registration_campaign", ["snoozeDays": 3]),
    organization("conditional_access_policy", policy, off: policy),
    organization("session_timeout", ["minutes": 60]),
    organization("password_protection", ["bannedPasswords": ["harbour", "finch"], "lockoutThreshold": 5]),
    organization("password_never_expires", off: ["days": 90]),
  ]

  private static let guests: [FeatureCase] = [
    organization("guest_invites"), organization("guest_role"), organization("block_user_app_registration"),
    organization("block_tenant_creation"), organization("block_security_group_creation"),
    organization("user_consent"), organization("admin_consent_workflow", ["reviewers": [.string(user)]]),
    organization("cross_tenant_default", ["trustMFA": true]),
  ]

  private static let groups: [FeatureCase] = [
    organization("group_naming", ["pattern": "GRP_[GroupName]", "blockedWords": ["ceo"]]),
    organization("block_group_creation"), organization("guest_groups"),
    organization("usage_guidelines", ["url": "https://www.harbourfinch.example/groups"]),
    organization("group_expiry", ["notify": [.string(user)], "days": 90]),
  ]

  private static let sharing: [FeatureCase] = [
    organization("sharepoint_external_sharing", ["with": "newGuests"]), organization("external_resharing"),
    organization("block_sharepoint_legacy_auth"),
    organization("block_unmanaged_sync", ["allowedDomainIds": ["786548dd-877b-4760-a749-6b1efbc1190a"]]),
    organization("loop"), organization("site_creation"), organization("item_insights"), organization("pronouns"),
    organization("report_names"), organization("m365_apps_install_options", ["updateChannel": "monthlyEnterprise"]),
  ]

  private static let mailboxes: [FeatureCase] = [
    organization("focused_inbox"), user("focused_inbox"), organization("plus_addressing"),
    organization("send_from_alias"), organization("message_recall"), user("sent_item_copies"),
    organization("read_tracking"), user("read_tracking"),
    organization("mail_tips", ["largeAudience": 50, "externalRecipients": true]),
    organization("block_smtp_auth"), user("block_smtp_auth"), oneWay("modern_auth", "organization"),
    organization("archive_mailbox"), user("archive_mailbox"), oneWay("auto_expanding_archive", "organization"),
    FeatureCase(
      feature: "auto_expanding_archive", scope: "user", before: ("archive_mailbox", "user", [:]), isOneWay: true),
  ]

  private static let mailFlow: [FeatureCase] = [
    organization("block_external_forwarding"), organization("block_direct_send"),
    organization("external_delivery_reports"), organization("external_automatic_replies"),
    organization("external_sender_tag", ["allowedSenders": ["bank.example"]]),
    organization(
      "disclaimer", ["html": "<p>Private and confidential.</p>", "exceptWords": ["Private and confidential"]]),
    organization(
      "journaling", ["journalAddress": "journal@archive.example", "undeliverableTo": "journal@\(domain)"]),
    organization("dkim", initialDomain, off: initialDomain), organization("safe_links"),
    organization("safe_attachments"), organization("message_encryption"),
  ].map { $0 }

  private static let compliance: [FeatureCase] = [
    organization("unified_audit_log"), organization("mailbox_audit"), user("mailbox_audit"),
    user("litigation_hold", ["days": 365, "comment": "Case 2214"]), organization("retention_policy", ["days": 365]),
    FeatureCase(
      feature: "retention_policy", scope: "user", before: ("retention_policy", "organization", ["days": 365])),
    organization("purview_retention_policy", ["days": 365]), organization("customer_lockbox"),
  ]
}

/// Everything of a simulated tenant that features and connections can change, without what no undoing brings back: ids,
/// versions and moments.
struct TenantSnapshot: Equatable {
  private static let parts = [
    "tenant", "settings", "policies", "directorySettings", "exchange", "mailboxes", "users", "groups",
    "servicePrincipals",
    "appRoleAssignments", "permissionGrants", "plans", "subscriptions", "externalConnections", "sites", "drives",
  ]
  private static let passing: Set<String> = [
    "id", "Guid", "version", "lastModifiedDateTime", "modifiedDateTime", "createdDateTime", "isServiceDefault",
    "messages", "clientState", "now",
  ]

  /// A site is known from when it is first asked for.
  private static let untouchedSite: JSONValue = ["lists": [], "permissions": []]

  let json: JSONObject

  init(_ harness: AdminHarness) async { await self.init(harness.tenant) }

  init(_ tenant: SimulatedTenant) async {
    var json = JSONObject()
    for part in Self.parts { json[part] = Self.lasting(await tenant.report(part) ?? .null) }
    self.json = json
  }

  private static func lasting(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let object):
      return .object(
        JSONObject(
          object.filter { !passing.contains($0.key) && $0.value != untouchedSite }.map {
            .init(key: $0.key, value: lasting($0.value))
          }))
    case .array(let values): return .array(values.map(lasting))
    // A text that was never given and one that was taken back are the same.
    case "": return .null
    default: return value
    }
  }

  /// The parts that differ, for messages.
  func differences(to other: TenantSnapshot) -> String {
    Self.parts.filter { json[$0] != other.json[$0] }.map { part in
      "\(part): \((json[part] ?? .null).differences(to: other.json[part] ?? .null, at: "").prefix(6))"
    }.joined(separator: "; ")
  }
}

extension JSONValue {
  fileprivate func differences(to other: JSONValue, at path: String) -> [String] {
    switch (self, other) {
    case (.object(let left), .object(let right)):
      return Set(left.keys + right.keys).sorted().flatMap { key in
        (left[key] ?? .null).differences(to: right[key] ?? .null, at: "\(path)/\(key)")
      }
    case (.array(let left), .array(let right)) where left.count == right.count:
      return zip(left, right).enumerated().flatMap { index, pair in
        pair.0.differences(to: pair.1, at: "\(path)/\(index)")
      }
    default: return self == other ? [] : ["\(path) is \(text.prefix(120)), was \(other.text.prefix(120))"]
    }
  }
}

extension AdminHarness {
  /// The requests that can change something, as they were sent.
  var writes: [String] {
    transport.sent.compactMap { request in
      let cmdlet = request.headers["X-CmdletName"]
      if let cmdlet { return cmdlet.hasPrefix("Get-") ? nil : cmdlet }
      return request.method == .get || request.url.path.hasSuffix("/token")
        ? nil : "\(request.method.rawValue) \(request.url.path)"
    }
  }

  func prepare(_ example: FeatureCase) async throws {
    guard let (feature, scope, configuration) = example.before else { return }
    let arguments = FeatureCase(feature: feature, scope: scope, on: configuration).arguments(enabled: true)
    let answer = try await call("enable_feature", arguments)
    try #require(!answer.isError, "\(answer.json.text)")
  }

  /// What `list_features` says of it.
  func state(of example: FeatureCase) async throws -> JSONValue? {
    var arguments: JSONObject = ["featureName": .string(example.feature), "includeState": true]
    arguments["scope"] = .string(example.scope)
    if example.scope == "user" { arguments["targetEmail"] = .string(FeatureCase.user) }
    return try await call("list_features", arguments)["items"]?[0]?["state"]
  }

  /// As `undo(_:)`, where it may be refused.
  func tryUndoing(_ answer: Answer) async throws -> Answer {
    try await call("undo_operation", ["operationId": answer["operationId"] ?? .null])
  }
}

extension GraphPermission {
  /// Whether a refusal names the permission, or one that reaches as far or less far: what is read first is asked for
  /// first.
  func isNamed(in text: String) -> Bool {
    Self.allCases.contains { named in
      let reaches = named == self || named.wider.contains(rawValue) || wider.contains(named.rawValue)
      return reaches && text.contains(named.rawValue)
    }
  }
}
