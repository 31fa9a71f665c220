import AdminCore

/// `/users/{user}/mailFolders/inbox/messageRules`: what Exchange does with arriving mail for a mailbox's owner.
enum InboxRuleRoutes {
  private static let path = "/users/{user}/mailFolders/{folder}/messageRules"
  private static let readers = ["MailboxSettings.Read", "MailboxSettings.ReadWrite"]
  private static let writers = ["MailboxSettings.ReadWrite"]
  /// All rules of a mailbox together.
  private static let maximumSize = 256 << 10

  static let routes = [
    Route("GET", path, .outlook, permissions: readers, options: [.select, .filter, .top, .skip, .count]) {
      state, call throws(GraphFailure) in
      let rules = try mailbox(call, state).rules.values.sorted { $0.sequence < $1.sequence }
      return try CollectionQuery(InboxRuleModel.rule, call, .outlook).answer(
        rules, context: context(call), id: \.id, json: \.json)
    },
    Route("POST", path, .outlook, permissions: writers, handler: create),
    Route("GET", path + "/{rule}", .outlook, permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      try answer(try require(call, state).rule, call)
    },
    Route("PATCH", path + "/{rule}", .outlook, permissions: writers, handler: update),
    Route("DELETE", path + "/{rule}", .outlook, permissions: writers) { state, call throws(GraphFailure) in
      let (mailbox, rule) = try require(call, state)
      state.mailboxes.update(mailbox.ownerID) { $0.rules[rule.id] = nil }
      state.record(.inboxRuleDeleted, "\(mailbox.address): \(rule.displayName)")
      return .empty(204)
    },
  ]

  private static func context(_ call: GraphCall) -> String {
    "users('\(PercentEncoding.encode(call["user"]))')/mailFolders('inbox')/messageRules"
  }

  private static func answer(_ rule: InboxRule, _ call: GraphCall, status: Int = 200) throws(GraphFailure)
    -> GraphAnswer
  {
    try call.answer(rule.json, InboxRuleModel.rule, context: context(call), status: status)
  }

  private static func mailbox(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> Mailbox {
    let mailbox = try state.requireMailbox(call["user"])
    guard let folder = mailbox.folder(call["folder"]) else { throw .noSuchItem() }
    guard folder == .inbox else {
      throw GraphFailure(400, "ErrorInvalidRequest", "Rules are supported for the inbox folder only.")
    }
    return mailbox
  }

  private static func require(
    _ call: GraphCall, _ state: TenantState
  ) throws(GraphFailure) -> (mailbox: Mailbox, rule: InboxRule) {
    let mailbox = try mailbox(call, state)
    guard let rule = mailbox.rules[call["rule"]] else { throw .noSuchItem() }
    return (mailbox, rule)
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let mailbox = try mailbox(call, state)
    let body = try call.object(InboxRuleModel.rule, for: .create)
    guard let name = body["displayName"]?.stringValue, !name.isEmpty else { throw missing("displayName") }
    guard let actions = body["actions"]?.objectValue, !actions.isEmpty else { throw missing("actions") }
    let last = mailbox.rules.values.map(\.sequence).max() ?? 0
    var rule = InboxRule(
      id: state.identifiers.token(bytes: 12), displayName: name, sequence: last + 1, isEnabled: true, conditions: [:],
      exceptions: [:], actions: actions)
    try apply(body, to: &rule)
    try store(rule, in: mailbox, &state)
    state.record(.inboxRuleCreated, "\(mailbox.address): \(name)")
    return try answer(rule, call, status: 201)
  }

  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (mailbox, present) = try require(call, state)
    var rule = present
    try apply(try call.object(InboxRuleModel.rule, for: .update), to: &rule)
    try store(rule, in: mailbox, &state)
    state.record(.inboxRuleChanged, "\(mailbox.address): \(rule.displayName)")
    return try answer(rule, call)
  }

  private static func missing(_ name: String) -> GraphFailure {
    GraphFailure(400, "ErrorInvalidRequest", "The property '\(name)' is missing.", target: name)
  }

  private static func apply(_ body: JSONObject, to rule: inout InboxRule) throws(GraphFailure) {
    rule.displayName = body["displayName"]?.stringValue ?? rule.displayName
    rule.isEnabled = body["isEnabled"]?.boolValue ?? rule.isEnabled
    rule.sequence = body["sequence"]?.intValue ?? rule.sequence
    guard rule.sequence >= 1 else {
      throw GraphFailure(400, "ErrorInvalidRequest", "The sequence of a rule begins at 1.", target: "sequence")
    }
    if let value = body["conditions"] { rule.conditions = given(value) }
    if let value = body["exceptions"] { rule.exceptions = given(value) }
    if let value = body["actions"]?.objectValue { rule.actions = given(.object(value)) }
    for action in ["forwardTo", "redirectTo", "forwardAsAttachmentTo"] {
      guard let wrong = rule.targets(action).first(where: { !AddressList.isAddress($0) }) else { continue }
      throw GraphFailure(
        400, "ErrorInvalidRecipients", "The recipient '\(VisibleText.excerpt(wrong))' isn't valid.", target: action)
    }
  }

  private static func given(_ value: JSONValue) -> JSONObject {
    JSONObject((value.objectValue ?? [:]).members.filter { !$0.value.isNull })
  }

  private static func store(
    _ rule: InboxRule, in mailbox: Mailbox, _ state: inout TenantState
  ) throws(GraphFailure) {
    var rules = mailbox.rules
    rules[rule.id] = rule
    let size = rules.values.reduce(0) { $0 + JSONValue.object($1.json).serialized.count }
    guard size <= maximumSize else {
      throw GraphFailure(400, "ErrorInboxRulesValidationError", "The rules exceed the quota for rules of the mailbox.")
    }
    let stored = rules
    state.mailboxes.update(mailbox.ownerID) { $0.rules = stored }
  }
}
