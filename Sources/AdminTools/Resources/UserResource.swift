import Access
import AdminCore
import M365
import MCPProtocol

/// `m365://users/{userEmail}`: a user as an administrator wants to see it, found by sign-in name or by any address.
enum UserResource {
  struct Body: ToolOutput {
    struct Mailbox: ToolOutput {
      let state: String
      let timeZone: String?
      let language: String?
      let automaticReplies: String?
    }

    struct Reference: ToolOutput {
      let id: String
      let name: String
    }

    let userId: String
    let userPrincipalName: String
    let displayName: String?
    let firstName: String?
    let lastName: String?
    let mail: String?
    let addresses: [String]
    let accountEnabled: Bool?
    let userType: String?
    let department: String?
    let jobTitle: String?
    let usageLocation: String?
    let createdAt: String?
    let licenses: [String]
    let manager: Reference?
    let mailbox: Mailbox?
    let teams: [Reference]?
    let truncated: [String]
    let unavailable: [String]

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .truncated: "Lists that are longer than what is shown of them; graph_get goes through all of it.",
        .unavailable: "Parts that could not be read, and why.",
      ])
  }

  static func definition(_ services: AdminServices) -> ResourceTemplateDefinition? {
    URITemplate("m365://users/{userEmail}").map { template in
      ResourceTemplateDefinition(
        template, name: "user",
        presentation: Presentation(
          title: "User", description: "A user by sign-in name or mail address: profile, licences, mailbox, teams."),
        mimeType: "application/json", completions: ["userEmail": completion(services)]
      ) { request, context in
        try await Resources.read(services, request.uri, "m365://users", context) { _ throws(AdminError) in
          try await body(request.variables["userEmail"] ?? "", services)
        }
      }
    }
  }

  /// Sign-in names that begin with what was typed, or belong to somebody whose name does.
  static func completion(_ services: AdminServices) -> Completion {
    Resources.completion(services) { request, _ throws(AdminError) in
      let page = try await services.tenant.value().graph.userPage(matching: request.value, size: Completion.limit)
      return Completion.Suggestions(page.items.map(\.userPrincipalName), total: page.total)
    }
  }

  private static func body(_ address: String, _ services: AdminServices) async throws(AdminError) -> JSONFragment? {
    let graph = try await services.tenant.value().graph
    let user: DirectoryUser
    do throws(AdminError) {
      user = try await graph.user(address: address)
    } catch  where error.code == .userNotFound {
      return nil
    }
    var parts = ResourceParts()
    let licenses = await parts.read("licenses") { () async throws(AdminError) -> [String] in
      try await graph.licenseDetails(of: user.reference).map { details in
        LicenseCatalogue.name(ofSKU: details.sku)?.rawValue ?? VisibleText.excerpt(details.partNumber)
      }
    }
    let manager = await parts.read("manager") { () async throws(AdminError) -> Body.Reference? in
      try await graph.manager(of: user.reference).map {
        Body.Reference(id: $0.id, name: ResourceParts.excerpt($0.displayName ?? ""))
      }
    }
    let mailbox = await parts.read("mailbox") { () async throws(AdminError) -> Body.Mailbox in
      try await Self.mailbox(of: user, graph)
    }
    let teams = await parts.read("teams") { () async throws(AdminError) -> [Body.Reference] in
      try await graph.joinedTeams(of: user.reference).map {
        Body.Reference(id: $0.id, name: ResourceParts.excerpt($0.name))
      }
    }
    let (addresses, fewTeams) = (
      parts.shown("addresses", of: user.proxyAddresses.map { VisibleText.excerpt($0, limit: 320) }) ?? [],
      parts.shown("teams", of: teams)
    )
    return try Body(
      userId: user.id, userPrincipalName: user.userPrincipalName,
      displayName: user.displayName.map(ResourceParts.excerpt),
      firstName: user.givenName.map(ResourceParts.excerpt), lastName: user.surname.map(ResourceParts.excerpt),
      mail: user.mail.map { VisibleText.excerpt($0, limit: 320) },
      addresses: addresses, accountEnabled: user.isEnabled, userType: user.userType.map { VisibleText.excerpt($0) },
      department: user.department.map(ResourceParts.excerpt), jobTitle: user.jobTitle.map(ResourceParts.excerpt),
      usageLocation: user.usageLocation, createdAt: user.createdAt?.iso8601, licenses: licenses ?? [],
      manager: manager ?? nil, mailbox: mailbox, teams: fewTeams,
      truncated: parts.truncated, unavailable: parts.unavailable
    ).fragment()
  }

  private static func mailbox(
    of user: DirectoryUser, _ graph: GraphClient
  ) async throws(AdminError) -> Body.Mailbox {
    switch try await graph.mailboxReadiness(of: user.reference) {
    case .provisioning: return Body.Mailbox(state: "provisioning", timeZone: nil, language: nil, automaticReplies: nil)
    case .unavailable: return Body.Mailbox(state: "none", timeZone: nil, language: nil, automaticReplies: nil)
    case .ready:
      let settings = try await graph.mailboxSettings(of: user.reference)
      return Body.Mailbox(
        state: "ready", timeZone: (settings["timeZone"]?.stringValue).map { VisibleText.excerpt($0) },
        language: (settings["language"]?["locale"]?.stringValue).map { VisibleText.excerpt($0) },
        automaticReplies: settings["automaticRepliesSetting"]?["status"]?.stringValue)
    }
  }
}
