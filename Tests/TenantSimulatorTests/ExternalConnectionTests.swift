import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("External connections")
struct ExternalConnectionTests {
  private static let connection: JSONValue = ["id": "deeds", "name": "Deeds", "description": "The old archive"]

  private static func schema(_ properties: JSONValue) -> JSONValue {
    ["baseType": "microsoft.graph.externalItem", "properties": properties]
  }

  private static let good: JSONValue = [
    ["name": "title", "type": "string", "isSearchable": true, "labels": ["title"]],
    ["name": "year", "type": "int64", "isRefinable": true, "isQueryable": true],
  ]

  @Test("A connection is a draft until its schema is registered, which takes a while")
  func life() async throws {
    let fixture = try await TenantFixture(lags: Lags(schema: .seconds(300)))
    let made = try await fixture.graph("POST", "/external/connections", json: Self.connection)
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["state"] == "draft")
    #expect(try await fixture.graph("POST", "/external/connections", json: Self.connection).outcome == "409 Conflict")
    let path = "/external/connections/deeds"
    let reply = try await fixture.graph("PATCH", "\(path)/schema", json: Self.schema(Self.good))
    #expect(reply.status == 202)
    let place = reply.headers["Location"]?.split(separator: "/v1.0").last.map(String.init) ?? ""
    #expect(try await fixture.graph("GET", place).json["status"] == "inprogress")
    #expect(try await fixture.graph("GET", path).json["state"] == "draft")
    fixture.timekeeper.advance(by: .seconds(300))
    #expect(try await fixture.graph("GET", place).json["status"] == "completed")
    #expect(try await fixture.graph("GET", path).json["state"] == "ready")
    #expect(try await fixture.graph("GET", "/external/connections").values.count == 1)
    #expect(try await fixture.graph("GET", "\(path)/operations/x").status == 404)
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("DELETE", path).status == 404)
  }

  @Test("A registration that was accepted can fail")
  func failure() async throws {
    let fixture = try await TenantFixture(
      faults: FaultPlan([FaultRule(.failOperation, method: "PATCH", path: "/v1.0/external/**")]))
    #expect(try await fixture.graph("POST", "/external/connections", json: Self.connection).status == 201)
    let reply = try await fixture.graph("PATCH", "/external/connections/deeds/schema", json: Self.schema(Self.good))
    let place = reply.headers["Location"]?.split(separator: "/v1.0").last.map(String.init) ?? ""
    let operation = try await fixture.graph("GET", place)
    #expect(operation.json["status"] == "failed")
    #expect(operation.json["error"]?["code"] == "InternalServerError")
    #expect(try await fixture.graph("GET", "/external/connections/deeds").json["state"] == "draft")
    #expect(await fixture.count("externalSchemaRegistered") == 0)
  }

  @Test(
    "A connection that cannot be is refused",
    arguments: [
      ["id": "ab", "name": "x"], ["id": "a-b-c", "name": "x"], ["id": "MicrosoftX", "name": "x"], ["id": "abc"],
      ["id": "abc", "name": "x", "state": "ready"], ["id": "abc", "name": "x", "configuration": ["apps": []]],
    ] as [JSONValue])
  func refusals(_ body: JSONValue) async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("POST", "/external/connections", json: body).status == 400)
    #expect(await fixture.count("externalConnectionCreated") == 0)
  }

  @Test(
    "A schema that cannot be is refused",
    arguments: [
      ["properties": good], schema([]), schema([["name": "a b", "type": "string"]]), schema([["name": "a"]]),
      schema([["name": "a", "type": "string"], ["name": "A", "type": "string"]]),
      schema([["name": "a", "type": "int64", "isSearchable": true]]), schema([["name": "a", "type": "colour"]]),
      schema([["name": "a", "type": "string", "isSearchable": true, "isRefinable": true]]),
    ] as [JSONValue])
  func schemaRefusals(_ body: JSONValue) async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("POST", "/external/connections", json: Self.connection).status == 201)
    #expect(try await fixture.graph("PATCH", "/external/connections/deeds/schema", json: body).status == 400)
    #expect(await fixture.count("externalSchemaRegistered") == 0)
  }
}
