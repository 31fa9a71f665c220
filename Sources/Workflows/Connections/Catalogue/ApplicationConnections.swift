import Access
import AdminCore
import M365

/// What applications are let into.
enum ApplicationConnections {
  private static let graphID = "00000003-0000-0000-c000-000000000000"
  private static let appID = ConfigurationField("appId", .guid, "Application (client) id of the application.", .always)

  @ConnectionList static var all: [ServiceConnection] {
    ServiceConnection(
      "app", "sharepoint-site", "An application with Sites.Selected may use one site.",
      permissions: [.applicationRead, .sitesRead, .sitesFullControl], inverse: "the application is let out again"
    ) { request in [site(request)] }
    .configured(
      appID, ConfigurationField("siteId", .text(maximum: 200), "The site's id, or root.", .always),
      ConfigurationField("role", .choice(["read", "write", "fullcontrol"]), "What it may do there.", .always)
    )
    .risking { request in
      let access = "\(request.required("role")) on \(request.required("siteName")) to \(request.required("appName"))"
      return [.grantsAccess(access)]
    }
    .resolving { request, access throws(AdminError) in
      let graph = try await access.graph()
      let site = try await graph.site(id: request.required("siteId"))
      return try await principal(request, access).merging([
        "siteId": .string(site.id), "siteName": .string(site.displayName.isEmpty ? site.webURL : site.displayName),
      ])
    }
    .with { connection in
      connection.notes = { request in
        request.flag("hasSitesSelected") == false
          ? ["The application does not have Sites.Selected yet; until it is granted, it gets nowhere."] : []
      }
    }

    ServiceConnection(
      "app", "graph", "An application has an application permission of Microsoft Graph.",
      permissions: [.applicationRead, .appRoleAssignmentReadWrite], inverse: "the permission is taken back"
    ) { request in [role(request)] }
    .configured(
      appID, ConfigurationField("role", .text(maximum: 100), "The permission, such as Sites.Selected.", .always)
    )
    .shows(after: "an hour, with the application's next token")
    .risking { request in
      [.grantsAccess("\(request.required("role")) in the whole tenant to \(request.required("appName"))")]
    }
    .resolving(graphRole)
    .with { $0.needsConsentSetting = true }

    ServiceConnection(
      "app", "users", "An application may act for every user, with the delegated permissions named.",
      permissions: [.applicationRead, .permissionGrantReadWrite], inverse: "the permissions before are put back"
    ) { request in [consent(request)] }
    .configured(
      appID, ConfigurationField("scopes", .texts(maximum: 50), "The permissions, such as User.Read.", .always)
    )
    .risking { request in
      let scopes = (request.texts("scopes") ?? []).joined(separator: ", ")
      return [.grantsAccess("\(scopes) for all users to \(request.required("appName"))")]
    }
    .resolving { request, access throws(AdminError) in
      let graph = try await resource(access)
      let configuration = try await principal(request, access)
      let client = configuration["principalId"]?.stringValue ?? ""
      let known = try await access.graph().permissionGrants(ofClient: client)
        .first { $0.resourceID == graph.id && $0.principalID == nil }
      let scopes = Set((known?.scopes ?? []) + (request.texts("scopes") ?? [])).sorted()
      return configuration.merging(["resourceId": .string(graph.id), "allScopes": .strings(scopes)])
    }
    .with { $0.needsConsentSetting = true }

    ServiceConnection(
      "entra", "gallery-app", "The tenant has an application of the gallery, to be set up for sign-in.",
      permissions: [.applicationRead, .applicationReadWriteOwned],
      inverse: "its enterprise application is deleted; the app registration stays"
    ) { request in [galleryApp(request)] }
    .configured(
      ConfigurationField("template", .text(maximum: 200), "Its name in the gallery.", .always),
      ConfigurationField("name", .text(maximum: 120), "Its name here; the same unless given.")
    )
    .risking { [.installsSoftware("\($0.required("template")) as an application of the tenant")] }
    .resolving(template)

    ServiceConnection(
      "external-data", "search", "Items of a source outside are found by search in Microsoft 365.",
      permissions: [.externalConnectionReadWriteOwned], inverse: "the connection is deleted with everything indexed"
    ) { request in [source(request), schema(request)] }
    .configured(
      ConfigurationField("id", .text(maximum: 32), "3 to 32 letters and digits, of your choice.", .always),
      ConfigurationField("name", .text(maximum: 128), "As people see it.", .always),
      ConfigurationField(
        "description", .text(maximum: 1000), "What it holds, for Copilot and administrators.", .always),
      ConfigurationField(
        "schema",
        .objects(
          [
            ConfigurationField("name", .text(maximum: 32), "Letters and digits.", .always),
            ConfigurationField(
              "type",
              .choice([
                "string", "int64", "double", "dateTime", "boolean", "stringCollection", "int64Collection",
                "doubleCollection", "dateTimeCollection",
              ]), "What it holds.", .always),
            ConfigurationField("searchable", .flag, "Whether words in it are found."),
            ConfigurationField("queryable", .flag, "Whether it can be asked for by name."),
            ConfigurationField("retrievable", .flag, "Whether results show it; yes unless given."),
            ConfigurationField("refinable", .flag, "Whether results are filtered by it."),
            ConfigurationField("labels", .texts(maximum: 10), "What it means, such as title or url."),
          ], maximum: 128), "What the items look like.", .always)
    )
    .shows(after: "5 to 15 minutes")
    .risking { _ in [.changesOrganization] }
    .resolving { request, access throws(AdminError) in
      let known = try await access.graph().externalConnection(id: request.required("id"))
      return known.map(isReady) == true ? request.configuration.merging(["wasReady": true]) : request.configuration
    }
    .with { connection in
      connection.notes = { request in
        // No request of this program reads a schema back.
        request.flag("wasReady") == true
          ? [
            "The search connection \(request.required("id")) is ready already. Its schema is not compared with the one "
              + "given here and stays as it is; for another one, choose another id or delete that connection first."
          ] : []
      }
    }
    .listing { access throws(AdminError) in
      try await access.graph().externalConnections().map {
        ExistingConnection(id: $0.id, title: "\($0.name) (\($0.state))")
      }
    }
  }

  // MARK: Principals

  @Sendable private static func principal(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let graph = try await access.graph()
    guard let id = GUID(request.required("appId")), let found = try await graph.servicePrincipal(appID: id) else {
      throw AdminError(
        .notFound, "The tenant has no application \(VisibleText.excerpt(request.required("appId"))).",
        details: ["path": "/connectionConfig/appId"])
    }
    guard id != access.configuration.clientID else {
      throw AdminError(
        .notPossible,
        "This is the application that this server signs in as; it does not give itself more than it was given. A person "
          + "grants it permissions in the Entra admin center.")
    }
    return request.configuration.merging([
      "appId": .string(id.text), "principalId": .string(found.id), "appName": .string(found.displayName),
    ])
  }

  private static func resource(
    _ access: TenantAccess, withRoles: Bool = false
  ) async throws(AdminError) -> ServicePrincipal {
    let graph = try await access.graph()
    guard let id = GUID(graphID), let found = try await graph.servicePrincipal(appID: id, withRoles: withRoles) else {
      throw AdminError(.graphFailed, "The tenant has no service principal of Microsoft Graph.")
    }
    return found
  }

  // MARK: Sites

  private static func site(_ request: ConnectionRequest) -> TenantPart {
    let (app, site) = (request.required("appId"), request.required("siteId"))
    let (name, path) = (request.required("appName"), "/sites/{id}/permissions")
    return .object(
      ObjectWish(
        "permission", "the permission of \(name) on \(request.required("siteName"))",
        ["roles": [.string(request.required("role"))]]),
      ObjectRequests(find: "GET \(path)", create: "POST \(path)", remove: "DELETE \(path)/{id}"),
      find: { _, access throws(AdminError) in
        let permissions = try await access.graph().permissions(ofSite: site)
        guard let known = permissions.first(where: { $0.applicationID?.lowercased() == app }) else { return nil }
        return FoundObject(id: known.id, ["roles": .strings(known.roles)])
      },
      create: { content, _, access throws(AdminError) in
        guard let id = GUID(app) else { throw AdminError(.internalFault, "The application's id is none.") }
        let role = content["roles"]?[0]?.stringValue ?? "read"
        return try await access.graph().grantSite(site, toApplication: id, named: name, role: role).id
      },
      remove: { id, _, access throws(AdminError) in
        try await access.graph().removePermission(id, fromSite: site)
      })
  }

  // MARK: Permissions

  @Sendable private static func graphRole(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let configuration = try await principal(request, access)
    let graph = try await resource(access, withRoles: true)
    let name = request.required("role")
    guard let role = graph.appRoles.first(where: { $0.value.lowercased() == name.lowercased() }) else {
      let near = Suggestion.nearest(to: name, among: graph.appRoles.map(\.value))
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/connectionConfig/role", rule: "role",
          message: "is no application permission of Microsoft Graph" + (near.map { "; did you mean \($0)?" } ?? ""))
      ])
    }
    return configuration.merging([
      "role": .string(role.value), "roleId": .string(role.id), "resourceId": .string(graph.id),
    ])
  }

  private static func role(_ request: ConnectionRequest) -> TenantPart {
    let (principal, resource) = (request.required("principalId"), request.required("resourceId"))
    let role = request.required("roleId")
    return .object(
      ObjectWish(
        "assignment", "\(request.required("role")) of \(request.required("appName"))", ["roleId": .string(role)]),
      ObjectRequests(
        find: "GET /servicePrincipals/{id}/appRoleAssignments",
        create: "POST /servicePrincipals/{id}/appRoleAssignedTo",
        remove: "DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}"),
      find: { _, access throws(AdminError) in
        let assignments = try await access.graph().appRoleAssignments(ofServicePrincipal: principal)
        let known = assignments.first { $0.resourceID == resource && $0.roleID == role }
        return known.map { FoundObject(id: $0.id, ["roleId": .string(role)]) }
      },
      create: { _, _, access throws(AdminError) in
        try await access.graph().grantAppRole(role, ofResource: resource, toServicePrincipal: principal).id
      },
      remove: { id, _, access throws(AdminError) in
        try await access.graph().revokeAppRole(assignment: id, ofResource: resource)
      })
  }

  private static func consent(_ request: ConnectionRequest) -> TenantPart {
    let (client, resource) = (request.required("principalId"), request.required("resourceId"))
    return .setting(
      "consent", "what \(request.required("appName")) may do for all users",
      to: ["scopes": .strings(request.texts("allScopes") ?? [])],
      PartRequests(read: "GET /oauth2PermissionGrants", write: "POST, PATCH or DELETE /oauth2PermissionGrants"),
      read: { access throws(AdminError) in
        let grants = try await access.graph().permissionGrants(ofClient: client)
        let known = grants.first { $0.resourceID == resource && $0.principalID == nil }
        return ["scopes": .strings((known?.scopes ?? []).sorted())]
      },
      write: { values, access throws(AdminError) in
        let scopes = (values["scopes"]?.arrayValue ?? []).compactMap(\.stringValue)
        try await access.graph().setPermissionGrant(ofClient: client, atResource: resource, scopes: scopes)
      })
  }

  // MARK: The gallery

  @Sendable private static func template(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let wanted = request.required("template")
    let templates = try await access.graph().applicationTemplates(named: wanted)
    guard let template = templates.first, templates.count == 1 else {
      let shown = templates.map { "\($0.displayName) by \($0.publisher ?? "")" }
      throw AdminError(
        templates.isEmpty ? .notFound : .needsClarification,
        templates.isEmpty
          ? "The gallery has no application \(VisibleText.excerpt(wanted)). Names must be exact."
          : "The gallery has several applications of that name: \(shown.joined(separator: "; ")).",
        details: ["path": "/connectionConfig/template"])
    }
    return request.configuration.merging([
      "templateId": .string(template.id), "name": .string(request.text("name") ?? template.displayName),
    ])
  }

  private static func galleryApp(_ request: ConnectionRequest) -> TenantPart {
    let (name, template) = (request.required("name"), request.required("templateId").lowercased())
    var wish = ObjectWish(
      "principal", "the application \(name)", ["name": .string(name), "template": .string(template)])
    wish.verb = "Add"
    wish.removal = "was deleted; its app registration stays"
    return .object(
      wish,
      ObjectRequests(
        find: "GET /servicePrincipals", create: "POST /applicationTemplates/{id}/instantiate",
        remove: "DELETE /servicePrincipals/{id}"),
      find: { _, access throws(AdminError) in
        let known = try await access.graph().servicePrincipals(named: name)
        // Two applications may have one name, and only what was made from the template is what is wanted.
        guard let own = known.first(where: { $0.templateID == template }) ?? known.first else { return nil }
        return FoundObject(id: own.id, ["name": .string(name), "template": .optional(own.templateID)])
      },
      create: { _, _, access throws(AdminError) in
        let graph = try await access.graph()
        try await graph.instantiate(template: template, named: name)
        // The service principal comes some seconds after the answer, which does not name it.
        let made = try await access.timekeeper.poll(for: .seconds(60), every: [.seconds(1), .seconds(2), .seconds(5)]) {
          () async throws(AdminError) in
          try await graph.servicePrincipals(named: name).first { $0.templateID == template }
        }
        // What was accepted is not asked for again; that it does not show yet is told as pending.
        return made?.id ?? ""
      },
      remove: { id, _, access throws(AdminError) in try await access.deleteServicePrincipal(id: id) })
  }

  // MARK: Search

  private static func source(_ request: ConnectionRequest) -> TenantPart {
    let (id, path) = (request.required("id"), "/external/connections")
    return .object(
      ObjectWish(
        "connection", "the search connection \(id)",
        ["name": .string(request.required("name")), "description": .string(request.required("description"))]),
      ObjectRequests(find: "GET \(path)/{id}", create: "POST \(path)", remove: "DELETE \(path)/{id}"),
      find: { _, access throws(AdminError) in
        guard let known = try await access.graph().externalConnection(id: id) else { return nil }
        return FoundObject(
          id: known.id, ["name": .string(known.name), "description": .string(known.description ?? "")])
      },
      create: { content, _, access throws(AdminError) in
        try await access.graph().createExternalConnection(
          id: id, name: content["name"]?.stringValue ?? "", description: content["description"]?.stringValue ?? ""
        ).id
      },
      remove: { id, _, access throws(AdminError) in try await access.graph().deleteExternalConnection(id: id) })
  }

  private static func schema(_ request: ConnectionRequest) -> TenantPart {
    let id = request.required("id")
    let properties = (request.configuration["schema"]?.arrayValue ?? []).map(property)
    let wait = Duration.seconds(request.number("waitSeconds") ?? 900)
    return .action(
      "schema", "Register what the items of \(id) look like", "PATCH /external/connections/{id}/schema",
      reversal: .none,
      isDone: { _, access throws(AdminError) in
        try await access.graph().externalConnection(id: id).map(isReady) == true
      },
      perform: { context, access throws(AdminError) in
        let graph = try await access.graph()
        let operation = try await graph.registerSchema(properties, ofExternalConnection: id)
        // What is not registered by then is told as pending.
        _ = try await graph.waitForSchema(operation: operation, ofExternalConnection: id, deadline: wait) { waited in
          if waited > .zero { context.report("\(waited.components.seconds) s so far") }
        }
      })
  }

  @Sendable private static func isReady(_ connection: ExternalConnection) -> Bool {
    connection.state.lowercased() == "ready"
  }

  private static func property(_ json: JSONValue) -> ExternalProperty {
    var property = ExternalProperty(json["name"]?.stringValue ?? "", json["type"]?.stringValue ?? "string")
    property.isSearchable = json["searchable"]?.boolValue ?? false
    property.isQueryable = json["queryable"]?.boolValue ?? false
    property.isRetrievable = json["retrievable"]?.boolValue ?? true
    property.isRefinable = json["refinable"]?.boolValue ?? false
    property.labels = (json["labels"]?.arrayValue ?? []).compactMap(\.stringValue)
    return property
  }
}
