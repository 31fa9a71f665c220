import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Changes a user: profile, manager, licences, sign-in, password.
struct UpdateUser: ChangingTool {
  static let name = "update_user"
  static let title = "Update a user"
  static let summary = """
    Change a user's profile, manager or licences, enable or disable it, or reset its password (made by the server, \
    shown once). An empty text clears a field.
    """
  static let role = Role.provision
  static let permissions: [GraphPermission] =
    [.userReadWrite, .userPasswordProfile, .licenseReadWrite, .organizationRead] + LockoutCheck.permissions
  static let isDestructive = true
  static let isIdempotent = false

  struct Input: ToolInput {
    @Param("Sign-in name or address.", .length(3...320)) var userEmail: String
    @Param("Full name.", .length(1...256)) var displayName: String?
    @Param("Given name.", .length(0...64)) var firstName: String?
    @Param("Surname.", .length(0...64)) var lastName: String?
    @Param("Department.", .length(0...64)) var department: String?
    @Param("Job title.", .length(0...128)) var jobTitle: String?
    @Param("Address of the manager; empty for none.", .length(0...320)) var manager: String?
    @Param("Country, two letters.", .length(2...2)) var usageLocation: String?
    @Param("Whether the user may sign in.") var accountEnabled: Bool?
    @Param("BusinessStandard, a part number or SKU id.", .count(0...20), .length(1...100))
    var addLicenses: [String] = []
    @Param("Licences to take.", .count(0...20), .length(1...100)) var removeLicenses: [String] = []
    @Param("Make a new password.") var resetPassword: Bool = false
  }

  struct Output: ToolOutput {
    let userId: String
    let userPrincipalName: String
    let changed: [String]
    let previous: FreeForm
    let password: Verbatim?

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .changed: "What was not so before; empty when everything was.", .previous: "The values before.",
        .password: "Shown once; must be changed at the next sign-in.",
      ])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<UpdateUserWorkflow> {
    let graph = try await call.graph()
    let user = try await graph.user(address: input.userEmail)
    var update = UserUpdate(user)
    try update.take(input)
    if let manager = input.manager { try await update.takeManager(manager, graph) }
    try await update.takeLicenses(input, graph, call.services.configuration)
    try update.requireChangeable()
    let services = try await call.workflowServices()
    try await LockoutCheck(services).require(update.harms, to: user)

    let password = update.request.resetsPassword ? PasswordRules.generate() : nil
    return PreparedChange(
      update.plan, UpdateUserWorkflow(update.request, services: services),
      secrets: password.map { [UpdateUserWorkflow.passwordSecret: $0] } ?? [:], warnings: update.warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let made = operation.output
    return Output(
      userId: made["userId"]?.stringValue ?? "", userPrincipalName: made["userPrincipalName"]?.stringValue ?? "",
      changed: made["changed"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      previous: FreeForm(VisibleText.excerpt(made["previous"] ?? [:], limit: 300)),
      password: secrets[UpdateUserWorkflow.passwordSecret].map { Verbatim($0.reveal()) })
  }

  static func notes(on operation: OperationReport) -> [String] {
    guard operation.isRepeated, !operation.isResumed, operation.output["passwordMade"] == true else { return [] }
    return ["The password was shown in the first answer and is kept nowhere; if it is lost, reset it once more."]
  }
}
