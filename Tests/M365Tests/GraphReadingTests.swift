import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

@Suite("Reading by path", .timeLimit(.minutes(1)))
struct GraphReadingTests {
  private let fixture = GraphFixture()

  @Test("An object is read with the properties asked for and no others")
  func object() async throws {
    let world = try TenantGraph()
    let question = try GraphQuestion(
      "/users/nora.keane@harbourfinch.example/manager", select: ["id", "displayName"])
    guard case .object(let object) = try await world.graph.answer(question) else {
      Issue.record("no object")
      return
    }
    #expect(object["displayName"] == "Maeve Finch")
    #expect(Set(object.keys) == ["@odata.type", "id", "displayName"])
    #expect(question.permissions == [.userRead])
    fixture.transport.on(
      .get, "/v1.0/users/a", .json(200, ["id": "a", "mail": "x", "@odata.context": "c", "displayName": "A"]))
    guard case .object(let more) = try await fixture.graph.answer(GraphQuestion("/users/a", select: ["mail"])) else {
      Issue.record("no object")
      return
    }
    #expect(more.keys == ["mail"])
  }

  @Test("A list is read in small pages, filtered, and gone on with")
  func list() async throws {
    let world = try TenantGraph()
    let question = try GraphQuestion(
      "/users", select: ["displayName"], filter: "department eq 'Operations' and accountEnabled ne false", top: 2)
    guard case .list(let first) = try await world.graph.answer(question) else {
      Issue.record("no list")
      return
    }
    #expect(first.items.compactMap { $0["displayName"]?.stringValue } == ["Aoife Walsh", "Daniel Okafor"])
    #expect(first.total == 4)
    let link = try #require(first.next)
    guard case .list(let second) = try await world.graph.answer(question, continuing: link) else {
      Issue.record("no list")
      return
    }
    #expect(second.items.count == 2)
    #expect(second.next == nil)
  }

  @Test("Everything on the list can be asked for, and is an object or a list as it says", arguments: GraphReadable.all)
  func everyPath(_ readable: GraphReadable) async throws {
    let world = try TenantGraph(
      roles: [
        "Directory.ReadWrite.All", "Sites.FullControl.All", "Files.Read.All", "Tasks.ReadWrite.All", "Policy.Read.All",
        "SharePointTenantSettings.ReadWrite.All", "PeopleSettings.ReadWrite.All", "ReportSettings.ReadWrite.All",
        "OrgSettings-Microsoft365Install.ReadWrite.All", "ServiceHealth.Read.All", "ServiceMessage.Read.All",
        "AuditLog.Read.All", "ExternalConnection.ReadWrite.OwnedBy", "TeamMember.Read.All", "MailboxSettings.Read",
        "Channel.ReadBasic.All", "Domain.Read.All", "Group.ReadWrite.All", "User.Read.All",
      ])
    // What the simulated tenant does not keep.
    guard readable.template != "/auditLogs/signIns" else { return }
    let path = try await filled(readable.template, world)
    let select = readable.template.hasSuffix("mailboxSettings") ? "timeZone" : Self.property(of: readable)
    switch try await world.graph.answer(GraphQuestion(path, select: [select], top: 3)) {
    case .object(let object):
      #expect(!readable.isList)
      #expect(object[select] != nil)
    case .list(let page):
      #expect(readable.isList)
      #expect(page.items.allSatisfy { $0[select] != nil })
    }
  }

  /// A property that the answer has.
  private static func property(of readable: GraphReadable) -> String {
    let own = [
      "/admin/sharepoint/settings": "sharingCapability", "/admin/people/itemInsights": "isEnabledInOrganization",
      "/admin/people/pronouns": "isEnabledInOrganization", "/admin/reportSettings": "displayConcealedNames",
      "/admin/microsoft365Apps/installationOptions": "updateChannel",
      "/policies/adminConsentRequestPolicy": "isEnabled",
      "/policies/crossTenantAccessPolicy/default": "inboundTrust",
    ]
    return own[readable.template] ?? "id"
  }

  private func filled(_ template: String, _ world: TenantGraph) async throws -> String {
    let group = try await world.groupID("Closings")
    func key(_ collection: String) async throws -> String {
      switch collection {
      case "users": "nora.keane@harbourfinch.example"
      case "groups", "teams": group
      case "domains": "harbourfinch.example"
      case "channels": try await world.graph.primaryChannel(ofTeam: group).id
      case "sites": "root"
      case "directoryRoles": try #require(try await world.graph.directoryRoles().first).id
      case "servicePrincipals":
        try #require(
          try await world.graph.servicePrincipal(appID: try guid(world.tenant.credentials.clientID))
        ).id
      case "plans": try await world.graph.createPlan("x", inGroup: group).id
      default: "?"
      }
    }
    var parts: [String] = []
    for part in template.split(separator: "/").map(String.init) {
      parts.append(part == "{id}" ? try await key(parts.last ?? "") : part)
    }
    return "/" + parts.joined(separator: "/")
  }

  @Test(
    "What is not on the list cannot be read",
    arguments: [
      "", "users", "/users/a/messages", "/users/a/mailFolders/inbox/messages", "/users/a/sendMail", "/me", "/users?x",
      "/users/a/../b", "/teams/t/channels/c/messages", "/users/a/photo/$value", "/$batch", "/drives/d/items/i",
      "/security/alerts", "/users/a/authentication/methods", "https://evil.example/users", "/users/./manager",
      "/groups/g/sites/other", "/" + String(repeating: "x", count: 1001),
    ])
  func unlisted(_ path: String) async throws {
    let error = try await adminError { _ = try GraphQuestion(path, select: ["id"]) }
    #expect(error.code == .invalidArgument)
  }

  @Test("A fixed name is meant before a key, and a key cannot leave its place")
  func matching() async throws {
    fixture.transport.always(.get, "/v1.0/teams/t/primaryChannel", .json(200, ["id": "c"]))
    _ = try await fixture.graph.answer(GraphQuestion("/teams/t/primaryChannel", select: ["id"]))
    fixture.transport.on(.get, "/v1.0/users/a%23b%25", .json(200, ["id": "u"]))
    _ = try await fixture.graph.answer(GraphQuestion("/users/a#b%", select: ["id"]))
    #expect(fixture.transport.surprises.isEmpty)
  }

  @Test(
    "Properties and filters are bounded",
    arguments: [
      ([], nil), (Array(repeating: "id", count: 31), nil), (["id,mail"], nil), (["$count"], nil), (["a b"], nil),
      ([""], nil), (["passwordProfile"], nil), (["KeyCredentials"], nil), (["id"], String(repeating: "x", count: 1001)),
      (["id"], "a\u{0}b"),
    ] as [([String], String?)])
  func bounds(_ select: [String], _ filter: String?) async throws {
    let error = try await adminError { _ = try GraphQuestion("/users", select: select, filter: filter) }
    #expect(error.code == .invalidArgument)
  }

  @Test("A filter goes only where a list knows filters, and a page stays small")
  func filters() async throws {
    for path in ["/users/a", "/domains", "/teams/t/channels"] {
      let error = try await adminError { _ = try GraphQuestion(path, select: ["id"], filter: "id eq 'x'") }
      #expect(error.code == .invalidArgument)
    }
    fixture.transport.always(.get, "/v1.0/users", .json(200, ["value": []]))
    _ = try await fixture.graph.answer(GraphQuestion("/users", select: ["id"], filter: "a eq 'x&y'", top: 5000))
    let request = try #require(fixture.requests.last)
    #expect(request.target.contains("$top=100&$count=true"))
    #expect(request.target.contains("$filter=a%20eq%20%27x%26y%27"))
    #expect(request.request.headers["ConsistencyLevel"] == "eventual")
  }
}
