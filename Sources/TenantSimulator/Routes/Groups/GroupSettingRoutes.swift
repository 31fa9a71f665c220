import AdminCore

/// Settings made from templates, for the whole tenant and for one group.
enum GroupSettingRoutes {
  private static let readers = [
    "GroupSettings.Read.All", "GroupSettings.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All",
    "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  private static let writers = ["GroupSettings.ReadWrite.All", "Directory.ReadWrite.All"]
  private static let changers = writers + ["Policy.ReadWrite.Authorization"]

  static let routes = [
    Route("GET", "/groupSettingTemplates", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      try CollectionQuery(DirectoryModel.groupSettingTemplate, call, .directory).answer(
        DirectorySettingTemplate.all, context: "groupSettingTemplates", id: \.id, json: \.json)
    },
    Route("GET", "/groupSettings", permissions: readers, options: [.select]) { state, call throws(GraphFailure) in
      try list(state.directorySettings, "groupSettings", call)
    },
    Route("POST", "/groupSettings", permissions: writers, handler: createForTenant),
    Route("GET", "/groupSettings/{setting}", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let setting = try require(call["setting"], state.directorySettings)
      return try call.answer(setting.json, DirectoryModel.groupSetting, context: "groupSettings")
    },
    Route("PATCH", "/groupSettings/{setting}", permissions: changers) { state, call throws(GraphFailure) in
      let changed = try changed(call, state.directorySettings)
      state.directorySettings = state.directorySettings.map { $0.id == changed.id ? changed : $0 }
      state.record(.groupSettingChanged, changed.template.displayName, id: changed.id)
      return .empty(204)
    },
    Route("DELETE", "/groupSettings/{setting}", permissions: changers) { state, call throws(GraphFailure) in
      let setting = try require(call["setting"], state.directorySettings)
      state.directorySettings.removeAll { $0.id == setting.id }
      state.record(.groupSettingDeleted, setting.template.displayName, id: setting.id)
      return .empty(204)
    },
    Route("GET", "/groups/{group}/settings", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let group = try state.requireGroup(call["group"])
      return try list(group.settings, "groups('\(group.id)')/settings", call)
    },
    Route("POST", "/groups/{group}/settings", permissions: writers, handler: createForGroup),
    Route("PATCH", "/groups/{group}/settings/{setting}", permissions: changers) { state, call throws(GraphFailure) in
      let group = try state.requireReplicatedGroup(call["group"])
      let changed = try changed(call, group.settings)
      state.groups.update(group.id) { $0.settings = [changed] }
      state.record(.groupSettingChanged, group.displayName, id: group.id)
      return .empty(204)
    },
    Route("DELETE", "/groups/{group}/settings/{setting}", permissions: changers) { state, call throws(GraphFailure) in
      let group = try state.requireReplicatedGroup(call["group"])
      let setting = try require(call["setting"], group.settings)
      state.groups.update(group.id) { $0.settings.removeAll { $0.id == setting.id } }
      state.record(.groupSettingDeleted, group.displayName, id: group.id)
      return .empty(204)
    },
  ]

  private static func list(
    _ settings: [DirectorySetting], _ context: String, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    try CollectionQuery(DirectoryModel.groupSetting, call, .directory).answer(
      settings, context: context, id: \.id, json: \.json)
  }

  private static func require(
    _ id: String, _ settings: [DirectorySetting]
  ) throws(GraphFailure) -> DirectorySetting {
    guard let setting = settings.first(where: { $0.id == id.lowercased() }) else { throw .noSuchResource(id) }
    return setting
  }

  // MARK: Making

  @Sendable private static func createForTenant(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let setting = try made(
      call, from: [.groups, .passwords], besides: state.directorySettings, id: state.identifiers.guid())
    state.directorySettings.append(setting)
    state.record(.groupSettingCreated, setting.template.displayName, id: setting.id)
    return try call.answer(setting.json, DirectoryModel.groupSetting, context: "groupSettings", status: 201)
  }

  @Sendable private static func createForGroup(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let group = try state.requireReplicatedGroup(call["group"])
    guard group.kind == .microsoft365 else { throw .directory("The group does not support settings of its own.") }
    let setting = try made(call, from: [.guests], besides: group.settings, id: state.identifiers.guid())
    state.groups.update(group.id) { $0.settings.append(setting) }
    state.record(.groupSettingCreated, group.displayName, id: group.id)
    return try call.answer(
      setting.json, DirectoryModel.groupSetting, context: "groups('\(group.id)')/settings", status: 201)
  }

  private static func made(
    _ call: GraphCall, from templates: [DirectorySettingTemplate], besides others: [DirectorySetting], id: String
  ) throws(GraphFailure) -> DirectorySetting {
    let body = try call.object(DirectoryModel.groupSetting, for: .create)
    let templateID = body["templateId"]?.stringValue?.lowercased()
    guard let template = templates.first(where: { $0.id == templateID }) else {
      throw .invalidValue("templateId", of: "GroupSetting")
    }
    guard !others.contains(where: { $0.template.id == template.id }) else {
      throw .directory(
        "A conflicting object with one or more of the specified property values is present in the directory.")
    }
    return DirectorySetting(id: id, template: template, values: try values(body, of: template))
  }

  // MARK: Changing

  /// What the body leaves out goes back to the template's own value.
  private static func changed(
    _ call: GraphCall, _ settings: [DirectorySetting]
  ) throws(GraphFailure) -> DirectorySetting {
    var setting = try require(call["setting"], settings)
    let body = try call.object(DirectoryModel.groupSetting, for: .update)
    guard body["values"] != nil else {
      throw .directory("A value is required for property 'values' of resource 'GroupSetting'.")
    }
    setting.values = try values(body, of: setting.template)
    return setting
  }

  private static func values(
    _ body: JSONObject, of template: DirectorySettingTemplate
  ) throws(GraphFailure) -> [String: String] {
    var values: [String: String] = [:]
    for value in body["values"]?.arrayValue ?? [] {
      guard let name = value["name"]?.stringValue, let known = template.values.first(where: { $0.name == name }) else {
        throw .invalidValue("values/name", of: "GroupSetting")
      }
      guard let text = value["value"]?.stringValue, known.accepts(text) else {
        throw .invalidValue("values/\(name)", of: "GroupSetting")
      }
      values[name] = text
    }
    return values
  }
}
