import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

@Suite("Plans, subscriptions, applications and external connections", .timeLimit(.minutes(1)))
struct GraphConnectionsTests {
  private let fixture = GraphFixture()

  // MARK: Planner

  @Test("A plan and a bucket are made, listed and deleted by their versions")
  func planner() async throws {
    let world = try TenantGraph()
    let group = try await world.groupID("Closings")
    let plan = try await world.graph.createPlan("Deeds", inGroup: group)
    #expect(plan.groupID == group)
    #expect(try await world.graph.plans(ofGroup: group) == [plan])
    #expect(try await world.graph.plan(id: plan.id) == plan)
    let bucket = try await world.graph.createBucket("To do", inPlan: plan.id)
    #expect(try await world.graph.buckets(ofPlan: plan.id).map(\.name) == ["To do"])
    for _ in 0..<2 { try await world.graph.deleteBucket(id: bucket.id, ofPlan: plan.id) }
    for _ in 0..<2 { try await world.graph.deletePlan(id: plan.id) }
    #expect(try await world.graph.plan(id: plan.id) == nil)
    #expect(await world.count("planDeleted") == 1)
  }

  @Test("A plan that somebody changes at the same time is deleted by its new version, and not for ever")
  func changedPlan() async throws {
    func plan(_ version: String) -> ScriptedTransport.Reply {
      .json(200, ["id": "p", "title": "x", "@odata.etag": .string(version)])
    }
    fixture.transport.on(.get, "/v1.0/planner/plans/p", plan("1"), plan("2"))
    fixture.transport.on(.delete, "/v1.0/planner/plans/p", GraphFixture.error(412, ""), .status(204))
    try await fixture.graph.deletePlan(id: "p")
    #expect(fixture.requests.compactMap { $0.request.headers["If-Match"] } == ["1", "2"])
    fixture.transport.always(.get, "/v1.0/planner/plans/q", plan("1"))
    fixture.transport.always(.delete, "/v1.0/planner/plans/q", GraphFixture.error(412, ""))
    let error = try await adminError { try await fixture.graph.deletePlan(id: "q") }
    #expect(error.graphFault == .changedMeanwhile)
  }

  @Test("A plan of a new group is waited for")
  func newGroupPlan() async throws {
    let world = try TenantGraph(lags: Lags(directory: .zero, site: .seconds(30)))
    let nora = try await world.userID("nora.keane")
    let group = try await world.graph.createGroup(
      NewGroup(displayName: "Projects", mailNickname: "projects", owners: [nora]))
    let early = try await adminError { _ = try await world.graph.createPlan("x", inGroup: group.id) }
    #expect(early.code == .permissionDenied)
    #expect(try await world.graph.createPlan("x", inGroup: group.id, deadline: .seconds(5)) == nil)
    let plan = try await world.graph.createPlan("x", inGroup: group.id, deadline: .seconds(120))
    #expect(plan?.title == "x")
    #expect(await world.count("planCreated") == 1)
  }

  // MARK: Subscriptions

  @Test("A subscription lives, is renewed and ends, and its secret shows nowhere")
  func subscriptions() async throws {
    let world = try TenantGraph()
    let now = world.timekeeper.now()
    var new = NewSubscription(
      .groups, resource: "groups", notificationURL: "https://hooks.example/x", expiresAt: now + .seconds(7200))
    new.clientState = Secret("hush-hush")
    new.lifecycleURL = "https://hooks.example/life"
    let made = try await world.graph.createSubscription(new)
    #expect(made.changeTypes == ["created", "updated", "deleted"])
    #expect(made.expiresAt == now + .seconds(7200))
    #expect(try await world.graph.subscriptions() == [made])
    let renewed = try await world.graph.renewSubscription(id: made.id, until: now + .seconds(9000))
    #expect(renewed.expiresAt == now + .seconds(9000))
    try await world.graph.reauthorizeSubscription(id: made.id)
    #expect(try await world.graph.subscription(id: made.id)?.expiresAt == now + .seconds(9000))
    for _ in 0..<2 { try await world.graph.deleteSubscription(id: made.id) }
    #expect(try await world.graph.subscription(id: made.id) == nil)
    new.notificationURL = "https://gone.invalid/x"
    let refused = try await adminError { _ = try await world.graph.createSubscription(new) }
    #expect(refused.code == .graphFailed)
    #expect(!JSONValue.object(refused.json).text.contains("hush-hush"))
    #expect(!"\(new)".contains("hush-hush"))
  }

  @Test("What can be watched has limits that the tenant keeps", arguments: NewSubscription.Kind.allCases)
  func limits(_ kind: NewSubscription.Kind) async throws {
    let world = try TenantGraph()
    let resources: [NewSubscription.Kind: String] = [
      .users: "users", .groups: "groups/x", .mail: "users/x/messages", .drive: "drives/x/root",
      .list: "sites/x/lists/y",
    ]
    let resource = try #require(resources[kind])
    var new = NewSubscription(
      kind, resource: resource, notificationURL: "https://hooks.example/x",
      expiresAt: world.timekeeper.now() + kind.longestLife)
    #expect(try await world.graph.createSubscription(new).resource == resource)
    new.expiresAt = new.expiresAt + .seconds(60)
    let tooLong = try await adminError { _ = try await world.graph.createSubscription(new) }
    #expect(tooLong.message.contains("minutes in the future"))
  }

  // MARK: Applications

  @Test("A service of Microsoft is let in once and put out")
  func servicePrincipals() async throws {
    let world = try TenantGraph(hasMessageTrace: false)
    let appID = try guid("8bd644d1-64a1-4d4b-ae52-2e0cbf64e373")
    #expect(try await world.graph.servicePrincipal(appID: appID) == nil)
    let made = try await world.graph.createServicePrincipal(appID: appID)
    #expect(try await world.graph.createServicePrincipal(appID: appID).id == made.id)
    #expect(try await world.graph.servicePrincipal(id: made.id)?.appID == appID.text)
    for _ in 0..<2 { try await world.graph.deleteServicePrincipal(id: made.id) }
    #expect(try await world.graph.servicePrincipal(id: made.id) == nil)
    #expect(await world.count("servicePrincipalCreated") == 1)
  }

  @Test("A role is granted once, whether or not the answer arrives, and revoked")
  func appRoles() async throws {
    let faults = FaultPlan([
      FaultRule(.dropAfter, method: "POST", path: "/v1.0/servicePrincipals/*/appRoleAssignedTo", times: 1)
    ])
    let world = try TenantGraph(
      faults: faults, roles: ["AppRoleAssignment.ReadWrite.All", "Application.Read.All"])
    let own = try #require(
      try await world.graph.servicePrincipal(appID: try guid(world.tenant.credentials.clientID)))
    let resource = try #require(
      try await world.graph.servicePrincipal(
        appID: try guid("00000003-0000-0000-c000-000000000000"), withRoles: true))
    let role = try #require(resource.appRoles.first { $0.value == "Mail.Send" })
    let granted = try await world.graph.grantAppRole(
      role.id, ofResource: resource.id, toServicePrincipal: own.id)
    let again = try await world.graph.grantAppRole(role.id, ofResource: resource.id, toServicePrincipal: own.id)
    #expect(granted == again)
    #expect(granted.principalID == own.id)
    #expect(await world.count("appRoleAssigned") == 1)
    for _ in 0..<2 { try await world.graph.revokeAppRole(assignment: granted.id, ofResource: resource.id) }
    let left = try await world.graph.appRoleAssignments(ofServicePrincipal: own.id)
    #expect(!left.contains { $0.roleID == role.id })
  }

  @Test("Consent on behalf of users is set as a whole and given back as it was")
  func permissionGrants() async throws {
    let world = try TenantGraph()
    let client = try #require(
      try await world.graph.servicePrincipal(appID: try guid(world.tenant.credentials.clientID))
    ).id
    let resource = try #require(
      try await world.graph.servicePrincipal(appID: try guid("00000003-0000-0000-c000-000000000000"))
    ).id
    func set(_ scopes: [String]) async throws -> [String] {
      try await world.graph.setPermissionGrant(ofClient: client, atResource: resource, scopes: scopes)
    }
    #expect(try await set([]) == [])
    #expect(try await set(["User.Read"]) == [])
    #expect(try await set(["User.Read", "Mail.Read"]) == ["User.Read"])
    #expect(try await set(["Mail.Read", "User.Read"]) == ["User.Read", "Mail.Read"])
    #expect(try await world.graph.permissionGrants(ofClient: client).map(\.scopes) == [["User.Read", "Mail.Read"]])
    #expect(try await set([]) == ["User.Read", "Mail.Read"])
    #expect(try await world.graph.permissionGrants(ofClient: client).isEmpty)
    for (effect, count) in [("Created", 1), ("Changed", 1), ("Deleted", 1)] {
      #expect(await world.count("permissionGrant" + effect) == count)
    }
  }

  @Test("A grant whose answer was lost is looked for before it is made again")
  func lostGrant() async throws {
    let plan = FaultPlan([FaultRule(.dropAfter, method: "POST", path: "/v1.0/oauth2PermissionGrants", times: 1)])
    let world = try TenantGraph(faults: plan)
    let client = try #require(
      try await world.graph.servicePrincipal(appID: try guid(world.tenant.credentials.clientID))
    ).id
    try await world.graph.setPermissionGrant(ofClient: client, atResource: client, scopes: ["x"])
    #expect(await world.count("permissionGrantCreated") == 1)
  }

  @Test("An application of the gallery is made and found by its name")
  func gallery() async throws {
    let world = try TenantGraph(lags: Lags(directory: .seconds(5)))
    let template = try #require(try await world.graph.applicationTemplates(named: "Salesforce").first)
    #expect(template.publisher == "salesforce.com")
    try await world.graph.instantiate(template: template.id, named: "Our Salesforce")
    let made = try await world.graph.wait(for: .seconds(30)) { () async throws(AdminError) -> ServicePrincipal? in
      try await world.graph.servicePrincipals(named: "Our Salesforce").first
    }
    #expect(made?.displayName == "Our Salesforce")
    #expect(try await world.graph.applicationTemplates(named: "none").isEmpty)
  }

  // MARK: External connections

  @Test("An external connection becomes ready with its schema")
  func externalConnections() async throws {
    let world = try TenantGraph(lags: Lags(schema: .seconds(400)))
    let made = try await world.graph.createExternalConnection(id: "deeds", name: "Deeds", description: "The archive")
    #expect(made.state == "draft")
    let clash = try await adminError {
      _ = try await world.graph.createExternalConnection(id: "deeds", name: "Deeds", description: "")
    }
    #expect(clash.graphFault == .alreadyThere)
    var title = ExternalProperty("title", "string")
    title.isSearchable = true
    title.labels = ["title"]
    let operation = try await world.graph.registerSchema(
      [title, ExternalProperty("year", "int64")], ofExternalConnection: "deeds")
    let short = try await world.graph.waitForSchema(
      operation: operation, ofExternalConnection: "deeds", deadline: .seconds(60))
    #expect(!short)
    #expect(
      try await world.graph.waitForSchema(operation: operation, ofExternalConnection: "deeds", deadline: .seconds(900)))
    #expect(try await world.graph.externalConnection(id: "deeds")?.state == "ready")
    #expect(try await world.graph.externalConnections().map(\.id) == ["deeds"])
    for _ in 0..<2 { try await world.graph.deleteExternalConnection(id: "deeds") }
    #expect(try await world.graph.externalConnection(id: "deeds") == nil)
  }

  @Test("A registration that fails is an error; one without a place to ask is told")
  func failedSchema() async throws {
    let plan = FaultPlan([FaultRule(.failOperation, method: "PATCH", path: "/v1.0/external/**")])
    let world = try TenantGraph(faults: plan)
    _ = try await world.graph.createExternalConnection(id: "deeds", name: "Deeds", description: "x")
    let operation = try await world.graph.registerSchema(
      [ExternalProperty("title", "string")], ofExternalConnection: "deeds")
    let error = try await adminError {
      _ = try await world.graph.waitForSchema(
        operation: operation, ofExternalConnection: "deeds", deadline: .seconds(60))
    }
    #expect(error.message.contains("The schema could not be registered."))
    fixture.transport.on(.patch, "/v1.0/external/connections/x/schema", .status(202))
    let lost = try await adminError { _ = try await fixture.graph.registerSchema([], ofExternalConnection: "x") }
    #expect(lost.code == .graphFailed)
  }
}
