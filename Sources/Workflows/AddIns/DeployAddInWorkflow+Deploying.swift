package import AdminCore
import Content
package import M365

extension DeployAddInWorkflow {
  var deploy: Step {
    let (request, services) = (request, services)
    return Step(
      "deploy", "Deploy the add-in", effect: .idempotent,
      verify: { context throws(AdminError) in
        guard context.output("deploy")?["state"] != "unchanged" else { return .verified }
        return try await Self.readBack(request, context, services)
      },
      undo: withdrawal
    ) { context throws(AdminError) in
      let exchange = try await services.exchange()
      let now = try await exchange.addIn(request.id)
      if let now, AddInVersion.areSame(now.version, request.version) {
        // It is there already: before this operation, or by a process of it that died.
        if now.assignment != request.assignment {
          _ = try await AddInSetting(of: request.id).write(request.assignment, to: exchange)
        }
      } else {
        try await Self.install(request, over: now, exchange, services.timekeeper)
      }
      return ["state": .string(Self.state(request, context))]
    }
  }

  /// What the operation has done, by what was there before.
  private static func state(_ request: Request, _ context: StepContext) -> String {
    guard context.earlier != nil else { return "deployed" }
    guard context.earlierIs(request.version) else { return "updated" }
    return context.earlierAssignment == request.assignment ? "unchanged" : "assigned"
  }

  /// A newer version goes over the one that is there. Where Exchange does not take it so, the old one has to go first.
  private static func install(
    _ request: Request, over present: AddIn?, _ exchange: ExchangeClient, _ timekeeper: any Timekeeper
  ) async throws(AdminError) {
    let manifest = request.manifest ?? []
    do throws(AdminError) {
      _ = try await exchange.deployAddIn(
        manifest: manifest, id: request.id, version: request.version, request.assignment)
    } catch {
      guard error.saysItIsThere else { throw error.explained }
      guard let present = try await found(request, present, exchange, timekeeper) else {
        throw AdminError(
          .exchangeRefused,
          "Exchange says that \(request.displayName) is deployed already, and does not show it yet. Make the call again in "
            + "some minutes.",
          isRetryable: true, details: ["cause": .object(error.json)])
      }
      if AddInVersion.areSame(present.version, request.version) {
        _ = try await AddInSetting(of: request.id).write(request.assignment, to: exchange)
        return
      }
      _ = try await exchange.removeAddIn(request.id)
      do throws(AdminError) {
        _ = try await exchange.deployAddIn(
          manifest: manifest, id: request.id, version: request.version, request.assignment)
      } catch {
        guard !error.isRetryable else { throw error }
        throw AdminError(
          .compensationFailed,
          "Version \(present.version) of \(present.displayName) was removed to make room, and the new one was refused: "
            + "\(error.message) Deploy version \(present.version) again with its own manifest.",
          details: ["cause": .object(error.json)])
      }
    }
  }

  /// The add-in that Exchange says is there. One that an attempt whose answer was lost has just deployed shows a little
  /// later.
  private static func found(
    _ request: Request, _ present: AddIn?, _ exchange: ExchangeClient, _ timekeeper: any Timekeeper
  ) async throws(AdminError) -> AddIn? {
    if let present { return present }
    return try await timekeeper.poll(for: .seconds(30), every: [.seconds(2), .seconds(4)]) {
      () async throws(AdminError) in try await exchange.addIn(request.id)
    }
  }

  private static func readBack(
    _ request: Request, _ context: StepContext, _ services: WorkflowServices
  ) async throws(AdminError) -> Step.Verification {
    let exchange = try await services.exchange()
    var last: AddIn?
    let shown = try await services.timekeeper.poll(
      for: .seconds(20), every: [.seconds(1), .seconds(2), .seconds(4)]
    ) { () async throws(AdminError) -> Bool? in
      last = try await exchange.addIn(request.id)
      return last?.assignment == request.assignment && isCurrent(last, request) ? true : nil
    }
    if shown == true { return .verified }
    let name = "\(request.displayName) \(request.version)"
    guard let last else {
      guard context.earlier == nil else { throw readsDifferently(name) }
      return .pending("\(name) was accepted and is not listed yet")
    }
    let isAsBefore =
      context.earlier?["version"]?.stringValue == last.version && context.earlierAssignment == last.assignment
    if isAsBefore { return .pending("\(name) was accepted, and Exchange still shows what was there before") }
    guard isCurrent(last, request), last.assignment.isEnabled == request.assignment.isEnabled,
      last.assignment.defaultState == request.assignment.defaultState,
      (last.assignment.users == nil) == (request.assignment.users == nil)
    else { throw readsDifferently(name) }
    // Exchange may show users by other names than those it was given.
    return .pending(
      "\(name) is deployed; Exchange shows its users as \((last.assignment.users ?? []).joined(separator: ", "))")
  }

  private static func isCurrent(_ found: AddIn?, _ request: Request) -> Bool {
    found.map { AddInVersion.areSame($0.version, request.version) } ?? false
  }

  private static func readsDifferently(_ name: String) -> AdminError {
    AdminError(
      .exchangeRefused,
      "\(name) was deployed and reads back as something else. Somebody may have changed it at the same time; look at it "
        + "and make the call again.")
  }

  // MARK: Taking it back

  private var withdrawal: Step.Undo {
    let (request, services) = (request, services)
    return Step.Undo(
      { context in
        context.earlier == nil
          ? "the add-in \(request.displayName) was removed" : "the assignment of \(request.displayName) was put back"
      },
      manualAction: { context in
        guard let earlier = context.earlier else { return "remove the add-in \(request.displayName)" }
        return context.earlierIs(request.version)
          ? "put the assignment of \(request.displayName) back to \(earlier["assignment"]?.text ?? "")"
          : "deploy version \(earlier["version"]?.stringValue ?? "") of \(request.displayName) again with its own manifest"
      },
      drift: { context throws(AdminError) in
        guard context.output("deploy")?["state"] != "unchanged" else { return nil }
        let found = try await services.exchange().addIn(request.id)
        // What was there before is what an undoing that died before it could say so has left.
        if found?.assignment == context.earlierAssignment { return nil }
        guard let found else { return "the add-in \(request.displayName) was removed since" }
        return Self.isCurrent(found, request) && found.assignment == request.assignment
          ? nil : "the add-in \(request.displayName) was changed since"
      }
    ) { context throws(AdminError) in
      guard context.output("deploy")?["state"] != "unchanged" else { return }
      let exchange = try await services.exchange()
      guard let assignment = context.earlierAssignment else {
        _ = try await exchange.removeAddIn(request.id)
        return
      }
      _ = try await AddInSetting(of: request.id).write(assignment, to: exchange)
      guard context.earlierIs(request.version) else {
        throw AdminError(
          .illegalState,
          "Version \(request.version) stays, assigned as before: Exchange keeps no manifest of an earlier version")
      }
    }
  }
}

extension ExchangeClient {
  /// `nil` where the organisation has no add-in of that id. A refusal says what add-ins need. Idempotent.
  package func organizationAddIn(_ id: GUID) async throws(AdminError) -> AddIn? {
    do throws(AdminError) {
      return try await addIn(id)
    } catch {
      throw error.explained
    }
  }
}

extension AdminError {
  /// Whether Exchange refuses a version because there is another one.
  fileprivate var saysItIsThere: Bool {
    if exchangeFault == .nameTaken || exchangeFault == .alreadyThere { return true }
    return details?["serviceMessage"]?.stringValue?.lowercased().contains("already installed") ?? false
  }

  /// Since 2026 deploying needs a permission that has nothing to do with add-ins, and the refusal does not say so.
  fileprivate var explained: AdminError {
    switch exchangeFault {
    case .centralDeployment:
      return AdminError(
        .notPossible, "\(message) \(AdminError.manualSteps.joined(separator: " "))",
        details: ["steps": .strings(AdminError.manualSteps)], cause: cause)
    case .accessDenied:
      return AdminError(
        code,
        "\(message) Deploying add-ins also needs MailboxSettings.ReadWrite as an application permission of Office 365 "
          + "Exchange Online, and the role Org Custom Apps, which Exchange Administrator includes.",
        details: details, cause: cause)
    default: return self
    }
  }
}
