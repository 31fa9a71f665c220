import AdminCore

/// Lists of a site.
enum ListRoutes {
  private static let writers = ["Sites.Manage.All", "Sites.ReadWrite.All", "Sites.FullControl.All"]

  static let routes = [
    Route(
      "GET", "/sites/{site}/lists", .sharePoint, permissions: SiteRoutes.siteReaders,
      options: [.select, .expand, .top, .skipToken]
    ) { state, call throws(GraphFailure) in
      let site = try state.requireSite(call["site"])
      return try CollectionQuery(SharePointModel.list, call, .sharePoint, expandable: ["columns"]).answer(
        lists(of: site, state), context: "sites('\(site.id)')/lists", id: \.id
      ) { list in json(list, in: site) }
    },
    Route("POST", "/sites/{site}/lists", .sharePoint, permissions: writers, handler: create),
    Route(
      "GET", "/sites/{site}/lists/{list}", .sharePoint, permissions: SiteRoutes.siteReaders,
      options: [.select, .expand]
    ) { state, call throws(GraphFailure) in
      let (site, list) = try require(call, state)
      return try call.answer(
        json(list, in: site), SharePointModel.list, context: "sites('\(site.id)')/lists", expandable: ["columns"])
    },
    Route(
      "DELETE", "/sites/{site}/lists/{list}", .sharePoint, permissions: ["Sites.Manage.All", "Sites.FullControl.All"]
    ) { state, call throws(GraphFailure) in
      let (site, list) = try require(call, state)
      guard state.siteContents[site.id]?.lists[list.id] != nil else { throw Workload.sharePoint.accessDenied }
      state.siteContents[site.id]?.lists[list.id] = nil
      state.record(.listDeleted, "\(site.displayName): \(list.displayName)", id: list.id)
      return .empty(204)
    },
    Route(
      "POST", "/sites/{site}/lists/{list}/columns", .sharePoint,
      permissions: ["Sites.Manage.All", "Sites.FullControl.All"]
    ) { state, call throws(GraphFailure) in
      let (site, list) = try require(call, state)
      let column = try column(
        try call.object(SharePointModel.column, for: .create), besides: list.columns, id: state.identifiers.guid())
      guard state.siteContents[site.id]?.lists[list.id] != nil else { throw Workload.sharePoint.accessDenied }
      state.siteContents[site.id]?.lists.update(list.id) { $0.columns.append(column) }
      state.record(.listColumnCreated, "\(list.displayName): \(column["name"]?.stringValue ?? "")", id: list.id)
      return try call.answer(column, SharePointModel.column, context: "columns", status: 201)
    },
  ]

  /// Every site has a library from the start.
  private static func lists(of site: Site, _ state: TenantState) -> [SiteList] {
    let library = SiteList(
      id: IdentifierSource.derivedGUID("library \(site.id)"), displayName: "Documents", description: "",
      template: "documentLibrary", createdAt: site.createdAt, columns: [])
    return [library] + (state.siteContents[site.id]?.lists.values ?? [])
  }

  /// - Note: a list is found by its id or by its name.
  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> (Site, SiteList) {
    let site = try state.requireSite(call["site"])
    let key = call["list"].lowercased()
    guard let list = lists(of: site, state).first(where: { $0.id == key || $0.displayName.lowercased() == key }) else {
      throw TenantState.noSuchItem
    }
    return (site, list)
  }

  private static func json(_ list: SiteList, in site: Site) -> JSONObject {
    let time = JSONValue.string(list.createdAt.iso8601Seconds)
    return [
      "id": .string(list.id), "displayName": .string(list.displayName), "name": .string(list.displayName),
      "description": .string(list.description), "createdDateTime": time, "lastModifiedDateTime": time,
      "webUrl": .string("\(site.webURL)/Lists/\(PercentEncoding.encode(list.displayName))"),
      "eTag": .string("\"\(list.id),1\""), "parentReference": ["siteId": .string(site.id)],
      "list": ["contentTypesEnabled": false, "hidden": false, "template": .string(list.template)],
      "columns": .array(list.columns.map(JSONValue.object)),
    ]
  }

  private static func invalid(_ message: String) -> GraphFailure {
    GraphFailure(400, "invalidRequest", message, inner: "invalidRequest")
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let site = try state.requireSite(call["site"])
    let body = try call.object(SharePointModel.list, for: .create)
    guard let name = body["displayName"]?.stringValue, !name.isEmpty else {
      throw invalid("The list's displayName must be given.")
    }
    guard !lists(of: site, state).contains(where: { $0.displayName.lowercased() == name.lowercased() }) else {
      throw GraphFailure(
        409, "nameAlreadyExists", "The specified name is already in use.", inner: "nameAlreadyExists")
    }
    let template = body["list"]?["template"]?.stringValue ?? "genericList"
    let known = ["genericList", "documentLibrary", "tasks", "survey", "links", "announcements", "contacts", "events"]
    guard known.contains(template) else { throw invalid("The list template '\(template)' is not known.") }
    var columns: [JSONObject] = []
    for value in body["columns"]?.arrayValue ?? [] {
      columns.append(try column(value.objectValue ?? [:], besides: columns, id: state.identifiers.guid()))
    }
    let list = SiteList(
      id: state.identifiers.guid(), displayName: name, description: body["description"]?.stringValue ?? "",
      template: template, createdAt: state.now, columns: columns)
    state.siteContents[site.id, default: SiteContents()].lists[list.id] = list
    state.record(.listCreated, "\(site.displayName): \(name)", id: list.id)
    return try call.answer(
      json(list, in: site), SharePointModel.list, context: "sites('\(site.id)')/lists", status: 201)
  }

  /// A column has a name of its own and says by one facet what it holds.
  private static func column(
    _ body: JSONObject, besides others: [JSONObject], id: String
  ) throws(GraphFailure) -> JSONObject {
    guard let name = body["name"]?.stringValue, !name.isEmpty else { throw invalid("A column's name must be given.") }
    guard !others.contains(where: { $0["name"]?.stringValue?.lowercased() == name.lowercased() }) else {
      throw GraphFailure(
        409, "nameAlreadyExists", "The column '\(name)' exists already.", inner: "nameAlreadyExists")
    }
    let facets = SharePointModel.columnFacets.filter { body[$0.name] != nil }
    guard facets.count == 1 else { throw invalid("The column '\(name)' must say by exactly one facet what it holds.") }
    let head: JSONObject = ["id": .string(id), "name": .string(name), "displayName": .string(name)]
    return head.merging(body)
  }
}
