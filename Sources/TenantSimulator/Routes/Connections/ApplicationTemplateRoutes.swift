import AdminCore

/// The gallery of applications.
enum ApplicationTemplateRoutes {
  static let routes = [
    Route(
      "GET", "/applicationTemplates", permissions: ServicePrincipalRoutes.readers,
      options: [.select, .filter, .top, .skipToken]
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(ConnectionModel.applicationTemplate, call, .policy).answer(
        ApplicationTemplate.all, context: "applicationTemplates", id: \.id, json: \.json)
    },
    Route(
      "POST", "/applicationTemplates/{template}/instantiate",
      permissions: ["Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.ReadWrite.All"],
      handler: instantiate),
  ]

  /// Makes an application and its service principal, which can be found a little later.
  ///
  /// - Note: the official description, as the contract file has it, declares an answer without members; whoever wants the
  ///   service principal looks for it, as after a lost answer.
  @Sendable private static func instantiate(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard let template = ApplicationTemplate.all.first(where: { $0.id == call["template"].lowercased() }) else {
      throw .noSuchResource(call["template"])
    }
    let parameters = try call.actionParameters(
      "instantiate", ["displayName", "serviceManagementReference"], required: ["displayName"])
    guard let name = parameters["displayName"]?.stringValue, !name.isEmpty else {
      throw .invalidValue("displayName", of: "Application")
    }
    let application = Application(
      id: state.identifiers.guid(), appID: state.identifiers.guid(), displayName: name, templateID: template.id,
      createdAt: state.now)
    var principal = ServicePrincipal(
      id: state.identifiers.guid(), appID: application.appID, displayName: name, names: [], appRoles: [])
    principal.templateID = template.id
    principal.ownerID = call.caller.servicePrincipalID
    principal.visibleFrom = state.now + state.lags.directory
    state.madeApplications[application.id] = application
    state.servicePrincipals[principal.id] = principal
    state.record(.servicePrincipalCreated, name, id: principal.id)
    return .json(
      201, ["@odata.context": .string(call.context("microsoft.graph.applicationServicePrincipal"))])
  }
}
