import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Plans")
struct PlannerTests {
  private static func plan(_ group: String, _ title: String = "Closings") -> JSONValue {
    ["container": ["url": .string("https://graph.microsoft.com/v1.0/groups/\(group)")], "title": .string(title)]
  }

  @Test("A plan and its buckets are made, changed and deleted by their versions")
  func life() async throws {
    let fixture = try await TenantFixture()
    let group = try await fixture.groupID("Closings")
    let made = try await fixture.graph("POST", "/planner/plans", json: Self.plan(group))
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["container"]?["containerId"] == .string(group))
    let path = "/planner/plans/\(made.id)"
    let etag = made.json["@odata.etag"]?.stringValue ?? ""
    #expect(etag.hasPrefix("W/\""))
    let missing = try await fixture.graph("PATCH", path, json: ["title": "x"])
    #expect(missing.status == 400)
    #expect(missing.json["error"]?["code"] == "")
    let changed = try await fixture.graph(
      "PATCH", path, json: ["title": "Closings 2"], headers: ["If-Match": etag, "Prefer": "return=representation"])
    #expect(changed.json["title"] == "Closings 2")
    #expect(try await fixture.graph("DELETE", path, headers: ["If-Match": etag]).status == 412)
    let current = try await fixture.graph("GET", path).json["@odata.etag"]?.stringValue ?? ""
    let quiet = try await fixture.graph("PATCH", path, json: ["title": "Closings 3"], headers: ["If-Match": current])
    #expect(quiet.status == 204)
    let bucket = try await fixture.graph(
      "POST", "/planner/buckets", json: ["name": "To do", "planId": .string(made.id)])
    #expect(bucket.status == 201)
    #expect(try await fixture.graph("GET", "\(path)/buckets").values.map { $0["name"] } == ["To do"])
    let tag = bucket.json["@odata.etag"]?.stringValue ?? ""
    #expect(
      try await fixture.graph("DELETE", "/planner/buckets/\(bucket.id)", headers: ["If-Match": tag]).status == 204)
    #expect(
      try await fixture.graph("DELETE", "/planner/buckets/\(bucket.id)", headers: ["If-Match": tag]).status == 404)
    let last = try await fixture.graph("GET", "/groups/\(group)/planner/plans").values[0]["@odata.etag"]?.stringValue
    #expect(try await fixture.graph("DELETE", path, headers: ["If-Match": last ?? ""]).status == 204)
    #expect(try await fixture.graph("GET", path).status == 404)
    #expect(await fixture.count("planCreated") == 1)
  }

  @Test("Planner learns of a new group later, and goes with its group")
  func lag() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .zero, site: .seconds(60)))
    let group = try await fixture.graph("POST", "/groups", json: .newGroup("projects"))
    let early = try await fixture.graph("POST", "/planner/plans", json: Self.plan(group.id))
    #expect(early.status == 403)
    #expect(try await fixture.graph("GET", "/groups/\(group.id)/planner/plans").status == 403)
    fixture.timekeeper.advance(by: .seconds(60))
    let made = try await fixture.graph("POST", "/planner/plans", json: Self.plan(group.id))
    #expect(made.status == 201)
    #expect(try await fixture.graph("DELETE", "/groups/\(group.id)").status == 204)
    #expect(try await fixture.graph("GET", "/planner/plans/\(made.id)").status == 404)
    #expect(try await fixture.graph("POST", "/directory/deletedItems/\(group.id)/restore").status == 200)
    #expect(try await fixture.graph("GET", "/planner/plans/\(made.id)").status == 200)
  }

  @Test("A plan without a place or a name is refused")
  func refusals() async throws {
    let fixture = try await TenantFixture()
    let (group, security) = (try await fixture.groupID("Closings"), try await fixture.groupID("VPN Users"))
    for (body, status) in [
      (["title": "x"], 400), (Self.plan(group, ""), 400), (Self.plan(security), 403), (Self.plan(SKU.basic), 404),
      (["owner": .string(group), "title": "x"], 201),
      (["container": ["containerId": .string(group), "type": "group"], "title": "x"], 201),
      (["owner": .string(group), "title": "x", "tasks": []], 400),
    ] as [(JSONValue, Int)] {
      #expect(try await fixture.graph("POST", "/planner/plans", json: body).status == status, "\(body)")
    }
    for body in [["name": "x", "planId": "nothing"], ["planId": "x"]] as [JSONValue] {
      #expect((400...404).contains(try await fixture.graph("POST", "/planner/buckets", json: body).status))
    }
    let reader = try await TenantFixture.holding(["Tasks.Read.All"])
    #expect(try await reader.graph("POST", "/planner/plans", json: [:]).status == 403)
  }
}
