import AdminCore
import MCPProtocol
import Testing

private enum Status: String, Choice {
  case active, blocked
}

private struct Row: ToolOutput, Equatable {
  let id: String
  let status: Status
  let count: Int
  let big: Int64
  let ratio: Double
  let enabled: Bool
  let note: String?

  static let descriptions = FieldDescriptions(CodingKeys.self, [.count: "How many."])
}

private struct Table: ToolOutput {
  let items: [Row]
  let tags: [String]
  let numbers: [Int]
  let matrix: [[Double]]
  let next: Row?
  let body: Verbatim?
  let raw: FreeForm
}

private struct Empty: ToolOutput {}

@Suite("Tool outputs")
struct ToolOutputTests {
  private static let row = Row(
    id: "a\"b\u{202E}\n", status: .blocked, count: 3, big: 1 << 60, ratio: 0.5, enabled: true, note: nil)

  @Test("A result is written in the order of its fields, and reads back")
  func encoding() throws {
    let table = Table(
      items: [Self.row, Self.row], tags: ["x", "y\u{200B}z"], numbers: [], matrix: [[1, 2.5], []], next: Self.row,
      body: Verbatim("a\u{200B}b"), raw: FreeForm(["k\u{200B}": ["v\u{200B}", 1, .null]]))
    let fragment = try table.fragment()
    let row = #"{"id":"a\"b\n","status":"blocked","count":3,"big":1152921504606846976,"ratio":0.5,"enabled":true}"#
    #expect(
      fragment.text
        == #"{"items":["# + row + "," + row + #"],"tags":["x","yz"],"numbers":[],"matrix":[[1,2.5],[]],"next":"# + row
        + ",\"body\":\"a\u{200B}b\",\"raw\":{\"k\":[\"v\",1,null]}}")
    #expect(throws: Never.self) { try JSONParser.parse(fragment.bytes) }
  }

  @Test("What is absent is left out, and what is empty is an object")
  func absent() throws {
    let table = Table(
      items: [], tags: [], numbers: [1, 2], matrix: [], next: nil, body: nil,
      raw: FreeForm(verbatim: JSONFragment(["a": "\u{200B}"])))
    #expect(
      try table.fragment().text
        == "{\"items\":[],\"tags\":[],\"numbers\":[1,2],\"matrix\":[],\"raw\":{\"a\":\"\u{200B}\"}}")
    #expect(try Empty().fragment().text == "{}")
  }

  @Test("The schema follows from the types")
  func schema() throws {
    let row: JSONValue = [
      "type": "object",
      "properties": [
        "id": ["type": "string"], "status": ["type": "string", "enum": ["active", "blocked"]],
        "count": ["type": "integer"], "big": ["type": "integer"], "ratio": ["type": "number"],
        "enabled": ["type": "boolean"], "note": ["type": "string"],
      ],
      "required": ["id", "status", "count", "big", "ratio", "enabled"],
    ]
    #expect(Row.outputSchema(.validation) == row)
    let table = Table.outputSchema(.validation)
    #expect(table["properties"]?["items"] == ["type": "array", "items": row])
    #expect(
      table["properties"]?["matrix"] == ["type": "array", "items": ["type": "array", "items": ["type": "number"]]])
    #expect(table["properties"]?["next"] == row)
    #expect(table["properties"]?["body"] == ["type": "string"])
    #expect(table["properties"]?["raw"] == [:])
    #expect(table["required"] == ["items", "tags", "numbers", "matrix", "raw"])
    #expect(Table.outputSchema()["required"] == nil, "the list form does not say every name twice")
    #expect(Table.outputSchema()["properties"]?["items"] == ["type": "array"], "nor what the items are made of")
    #expect(Empty.outputSchema() == ["type": "object"])
    let schema = try JSONSchema(table)
    let value = Table(
      items: [Self.row], tags: [], numbers: [], matrix: [[1]], next: nil, body: nil, raw: FreeForm(.null))
    #expect(schema.problems(in: try JSONParser.parse(value.fragment().bytes)).isEmpty)
  }

  @Test("Descriptions are in the full form only")
  func descriptions() {
    #expect(Row.outputSchema(.full)["properties"]?["count"]?["description"] == "How many.")
    #expect(Row.outputSchema()["properties"]?["count"]?["description"] == nil)
  }

  @Test("A number JSON cannot say, or a type no result may hold, is a fault and not a crash")
  func faults() {
    struct Infinite: ToolOutput { let value: Double }
    struct Odd: ToolOutput { let value: Float }
    #expect(throws: AdminError.self) { try Infinite(value: .infinity).fragment() }
    do {
      _ = try Odd(value: 1).fragment()
      Issue.record("written")
    } catch {
      #expect(error.code == .internalFault)
      #expect(error.cause?.contains("Float") == true)
    }
  }

  @Test("A type that holds itself, or something without a schema, stops the program when it is declared")
  func badDeclarations() async {
    await #expect(processExitsWith: .failure) {
      struct Node: ToolOutput { let children: [Node] }
      _ = Node.outputSchema()
    }
    await #expect(processExitsWith: .failure) {
      struct Odd: ToolOutput { let value: Float }
      _ = Odd.outputSchema()
    }
  }
}
