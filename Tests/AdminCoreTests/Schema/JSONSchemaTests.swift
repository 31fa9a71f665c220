import AdminCore
import Testing

private func problems(_ schema: JSONValue, _ value: JSONValue, limit: Int = 20) throws -> [String] {
  try JSONSchema(schema).problems(in: value, limit: limit).map { "\($0.path) \($0.rule): \($0.message)" }
}

/// What is wrong with the schema itself, and where.
private func malformation(_ schema: JSONValue) -> String? {
  do throws(JSONSchema.Malformed) {
    _ = try JSONSchema(schema)
    return nil
  } catch {
    return "\(error.path): \(error.message)"
  }
}

@Suite("JSON Schema")
struct JSONSchemaTests {
  /// A schema, a value it accepts, one it refuses, and how it refuses that one.
  struct Rule: CustomTestStringConvertible {
    let schema: JSONValue
    let accepted: [JSONValue]
    let refused: JSONValue
    let problem: String

    init(_ schema: JSONValue, accepts accepted: [JSONValue], refuses refused: JSONValue, _ problem: String) {
      (self.schema, self.accepted, self.refused, self.problem) = (schema, accepted, refused, problem)
    }

    var testDescription: String { "\(schema.text) refuses \(refused.text)" }
  }

  static let rules: [Rule] = [
    Rule(["type": "string"], accepts: ["", "x"], refuses: 1, " type: must be string"),
    Rule(["type": "integer"], accepts: [1, 1.0, -3], refuses: 1.5, " type: must be integer"),
    Rule(["type": "number"], accepts: [1, 1.5], refuses: "1", " type: must be number"),
    Rule(["type": "boolean"], accepts: [true, false], refuses: 0, " type: must be boolean"),
    Rule(["type": "null"], accepts: [nil], refuses: false, " type: must be null"),
    Rule(["type": "array"], accepts: [[]], refuses: [:], " type: must be array"),
    Rule(["type": "object"], accepts: [[:]], refuses: [], " type: must be object"),
    Rule(["type": ["string", "null"]], accepts: ["", nil], refuses: 1, " type: must be string or null"),
    Rule(["enum": ["a", 1, nil]], accepts: ["a", 1, 1.0, nil], refuses: "b", " enum: must be one of a, 1, null"),
    Rule(["const": ["x"]], accepts: [["x"]], refuses: "x", #" const: must be ["x"]"#),
    Rule(["minimum": 1], accepts: [1, 2, "text"], refuses: 0.5, " minimum: must be at least 1"),
    Rule(["maximum": 1.5], accepts: [1.5, -9], refuses: 2, " maximum: must be at most 1.5"),
    Rule(["exclusiveMinimum": 1], accepts: [1.1], refuses: 1, " exclusiveMinimum: must be more than 1"),
    Rule(["exclusiveMaximum": 1], accepts: [0.9], refuses: 1, " exclusiveMaximum: must be less than 1"),
    Rule(
      ["maximum": 9_007_199_254_740_992], accepts: [9_007_199_254_740_992], refuses: 9_007_199_254_740_993,
      " maximum: must be at most 9007199254740992"),
    Rule(["minLength": 1], accepts: ["a", 5], refuses: "", " minLength: must not be empty"),
    Rule(["minLength": 3], accepts: ["abc"], refuses: "ab", " minLength: needs at least 3 characters"),
    Rule(["maxLength": 2], accepts: ["é😀"], refuses: "abc", " maxLength: has more than 2 characters"),
    Rule(["minItems": 1], accepts: [[1]], refuses: [], " minItems: must not be empty"),
    Rule(["maxItems": 1], accepts: [[1], [:]], refuses: [1, 2], " maxItems: has more than 1 items"),
    Rule(
      ["minProperties": 2], accepts: [["a": 1, "b": 2]], refuses: ["a": 1], " minProperties: needs at least 2 members"),
    Rule(["maxProperties": 0], accepts: [[:], []], refuses: ["a": 1], " maxProperties: has more than 0 members"),
    Rule(
      ["uniqueItems": true], accepts: [[1, 2, "1"]], refuses: [["a": 1], ["a": 1.0]],
      " uniqueItems: must not hold the same item twice"),
    Rule(
      ["uniqueItems": false, "maxItems": 2], accepts: [[1, 1]], refuses: [1, 1, 1], " maxItems: has more than 2 items"),
    Rule(["required": ["a"]], accepts: [["a": nil], 5], refuses: ["b": 1], "/a required: is required"),
    Rule(
      ["properties": ["a": ["type": "string"]]], accepts: [["a": "x"], ["b": 1], [:], 3], refuses: ["a": 1],
      "/a type: must be string"),
    Rule(
      ["additionalProperties": false], accepts: [[:]], refuses: ["a/b~c": 1],
      "/a~1b~0c additionalProperties: is not known here"),
    Rule(
      ["properties": ["userEmail": true], "additionalProperties": false], accepts: [["userEmail": []]],
      refuses: ["userEmial": "x"], "/userEmial additionalProperties: is not known here; did you mean userEmail?"),
    Rule(
      ["additionalProperties": ["type": "integer"], "properties": ["s": ["type": "string"]]],
      accepts: [["s": "", "n": 1]], refuses: ["n": "x"], "/n type: must be integer"),
    Rule(["items": ["minimum": 0]], accepts: [[0, 1], "x"], refuses: [0, -1], "/1 minimum: must be at least 0"),
    Rule(
      ["anyOf": [["type": "string"], ["minimum": 5]]], accepts: ["x", 6], refuses: 1,
      " anyOf: fits none of the allowed forms"),
    Rule(["allOf": [["minimum": 1], ["maximum": 3]]], accepts: [2], refuses: 4, " maximum: must be at most 3"),
    Rule(
      ["oneOf": [["minimum": 1], ["maximum": 3]]], accepts: [0, 4], refuses: 2,
      " oneOf: must fit exactly one of the allowed forms, fits 2"),
    Rule(
      ["oneOf": [["type": "string"], ["type": "null"]]], accepts: [nil], refuses: 2,
      " oneOf: must fit exactly one of the allowed forms, fits 0"),
    Rule(
      ["type": "object", "properties": ["list": ["items": ["properties": ["x": ["const": 1]]]]]],
      accepts: [["list": [["x": 1]]]], refuses: ["list": [["x": 1], ["x": 2]]], "/list/1/x const: must be 1"),
  ]

  @Test("Each keyword accepts what it should and refuses the rest with its name and place", arguments: rules)
  func rule(rule: Rule) throws {
    for value in rule.accepted { #expect(try problems(rule.schema, value) == []) }
    #expect(try problems(rule.schema, rule.refused) == [rule.problem])
  }

  @Test("A schema that says nothing accepts everything")
  func emptySchemas() throws {
    for schema in [
      true, [:], ["$defs": ["unused": ["type": "null"]]],
      ["title": "t", "description": "d", "default": 1, "format": "email", "$comment": ""],
    ]
      as [JSONValue]
    {
      for value in [nil, 1, "x", [], [:]] as [JSONValue] { #expect(try problems(schema, value) == []) }
    }
  }

  @Test("All problems come at once, in the order of the document, up to the limit")
  func collectsProblems() throws {
    let schema: JSONValue = [
      "type": "object", "required": ["name", "mail"], "additionalProperties": false,
      "properties": ["name": ["type": "string"], "mail": ["type": "string", "minLength": 3], "age": ["minimum": 0]],
    ]
    let value: JSONValue = ["age": -1, "mail": "x", "extra": true]
    let all = [
      "/name required: is required", "/age minimum: must be at least 0",
      "/mail minLength: needs at least 3 characters", "/extra additionalProperties: is not known here",
    ]
    #expect(try problems(schema, value) == all)
    #expect(try problems(schema, value, limit: 2) == Array(all.prefix(2)))
    #expect(try problems(schema, value, limit: 0) == [])
    #expect(try problems(["items": ["type": "string"]], .array(Array(repeating: 1, count: 100))).count == 20)
  }

  @Test("A value of the wrong type is complained about once")
  func stopsAtWrongType() throws {
    #expect(try problems(["type": "string", "minLength": 2, "enum": ["ab"]], 1) == [" type: must be string"])
  }

  @Test("The value itself is never part of a complaint, since it may be a secret")
  func hidesValues() throws {
    let schema: JSONValue = ["enum": ["a"], "minLength": 50, "const": "b", "anyOf": [["type": "null"]]]
    for problem in try problems(schema, "hunter2-hunter2") { #expect(!problem.contains("hunter2")) }
  }

  @Test("An unknown name of any length is quoted within bounds and without invisible characters")
  func boundsNames() throws {
    let name = "\u{202E}x" + String(repeating: "y", count: 1_000_000)
    let problem = try #require(try JSONSchema(["additionalProperties": false]).problems(in: .object([name: 1])).first)
    #expect(problem.path.unicodeScalars.count <= 65)
    #expect(problem.path.hasPrefix("/xyyy"))
    let typed = try JSONSchema(["additionalProperties": ["type": "null"]]).problems(in: .object([name: 1]))
    #expect(typed.first?.path == problem.path)
  }

  @Test(
    "A schema that cannot be understood is refused, with the place",
    arguments: [
      ([], "", "a schema is an object, true or false"), ("x", "", "a schema is an object, true or false"),
      (["type": "strnig"], "/type", "unknown type"), (["type": []], "/type", "unknown type"),
      (["type": [1]], "/type", "must be a list of names"), (["type": 1], "/type", "must be a list of names"),
      (["enum": []], "/enum", "must be a list of values"), (["enum": "a"], "/enum", "must be a list of values"),
      (["minimum": "1"], "/minimum", "must be a number"), (["maximum": nil], "/maximum", "must be a number"),
      (["exclusiveMinimum": true], "/exclusiveMinimum", "must be a number"),
      (["exclusiveMaximum": []], "/exclusiveMaximum", "must be a number"),
      (["minLength": -1], "/minLength", "must be a whole number of 0 or more"),
      (["maxItems": 1.5], "/maxItems", "must be a whole number of 0 or more"),
      (["minItems": 3, "maxItems": 2], "/minItems", "is above its maximum"),
      (["required": "a"], "/required", "must be a list of names"),
      (["required": ["a", 1]], "/required", "must be a list of names"),
      (["properties": []], "/properties", "must be an object"),
      (["properties": ["a/b": 1]], "/properties/a~1b", "a schema is an object, true or false"),
      (["additionalProperties": 1], "/additionalProperties", "a schema is an object, true or false"),
      (["items": [["type": "string"]]], "/items", "a schema is an object, true or false"),
      (["anyOf": []], "/anyOf", "must be a list of schemas"), (["allOf": [:]], "/allOf", "must be a list of schemas"),
      (["oneOf": [["not": "x"]]], "/oneOf/0/not", "this keyword is not supported"),
      (["uniqueItems": 1], "/uniqueItems", "must be true or false"),
      (["$ref": "#"], "#", "refers to itself without end"),
      (["$ref": "https://evil.example/schema"], "/$ref", "must be a place in this document, such as #/$defs/name"),
      (["$ref": "other.json#/a"], "/$ref", "must be a place in this document, such as #/$defs/name"),
      (["$ref": 1], "/$ref", "must be a place in this document, such as #/$defs/name"),
      (["$ref": "#/$defs/a"], "#/$defs/a", "is referred to, and is not there"),
      (["$defs": ["a": 5]], "/$defs/a", "a schema is an object, true or false"),
      (["pattern": "(a"], "/pattern", "holds a ( without its )"),
      (["pattern": 5], "/pattern", "must be a text of at most 1000 characters"),
      (["not": [:]], "/not", "this keyword is not supported"),
      (["maxlength": 1], "/maxlength", "this keyword is not supported"),
    ] as [(JSONValue, String, String)])
  func refusesMalformedSchemas(schema: JSONValue, path: String, message: String) {
    #expect(malformation(schema) == "\(path): \(message)")
  }

  @Test("A bound beyond the range of a double is refused")
  func refusesInfiniteBounds() throws {
    let schema = try JSONParser.parse(#"{"minimum":1e400}"#)
    #expect(throws: JSONSchema.Malformed.self) { try JSONSchema(schema) }
  }

  @Test("A schema nested beyond the bound is refused")
  func boundsDepth() throws {
    var schema: JSONValue = [:]
    for _ in 0..<32 { schema = ["items": schema] }
    _ = try JSONSchema(schema)
    #expect(malformation(["items": schema])?.hasSuffix(": nested too deeply") == true)
  }

  @Test("The schema is kept as it was written")
  func keepsDocument() throws {
    let document: JSONValue = ["type": "object", "title": "T"]
    #expect(try JSONSchema(document).json == document)
  }
}
