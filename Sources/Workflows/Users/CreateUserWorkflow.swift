import Access
package import AdminCore
import M365
package import Store

/// Makes a user with a licence: create, license, wait for the mailbox.
///
/// Checks that can be made beforehand (domain, seats, twins) are the tool's; what this workflow meets is what changed
/// in between. A licence that fails for good takes the user back, or, where that is asked for, keeps it blocked.
package struct CreateUserWorkflow: Workflow {
  package static let name = "create_user"
  package static let version = 1

  package static let passwordSecret = "password"

  package enum LicenseFailure: String, Sendable {
    /// The user that this operation made is deleted (softly).
    case rollback
    /// The user stays, with sign-in blocked.
    case keep
  }

  package struct Request: Hashable, Sendable {
    package var user: UserPrincipalName
    package var displayName: String
    package var firstName: String?
    package var lastName: String?
    package var department: String?
    package var usageLocation: String
    /// As it was asked for.
    package var license: String
    package var skuID: String
    package var onLicenseFailure: LicenseFailure
    /// The password was made by the server: only the answer to the call shows it.
    package var isPasswordMade = false
    /// How long to wait for the mailbox before the result says that it is still being made.
    package var mailboxWait: Duration

    package init(
      user: UserPrincipalName, displayName: String, usageLocation: String, license: String, skuID: String,
      onLicenseFailure: LicenseFailure, mailboxWait: Duration
    ) {
      self.user = user
      self.displayName = displayName
      self.usageLocation = usageLocation
      self.license = license
      self.skuID = skuID
      self.onLicenseFailure = onLicenseFailure
      self.mailboxWait = mailboxWait
    }
  }

  private let request: Request
  private let services: WorkflowServices

  package init(_ request: Request, services: WorkflowServices) {
    self.request = request
    self.services = services
  }

  package var target: AuditTarget { .person("user", request.user.text) }

  package var auditDetail: JSONObject {
    ["license": .string(request.license), "usageLocation": .string(request.usageLocation)]
  }

  package var steps: [Step] { [createUser, assignLicense, waitForMailbox] }

  package func output(of context: StepContext) -> JSONObject {
    let mailbox = context.output("wait_for_mailbox")?["mailbox"] ?? "provisioning"
    return [
      "userId": context.userID.map(JSONValue.string) ?? .null,
      "userPrincipalName": .string(request.user.text), "displayName": .string(request.displayName),
      "license": .string(request.license), "usageLocation": .string(request.usageLocation), "mailbox": mailbox,
      "passwordMade": .bool(request.isPasswordMade),
    ]
  }

  package func manualActions(after context: StepContext) -> [OperationReport.ManualAction] {
    guard request.isPasswordMade, context.isResumed else { return [] }
    return [
      .init(
        step: "Create the user",
        action: "reset the first password: it was lost when the server was stopped (update_user, resetPassword: true)")
    ]
  }
}

extension StepContext {
  fileprivate var userID: String? { output("create_user")?["userId"]?.stringValue }

  /// The user that this operation has made.
  fileprivate func madeUser() throws(AdminError) -> UserReference {
    guard let userID else { throw AdminError(.internalFault, "The operation does not know the user it has made.") }
    return UserReference(userID)
  }
}

// MARK: - Steps

extension CreateUserWorkflow {
  private var createUser: Step {
    let (request, services) = (request, services)
    return Step(
      "create_user", "Create the user",
      effect: .once { context throws(AdminError) in
        // A probe needs no password: it compares what can be read.
        let sought = request.newUser(password: Secret(""))
        switch try await services.graph().creation(of: sought, notBefore: context.createdAt) {
        case .ours(let user): return .happened(["userId": .string(user.id)])
        case .absent, .foreign: return .didNotHappen
        }
      },
      needsSecret: true, undo: request.onLicenseFailure == .keep ? blocking : deletion, reversal: .by(deletion)
    ) { context throws(AdminError) in
      guard let password = context.secret(Self.passwordSecret) else {
        throw AdminError(.illegalState, "The password is gone; make the call again.")
      }
      let user = try await services.graph().createUser(request.newUser(password: password))
      return ["userId": .string(user.id)]
    }
  }

  private var deletion: Step.Undo {
    let (name, displayName, services) = (request.user.text, request.displayName, services)
    return Step.Undo(
      { context in "the user \(name) (\(context.userID ?? "")) was deleted; it can be restored for 30 days" },
      manualAction: { context in "delete the user \(name) (\(context.userID ?? "")) in the admin center" },
      drift: { context throws(AdminError) in
        guard let user = try await services.graph().findUser(context.madeUser()) else { return nil }
        guard user.userPrincipalName.lowercased() == name.lowercased(), user.displayName == displayName else {
          return "the user \(name) was renamed since"
        }
        return try await LockoutCheck(services).objection(to: .delete, of: user)
      }
    ) { context throws(AdminError) in try await services.graph().deleteUser(context.madeUser()) }
  }

  private var blocking: Step.Undo {
    let (name, services) = (request.user.text, services)
    return Step.Undo(
      { context in "the user \(name) (\(context.userID ?? "")) was kept, with sign-in blocked" },
      manualAction: { context in "block the sign-in of \(name) (\(context.userID ?? "")) in the admin center" }
    ) { context throws(AdminError) in
      var changes = UserChanges()
      changes.isEnabled = false
      try await services.graph().updateUser(context.madeUser(), changes, isFresh: true)
    }
  }

  private var assignLicense: Step {
    let (request, services) = (request, services)
    return Step(
      "assign_license", "Assign the licence \(request.license)", effect: .idempotent, isPivot: true,
      verify: { context throws(AdminError) in
        let graph = try await services.graph()
        let user = try context.madeUser()
        let shown = try? await services.timekeeper.poll(
          for: .seconds(20), every: [.seconds(1), .seconds(2), .seconds(4)]
        ) { () async throws(AdminError) -> Bool? in
          try await graph.licenseDetails(of: user).contains { $0.sku == request.skuID } ? true : nil
        }
        return shown == true
          ? .verified : .pending("the licence \(request.license) is assigned and not shown yet; read the user later")
      }
    ) { context throws(AdminError) in
      let graph = try await services.graph()
      let user = try context.madeUser()
      do throws(AdminError) {
        try await graph.assignLicenses(to: user, adding: [request.skuID], isFresh: true)
      } catch  where error.graphFault == .invalidUsageLocation {
        // The directory has not taken the location over yet, or somebody has removed it.
        var changes = UserChanges()
        changes.usageLocation = request.usageLocation
        try await graph.updateUser(user, changes, isFresh: true)
        try await graph.assignLicenses(to: user, adding: [request.skuID], isFresh: true)
      }
      return [:]
    }
  }

  private var waitForMailbox: Step {
    let (request, services) = (request, services)
    return Step(
      "wait_for_mailbox", "Wait for the mailbox", effect: .none,
      verify: { context throws(AdminError) in
        guard context.output("wait_for_mailbox")?["mailbox"] == "provisioning" else { return .verified }
        return .pending(
          "the mailbox is still being made, which can take minutes to hours; read m365://users/\(request.user)")
      }
    ) { context throws(AdminError) in
      let readiness = try await services.graph().waitForMailbox(
        of: context.madeUser(), deadline: request.mailboxWait
      ) { waited in
        if waited > .zero { context.report("\(waited.components.seconds) s so far") }
      }
      return ["mailbox": .string(readiness.word)]
    }
  }
}

extension MailboxReadiness {
  fileprivate var word: String {
    switch self {
    case .ready: "ready"
    case .provisioning: "provisioning"
    case .unavailable: "none"
    }
  }
}

extension CreateUserWorkflow.Request {
  fileprivate func newUser(password: Secret<String>) -> NewUser {
    var new = NewUser(name: user, displayName: displayName, password: password)
    new.givenName = firstName
    new.surname = lastName
    new.department = department
    new.usageLocation = usageLocation
    return new
  }
}

// MARK: - The journalled form

extension CreateUserWorkflow {
  package var input: JSONObject {
    [
      "user": .string(request.user.text), "displayName": .string(request.displayName),
      "firstName": .optional(request.firstName), "lastName": .optional(request.lastName),
      "department": .optional(request.department), "usageLocation": .string(request.usageLocation),
      "license": .string(request.license), "skuId": .string(request.skuID),
      "onLicenseFailure": .string(request.onLicenseFailure.rawValue),
      "passwordMade": .bool(request.isPasswordMade), "mailboxWaitMs": .int(request.mailboxWait.milliseconds),
    ]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let user = input["user"]?.stringValue.flatMap(UserPrincipalName.init),
      let displayName = input["displayName"]?.stringValue, let usageLocation = input["usageLocation"]?.stringValue,
      let license = input["license"]?.stringValue, let skuID = input["skuId"]?.stringValue,
      let onFailure = input["onLicenseFailure"]?.stringValue.flatMap(LicenseFailure.init),
      let wait = input["mailboxWaitMs"]?.intValue
    else { throw .malformedJournal(Self.name) }
    var request = Request(
      user: user, displayName: displayName, usageLocation: usageLocation, license: license, skuID: skuID,
      onLicenseFailure: onFailure, mailboxWait: .milliseconds(wait))
    request.firstName = input["firstName"]?.stringValue
    request.lastName = input["lastName"]?.stringValue
    request.department = input["department"]?.stringValue
    request.isPasswordMade = input["passwordMade"]?.boolValue ?? false
    self.init(request, services: services)
  }
}
