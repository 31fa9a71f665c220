import Access
package import AdminCore
import M365
package import Store

/// Changes a user, one part after the other: usage location, profile, manager, licences, sign-in, password. What was
/// there before is known before anything is written, and comes back when a later part fails.
package struct UpdateUserWorkflow: Workflow {
  package static let name = "update_user"
  package static let version = 1

  package static let passwordSecret = "password"

  package struct Request: Hashable, Sendable {
    package var userID: String
    package var userPrincipalName: String
    /// By Graph's names; null clears.
    package var profile: JSONObject = [:]
    package var usageLocation: String?
    /// The user has had none so far.
    package var isFirstUsageLocation = false
    package var manager: Manager?
    /// By the ids of SKUs: the plans that are to be switched off, or null for a licence that is to go.
    package var licenses: JSONObject = [:]
    package var isEnabled: Bool?
    package var resetsPassword = false

    package init(userID: String, userPrincipalName: String) {
      self.userID = userID
      self.userPrincipalName = userPrincipalName
    }

    package var changesNothing: Bool {
      profile.isEmpty && usageLocation == nil && manager == nil && licenses.isEmpty && isEnabled == nil
        && !resetsPassword
    }
  }

  package enum Manager: Hashable, Sendable {
    case nobody
    /// By the id of the user.
    case user(String)
  }

  private let request: Request
  private let services: WorkflowServices

  package init(_ request: Request, services: WorkflowServices) {
    self.request = request
    self.services = services
  }

  package var target: AuditTarget { .person("user", request.userPrincipalName) }

  package var auditDetail: JSONObject {
    var parts = request.profile.map(\.key)
    if request.usageLocation != nil { parts.append("usageLocation") }
    if request.manager != nil { parts.append("manager") }
    if !request.licenses.isEmpty { parts.append("licenses") }
    if request.isEnabled != nil { parts.append("accountEnabled") }
    if request.resetsPassword { parts.append("password") }
    return ["changes": .strings(parts)]
  }

  private var settings: UserSettings { UserSettings(user: UserReference(request.userID), services: services) }

  private var name: String { VisibleText.excerpt(request.userPrincipalName) }

  package var steps: [Step] { usageLocation + profile + manager + licenses + signIn + password }

  package func output(of context: StepContext) -> JSONObject {
    var changed: [String] = []
    var previous = JSONObject()
    for (step, wanted) in written where context.output(step)?["changed"] == true {
      let before = context.output("\(step).before") ?? [:]
      for member in wanted where before[member.key] ?? .null != member.value {
        changed.append(member.key)
        previous[member.key] = before[member.key] ?? .null
      }
    }
    if context.output("reset_password") != nil { changed.append("password") }
    return [
      "userId": .string(request.userID), "userPrincipalName": .string(request.userPrincipalName),
      "changed": .strings(changed), "previous": .object(previous), "passwordMade": .bool(request.resetsPassword),
    ]
  }

  /// The steps that write, with what they write.
  private var written: [(step: String, wanted: JSONObject)] {
    [
      ("usage_location", ["usageLocation": .optional(request.usageLocation)]), ("profile", request.profile),
      ("manager", ["manager": request.manager?.json ?? .null]), ("licenses", request.licenses),
      ("sign_in", ["accountEnabled": request.isEnabled.map(JSONValue.bool) ?? .null]),
    ]
  }

  package func manualActions(after context: StepContext) -> [OperationReport.ManualAction] {
    guard request.resetsPassword, context.isResumed else { return [] }
    return [
      .init(
        step: "Reset the password",
        action: "reset the password of \(name) once more: the new one was lost when the server was stopped")
    ]
  }
}

extension UpdateUserWorkflow.Manager {
  fileprivate var json: JSONValue {
    switch self {
    case .nobody: .null
    case .user(let id): .string(id.lowercased())
    }
  }
}

// MARK: - Steps

extension UpdateUserWorkflow {
  private func setting(
    _ id: String, _ title: String, to wanted: JSONObject, _ access: SettingAccess
  ) -> [Step] {
    Step.setting(
      id, title, to: wanted, access, propagation: "a minute, sometimes longer", timekeeper: services.timekeeper)
  }

  /// A location that was never there before cannot be taken away again, so undoing leaves it.
  private var usageLocation: [Step] {
    guard let location = request.usageLocation else { return [] }
    let steps = setting(
      "usage_location", "the usage location of \(name)", to: ["usageLocation": .string(location)], settings.profile)
    guard request.isFirstUsageLocation else { return steps }
    let reason = "Microsoft 365 lets a usage location be changed and not be removed"
    return steps.map { step in
      guard step.undo != nil else { return step }
      return Step(
        step.id, step.title, effect: step.effect, verify: step.verify,
        undo: Step.Undo({ _ in "the usage location \(location) stays (\(reason))" }, manualAction: { _ in reason }) {
          _ in
        }, reversal: .never(reason), perform: step.perform)
    }
  }

  private var profile: [Step] {
    guard !request.profile.isEmpty else { return [] }
    return setting("profile", "the profile of \(name)", to: request.profile, settings.profile)
  }

  private var manager: [Step] {
    guard let manager = request.manager else { return [] }
    return setting("manager", "the manager of \(name)", to: ["manager": manager.json], settings.manager)
  }

  private var licenses: [Step] {
    guard !request.licenses.isEmpty else { return [] }
    return setting("licenses", "the licences of \(name)", to: request.licenses, settings.licenses)
  }

  private var signIn: [Step] {
    guard let isEnabled = request.isEnabled else { return [] }
    return setting(
      "sign_in", "the sign-in of \(name)", to: ["accountEnabled": .bool(isEnabled)], settings.signIn)
  }

  /// The last part, because nothing takes it back. Whether an attempt took effect shows in when the password was last
  /// changed.
  private var password: [Step] {
    guard request.resetsPassword else { return [] }
    let (user, name, services) = (UserReference(request.userID), name, services)
    let before = Step("reset_password.before", "See when the password was last changed", effect: .none) {
      _ throws(AdminError) in ["changedAt": try await services.graph().passwordChange(of: user)]
    }
    let reset = Step(
      "reset_password", "Reset the password of \(name)",
      effect: .once { context throws(AdminError) in
        try await Self.wasChanged(user, since: context, services) ? .happened([:]) : .didNotHappen
      },
      needsSecret: true,
      verify: { context throws(AdminError) in
        let shown = try await services.timekeeper.poll(
          for: .seconds(20), every: [.seconds(1), .seconds(2), .seconds(4)]
        ) { () async throws(AdminError) -> Bool? in
          try await Self.wasChanged(user, since: context, services) ? true : nil
        }
        return shown == true
          ? .verified
          : .pending("the new password of \(name) was accepted and does not show yet; try to sign in with it")
      },
      reversal: .never("the old password is known to nobody here; reset it once more instead")
    ) { context throws(AdminError) in
      guard let password = context.secret(Self.passwordSecret) else {
        throw AdminError(.illegalState, "The new password is gone; make the call again.")
      }
      try await LockoutCheck(services).require(.resetPassword, to: user)
      var changes = UserChanges()
      changes.password = password
      try await services.graph().updateUser(user, changes)
      return [:]
    }
    return [before, reset]
  }

  private static func wasChanged(
    _ user: UserReference, since context: StepContext, _ services: WorkflowServices
  ) async throws(AdminError) -> Bool {
    try await services.graph().passwordChange(of: user) != context.output("reset_password.before")?["changedAt"]
  }
}

extension GraphClient {
  /// When the password was last changed, as Graph writes it.
  fileprivate func passwordChange(of user: UserReference) async throws(AdminError) -> JSONValue {
    let property = "lastPasswordChangeDateTime"
    guard case .object(let answer) = try await answer(try GraphQuestion("/users/\(user)", select: [property])) else {
      return .null
    }
    return answer[property] ?? .null
  }
}

// MARK: - The journalled form

extension UpdateUserWorkflow {
  package var input: JSONObject {
    [
      "userId": .string(request.userID), "userPrincipalName": .string(request.userPrincipalName),
      "profile": .object(request.profile), "usageLocation": .optional(request.usageLocation),
      "firstUsageLocation": .bool(request.isFirstUsageLocation),
      "manager": request.manager.map { ["id": $0.json] } ?? .null, "licenses": .object(request.licenses),
      "accountEnabled": request.isEnabled.map(JSONValue.bool) ?? .null,
      "resetPassword": .bool(request.resetsPassword),
    ]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let id = input["userId"]?.stringValue, let name = input["userPrincipalName"]?.stringValue,
      let profile = input["profile"]?.objectValue, let licenses = input["licenses"]?.objectValue,
      let resetsPassword = input["resetPassword"]?.boolValue
    else { throw .malformedJournal(Self.name) }
    var request = Request(userID: id, userPrincipalName: name)
    request.profile = profile
    request.usageLocation = input["usageLocation"]?.stringValue
    request.isFirstUsageLocation = input["firstUsageLocation"]?.boolValue ?? false
    request.manager = input["manager"]?.objectValue.map { manager in
      manager["id"]?.stringValue.map(Manager.user) ?? .nobody
    }
    request.licenses = licenses
    request.isEnabled = input["accountEnabled"]?.boolValue
    request.resetsPassword = resetsPassword
    self.init(request, services: services)
  }
}
