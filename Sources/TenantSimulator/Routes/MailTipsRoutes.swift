import AdminCore

/// `/users/{user}/getMailTips`: what is known of recipients before a mail goes out.
enum MailTipsRoutes {
  static let routes = [
    Route(
      "POST", "/users/{user}/getMailTips", .outlook,
      permissions: ["Mail.Read", "Mail.ReadWrite", "MailTips.ReadBasic.All"], handler: tips)
  ]

  private static let options: Set<String> = [
    "automaticReplies", "mailboxFullStatus", "customMailTip", "externalMemberCount", "totalMemberCount",
    "maxMessageSize", "deliveryRestriction", "moderationStatus", "recipientScope", "recipientSuggestions",
  ]

  @Sendable private static func tips(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    _ = try state.requireMailbox(call["user"])
    let parameters = try call.actionParameters(
      "getMailTips", ["emailAddresses", "mailTipsOptions"], required: ["emailAddresses"])
    guard let addresses = parameters["emailAddresses"]?.arrayValue?.map(\.stringValue),
      !addresses.contains(nil)
    else { throw GraphFailure(400, "RequestBodyRead", "The parameter 'emailAddresses' must be a list of texts.") }
    let wanted = Set(
      (parameters["mailTipsOptions"]?.stringValue ?? "").split { $0 == "," }.map(\.trimmingSpaces))
    if let unknown = wanted.first(where: { !options.contains($0) }) {
      throw GraphFailure(400, "RequestBodyRead", "Requested value '\(VisibleText.excerpt(unknown))' was not found.")
    }
    let current = state
    return .json(
      200,
      [
        "@odata.context": .string(call.context("Collection(microsoft.graph.mailTips)")),
        "value": .array(addresses.compactMap { $0 }.map { .object(tip($0, wanted, current)) }),
      ])
  }

  private static func tip(_ address: String, _ wanted: Set<String>, _ state: TenantState) -> JSONObject {
    let mailbox = state.mailboxID(forAddress: address).flatMap { state.mailboxes[$0] }
    var object: JSONObject = ["emailAddress": ["name": "", "address": .string(address)]]
    let domain = address.split(separator: "@").last ?? ""
    if mailbox == nil, state.organization.isVerified(domain) {
      object["error"] = [
        "code": "RecipientNotFound", "message": .string("No recipient is known under \(address)."),
      ]
      return object
    }
    if wanted.contains("automaticReplies") {
      let replies = mailbox?.settings.repliesAutomatically(at: state.now) == true
      let message = mailbox?.settings.json["automaticRepliesSetting"]?["internalReplyMessage"] ?? ""
      object["automaticReplies"] = ["message": replies ? message : ""]
    }
    if wanted.contains("mailboxFullStatus") { object["mailboxFull"] = false }
    if wanted.contains("deliveryRestriction") { object["deliveryRestricted"] = false }
    if wanted.contains("moderationStatus") { object["isModerated"] = false }
    if wanted.contains("maxMessageSize") { object["maxMessageSize"] = .int(TenantState.maximumMessageSize) }
    if wanted.contains("customMailTip") { object["customMailTip"] = "" }
    if wanted.contains("totalMemberCount") { object["totalMemberCount"] = 1 }
    if wanted.contains("externalMemberCount") {
      object["externalMemberCount"] = state.organization.isVerified(domain) ? 0 : 1
    }
    if wanted.contains("recipientScope") {
      object["recipientScope"] = state.organization.isVerified(domain) ? "internal" : "external"
    }
    return object
  }
}
