import AdminCore
import Cryptography

/// The tenant as `GET /state` shows it: everything there is, in plain words, for tests and for the curious.
struct StateReport {
  let state: TenantState

  /// Every part by its name, in the order of the report.
  static let parts = [
    "tenant", "application", "users", "deletedUsers", "groups", "deletedGroups", "directorySettings", "sites", "drives",
    "servicePrincipals", "appRoleAssignments", "permissionGrants", "plans", "subscriptions", "externalConnections",
    "settings", "policies", "directoryAudits",
    "products", "mailboxes", "sentMail", "trace", "exchange", "dns", "uploads", "effects", "counts",
  ]

  func part(_ name: String) -> JSONValue? {
    switch name {
    case "tenant": tenant
    case "application": application
    case "users": .array(state.users.values.map { .object(user($0)) })
    case "deletedUsers": .array(state.deletedUsers.values.map { .object(user($0)) })
    case "groups": .array(state.groups.values.map { .object(group($0)) })
    case "deletedGroups": .array(state.deletedGroups.values.map { .object(group($0)) })
    case "directorySettings": .array(state.directorySettings.map { .object($0.json) })
    case "servicePrincipals": .array(state.servicePrincipals.values.map { .object($0.json.dropping("appRoles")) })
    case "appRoleAssignments": .array(state.appRoleAssignments.values.map { .object(state.json($0)) })
    case "permissionGrants": .array(state.permissionGrants.values.map { .object($0.json) })
    case "plans": .array(state.plans.values.map { .object(plan($0)) })
    case "subscriptions": .array(state.subscriptions.values.map { .object($0.json(tellsSecret: true)) })
    case "externalConnections":
      .array(state.externalConnections.values.map { .object($0.json(now: state.now)) })
    case "settings": settings
    case "policies": policies
    case "directoryAudits": .array(state.directoryAudits.map(JSONValue.object))
    case "sites": sites
    case "drives": drives
    case "products": .array(state.products.map { .object(state.json($0)) })
    case "mailboxes": .array(state.mailboxes.values.map { .object(mailbox($0)) })
    case "sentMail": .array(state.transport.sent.map { .object(sent($0)) })
    case "trace": .array(state.transport.trace.map { .object(row($0)) })
    case "exchange": .object(state.exchange.current.json)
    case "dns":
      .object(
        JSONObject(state.dns.sorted { $0.key < $1.key }.map { JSONObject.Member(key: $0, value: .string($1)) }))
    case "uploads": .array(state.uploads.values.map { .object(upload($0)) })
    case "effects": .array(state.effects.map(\.json))
    case "counts": .object(counts)
    default: nil
    }
  }

  private var tenant: JSONValue {
    .object(
      state.organization.json.merging([
        "domains": .array(state.organization.domains.map { .object($0.json) }), "now": .string(state.now.iso8601),
      ]))
  }

  private var application: JSONValue {
    let application = state.application
    return [
      "clientId": .string(application.clientID), "displayName": .string(application.displayName),
      "servicePrincipalId": .string(application.servicePrincipalID),
      "certificateThumbprints": .strings(application.certificates.map { Hex.encode($0.thumbprint) }),
      "identityHeader": .string(application.identityHeader),
      "roles": .strings(
        state.servicePrincipals.values.flatMap { resource in
          state.roles(of: application.servicePrincipalID, at: resource)
        }),
    ]
  }

  private func user(_ user: User) -> JSONObject {
    state.json(user).merging([
      "managerId": .optional(user.managerID), "directoryRoles": .strings(user.roles),
      "licenses": .strings(user.effectiveLicenses.map { state.product($0.skuID)?.partNumber ?? $0.skuID }),
      "mustChangePassword": .bool(user.mustChangePassword),
      "apps": .strings((state.personalApps[user.id] ?? Table()).values.map(\.appID)),
      // For a test that wants to know whether the right password arrived.
      "passwordSHA256": .string(Hex.encode(user.passwordHash)),
    ])
  }

  private func group(_ group: Group) -> JSONObject {
    var object = state.json(group).merging([
      "owners": .strings(group.owners), "members": .strings(group.members),
      "settings": .array(group.settings.map { .object($0.json) }),
    ])
    object["team"] = group.team.map { .object(team($0, of: group)) }
    return object
  }

  private func team(_ team: Team, of group: Group) -> JSONObject {
    team.settings.merging([
      "isReady": .bool(team.readyAt <= state.now), "isArchived": .bool(team.isArchived),
      "members": .strings(state.roster(of: group).map(\.user.id)),
      "channels": .array(team.channels.values.map { .object(channel($0, of: group)) }),
      "apps": .strings(team.apps.values.map(\.appID)),
    ])
  }

  private func channel(_ channel: Channel, of group: Group) -> JSONObject {
    let people = channel.membership == .standard ? [] : state.roster(of: channel, in: group)
    return [
      "id": .string(channel.id), "displayName": .string(channel.displayName),
      "description": .optional(channel.description), "membershipType": .string(channel.membership.rawValue),
      "isReady": .bool(channel.readyAt <= state.now), "owners": .strings(people.filter(\.isOwner).map(\.user.id)),
      "members": .strings(people.map(\.user.id)),
      "tabs": .array(channel.tabs.values.map { .object(state.json($0)) }),
    ]
  }

  /// Every setting that there is one of, by its path.
  private var settings: JSONValue {
    .object(
      JSONObject(
        (TenantSetting.all + AuthenticationMethod.all.map(\.setting)).map { setting in
          JSONObject.Member(key: String(setting.path.dropFirst()), value: .object(state.value(of: setting)))
        }))
  }

  private var policies: JSONValue {
    [
      "conditionalAccess": .array(state.conditionalAccessPolicies.values.map(JSONValue.object)),
      "activityBasedTimeout": .array(state.timeoutPolicies.values.map(JSONValue.object)),
      "groupLifecycle": state.groupLifecycle.map { .object($0.json) } ?? .null,
    ]
  }

  private func plan(_ plan: PlannerPlan) -> JSONObject {
    let buckets = state.buckets.values.filter { $0.planID == plan.id }
    return plan.json(creator: state.application.clientID).merging(["buckets": .strings(buckets.map(\.name))])
  }

  /// What somebody has put into sites and drives, by their ids.
  private var sites: JSONValue {
    .object(
      JSONObject(
        state.siteContents.sorted { $0.key < $1.key }.map { id, contents in
          JSONObject.Member(
            key: id,
            value: [
              "lists": .array(
                contents.lists.values.map {
                  ["id": .string($0.id), "displayName": .string($0.displayName), "template": .string($0.template)]
                }),
              "permissions": .array(contents.permissions.values.map { .object($0.json) }),
            ])
        }))
  }

  private var drives: JSONValue {
    .object(
      JSONObject(
        state.drives.sorted { $0.key < $1.key }.map { id, contents in
          JSONObject.Member(
            key: id,
            value: [
              "items": .array(contents.items.values.map { ["id": .string($0.id), "name": .string($0.name)] }),
              "permissions": .array(
                contents.permissions.sorted { $0.key < $1.key }.flatMap { item, permissions in
                  permissions.values.map { .object($0.json.merging(["itemId": .string(item)])) }
                }),
            ])
        }))
  }

  private func mailbox(_ mailbox: Mailbox) -> JSONObject {
    [
      "ownerId": .string(mailbox.ownerID), "address": .string(mailbox.address), "kind": .string(mailbox.kind.rawValue),
      "isReady": .bool(mailbox.readyAt <= state.now && !mailbox.isInactive), "isInactive": .bool(mailbox.isInactive),
      "settings": .object(mailbox.settings.json), "configuration": .object(mailbox.configuration.current.json),
      "rules": .array(mailbox.rules.values.map { .object($0.json) }),
      "messages": .array(mailbox.messages.values.map { .object(message($0)) }),
    ]
  }

  private func message(_ message: MailMessage) -> JSONObject {
    var object: JSONObject = [
      "id": .string(message.id), "folder": .string(message.folder.rawValue), "isDraft": .bool(message.isDraft),
      "internetMessageId": .string(message.internetMessageID), "subject": .string(message.subject),
      "from": .optional(message.from?.address), "to": .strings(message.recipients.to.map(\.address)),
      "cc": .strings(message.recipients.cc.map(\.address)), "bcc": .strings(message.recipients.bcc.map(\.address)),
      "replyTo": .strings(message.replyTo.map(\.address)),
      "html": .optional(message.isHTML ? message.content : nil),
      "text": .optional(message.isHTML ? message.alternativeText : message.content),
      "importance": .string(message.importance), "isReadReceiptRequested": .bool(message.wantsReadReceipt),
      "isDeliveryReceiptRequested": .bool(message.wantsDeliveryReceipt),
      "headers": .array(message.headers.map(\.json)),
      "attachments": .array(message.attachments.map { .object(attachment($0)) }),
      "sentDateTime": .string(message.sentAt.iso8601),
    ]
    if let mime = message.mime { object["mime"] = .string(String(decoding: mime, as: UTF8.self)) }
    return object
  }

  private func attachment(_ attachment: MailAttachment) -> JSONObject {
    [
      "name": .string(attachment.name), "contentType": .string(attachment.contentType),
      "size": .int(attachment.bytes.count), "isInline": .bool(attachment.isInline),
      "contentId": .optional(attachment.contentID), "sha256": .string(Hex.encode(SHA256.hash(attachment.bytes))),
    ]
  }

  private func sent(_ mail: MailTransport.SentMail) -> JSONObject {
    JSONObject([
      JSONObject.Member(key: "mailbox", value: .string(mail.mailbox)),
      JSONObject.Member(key: "at", value: .string(mail.at.iso8601)),
      JSONObject.Member(key: "way", value: .string(mail.way)),
      JSONObject.Member(key: "form", value: mail.message.mime == nil ? "json" : "mime"),
    ]).merging(message(mail.message))
  }

  private func row(_ row: MailTransport.TraceRow) -> JSONObject {
    [
      "id": .string(row.id), "messageId": .string(row.internetMessageID), "senderAddress": .string(row.sender),
      "recipientAddress": .string(row.recipient), "subject": .string(row.subject), "size": .int(row.size),
      "receivedDateTime": .string(row.receivedAt.iso8601), "visibleAt": .string(row.visibleAt.iso8601),
      "status": .string(row.status), "events": .strings(row.events.map(\.name)),
    ]
  }

  private func upload(_ session: UploadSession) -> JSONObject {
    [
      "name": .string(session.name), "size": .int(session.size), "received": .int(session.bytes.count),
      "expiresAt": .string(session.expiresAt.iso8601),
    ]
  }

  /// How often each kind of change happened; kinds that never did are there with 0.
  private var counts: JSONObject {
    JSONObject(
      Effect.Kind.allCases.map { kind in
        JSONObject.Member(key: kind.rawValue, value: .int(state.effectCounts[kind] ?? 0))
      })
  }
}
