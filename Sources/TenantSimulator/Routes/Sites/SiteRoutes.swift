import AdminCore

/// Sites, drives, and who may use them.
enum SiteRoutes {
  static let siteReaders = [
    "Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All",
  ]
  static let fileReaders = siteReaders + ["Files.Read.All", "Files.ReadWrite.All"]
  private static let owners = ["Sites.FullControl.All"]

  static let routes = [
    Route("GET", "/groups/{group}/sites/{site}", .sharePoint, permissions: siteReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      guard call["site"] == "root" else { throw TenantState.noSuchItem }
      let site = try state.requireSite(ofGroup: call["group"])
      return try call.answer(site.json, SharePointModel.site, context: "sites")
    },
    Route("GET", "/groups/{group}/drive", .sharePoint, permissions: fileReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      let drive = state.drive(of: try state.requireSite(ofGroup: call["group"]))
      return try call.answer(state.json(drive), SharePointModel.drive, context: "drives")
    },
    Route("GET", "/groups/{group}/drives", .sharePoint, permissions: fileReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      try drives(of: try state.requireSite(ofGroup: call["group"]), state, call)
    },
    Route("GET", "/users/{user}/drive", .sharePoint, permissions: fileReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      let user = try state.requireUser(call["user"])
      guard let drive = state.drive(of: user) else {
        throw GraphFailure(404, "ResourceNotFound", "User's mysite not found.", inner: "ResourceNotFound")
      }
      return try call.answer(state.json(drive), SharePointModel.drive, context: "drives")
    },
    Route("GET", "/sites/{site}", .sharePoint, permissions: siteReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      try call.answer(try state.requireSite(call["site"]).json, SharePointModel.site, context: "sites")
    },
    Route("GET", "/sites/{site}/drive", .sharePoint, permissions: fileReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      let drive = state.drive(of: try state.requireSite(call["site"]))
      return try call.answer(state.json(drive), SharePointModel.drive, context: "drives")
    },
    Route("GET", "/sites/{site}/drives", .sharePoint, permissions: fileReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      try drives(of: try state.requireSite(call["site"]), state, call)
    },
    Route("GET", "/sites/{site}/permissions", .sharePoint, permissions: owners, options: [.select]) {
      state, call throws(GraphFailure) in
      let site = try state.requireSite(call["site"])
      return try CollectionQuery(SharePointModel.permission, call, .sharePoint).answer(
        state.siteContents[site.id]?.permissions.values ?? [], context: "permissions", id: \.id, json: \.json)
    },
    Route("POST", "/sites/{site}/permissions", .sharePoint, permissions: owners, handler: grant),
    Route("DELETE", "/sites/{site}/permissions/{permission}", .sharePoint, permissions: owners) {
      state, call throws(GraphFailure) in
      let site = try state.requireSite(call["site"])
      guard state.siteContents[site.id]?.permissions[call["permission"]] != nil else { throw TenantState.noSuchItem }
      state.siteContents[site.id]?.permissions[call["permission"]] = nil
      state.record(.sitePermissionRemoved, site.displayName)
      return .empty(204)
    },
  ]

  private static func drives(
    of site: Site, _ state: TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    try CollectionQuery(SharePointModel.drive, call, .sharePoint).answer(
      [state.drive(of: site)], context: "drives", id: \.id
    ) { drive in state.json(drive) }
  }

  /// Lets an application into one site.
  @Sendable private static func grant(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let site = try state.requireSite(call["site"])
    let body = try call.object(SharePointModel.permission, for: .create)
    let roles = (body["roles"]?.arrayValue ?? []).compactMap(\.stringValue)
    guard !roles.isEmpty, roles.allSatisfy(["read", "write", "manage", "fullcontrol", "owner"].contains) else {
      throw GraphFailure(400, "invalidRequest", "Invalid role specified.", inner: "invalidRequest")
    }
    let identities = body["grantedToIdentitiesV2"] ?? body["grantedToIdentities"]
    guard let identities = identities?.arrayValue, identities.count == 1,
      let application = identities[0]["application"], let id = application["id"]?.stringValue.flatMap(GUID.init)
    else {
      throw GraphFailure(
        400, "invalidRequest", "Exactly one application must be given in grantedToIdentities.",
        inner: "invalidRequest")
    }
    let permission = SharingPermission(
      id: state.identifiers.token(bytes: 24),
      grantee: .application(id: id.text, name: application["displayName"]?.stringValue), roles: roles)
    state.siteContents[site.id, default: SiteContents()].permissions[permission.id] = permission
    state.record(.sitePermissionGranted, "\(site.displayName): \(id.text)")
    return try call.answer(permission.json, SharePointModel.permission, context: "permissions", status: 201)
  }
}
