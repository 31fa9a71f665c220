import AdminCore

/// Items of a drive, and whom they are shared with.
enum DriveItemRoutes {
  private static let writers = ["Files.ReadWrite.All", "Sites.ReadWrite.All"]
  private static let fileReaders = [
    "Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All", "Group.Read.All",
    "Group.ReadWrite.All",
  ]

  static let routes = [
    Route("GET", "/drives/{drive}/items/{item}", .sharePoint, permissions: fileReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      let (drive, item) = try require(call, state)
      return try call.answer(
        state.json(item, in: drive), SharePointModel.driveItem, context: "drives('\(drive.id)')/items")
    },
    Route("POST", "/drives/{drive}/items/{item}/children", .sharePoint, permissions: writers, handler: createChild),
    Route("POST", "/drives/{drive}/items/{item}/invite", .sharePoint, permissions: writers, handler: invite),
    Route(
      "GET", "/drives/{drive}/items/{item}/permissions", .sharePoint,
      permissions: ["Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All"],
      options: [.select]
    ) { state, call throws(GraphFailure) in
      let (drive, item) = try require(call, state)
      return try CollectionQuery(SharePointModel.permission, call, .sharePoint).answer(
        state.drives[drive.id]?.permissions[item.id]?.values ?? [], context: "permissions", id: \.id, json: \.json)
    },
    Route(
      "DELETE", "/drives/{drive}/items/{item}/permissions/{permission}", .sharePoint, permissions: writers,
      handler: removePermission),
  ]

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> (Drive, DriveItem) {
    let drive = try state.requireDrive(call["drive"])
    return (drive, try state.requireItem(call["item"], in: drive))
  }

  private static func invalid(_ message: String) -> GraphFailure {
    GraphFailure(400, "invalidRequest", message, inner: "invalidRequest")
  }

  @Sendable private static func createChild(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (drive, parent) = try require(call, state)
    let body = try call.object(SharePointModel.driveItem, for: .create)
    guard let name = body["name"]?.stringValue, !name.isEmpty else { throw invalid("The name must be given.") }
    guard body["folder"] != nil, body["file"] == nil, parent.isFolder else {
      throw invalid("Only a folder can be made, and only in a folder.")
    }
    let contents = state.drives[drive.id]?.items.values ?? []
    guard !contents.contains(where: { $0.parentID == parent.id && $0.name.lowercased() == name.lowercased() }) else {
      throw GraphFailure(
        409, "nameAlreadyExists", "An item with the same name already exists under the parent.",
        inner: "nameAlreadyExists")
    }
    let item = DriveItem(
      id: DriveItem.id(state.identifiers.guid()), name: name, parentID: parent.id, isFolder: true,
      createdAt: state.now)
    state.drives[drive.id, default: DriveContents()].items[item.id] = item
    state.record(.folderCreated, name, id: item.id)
    return try call.answer(
      state.json(item, in: drive), SharePointModel.driveItem, context: "drives('\(drive.id)')/items", status: 201)
  }

  @Sendable private static func invite(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (drive, item) = try require(call, state)
    let parameters = try call.actionParameters(
      "invite",
      [
        "recipients", "roles", "requireSignIn", "sendInvitation", "message", "expirationDateTime", "password",
        "retainInheritedPermissions",
      ], required: ["recipients", "roles"])
    let roles = (parameters["roles"]?.arrayValue ?? []).compactMap(\.stringValue)
    guard !roles.isEmpty, roles.allSatisfy(["read", "write", "owner"].contains) else {
      throw invalid("The roles must be of read, write and owner.")
    }
    let requiresSignIn = parameters["requireSignIn"]?.boolValue ?? true
    guard requiresSignIn || parameters["sendInvitation"]?.boolValue ?? false else {
      throw invalid("Either requireSignIn or sendInvitation must be true.")
    }
    guard let recipients = parameters["recipients"]?.arrayValue, !recipients.isEmpty else {
      throw invalid("At least one recipient must be given.")
    }
    var granted: [SharingPermission] = []
    for value in recipients {
      let grantee = try grantee(value, call, state)
      var permission = SharingPermission(id: state.identifiers.token(bytes: 18), grantee: grantee, roles: roles)
      permission.requiresSignIn = requiresSignIn
      permission.expiresAt = parameters["expirationDateTime"]?.stringValue
      granted.append(permission)
    }
    for permission in granted {
      state.drives[drive.id, default: DriveContents()].permissions[item.id, default: Table()][permission.id] =
        permission
    }
    state.record(.itemShared, "\(item.name): \(granted.count)", id: item.id)
    return .json(
      200,
      [
        "@odata.context": .string(call.context("Collection(permission)")),
        "value": .array(granted.map { .object($0.json) }),
      ])
  }

  private static func grantee(
    _ value: JSONValue, _ call: GraphCall, _ state: TenantState
  ) throws(GraphFailure) -> SharingPermission.Grantee {
    let recipient = try call.read(value, as: SharePointModel.recipient, for: .part)
    if let id = recipient["objectId"]?.stringValue {
      guard let user = state.user(id) else { throw invalid("The recipient '\(id)' was not found.") }
      return .user(id: user.id, name: user.displayName, email: state.mail(of: user) ?? user.userPrincipalName)
    }
    guard let email = recipient["email"]?.stringValue, AddressList.isAddress(email) else {
      throw invalid("Each recipient needs an email or an objectId.")
    }
    let user = state.mailboxID(forAddress: email).flatMap { state.users[$0] } ?? state.user(email)
    if user == nil {
      guard !state.organization.isVerified(email.split(separator: "@").last ?? "") else {
        throw invalid("The recipient '\(email)' was not found.")
      }
      guard state.sharesWithNewGuests else {
        throw GraphFailure(
          403, "accessDenied", "Sharing with people outside the organization is turned off.", inner: "accessDenied")
      }
    }
    return .user(id: user?.id, name: user?.displayName ?? email, email: email)
  }

  @Sendable private static func removePermission(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (drive, item) = try require(call, state)
    let id = call["permission"]
    guard state.drives[drive.id]?.permissions[item.id]?[id] != nil else { throw TenantState.noSuchItem }
    state.drives[drive.id]?.permissions[item.id]?[id] = nil
    state.record(.itemUnshared, item.name, id: item.id)
    return .empty(204)
  }
}
