import Access
import AdminCore
import M365

/// What a group is given.
enum GroupConnections {
  private static let groupID = ConfigurationField("groupId", .guid, "The group.", .always)

  @ConnectionList static var all: [ServiceConnection] {
    ServiceConnection(
      "group", "planner", "A group has a plan of Planner.", permissions: [.groupRead, .tasksReadWrite],
      inverse: "the plan is removed"
    ) { request in PlannerParts(request, group: request.required("groupId")).all }
    .configured(
      groupID, ConfigurationField("title", .text(maximum: 128), "Name of the plan.", .always),
      ConfigurationField("buckets", .texts(maximum: 20), "Columns of the plan.")
    )
    .resolving(unifiedGroup)

    ServiceConnection(
      "group", "teams", "A Microsoft 365 group is a team.",
      permissions: [.groupRead, .groupReadWrite, .teamReadBasic, .teamSettingsReadWrite],
      inverse: "the team is archived, since a group cannot stop being a team"
    ) { request in [team(request)] }
    .configured(groupID)
    .resolving(unifiedGroup)

    ServiceConnection(
      "group", "sharepoint-list", "The site of a group has a list with the columns named.",
      permissions: [.groupRead, .sitesRead, .sitesManage], inverse: "the list is removed with what is in it"
    ) { request in [list(request)] }
    .configured(
      groupID, ConfigurationField("list", .text(maximum: 128), "Name of the list.", .always),
      ConfigurationField(
        "columns",
        .objects(
          [
            ConfigurationField("name", .text(maximum: 64), "Its name.", .always),
            ConfigurationField(
              "type", .choice(Array(columnKinds.keys).sorted() + ["choice"]), "What it holds.", .always),
            ConfigurationField("choices", .texts(maximum: 100), "For type choice."),
            ConfigurationField("required", .flag, "Whether it must be filled in."),
          ], maximum: 50), "Columns besides the title.")
    )
    .resolving(unifiedGroup)

    ServiceConnection(
      "group", "license", "Every member of a group gets a licence.",
      permissions: [.groupRead, .licenseRead, .licenseReadWrite],
      inverse: "members who got it through the group lose the licence, after which data may be lost"
    ) { request in [license(request)] }
    .configured(
      groupID, ConfigurationField("license", .text(maximum: 100), "Product, part number or id of the licence.", .always)
    )
    .licensed(.entraP1).shows(after: "some minutes for each member")
    .risking { request in
      [.grantsAccess("\(request.required("license")) to every member of \(request.required("groupName"))")]
    }
    .resolving { request, access throws(AdminError) in
      let graph = try await access.graph()
      let group = try await graph.group(id: request.required("groupId"))
      let sku = try LicenseCatalogue.resolve(request.required("license"), among: try await graph.subscribedSKUs())
      return request.configuration.merging(["groupName": .string(group.displayName), "skuId": .string(sku.id)])
    }
  }

  @Sendable private static func unifiedGroup(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let group = try await access.graph().group(id: request.required("groupId"))
    guard group.isUnified else {
      throw AdminError(
        .invalidArgument,
        "\(VisibleText.excerpt(group.displayName)) is no Microsoft 365 group, and only those have plans, sites and teams.",
        details: ["path": "/connectionConfig/groupId"])
    }
    return request.configuration.merging(["groupName": .string(group.displayName)])
  }

  // MARK: Teams

  private static func team(_ request: ConnectionRequest) -> TenantPart {
    let id = request.required("groupId")
    var wish = ObjectWish("team", "the team of \(request.required("groupName"))", ["isArchived": false])
    wish.removal = "was archived, since a group cannot stop being a team"
    wish.remains = ["isArchived": true]
    return .object(
      wish,
      ObjectRequests(find: "GET /teams/{id}", create: "PUT /groups/{id}/team", remove: "POST /teams/{id}/archive"),
      find: { _, access throws(AdminError) in
        guard let team = try await access.graph().findTeam(id: id) else { return nil }
        return FoundObject(id: team.id, ["isArchived": .bool(team.isArchived)])
      },
      create: { _, _, access throws(AdminError) in
        // Teams learns of a new group seconds late, at times minutes.
        guard let team = try await access.graph().makeTeam(ofGroup: id, deadline: .seconds(180)) else {
          throw AdminError(
            .deadlinePassed, "Teams does not know of the group yet; try again in some minutes.", isRetryable: true,
            retryAfter: .seconds(120))
        }
        return team.id
      },
      update: { id, content, _, access throws(AdminError) in
        try await archive(content["isArchived"] == true, id, access)
      },
      remove: { id, _, access throws(AdminError) in try await archive(true, id, access) })
  }

  private static func archive(_ isArchived: Bool, _ id: String, _ access: TenantAccess) async throws(AdminError) {
    let graph = try await access.graph()
    let link = try await graph.setArchived(isArchived, team: id)
    guard try await graph.waitForOperation(link, deadline: .seconds(120)) else {
      throw AdminError(.deadlinePassed, "Teams has not finished \(isArchived ? "archiving" : "opening") the team yet.")
    }
  }

  // MARK: Lists

  private static let columnKinds: [String: NewSiteList.Column.Kind] = [
    "text": .text, "note": .note, "number": .number, "dateTime": .dateTime, "boolean": .boolean, "person": .person,
    "link": .link,
  ]

  private static func list(_ request: ConnectionRequest) -> TenantPart {
    let (group, name) = (request.required("groupId"), request.required("list"))
    let columns = (request.configuration["columns"]?.arrayValue ?? []).map(column)
    let wanted = columns.map { shown($0.name, $0.kind, isRequired: $0.isRequired) }
    return .object(
      ObjectWish("list", "the list \(name)", content(name, wanted)),
      ObjectRequests(
        find: "GET /sites/{id}/lists", create: "POST /sites/{id}/lists", remove: "DELETE /sites/{id}/lists/{id}"),
      find: { _, access throws(AdminError) in
        let graph = try await access.graph()
        guard let site = try await graph.site(ofGroup: group) else { return nil }
        let lists = try await graph.lists(ofSite: site.id)
        guard let list = lists.first(where: { $0.displayName.lowercased() == name.lowercased() }) else { return nil }
        // Whoever names no columns takes the list with those it has.
        guard !columns.isEmpty else { return FoundObject(id: list.id, content(name, [])) }
        guard let known = try await graph.columns(ofList: list.id, site: site.id) else { return nil }
        return FoundObject(id: list.id, content(name, columns.compactMap { shown($0, among: known) }))
      },
      create: { _, _, access throws(AdminError) in
        let graph = try await access.graph()
        guard let site = try await graph.waitForSite(ofGroup: group, deadline: .seconds(120)) else {
          throw AdminError(
            .deadlinePassed, "The group's site is not ready yet; try again in some minutes.", isRetryable: true,
            retryAfter: .seconds(60))
        }
        return try await graph.createList(NewSiteList(displayName: name, columns: columns), onSite: site.id).id
      },
      remove: { id, _, access throws(AdminError) in
        let graph = try await access.graph()
        guard let site = try await graph.site(ofGroup: group) else { return }
        try await graph.deleteList(id, ofSite: site.id)
      })
  }

  // What is compared: the columns that were named. Every list has others besides.

  private static func content(_ name: String, _ columns: [JSONValue]) -> JSONObject {
    columns.isEmpty ? ["name": .string(name)] : ["name": .string(name), "columns": .array(columns)]
  }

  /// - Parameter kind: `nil` for one that nobody can ask for here.
  private static func shown(_ name: String, _ kind: NewSiteList.Column.Kind?, isRequired: Bool) -> JSONValue {
    var object: JSONObject = ["name": .string(name)]
    if case .choice(let choices)? = kind {
      object["type"] = "choice"
      object["choices"] = .strings(choices)
    } else {
      object["type"] = .string(columnKinds.first { $0.value == kind }?.key ?? "other")
    }
    object["required"] = .bool(isRequired)
    return .object(object)
  }

  /// What there is of a column; `nil` where the list has none of that name. SharePoint may write names another way, and
  /// shows them as they were given.
  private static func shown(_ column: NewSiteList.Column, among known: [SiteListColumn]) -> JSONValue? {
    let name = column.name.lowercased()
    let own = known.first { $0.name.lowercased() == name } ?? known.first { $0.displayName.lowercased() == name }
    return own.map { shown(column.name, $0.kind, isRequired: $0.isRequired) }
  }

  private static func column(_ json: JSONValue) -> NewSiteList.Column {
    let choices = (json["choices"]?.arrayValue ?? []).compactMap(\.stringValue)
    let kind = columnKinds[json["type"]?.stringValue ?? ""] ?? .choice(choices)
    var column = NewSiteList.Column(json["name"]?.stringValue ?? "", kind)
    column.isRequired = json["required"] == true
    return column
  }

  // MARK: Licences

  private static func license(_ request: ConnectionRequest) -> TenantPart {
    let (group, sku) = (request.required("groupId"), request.required("skuId"))
    return .setting(
      "license", "the licence \(request.required("license")) of \(request.required("groupName"))",
      to: ["assigned": true], PartRequests(read: "GET /groups/{id}", write: "POST /groups/{id}/assignLicense"),
      read: { access throws(AdminError) in
        ["assigned": .bool(try await access.graph().group(id: group).licenses.contains(sku))]
      },
      write: { values, access throws(AdminError) in
        let isAssigned = values["assigned"] == true
        try await access.graph().assignLicenses(
          toGroup: group, adding: isAssigned ? [DirectoryUser.AssignedLicense(sku: sku)] : [],
          removing: isAssigned ? [] : [sku])
      })
  }
}
