import Access
import AdminCore
import Content
import MCPProtocol
import Store
import Workflows

/// Notes that somebody does not want mail of a kind any more.
struct RecordOptOut: ChangingTool {
  static let name = "record_opt_out"
  static let title = "Record an opt-out"
  static let summary = "Record that an address wants no more marketing mail; every later sending leaves it out."
  static let role = Role.send
  static let isDestructive = false
  static let isIdempotent = true

  enum Scope: String, Choice {
    case marketing, all

    var scope: OptOut.Scope {
      switch self {
      case .marketing: .marketing
      case .all: .all
      }
    }
  }

  struct Input: ToolInput {
    @Param("Who has opted out.", .length(3...320), .format("email")) var email: String
    @Param("all: also from customer communication, never from wire instructions.") var scope: Scope = .marketing
    @Param("How and why, for the record.", .length(1...500)) var reason: String?
  }

  struct Output: ToolOutput {
    let email: String
    let scope: String
    let recorded: Bool
    let effectiveAt: String

    static let descriptions = FieldDescriptions(
      CodingKeys.self, [.recorded: "False where the address had opted out before, at effectiveAt."])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<RecordOptOutWorkflow> {
    let address: EmailAddress
    do throws(EmailAddress.Problem) {
      address = try EmailAddress(checking: input.email)
    } catch {
      throw AdminError(.invalidAddress, "The address is not valid: \(error).", details: ["path": "/email"])
    }
    let services = try await call.workflowServices()
    let known = try await services.optOuts.optOut(of: address.normalized, input.scope.scope)
    let plan = Plan(
      "Record that \(address) has opted out of \(input.scope == .all ? "all mail but wire instructions" : "marketing mail")",
      facts: known.map { [Plan.Fact("Already", "since \($0.effectiveAt.iso8601)")] } ?? [],
      calls: [Plan.Call("local", "Record the opt-out", undo: "it is taken back")])
    return PreparedChange(
      plan, RecordOptOutWorkflow(address.normalized, input.scope.scope, reason: input.reason, services: services))
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let output = operation.output
    return Output(
      email: output["email"]?.stringValue ?? "", scope: output["scope"]?.stringValue ?? "",
      recorded: output["recorded"]?.boolValue ?? false, effectiveAt: output["effectiveAt"]?.stringValue ?? "")
  }
}
