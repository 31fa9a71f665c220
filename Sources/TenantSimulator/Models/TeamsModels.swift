/// The types of Teams, as far as the simulator knows them.
enum TeamsModel {
  static let memberSettings = ModelType(
    "teamMemberSettings",
    .of(
      .boolean, "allowCreateUpdateChannels", "allowCreatePrivateChannels", "allowDeleteChannels", "allowAddRemoveApps",
      "allowCreateUpdateRemoveTabs", "allowCreateUpdateRemoveConnectors"))

  static let guestSettings = ModelType(
    "teamGuestSettings", .of(.boolean, "allowCreateUpdateChannels", "allowDeleteChannels"))

  static let messagingSettings = ModelType(
    "teamMessagingSettings",
    .of(
      .boolean, "allowUserEditMessages", "allowUserDeleteMessages", "allowOwnerDeleteMessages", "allowTeamMentions",
      "allowChannelMentions"))

  static let funSettings = ModelType(
    "teamFunSettings",
    .of(.boolean, "allowGiphy", "allowStickersAndMemes", "allowCustomMemes") + [
      ModelProperty("giphyContentRating", .enumeration(["strict", "moderate"]))
    ])

  static let summary = ModelType("teamSummary", .of(.int32, "ownersCount", "membersCount", "guestsCount"))

  static let member = ModelType(
    "aadUserConversationMember",
    [
      ModelProperty("id", .text, .byDefault, filter: .full),
      ModelProperty("roles", .collection(.text), [.byDefault, .writable], filter: .full),
      ModelProperty("displayName", .text, .byDefault, filter: .full),
      ModelProperty("visibleHistoryStartDateTime", .dateTime, .byDefault),
      ModelProperty("userId", .text, .byDefault, filter: .full),
      ModelProperty("email", .text, .byDefault, filter: .full),
      ModelProperty("tenantId", .text, .byDefault),
      ModelProperty("user@odata.bind", .binding, .onCreate),
    ])

  static let team = ModelType(
    "team",
    [
      ModelProperty("id", .guid, .byDefault),
      ModelProperty("createdDateTime", .dateTime, .byDefault),
      ModelProperty("displayName", .string(maximum: 256), [.byDefault, .writable]),
      ModelProperty("description", .string(maximum: 1024), [.byDefault, .writable]),
      ModelProperty("visibility", .enumeration(["private", "public", "hiddenMembership"]), [.byDefault, .writable]),
      ModelProperty("isArchived", .boolean, .byDefault),
      ModelProperty("memberSettings", .complex(memberSettings), [.byDefault, .writable]),
      ModelProperty("guestSettings", .complex(guestSettings), [.byDefault, .writable]),
      ModelProperty("messagingSettings", .complex(messagingSettings), [.byDefault, .writable]),
      ModelProperty("funSettings", .complex(funSettings), [.byDefault, .writable]),
      ModelProperty("summary", .complex(summary), .byDefault),
      ModelProperty("members", .collection(.complex(member)), .onCreate),
      ModelProperty("template@odata.bind", .binding, .onCreate),
      ModelProperty("group@odata.bind", .binding, .onCreate),
    ] + .of(.text, .byDefault, "internalId", "classification", "specialization", "webUrl", "tenantId"))

  static let channelSummary = ModelType(
    "channelSummary",
    summary.properties + [ModelProperty("hasMembersFromOtherTenants", .boolean)])

  static let channel = ModelType(
    "channel",
    [
      ModelProperty("id", .text, .byDefault, filter: .full),
      ModelProperty("createdDateTime", .dateTime, .byDefault),
      ModelProperty("displayName", .text, [.byDefault, .writable], filter: .full),
      ModelProperty("description", .string(maximum: 1024), [.byDefault, .writable]),
      ModelProperty(
        "membershipType", .enumeration(Channel.Membership.allCases.map(\.rawValue)), [.byDefault, .onCreate],
        filter: .full),
      ModelProperty("isArchived", .boolean, .byDefault),
      ModelProperty("isFavoriteByDefault", .boolean, .byDefault),
      ModelProperty("summary", .complex(channelSummary)),
      ModelProperty("members", .collection(.complex(member)), .onCreate),
    ] + .of(.text, .byDefault, "email", "webUrl", "tenantId"))

  static let tabConfiguration = ModelType(
    "teamsTabConfiguration", .of(.text, "entityId", "contentUrl", "websiteUrl", "removeUrl"))

  static let tab = ModelType(
    "teamsTab",
    [
      ModelProperty("id", .text, .byDefault),
      ModelProperty("displayName", .string(maximum: 128), [.byDefault, .writable], filter: .full),
      ModelProperty("webUrl", .text, .byDefault),
      ModelProperty("configuration", .complex(tabConfiguration), [.byDefault, .writable]),
      ModelProperty("teamsApp", .navigation),
      ModelProperty("teamsApp@odata.bind", .binding, .onCreate),
    ])

  static let app = ModelType(
    "teamsApp",
    [
      ModelProperty("id", .text, .byDefault, filter: .full),
      ModelProperty("externalId", .text, .byDefault, filter: .full),
      ModelProperty("displayName", .text, .byDefault, filter: .full),
      ModelProperty("distributionMethod", .enumeration(["store", "organization"]), .byDefault, filter: .full),
      ModelProperty("appDefinitions", .navigation),
    ])

  static let installation = ModelType(
    "teamsAppInstallation",
    [
      ModelProperty("id", .text, .byDefault),
      ModelProperty("teamsApp", .complex(app), filter: .full),
      ModelProperty("teamsAppDefinition", .navigation),
      ModelProperty("teamsApp@odata.bind", .binding, .onCreate),
    ])

  static let operation = ModelType(
    "teamsAsyncOperation",
    .of(
      .text, .byDefault, "id", "operationType", "createdDateTime", "status", "lastActionDateTime", "attemptsCount",
      "targetResourceId", "targetResourceLocation", "error"))
}
