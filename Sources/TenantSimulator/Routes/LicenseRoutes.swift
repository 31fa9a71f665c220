import AdminCore

/// Products and who holds them.
enum LicenseRoutes {
  private static let readers = [
    "LicenseAssignment.Read.All", "LicenseAssignment.ReadWrite.All", "Organization.Read.All",
    "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]

  static let routes = [
    Route("GET", "/subscribedSkus", permissions: readers, options: [.select]) { state, call throws(GraphFailure) in
      let current = state
      return try CollectionQuery(DirectoryModel.subscribedSku, call, .directory).answer(
        state.products, context: "subscribedSkus", id: \.skuID
      ) { product in current.json(product) }
    },
    Route(
      "GET", "/users/{user}/licenseDetails",
      permissions: readers + ["User.Read.All", "User.ReadWrite.All"], options: [.select]
    ) { state, call throws(GraphFailure) in
      let user = try state.requireUser(call["user"])
      return try CollectionQuery(DirectoryModel.licenseDetails, call, .directory).answer(
        state.licenseDetails(of: user), context: "users('\(user.id)')/licenseDetails",
        id: { $0["id"]?.stringValue ?? "" }, json: { $0 })
    },
    Route(
      "POST", "/users/{user}/assignLicense",
      permissions: ["LicenseAssignment.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"],
      handler: assign),
    Route(
      "POST", "/groups/{group}/assignLicense",
      permissions: ["LicenseAssignment.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"],
      handler: assignToGroup),
  ]

  @Sendable private static func assign(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireReplicatedUser(call["user"])
    let (adding, removing) = try wishes(call, at: state.now)
    try state.assignLicenses(to: user, adding: adding, removing: removing)
    state.record(.licensesAssigned, user.userPrincipalName, id: user.id)
    return try call.answer(
      state.json(state.users[user.id] ?? user), DirectoryModel.user, context: "users")
  }

  @Sendable private static func assignToGroup(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let group = try state.requireReplicatedGroup(call["group"])
    let (adding, removing) = try wishes(call, at: state.now)
    try state.assignLicenses(toGroup: group, adding: adding, removing: removing)
    state.record(.groupLicensesAssigned, group.displayName, id: group.id)
    return .empty(202)
  }

  private static func wishes(
    _ call: GraphCall, at now: Timestamp
  ) throws(GraphFailure) -> (adding: [User.License], removing: [String]) {
    let names = ["addLicenses", "removeLicenses"]
    let parameters = try call.actionParameters("assignLicense", names, required: names)
    guard let wanted = parameters["addLicenses"]?.arrayValue, let unwanted = parameters["removeLicenses"]?.arrayValue
    else { throw .directory("The parameters 'addLicenses' and 'removeLicenses' must be collections.") }
    var adding: [User.License] = []
    for value in wanted {
      let object = try call.read(value, as: DirectoryModel.assignedLicense, for: .part)
      guard let skuID = object["skuId"]?.stringValue else {
        throw .directory("A value is required for property 'skuId' of resource 'AssignedLicense'.")
      }
      let plans = object["disabledPlans"]?.arrayValue ?? []
      adding.append(
        User.License(skuID: skuID, disabledPlans: plans.compactMap(\.stringValue), assignedAt: now))
    }
    var removing: [String] = []
    for value in unwanted {
      guard let id = value.stringValue.flatMap(GUID.init) else {
        throw .directory("The parameter 'removeLicenses' must hold GUIDs.")
      }
      removing.append(id.text)
    }
    return (adding, removing)
  }
}
