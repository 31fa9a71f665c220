package import AdminCore

/// What is never taken from whom, so that somebody can always get into the tenant and put things right again. Facts go
/// in, a refusal comes out; who gathers the facts does the reading.
package struct LockoutRules: Sendable {
  /// What is about to be done to an account.
  package enum Harm: String, CaseIterable, Sendable {
    case blockSignIn, delete, resetPassword, removeLicenses

    fileprivate var words: String {
      switch self {
      case .blockSignIn: "blocking its sign-in"
      case .delete: "deleting it"
      case .resetPassword: "resetting its password"
      case .removeLicenses: "taking its licences"
      }
    }

    /// Whether a Global Administrator to whom it is done can no longer act as one.
    fileprivate var endsAdministration: Bool { self != .removeLicenses && self != .resetPassword }
  }

  /// An account as the tenant shows it.
  package struct Account: Hashable, Sendable {
    package let id: String
    package let name: String
    package var isGlobalAdministrator: Bool

    package init(id: String, name: String, isGlobalAdministrator: Bool = false) {
      self.id = id
      self.name = name
      self.isGlobalAdministrator = isGlobalAdministrator
    }
  }

  private let breakGlass: Set<String>
  private let ownApplication: GUID?

  /// - Parameters:
  ///   - breakGlassAccounts: sign-in names or ids of the accounts that are kept for an emergency.
  ///   - ownApplication: the id of the application as which this program signs in.
  package init(breakGlassAccounts: [String], ownApplication: GUID?) {
    breakGlass = Set(breakGlassAccounts.map { $0.lowercased() })
    self.ownApplication = ownApplication
  }

  package func isBreakGlass(_ account: Account) -> Bool {
    breakGlass.contains(account.id.lowercased()) || breakGlass.contains(account.name.lowercased())
  }

  /// - Parameter otherAdministrators: how many Global Administrators besides this account can sign in.
  /// - Throws: `PERM_001` for an emergency account and for the last Global Administrator.
  package func check(
    _ harm: Harm, to account: Account, otherAdministrators: Int
  ) throws(AdminError) {
    let name = VisibleText.excerpt(account.name)
    if isBreakGlass(account) {
      throw Self.refusal(
        "break_glass",
        "\(name) is an emergency account (M365_BREAK_GLASS_ACCOUNTS); \(harm.words) could lock everybody out of the "
          + "tenant, so it is refused.")
    }
    if harm.endsAdministration, account.isGlobalAdministrator, otherAdministrators == 0 {
      throw Self.refusal(
        "last_global_administrator",
        "\(name) is the last Global Administrator who can sign in, so \(harm.words) is refused. Make somebody else a "
          + "Global Administrator first.")
    }
  }

  /// What a directory on premises keeps is changed there, and comes here by synchronisation.
  ///
  /// - Parameter name: of the object, as a person knows it.
  /// - Throws: `PERM_001`.
  package static func checkChangeable(_ name: String, isSynchronized: Bool) throws(AdminError) {
    guard isSynchronized else { return }
    throw refusal(
      "synchronized",
      "\(VisibleText.excerpt(name)) is kept by a directory on premises and can only be changed there; the change comes "
        + "here with the next synchronisation.")
  }

  /// - Parameters:
  ///   - owner: who is to be an owner no longer, or not to sign in any more.
  ///   - groups: those that have no other owner who can sign in.
  ///   - remedy: what to do about it, as a sentence.
  /// - Throws: `VAL_001` where there is any.
  package static func checkOwner(
    _ owner: String, ofGroupsWithoutOther groups: [String],
    remedy: String = "Make somebody else an owner first."
  ) throws(AdminError) {
    guard !groups.isEmpty else { return }
    let shown = groups.prefix(10).map { VisibleText.excerpt($0, limit: 60) }
    throw AdminError(
      .invalidArgument,
      "\(VisibleText.excerpt(owner)) is the last owner of \(shown.joined(separator: ", ")), which nobody could look "
        + "after any more. \(remedy)",
      details: ["rule": "last_owner", "groups": .strings(shown)])
  }

  /// - Parameters:
  ///   - application: whose principal in the tenant is to be disabled, stripped or deleted.
  ///   - name: of it.
  /// - Throws: `PERM_001` for this program's own.
  package func checkPrincipal(of application: GUID, named name: String) throws(AdminError) {
    guard let ownApplication, application == ownApplication else { return }
    throw Self.refusal(
      "own_application",
      "\(VisibleText.excerpt(name)) is the application as which this server signs in. It does not disable, strip or "
        + "delete itself; do that in the Entra admin center.")
  }

  private static func refusal(_ rule: String, _ message: String) -> AdminError {
    AdminError(.permissionDenied, message, details: ["rule": .string(rule)])
  }
}
