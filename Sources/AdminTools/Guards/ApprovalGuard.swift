import Access
import AdminCore
import MCPProtocol
import Store

/// Gets a person's word on a risky plan.
///
/// The person is asked through the client where it can ask (elicitation, in either era), and in a terminal where it
/// cannot. An approval is for one plan, made from one state of the tenant, and is used up by the call it allows.
struct ApprovalGuard {
  enum Decision {
    /// The note goes into the audit trail.
    case approved(note: String, id: LocalID?)
    /// The client is told to come back with the person's answer.
    case ask(InputRequired)
  }

  let services: AdminServices
  let caller: Caller
  let trail: AuditTrail
  let context: RequestContext

  private static let question = "approve"

  func decide(
    _ plan: Plan, digest: PlanDigest, tool: String, options: CallOptions
  ) async throws(AdminError) -> Decision {
    guard plan.needsApproval else { return .approved(note: "not required", id: nil) }
    guard services.configuration.confirmsOperations else { return .approved(note: "unapproved", id: nil) }
    if let decision = try await earlier(digest, tool: tool, options: options) { return decision }
    if let decision = try await answered(digest) { return decision }
    return try await ask(plan, digest: digest, tool: tool)
  }

  /// An approval that was given before this call: in a terminal, or as a token where the site allows them.
  private func earlier(
    _ digest: PlanDigest, tool: String, options: CallOptions
  ) async throws(AdminError) -> Decision? {
    let approvals = try await services.store.value().approvals
    if let token = options.confirmation, services.configuration.allowsTokenApproval {
      let id = try await approvals.consume(
        token: Secret(token), tool: tool, argumentsHash: digest.arguments, stateHash: digest.state)
      guard let id else {
        throw AdminError(
          .confirmationRequired,
          "This confirmation token is used, expired, or for another plan; call without it to get a new one.")
      }
      return .approved(note: "approved by token", id: id)
    }
    let id = try await approvals.consume(
      tool: tool, argumentsHash: digest.arguments, stateHash: digest.state)
    guard let id else { return nil }
    return .approved(note: "approved in a terminal", id: id)
  }

  // MARK: Asking through the client

  private var form: ElicitationForm.Field {
    ElicitationForm.Field(
      Self.question, .flag(default: false), title: "Approve", description: "Carry out exactly this plan, once.")
  }

  /// The answer that a modern request brought to a question of an earlier round.
  private func answered(_ digest: PlanDigest) async throws(AdminError) -> Decision? {
    guard let state = context.inputs.state else { return nil }
    guard let json = try? JSONParser.parse(state).objectValue, let request = ApprovalRequest(state: json) else {
      return nil
    }
    guard request.digest == digest else {
      throw AdminError(
        .confirmationRequired, "What would be done has changed since the plan was shown; call again to see the new one."
      )
    }
    switch await context.elicit(Self.question, ElicitationForm(message: "", fields: [form])) {
    case .accepted(let content) where content.flag(Self.question) == true:
      guard services.answered.claim(request, at: services.timekeeper.now()) else {
        throw AdminError(.confirmationRequired, "This approval was used or has expired; call again to be asked anew.")
      }
      return try await approved(digest)
    case .accepted, .declined: throw try await refused(digest, "declined")
    case .cancelled: throw try await refused(digest, "cancelled")
    case .pending, .unavailable: return nil
    }
  }

  private func ask(_ plan: Plan, digest: PlanDigest, tool: String) async throws(AdminError) -> Decision {
    let request = ApprovalRequest(
      digest: digest, nonce: Self.nonce(),
      expiresAt: services.timekeeper.now() + ApprovalRequest.lifetime)
    let form = ElicitationForm(message: plan.text, fields: [form])
    let state = JSONValue.object(request.state).serialized
    // What a client sends without having been asked is no answer to this question.
    switch await context.withoutInputs.elicit(Self.question, form, state: state) {
    case .pending(let required): return .ask(required)
    case .accepted(let content) where content.flag(Self.question) == true:
      guard services.timekeeper.now() < request.expiresAt else {
        throw AdminError(.confirmationRequired, "The approval came too late; call again to be asked anew.")
      }
      return try await approved(digest)
    case .accepted, .declined: throw try await refused(digest, "declined")
    case .cancelled: throw try await refused(digest, "cancelled")
    case .unavailable: throw try await inTerminal(plan, digest: digest, tool: tool)
    }
  }

  /// 128 bits of the system's own source, which is fit for secrets.
  private static func nonce() -> String {
    var random = SystemRandomNumberGenerator()
    return String(random.next(), radix: 16) + String(random.next(), radix: 16)
  }

  private func approved(_ digest: PlanDigest) async throws(AdminError) -> Decision {
    try await trail.recordDecision("approved", plan: digest, .succeeded)
    return .approved(note: "approved in the client", id: nil)
  }

  private func refused(_ digest: PlanDigest, _ decision: String) async throws(AdminError) -> AdminError {
    try await trail.recordDecision(decision, plan: digest, .denied)
    return AdminError(.confirmationRequired, "The person asked has not approved this (\(decision)); nothing was done.")
  }

  // MARK: Asking in a terminal

  /// Leaves the plan for a person, and says how to approve it.
  private func inTerminal(
    _ plan: Plan, digest: PlanDigest, tool: String
  ) async throws(AdminError) -> AdminError {
    let new = NewPlan(
      tool: tool, argumentsHash: digest.arguments, stateHash: digest.state,
      plan: ["text": .string(plan.text), "plan": .object(plan.json)], requestedBy: caller.auditActor)
    let (pending, token) = try await services.store.value().approvals.create(
      new, withToken: services.configuration.allowsTokenApproval)
    var details: JSONObject = [
      "plan": .object(plan.json), "planId": .string(pending.id.text), "expiresAt": .string(pending.expiresAt.iso8601),
    ]
    if let token { details["confirmationToken"] = .string(token.reveal()) }
    return AdminError(
      .confirmationRequired,
      "A person must approve this: run `m365-admin-mcp approve \(pending.id)` in a terminal within 10 minutes, then "
        + "make the same call again.",
      details: .object(details))
  }
}
