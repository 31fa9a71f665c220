import Access
package import AdminCore
import M365
package import Store

/// Takes somebody out of the organization, point by point of a checklist.
///
/// Blocking the sign-in comes first, and where that fails nothing is done. From then on a point that fails does not undo
/// the others: it would be worse to let somebody in again because a list could not be changed. What depends on the point
/// that failed is skipped, and the checklist says so. `undo_operation` takes everything back later.
package struct OffboardUserWorkflow: Workflow {
  package static let name = "offboard_user"
  package static let version = 1

  let request: OffboardRequest
  let services: WorkflowServices

  package init(_ request: OffboardRequest, services: WorkflowServices) {
    self.request = request
    self.services = services
  }

  var user: UserReference { UserReference(request.user.id) }
  var name: String { VisibleText.excerpt(request.user.name) }

  package var target: AuditTarget { .person("user", request.user.name) }

  package var auditDetail: JSONObject { ["points": .strings(points.map(\.id))] }

  /// One point of the checklist: what is done, and the step whose end decides how it went.
  struct Point {
    let id: String
    let title: String
    let steps: [Step]

    /// - Parameter steps: the last one does it.
    init(_ id: String, _ title: String, _ steps: [Step]) {
      self.id = id
      self.title = title
      self.steps = steps
    }
  }

  var points: [Point] { protection + reports + mailboxPoints + groupPoints + licenses + deletion }

  package var steps: [Step] {
    let points = points
    let first = points.first.map { $0.id == Self.block ? $0.steps : [] } ?? []
    let rest = points.filter { $0.id != Self.block }.flatMap(\.steps)
    return first.map(askingOnlyTheLiving) + [begin] + rest.map { askingOnlyTheLiving(forgiving($0)) }
  }

  package func output(of context: StepContext) -> JSONObject {
    [
      "userId": .string(request.user.id), "userPrincipalName": .string(request.user.name),
      "checklist": .array(points.map { state(of: $0, context).json }),
    ]
  }

  package func partialOutput(of context: StepContext) -> JSONObject { output(of: context) }

  package func manualActions(after context: StepContext) -> [OperationReport.ManualAction] {
    let open = points.compactMap { point -> OperationReport.ManualAction? in
      let state = state(of: point, context)
      guard state.isOpen else { return nil }
      return .init(step: point.title, action: "see to it yourself (\(state.detail ?? state.word))")
    }
    return open + request.leftForPerson.map { .init(step: "Beyond this server", action: $0) }
  }

  // MARK: The checklist

  struct PointState {
    let point: Point
    /// `done`, `unchanged`, `skipped` or `failed`.
    let word: String
    let detail: String?

    var isOpen: Bool { word == "skipped" || word == "failed" }

    var json: JSONValue {
      var object: JSONObject = ["step": .string(point.title), "state": .string(word)]
      if let detail { object["detail"] = .string(detail) }
      return .object(object)
    }
  }

  func state(of point: Point, _ context: StepContext) -> PointState {
    for step in point.steps {
      if let failure = context.failure(step.id) {
        return PointState(point: point, word: "failed", detail: failure.message)
      }
    }
    guard let last = point.steps.last, let output = context.output(last.id) else {
      return PointState(point: point, word: "skipped", detail: "the operation ended before it")
    }
    if let reason = output["skipped"]?.stringValue {
      return PointState(point: point, word: "skipped", detail: reason)
    }
    if let contradiction = output["contradiction"]?.stringValue {
      return PointState(point: point, word: "failed", detail: contradiction)
    }
    return PointState(point: point, word: output["changed"] == false ? "unchanged" : "done", detail: nil)
  }

  /// Whether a point is as it is to be.
  private func isSettled(_ id: String, _ context: StepContext) -> Bool {
    guard let point = points.first(where: { $0.id == id }) else { return true }
    return !state(of: point, context).isOpen
  }

  // MARK: Steps in general

  private static let block = "block_sign_in"

  /// From here on nothing is taken back because something else fails.
  private var begin: Step {
    Step("begin", "Go through the checklist", effect: .none, isPivot: true) { _ in [:] }
  }

  /// What reads back as something else fails its point of the checklist, and is no reason to stop.
  private func forgiving(_ step: Step) -> Step {
    guard let verify = step.verify else { return step }
    return step.performing { context throws(AdminError) in
      var output = try await step.perform(context)
      do throws(AdminError) {
        if case .pending(let what) = try await verify(context.adding(output, of: step.id)) {
          output["pending"] = .string(what)
        }
      } catch {
        // What was done stands, whatever became of the reading: a step that failed would not be undone later.
        let isReading = error.isRetryable || [.cancelled, .outcomeUnknown].contains(error.code)
        output[isReading ? "pending" : "contradiction"] = .string(error.message)
      }
      return output
    }.replacing(
      verify: { context in
        let output = context.output(step.id)
        return (output?["contradiction"] ?? output?["pending"])?.stringValue.map(Step.Verification.pending) ?? .verified
      }, undo: step.undo)
  }

  /// Of a user who is deleted nothing can be read, and nobody can have changed anything.
  private func askingOnlyTheLiving(_ step: Step) -> Step {
    guard request.deletesUser, let undo = step.undo, let drift = undo.drift else { return step }
    let (user, services) = (user, services)
    return step.replacing(
      verify: step.verify,
      undo: Step.Undo(
        undo.title, manualAction: undo.manualAction,
        drift: { context throws(AdminError) in
          if context.output(Self.delete)?["changed"] == true, try await services.graph().findUser(user) == nil {
            return nil
          }
          return try await drift(context)
        }, perform: undo.perform))
  }

  func setting(_ id: String, _ title: String, to wanted: JSONObject, _ access: SettingAccess) -> [Step] {
    Step.setting(
      id, title, to: wanted, access, propagation: "some minutes", timekeeper: services.timekeeper)
  }

  // MARK: Keeping the person out

  private var protection: [Point] {
    var points: [Point] = []
    if request.blocksSignIn {
      let handsOver = request.groups.contains { $0.successor != nil }
      let access = UserSettings(user: user, services: services, handsOver: handsOver).signIn
      points.append(
        Point(
          Self.block, "Block the sign-in",
          setting(Self.block, "the sign-in of \(name)", to: ["accountEnabled": false], access)))
    }
    if request.revokesSessions { points.append(Point("revoke_sessions", "End all sessions", [revocation])) }
    return points
  }

  private var revocation: Step {
    let (user, services) = (user, services)
    return Step(
      "revoke_sessions", "End all sessions of \(name)", effect: .idempotent,
      reversal: .never("a session that was ended is not opened again; the user signs in anew")
    ) { _ throws(AdminError) in
      try await services.graph().revokeSessions(of: user)
      return [:]
    }
  }

  // MARK: Those who stay

  private var reports: [Point] {
    guard let manager = request.newManager else { return [] }
    return request.reports.enumerated().map { index, report in
      let who = VisibleText.excerpt(report.name)
      let access = UserSettings(user: UserReference(report.id), services: services).manager
      return Point(
        "report_\(index + 1)", "Make \(VisibleText.excerpt(manager.name)) the manager of \(who)",
        setting(
          "report_\(index + 1)", "the manager of \(who)", to: ["manager": .string(manager.id.lowercased())], access))
    }
  }

  private var groupPoints: [Point] {
    request.groups.enumerated().map { index, place in
      let group = VisibleText.excerpt(place.name, limit: 80)
      let access = GroupPlaceAccess(place: place, user: user, name: request.user.name, services: services).access
      let steps = setting("group_\(index + 1)", "who is in \(group)", to: place.afterDeparture, access)
      return Point(
        "group_\(index + 1)", "Take out of \(place.kind == .team ? "the team" : "the group") \(group)",
        place.givesLicense ? steps.map(keepingTheMailbox) : steps)
    }
  }

  // MARK: Licences, and the end

  private var licenses: [Point] {
    guard !request.licenses.isEmpty else { return [] }
    let wanted = JSONObject(request.licenses.map { JSONObject.Member(key: $0, value: .null) })
    let access = UserSettings(user: user, services: services).licenses
    let steps = setting("licenses", "the licences of \(name)", to: wanted, access).map(keepingTheMailbox)
    return [Point("licenses", "Take the licences", steps)]
  }

  /// A step that takes a licence, left out while the mailbox still needs one.
  private func keepingTheMailbox(_ step: Step) -> Step {
    guard step.undo != nil, !request.deletesUser else { return step }
    return step.performing { context throws(AdminError) in
      if let reason = try await obstacleToLicenses(context) { return ["skipped": .string(reason), "changed": false] }
      return try await step.perform(context)
    }
  }

  /// Without a licence the mailbox is deleted, unless it is a shared one; that has to show first.
  private func obstacleToLicenses(_ context: StepContext) async throws(AdminError) -> String? {
    guard let mailbox = request.mailbox, mailbox.becomesShared else {
      return "the mailbox was not to become a shared one"
    }
    guard isSettled(Self.share, context) else { return "the mailbox could not be made a shared one" }
    let shown = try await services.exchange().value(
      of: MailboxSetting(MailboxKind.self, of: .init(mailboxID: mailbox.id)))
    return shown.type == .shared ? nil : "the mailbox does not show as a shared one yet"
  }

  private static let delete = "delete_user"
  static let share = "share_mailbox"

  private var deletion: [Point] {
    guard request.deletesUser else { return [] }
    let (user, name, services, id) = (user, name, services, request.user.id)
    let step = Step(
      Self.delete, "Delete the user \(name)", effect: .idempotent,
      verify: { context throws(AdminError) in
        guard context.output(Self.delete)?["skipped"] == nil else { return .verified }
        let graph = try await services.graph()
        let gone = try await services.timekeeper.poll(for: .seconds(20), every: [.seconds(1), .seconds(4)]) {
          () async throws(AdminError) -> Bool? in try await graph.findUser(user) == nil ? true : nil
        }
        return gone == true ? .verified : .pending("the user \(name) was deleted and still shows")
      },
      undo: Step.Undo(
        { _ in "the user \(name) was restored" },
        manualAction: { _ in "restore the user \(name) under Deleted users in the admin center, within 30 days" }
      ) { context throws(AdminError) in
        guard context.output(Self.delete)?["changed"] == true else { return }
        try await services.graph().bringBack(userID: id)
      }
    ) { context throws(AdminError) in
      if let open = points.first(where: { $0.id != Self.delete && state(of: $0, context).isOpen }) {
        return ["skipped": .string("not everything before it is done: \(open.title)"), "changed": false]
      }
      let graph = try await services.graph()
      // Another attempt of this operation may have deleted it already.
      if let found = try await graph.findUser(user) {
        // Whose groups were not handed over is not deleted: that point is open then.
        try await LockoutCheck(services).require([.delete], to: found, handsOver: true)
      }
      try await graph.deleteUser(user)
      return ["changed": true]
    }
    return [Point(Self.delete, "Delete the user", [step])]
  }
}

extension GraphClient {
  /// Restores a user who may be back already, and waits for it to show: what is undone next is about that user. An answer
  /// that was lost is looked into.
  fileprivate func bringBack(userID: String) async throws(AdminError) {
    let user = UserReference(userID)
    guard try await findUser(user) == nil else { return }
    var unclear: AdminError?
    do throws(AdminError) {
      _ = try await restoreUser(id: userID)
    } catch  where error.code == .outcomeUnknown {
      unclear = error
    }
    let shown = try await wait(for: .seconds(60)) { () async throws(AdminError) in try await findUser(user) }
    if let unclear, shown == nil { throw unclear }
  }
}

// MARK: - The journalled form

extension OffboardUserWorkflow {
  package var input: JSONObject { request.json }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let request = OffboardRequest(journalled: input) else { throw .malformedJournal(Self.name) }
    self.init(request, services: services)
  }
}
