import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Makes a user with a licence and says when the mailbox is there.
struct CreateUser: ChangingTool {
  static let name = "create_user"
  static let title = "Create a user"
  static let summary = """
    Create a user with a licence and wait for the mailbox. Checks domain, seats and existing users first. Without a \
    password one is made and shown once.
    """
  static let role = Role.provision
  static let permissions: [GraphPermission] = [
    .userReadWrite, .userDeleteRestore, .licenseReadWrite, .organizationRead, .mailboxSettingsRead,
  ]
  static let isDestructive = false
  static let isIdempotent = false

  enum License: String, Choice {
    case businessBasic = "BusinessBasic"
    case businessStandard = "BusinessStandard"
    case businessPremium = "BusinessPremium"
  }

  enum LicenseFailure: String, Choice {
    case rollback, keep
  }

  struct Input: ToolInput {
    @Param("Sign-in name and address.", .length(3...113), .format("email")) var email: String
    @Param("Full name.", .length(1...256)) var displayName: String
    @Param("Given name.", .length(1...64)) var firstName: String?
    @Param("Surname.", .length(1...64)) var lastName: String?
    @Param("First password; changed at first sign-in.", .length(1...256)) var password: Secret<String>?
    @Param("Licence.") var license: License
    @Param("Department.", .length(1...64)) var department: String?
    @Param("Country, two letters.", .length(2...2)) var usageLocation: String?
    @Param("If the licence fails: delete the user again, or keep it blocked.")
    var onLicenseFailure: LicenseFailure = .rollback
  }

  struct Output: ToolOutput {
    let userId: String
    let userPrincipalName: String
    let displayName: String
    let license: String
    let usageLocation: String
    let mailbox: String
    let password: Verbatim?

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [.mailbox: "ready, provisioning or none.", .password: "Shown once; must be changed at first sign-in."])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<CreateUserWorkflow> {
    let name = try userPrincipalName(input.email)
    if let password = input.password { try PasswordRules.check(password, for: name) }
    let graph = try await call.graph()
    let organization = try await graph.organization()
    try requireVerified(name.domain, in: organization)
    let sku = try LicenseCatalogue.resolve(input.license.rawValue, among: try await graph.subscribedSKUs())
    if let existing = try await graph.findUser(UserReference(name)) {
      throw AdminError(
        .userExists, "The user \(name) exists already; use update_user to change it.",
        details: ["userId": .string(existing.id)])
    }
    let location = try usageLocation(input, organization, call.services.configuration)
    let twins = try await graph.deletedTwins(of: name)

    var request = CreateUserWorkflow.Request(
      user: name, displayName: input.displayName, usageLocation: location, license: input.license.rawValue,
      skuID: sku.id, onLicenseFailure: input.onLicenseFailure == .keep ? .keep : .rollback,
      mailboxWait: call.isFollowed ? .seconds(600) : .seconds(45))
    request.firstName = input.firstName
    request.lastName = input.lastName
    request.department = input.department
    request.isPasswordMade = input.password == nil
    let password = input.password ?? PasswordRules.generate()
    return PreparedChange(
      plan(request, sku, twins, isPasswordGiven: input.password != nil),
      CreateUserWorkflow(request, services: try await call.workflowServices()),
      secrets: [
        CreateUserWorkflow.passwordSecret: password,
        generatedSecret: input.password == nil ? password : Secret(""),
      ],
      warnings: twins.map(warning))
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let made = operation.output
    let generated = secrets[generatedSecret]?.reveal() ?? ""
    return Output(
      userId: made["userId"]?.stringValue ?? "", userPrincipalName: made["userPrincipalName"]?.stringValue ?? "",
      displayName: made["displayName"]?.stringValue ?? "", license: made["license"]?.stringValue ?? "",
      usageLocation: made["usageLocation"]?.stringValue ?? "", mailbox: made["mailbox"]?.stringValue ?? "",
      password: generated.isEmpty ? nil : Verbatim(generated))
  }

  static func notes(on operation: OperationReport) -> [String] {
    guard operation.isRepeated, !operation.isResumed, operation.output["passwordMade"] == true else { return [] }
    return [
      "The password was shown in the first answer and is kept nowhere; if it is lost, reset it with update_user "
        + "(resetPassword: true)."
    ]
  }

  private static let generatedSecret = "generatedPassword"
}

// MARK: - Checks and plan

extension CreateUser {
  private static func userPrincipalName(_ email: String) throws(AdminError) -> UserPrincipalName {
    guard let name = UserPrincipalName(email) else {
      throw AdminError(
        .invalidAddress,
        "This is not a valid sign-in name: up to 64 letters, digits and ' . - _ ! # ^ ~ before the @, then a domain.",
        details: ["path": "/email"])
    }
    return name
  }

  private static func requireVerified(_ domain: String, in organization: Organization) throws(AdminError) {
    let verified = organization.domains.map(\.name)
    guard verified.contains(domain) else {
      throw AdminError(
        .domainNotVerified,
        "\(domain) is not a verified domain of the tenant. Use one of: \(verified.joined(separator: ", ")).",
        details: ["verifiedDomains": .strings(verified)])
    }
  }

  private static func usageLocation(
    _ input: Input, _ organization: Organization, _ configuration: Configuration
  ) throws(AdminError) -> String {
    let location =
      input.usageLocation ?? organization.defaultUsageLocation ?? organization.countryLetterCode
      ?? configuration.defaultUsageLocation
    guard let location, location.allSatisfy({ $0.isASCII && $0.isLetter }), location.count == 2 else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/usageLocation", rule: "country",
          message: "give the two-letter country in which the licence is used; the tenant names no default")
      ])
    }
    return location.uppercased()
  }

  private static func plan(
    _ request: CreateUserWorkflow.Request, _ sku: SubscribedSKU, _ twins: [DirectoryUser], isPasswordGiven: Bool
  ) -> Plan {
    let undo =
      request.onLicenseFailure == .keep ? "its sign-in is blocked" : "the user is deleted (restorable for 30 days)"
    return Plan(
      "Create the user \(request.user) with the licence \(request.license)",
      facts: [
        Plan.Fact("Name", request.displayName), Plan.Fact("Usage location", request.usageLocation),
        Plan.Fact("Licence", "\(sku.productName), \(sku.seatsLeft) seats left"),
        Plan.Fact("Password", isPasswordGiven ? "as given" : "made by the server, shown once"),
      ],
      calls: [
        Plan.Call("POST /users", "Create the user", undo: undo),
        Plan.Call("POST /users/{id}/assignLicense", "Assign the licence", undo: "the licence is freed with the user"),
        Plan.Call("GET /users/{id}/mailboxSettings", "Wait for the mailbox", undo: "nothing is changed"),
      ],
      permissions: permissions.map(\.rawValue), warnings: twins.map(warning))
  }

  private static func warning(_ twin: DirectoryUser) -> String {
    "A deleted user of this name (\(twin.id)) still holds the old mailbox; restoring it instead would keep that."
  }
}
