/// What a caller may do. The names are those of the Entra app roles and scopes, so that one word means one thing in a
/// token, in a setting and in an error. They are public: once an app registration knows a name it never changes.
package enum Role: String, CaseIterable, Sendable {
  // The tenant and what is local to it
  case read = "M365.Read"
  case provision = "M365.Provision"
  case send = "M365.Send"
  case configure = "M365.Configure"
  case writeTemplates = "Templates.Write"

  // Persona configuration
  case readPersonas = "PersonaConfig.Read"
  case writePersonas = "PersonaConfig.Write"
  case administerPersonas = "PersonaConfig.Admin"

  // Workflows
  case readWorkflows = "Workflow.Read"
  case startWorkflows = "Workflow.Start"
  case operateWorkflows = "Workflow.Operate"
  case approveWorkflows = "Workflow.Approve"
  case defineWorkflows = "Workflow.Define"

  // The server itself
  case readServer = "Admin.Read"
  case writeAlerts = "Admin.Alerts.Write"
  case writeSettings = "Admin.Settings.Write"
  case readTenants = "Admin.Tenants.Read"
  case manageTenants = "Admin.Tenants.Manage"
  /// Lifts the rule that a token opens its own tenant only.
  case allTenants = "Admin.Tenants.All"
  case readAudit = "Admin.Audit.Read"
  case eraseAudit = "Admin.Audit.Erase"
  case backUp = "Admin.Backup"

  case handleCards = "Cards.Handle"
}

extension Role {
  /// What whoever may run the program on this machine may do where `AUTH_LOCAL_ROLES` says nothing. Changing personas,
  /// settings and tenants, approving and erasing are not among it.
  package static let standardLocal: [Role] = [
    .read, .provision, .send, .configure, .writeTemplates, .readPersonas, .startWorkflows, .readWorkflows, .readServer,
  ]

  /// Whether it lets its bearer look and nothing else; the scope `access_as_user` is enough for such a role.
  package var isReading: Bool {
    switch self {
    case .read, .readPersonas, .readWorkflows, .readServer, .readTenants, .readAudit: true
    default: false
    }
  }

  /// Whether it is about things of any tenant, which calls name, and not about the tenant that the server administers.
  package var isOfAnyTenant: Bool {
    switch self {
    case .readPersonas, .writePersonas, .administerPersonas: true
    default: false
    }
  }

  /// The smaller roles that a role contains.
  private var contained: Set<Role> {
    switch self {
    case .administerPersonas: [.readPersonas, .writePersonas]
    default: []
    }
  }

  /// The roles with all those that they contain.
  package static func expanding(_ roles: some Sequence<Role>) -> Set<Role> {
    roles.reduce(into: []) { all, role in all.formUnion(role.contained.union([role])) }
  }
}
