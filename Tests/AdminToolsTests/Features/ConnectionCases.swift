import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// One way to make a connection, for tests that go over all of them.
struct ConnectionCase: Sendable, CustomTestStringConvertible {
  typealias Configuration = @Sendable (AdminHarness) async throws -> JSONObject

  let source: String
  let target: String
  /// Tells cases of the same pair apart.
  var variant = ""
  let configuration: Configuration
  /// What undoing it leaves behind, so that the tenant is not as before.
  var leaves: String?

  var testDescription: String { "\(source) to \(target)\(variant.isEmpty ? "" : " (\(variant))")" }

  func arguments(_ harness: AdminHarness) async throws -> JSONObject {
    [
      "sourceService": .string(source), "targetService": .string(target),
      "connectionConfig": .object(try await configuration(harness)),
    ]
  }

  private static let address = FeatureCase.user

  static let all: [ConnectionCase] = teams + groups + notices + applications + others

  private static let teams: [ConnectionCase] = [
    ConnectionCase(source: "teams", target: "sharepoint") { harness in
      ["teamId": try await harness.groupID("Closings"), "title": "Files"]
    },
    ConnectionCase(source: "teams", target: "planner") { harness in
      ["teamId": try await harness.groupID("Closings"), "title": "Closings", "buckets": ["To do", "Done"]]
    },
    ConnectionCase(source: "teams", target: "app") { harness in
      ["teamId": try await harness.groupID("Closings"), "teamsAppId": "Closing Checklist"]
    },
    ConnectionCase(source: "user", target: "teams-app") { _ in
      ["user": .string(address), "teamsAppId": "Closing Checklist"]
    },
  ]

  private static let groups: [ConnectionCase] = [
    ConnectionCase(source: "group", target: "planner") { harness in
      ["groupId": try await harness.groupID("Management"), "title": "Budget"]
    },
    ConnectionCase(
      source: "group", target: "teams",
      configuration: { harness in ["groupId": .string(try await harness.newGroup("Archive"))] }, leaves: "the team"),
    ConnectionCase(source: "group", target: "sharepoint-list") { harness in
      [
        "groupId": try await harness.groupID("Closings"), "list": "Lenders",
        "columns": [
          ["name": "City", "type": "text"], ["name": "Rating", "type": "choice", "choices": ["A", "B"]],
          ["name": "Since", "type": "dateTime", "required": true],
        ],
      ]
    },
    ConnectionCase(source: "group", target: "license") { harness in
      ["groupId": try await harness.groupID("VPN Users"), "license": "POWER_BI_STANDARD"]
    },
  ]

  private static let hook: JSONValue = "https://hooks.harbourfinch.example/m365"

  private static let notices: [ConnectionCase] = [
    ConnectionCase(source: "users", target: "webhook") { _ in ["notificationUrl": hook] },
    ConnectionCase(source: "groups", target: "webhook") { _ in ["notificationUrl": hook, "days": 7] },
    ConnectionCase(source: "mail", target: "webhook") { _ in ["notificationUrl": hook, "mailbox": .string(address)] },
    ConnectionCase(source: "drive", target: "webhook") { harness in
      ["notificationUrl": hook, "groupId": try await harness.groupID("Closings")]
    },
    ConnectionCase(source: "list", target: "webhook") { harness in
      let graph = try await harness.services.tenant.value().graph
      let site = try await graph.site(id: "root")
      let list = try #require(try await graph.lists(ofSite: site.id).first)
      return ["notificationUrl": hook, "siteId": .string(site.id), "listId": .string(list.id)]
    },
  ]

  private static let applications: [ConnectionCase] = [
    ConnectionCase(source: "app", target: "sharepoint-site") { harness in
      ["appId": .string(try await harness.otherApplication()), "siteId": "root", "role": "read"]
    },
    ConnectionCase(source: "app", target: "graph") { harness in
      ["appId": .string(try await harness.otherApplication()), "role": "Sites.Selected"]
    },
    ConnectionCase(source: "app", target: "users") { harness in
      ["appId": .string(try await harness.otherApplication()), "scopes": ["User.Read", "Mail.Read"]]
    },
    ConnectionCase(source: "entra", target: "gallery-app", configuration: { _ in ["template": "DocuSign"] }),
    ConnectionCase(source: "external-data", target: "search") { _ in
      [
        "id": "closingsarchive", "name": "Closings archive", "description": "Closed files since 1998.",
        "schema": [
          ["name": "title", "type": "string", "searchable": true, "labels": ["title"]],
          ["name": "closedAt", "type": "dateTime", "queryable": true],
        ],
      ]
    },
  ]

  private static let others: [ConnectionCase] = [
    ConnectionCase(source: "folder", target: "people") { harness in
      let graph = try await harness.services.tenant.value().graph
      let group = try await harness.groupID("Closings").stringValue ?? ""
      let drive = try #require(try await graph.drive(ofGroup: group))
      let folder = try await graph.createFolder("Deeds", in: "root", ofDrive: drive.id)
      return [
        "driveId": .string(drive.id), "itemId": .string(folder.id),
        "emails": [.string(address), "clerk@bank.example"], "role": "write",
      ]
    },
    delegate("fullAccess"), delegate("sendAs"), delegate("sendOnBehalf"),
    ConnectionCase(source: "exchange", target: "message-trace", configuration: { _ in [:] }),
    ConnectionCase(source: "exchange", target: "smarthost", variant: "outbound") { _ in
      [
        "direction": "outbound", "name": "To the bank", "smartHosts": ["mx.bank.example"],
        "recipientDomains": ["bank.example"], "tls": "DomainValidation", "tlsDomain": "bank.example",
      ]
    },
    ConnectionCase(source: "exchange", target: "smarthost", variant: "inbound") { _ in
      [
        "direction": "inbound", "name": "From the bank", "senderDomains": ["bank.example"],
        "certificateName": "mx.bank.example",
      ]
    },
  ]

  private static func delegate(_ right: String) -> ConnectionCase {
    ConnectionCase(source: "mailbox", target: "delegate", variant: right) { harness in
      ["mailbox": .string("closings@\(harness.domain)"), "user": .string(address), "right": .string(right)]
    }
  }
}

extension AdminHarness {
  func groupID(_ name: String) async throws -> JSONValue {
    let group = await state("groups").first { $0["displayName"] == .string(name) }
    return try #require(group?["id"])
  }

  /// A group without a team, owned by somebody with a licence.
  func newGroup(_ name: String) async throws -> String {
    let graph = try await services.tenant.value().graph
    let owner = try await graph.user(address: FeatureCase.user).id
    return try await graph.createGroup(
      NewGroup(displayName: name, mailNickname: name.lowercased(), owners: [owner])
    ).id
  }

  /// An application of the tenant that is not the server's own.
  func otherApplication() async throws -> String {
    let own = tenant.credentials.clientID.lowercased()
    let services = ["00000003-0000-0000-c000-000000000000", "00000002-0000-0ff1-ce00-000000000000"]
    let others = await state("servicePrincipals").compactMap { $0["appId"]?.stringValue }
      .filter { $0 != own && !services.contains($0) && $0 != MessageTraceService.appID }
    if let known = others.first { return known }
    let graph = try await self.services.tenant.value().graph
    let id = try #require(GUID("4ae1bf56-f562-4747-b7bc-2fa0874ed46f"))
    return try await graph.createServicePrincipal(appID: id).appID
  }
}
