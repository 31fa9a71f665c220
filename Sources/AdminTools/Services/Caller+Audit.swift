package import Access
import AdminCore
package import Store

extension Caller {
  /// The caller as the audit trail names it.
  package var auditActor: AuditActor {
    AuditActor(AuditActor.Kind(rawValue: kind.rawValue) ?? .local, actor, roles: roles.map(\.rawValue).sorted())
  }
}
