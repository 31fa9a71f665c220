package import AdminCore

/// What is recorded of the work on one mailbox. An organisation that audits mailboxes at all pays no regard to
/// `isEnabled`; `ExchangeSwitch.auditBypass` is what silences one.
package struct MailboxAudit: ExchangeState {
  /// Whose work a set of actions is of.
  package enum Actor: String, CaseIterable, Sendable {
    case admin = "Admin"
    case delegate = "Delegate"
    case owner = "Owner"
  }

  package typealias Reader = GetMailbox
  package typealias Writer = SetMailbox

  package static let title = "auditing"
  package static let properties = [
    "AuditEnabled", "AuditLogAgeLimit", "DefaultAuditSet", "AuditAdmin", "AuditDelegate", "AuditOwner",
  ]

  package var isEnabled: Bool
  package var ageLimit: Duration
  /// The actions, where they are not those that Microsoft keeps up to date.
  package var actions: [Actor: [String]]

  package init(isEnabled: Bool, ageLimit: Duration = .seconds(90 * 86_400)) {
    self.isEnabled = isEnabled
    self.ageLimit = ageLimit
    actions = [:]
  }

  package init?(_ row: JSONObject) {
    guard let isEnabled = row.flag("AuditEnabled") else { return nil }
    self.isEnabled = isEnabled
    ageLimit = row.span("AuditLogAgeLimit") ?? .seconds(90 * 86_400)
    let kept = Set(row.names("DefaultAuditSet"))
    actions = [:]
    for actor in Actor.allCases where !kept.contains(actor.rawValue) {
      actions[actor] = row.values("Audit\(actor.rawValue)").sorted()
    }
  }

  package var parameters: ExchangeParameters<SetMailbox> {
    var parameters: ExchangeParameters<SetMailbox> = [
      .audit: .flag(isEnabled), .auditLogAgeLimit: .span(ageLimit),
      .defaultAuditSet: .list(Actor.allCases.filter { actions[$0] == nil }.map(\.rawValue)),
    ]
    parameters.set(.auditAdmin, actions[.admin].map { .list($0) })
    parameters.set(.auditDelegate, actions[.delegate].map { .list($0) })
    parameters.set(.auditOwner, actions[.owner].map { .list($0) })
    return parameters
  }
}
