import AdminCore
import MCPProtocol
import Testing

private enum Plan: String, Choice {
  case basic = "BusinessBasic"
  case premium = "BusinessPremium"
}

private struct Rule: ToolInput {
  @Param("Name of the rule.", .length(1...20)) var name: String
  @Param("Where to.", .count(1...2)) var forwardTo: [String]
  @Param("On or off.") var enabled: Bool = true
}

private struct Everything: ToolInput {
  @Param("Mail address.", .length(3...113), .format("email"), .example("ada@contoso.com")) var email: String
  @Param("Licence.") var license: Plan
  @Param("Fallback licence.") var fallback: Plan = .basic
  @Param("Page size.", .range(1...200)) var limit: Int = 50
  @Param("Ratio.", .decimalRange(0...1)) var ratio: Double?
  @Param("Password.", .length(8...256)) var password: Secret<String>?
  @Param("Body.", .multiline) var body: String?
  @Param("Recipients.", .count(0...3), .length(3...50), .unique) var to: [String] = []
  @Param("Rules.") var rules: [Rule]?
  @Param("Main rule.") var rule: Rule?
  @Param("Free.") var configuration: JSONObject?
  @Param("Anything.") var value: JSONValue?
  @Param("Depth.") var `default`: Bool = false
}

private struct Strict: ToolInput {
  @Param("Anything, null included.") var value: JSONValue
  @Param("At least one.", .range(1...Int.max)) var count: Int
}

@Suite("Tool inputs")
struct ToolInputTests {
  private static let minimal: JSONObject = ["email": "ada@contoso.com", "license": "BusinessPremium"]

  private static func problems(_ arguments: JSONObject) -> [String: String] {
    do {
      _ = try Everything.decode(arguments)
      return [:]
    } catch {
      #expect(error.code == .invalidArgument)
      var found: [String: String] = [:]
      for problem in error.details?.arrayValue ?? [] {
        found[problem["path"]?.stringValue ?? "?"] = problem["rule"]?.stringValue ?? "?"
      }
      return found
    }
  }

  @Test("Values, defaults and absences are decoded from one declaration")
  func decoding() throws {
    let input = try Everything.decode(Self.minimal)
    #expect(input.email == "ada@contoso.com")
    #expect(input.license == .premium)
    #expect(input.fallback == .basic)
    #expect(input.limit == 50)
    #expect(input.ratio == nil)
    #expect(input.password == nil)
    #expect(input.to == [])
    #expect(input.rules == nil)
    #expect(input.value == nil)
    #expect(input.default == false)
  }

  @Test("Every kind of value is read")
  func values() throws {
    let input = try Everything.decode(
      Self.minimal.merging([
        "limit": 200, "ratio": 0.5, "password": "hunter2hunter2", "body": "a\r\n\tb", "to": ["x@y", "z@y"],
        "rules": [["name": "r", "forwardTo": ["a"], "enabled": false]], "rule": ["name": "m", "forwardTo": ["b"]],
        "configuration": ["a": [1, .null]], "value": [1, "x"], "default": true, "fallback": "BusinessPremium",
      ]))
    #expect(input.limit == 200)
    #expect(input.ratio == 0.5)
    #expect(input.password?.reveal() == "hunter2hunter2")
    #expect(input.body == "a\r\n\tb")
    #expect(input.to == ["x@y", "z@y"])
    #expect(input.rules?.first?.enabled == false)
    #expect(input.rule?.enabled == true)
    #expect(input.rule?.forwardTo == ["b"])
    #expect(input.configuration == ["a": [1, .null]])
    #expect(input.value == [1, "x"])
    #expect(input.default)
    #expect(input.fallback == .premium)
  }

  @Test("Null means absent for what may be absent, and is a value where anything is")
  func nulls() throws {
    let input = try Everything.decode(
      Self.minimal.merging(["limit": .null, "ratio": .null, "fallback": .null, "to": .null, "rule": .null]))
    #expect(input.limit == 50)
    #expect(input.ratio == nil)
    #expect(input.fallback == .basic)
    #expect(Self.problems(["email": .null, "license": .null]) == ["/email": "type", "/license": "type"])
    #expect(try Strict.decode(["value": .null, "count": 1]).value == .null)
  }

  @Test("Everything that is wrong is said at once, with its place")
  func allProblems() {
    #expect(
      Self.problems([
        "license": "Gold", "limit": 0, "ratio": 2, "password": "short", "to": ["ok@x", "no", "ok@x", "four@x"],
        "rules": [["name": "", "forwardTo": [], "more": 1]], "rule": 5, "emial": "x", "body": 5,
      ]) == [
        "/email": "required", "/license": "enum", "/limit": "minimum", "/ratio": "maximum", "/password": "minLength",
        "/to": "uniqueItems", "/to/1": "minLength", "/rules/0/name": "minLength", "/rules/0/forwardTo": "minItems",
        "/rules/0/more": "additionalProperties", "/rule": "type", "/emial": "additionalProperties", "/body": "type",
      ])
  }

  @Test("A text is one line unless it may be more, and holds no control characters")
  func texts() {
    #expect(Self.problems(Self.minimal.merging(["email": "a\nb@c"])) == ["/email": "text"])
    #expect(Self.problems(Self.minimal.merging(["email": "aé\u{85}b"])) == ["/email": "text"])
    #expect(Self.problems(Self.minimal.merging(["body": "a\u{0}b"])) == ["/body": "text"])
    #expect(Self.problems(Self.minimal.merging(["body": "é\u{2028}b"])) == [:])
    #expect(Self.problems(Self.minimal.merging(["to": ["abc", "a\tb"]])) == ["/to/1": "text"])
    #expect(Self.problems(Self.minimal.merging(["password": "aaaaaaaa\u{7}"])) == ["/password": "text"])
    #expect(
      Self.problems(Self.minimal.merging(["rules": [["name": "a\nb", "forwardTo": ["x"]]]]))
        == ["/rules/0/name": "text"])
    #expect(Self.problems(Self.minimal.merging(["configuration": ["x": "a\nb"]])) == [:])
  }

  @Test("Numbers no type of ours can hold are refused")
  func numbers() throws {
    #expect(Self.problems(Self.minimal.merging(["limit": 5.5])) == ["/limit": "type"])
    let huge = try JSONParser.parse("1e999")
    #expect(Self.problems(Self.minimal.merging(["limit": huge])).keys.contains("/limit"))
    #expect(throws: AdminError.self) {
      try Strict.decode(["value": 1, "count": try JSONParser.parse("9223372036854775808")])
    }
  }

  @Test("Neither errors nor descriptions show a secret")
  func secrets() {
    do {
      _ = try Everything.decode(Self.minimal.merging(["password": "tiny"]))
      Issue.record("accepted")
    } catch {
      #expect(!JSONValue.object(error.json).text.contains("tiny"))
    }
    #expect(Everything.inputSchema()["properties"]?["password"]?["writeOnly"] == true)
  }

  @Test("The list form is short, closed and complete")
  func listSchema() {
    let schema = Everything.inputSchema()
    #expect(schema["type"] == "object")
    #expect(schema["additionalProperties"] == false)
    #expect(schema["required"] == ["email", "license"])
    let properties = schema["properties"]
    #expect(
      properties?["email"] == [
        "type": "string", "format": "email", "description": "Mail address.",
      ])
    #expect(properties?["license"]?["enum"] == ["BusinessBasic", "BusinessPremium"])
    #expect(properties?["fallback"]?["default"] == "BusinessBasic")
    #expect(
      properties?["limit"] == [
        "type": "integer", "minimum": 1, "maximum": 200, "default": 50, "description": "Page size.",
      ])
    #expect(properties?["to"]?["items"] == ["type": "string"])
    #expect(properties?["to"]?["uniqueItems"] == nil)
    #expect(properties?["rules"]?["items"]?["required"] == ["name", "forwardTo"])
    #expect(properties?["rules"]?["items"]?["additionalProperties"] == nil)
    #expect(properties?["value"] == ["description": "Anything."])
    #expect(!schema.text.contains("examples") && !schema.text.contains("$ref") && !schema.text.contains("null"))
    #expect(Strict.inputSchema()["properties"]?["count"]?["maximum"] == nil)
  }

  @Test("The full form has sizes and examples, and closes inner objects")
  func fullSchema() {
    let schema = Everything.inputSchema(.full)
    #expect(schema["properties"]?["email"]?["maxLength"] == 113)
    #expect(schema["properties"]?["to"]?["items"] == ["type": "string", "minLength": 3, "maxLength": 50])
    #expect(schema["properties"]?["to"]?["uniqueItems"] == true)
    #expect(schema["properties"]?["email"]?["examples"] == ["ada@contoso.com"])
    #expect(schema["properties"]?["rule"]?["additionalProperties"] == false)
  }

  @Test("A tool without arguments takes none")
  func noInput() throws {
    #expect(NoInput.inputSchema() == ToolSchemas.noInput)
    #expect(throws: Never.self) { try NoInput.decode([:]) }
    #expect(throws: AdminError.self) { try NoInput.decode(["a": 1]) }
  }

  @Test("An input can be filled in by hand")
  func byHand() {
    var input = Strict()
    input.count = 3
    #expect(input.count == 3)
  }

  @Test("Reading what was never decoded stops the program")
  func undecoded() async {
    await #expect(processExitsWith: .failure) { _ = Strict().count }
  }

  @Test("Other decoders cannot make an input")
  func otherDecoders() {
    struct Foreign: Decoder {
      var codingPath: [any CodingKey] { [] }
      var userInfo: [CodingUserInfoKey: Any] { [:] }
      func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { throw CancellationError() }
      func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw CancellationError() }
      func singleValueContainer() throws -> any SingleValueDecodingContainer { throw CancellationError() }
    }
    #expect(throws: DecodingError.self) { try Param<String>(from: Foreign()) }
    #expect(throws: DecodingError.self) { try Verbatim(from: Foreign()) }
  }
}
