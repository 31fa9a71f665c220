import AdminCore
import Synchronization
import TestSupport
import Testing

/// Schemas that somebody else wrote: references, and what they may cost.
@Suite("Foreign schemas")
struct SchemaBoundsTests {
  private func problems(_ schema: JSONValue, _ value: JSONValue) throws -> [String] {
    try JSONSchema(schema).problems(in: value).map { "\($0.path) \($0.rule): \($0.message)" }
  }

  // MARK: References

  @Test("A reference stands for the schema it leads to, besides what is said beside it")
  func references() throws {
    let schema: JSONValue = [
      "$defs": ["short/name": ["type": "string", "maxLength": 3], "b~c": ["minimum": 2]],
      "properties": [
        "a": ["$ref": "#/$defs/short~1name", "minLength": 2], "b": ["$ref": "#/$defs/b~0c"],
        "c": ["$ref": "#/properties/a"],
      ],
    ]
    #expect(try problems(schema, ["a": "ab", "b": 2, "c": "abc"]) == [])
    #expect(
      try problems(schema, ["a": "abcd", "b": 1, "c": "a"]) == [
        "/a maxLength: has more than 3 characters", "/b minimum: must be at least 2",
        "/c minLength: needs at least 2 characters",
      ])
  }

  @Test("A schema may describe itself, as long as it looks deeper each time")
  func recursion() throws {
    let tree: JSONValue = [
      "type": "object", "properties": ["name": ["type": "string"], "children": ["items": ["$ref": "#"]]],
      "required": ["name"],
    ]
    #expect(try problems(tree, ["name": "a", "children": [["name": "b", "children": []]]]) == [])
    #expect(
      try problems(tree, ["name": "a", "children": [["children": [["name": 1]]]]]) == [
        "/children/0/name required: is required", "/children/0/children/0/name type: must be string",
      ])
    for circle in [
      ["$ref": "#"], ["allOf": [["$ref": "#"]]],
      ["$defs": ["a": ["anyOf": [["$ref": "#/$defs/b"]]], "b": ["$ref": "#/$defs/a"]], "$ref": "#/$defs/a"],
    ] as [JSONValue] {
      let error = #expect(throws: JSONSchema.Malformed.self) { try JSONSchema(circle) }
      #expect(error?.message == "refers to itself without end")
    }
  }

  @Test("True accepts everything and false nothing, wherever they stand")
  func booleans() throws {
    #expect(try problems(["properties": ["a": true, "b": false]], ["a": 1, "b": 2]) == ["/b false: is not allowed"])
    #expect(try problems(false, 1) == [" false: is not allowed"])
    #expect(
      try problems(["additionalProperties": ["$ref": "#/$defs/none"], "$defs": ["none": false]], ["x": 1]) == [
        "/x false: is not allowed"
      ])
  }

  @Test("Patterns are rules of texts")
  func patterns() throws {
    let schema: JSONValue = ["pattern": "^[a-z]+$"]
    for value in ["abc", 5, nil, ["A"]] as [JSONValue] { #expect(try problems(schema, value) == []) }
    #expect(try problems(schema, "aB") == [" pattern: does not fit the pattern ^[a-z]+$"])
  }

  // MARK: Bounds

  @Test("A foreign schema has at most 500 parts, 32 levels and patterns of 256 characters")
  func limits() throws {
    let parts = JSONValue.object(JSONObject((0..<499).map { .init(key: "k\($0)", value: [:]) }))
    _ = try JSONSchema(["properties": parts], limits: .foreign)
    let more = JSONValue.object(JSONObject((0..<500).map { .init(key: "k\($0)", value: [:]) }))
    let error = #expect(throws: JSONSchema.Malformed.self) {
      try JSONSchema(["properties": more], limits: .foreign)
    }
    #expect(error?.message == "made of more than 500 schemas")
    _ = try JSONSchema(["pattern": .string(String(repeating: "a", count: 256))], limits: .foreign)
    #expect(throws: JSONSchema.Malformed.self) {
      try JSONSchema(["pattern": .string(String(repeating: "a", count: 257))], limits: .foreign)
    }
  }

  @Test("A check that would go on and on ends with a problem, after the same steps on every machine")
  func steps() throws {
    var schema: JSONValue = ["type": "string"]
    for _ in 0..<16 { schema = ["anyOf": [schema, schema]] }
    let compiled = try JSONSchema(schema, limits: .foreign.with(subschemas: 200_000))
    let clock = VirtualTimekeeper(.manual)
    var budget = SchemaBudget(steps: 10_000, time: .seconds(3600), timekeeper: clock)
    #expect(compiled.problems(in: 5, within: &budget).last?.rule == "budget")
    #expect(budget.isExhausted)
    var enough = SchemaBudget(steps: 10_000_000, time: .seconds(3600), timekeeper: clock)
    #expect(compiled.problems(in: 5, within: &enough).map(\.rule) == ["anyOf"])
    #expect(compiled.problems(in: "x", within: &enough).isEmpty)
  }

  @Test("A check ends when its time is up")
  func time() throws {
    let clock = TickingTimekeeper()
    let compiled = try JSONSchema(["pattern": "(a|b|ab)*c"], limits: .foreign)
    let text = JSONValue.string(String(repeating: "ab", count: 30_000))
    var budget = SchemaBudget(steps: .max, time: .milliseconds(50), timekeeper: clock)
    let problems = compiled.problems(in: text, at: "/key", within: &budget)
    #expect(problems.map(\.rule) == ["budget"] && problems.map(\.path) == ["/key"])
    #expect(clock.uptime() < .milliseconds(60), "the clock is looked at often enough")
  }

  @Test("What a budget has left is for the next value")
  func shared() throws {
    let compiled = try JSONSchema(["items": ["type": "integer"]])
    var budget = SchemaBudget(steps: 250, time: .seconds(1), timekeeper: VirtualTimekeeper(.manual))
    let value = JSONValue.array(Array(repeating: 1, count: 100))
    #expect(compiled.problems(in: value, within: &budget).isEmpty)
    #expect(compiled.problems(in: value, within: &budget).map(\.rule) == ["budget"])
  }

  /// A clock on which each look costs a millisecond.
  private final class TickingTimekeeper: Timekeeper {
    private let elapsed = Mutex(Duration.zero)

    func now() -> Timestamp { Timestamp(milliseconds: 0) }

    func uptime() -> Duration {
      elapsed.withLock { elapsed in
        elapsed += .milliseconds(1)
        return elapsed
      }
    }

    var bootID: String? { nil }

    func sleep(for duration: Duration) async throws(CancellationError) {}
  }
}

extension JSONSchema.Limits {
  fileprivate func with(subschemas: Int) -> JSONSchema.Limits {
    var limits = self
    limits.subschemas = subschemas
    return limits
  }
}
