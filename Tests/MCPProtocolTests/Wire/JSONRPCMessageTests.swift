import AdminCore
import MCPProtocol
import Testing

@Suite("Message classification")
struct JSONRPCMessageTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let line: String
    let expected: String
    var testDescription: String { line }
  }

  /// The kind, or the code of the error with the id it keeps.
  private static func kind(_ message: JSONRPCMessage) -> String {
    switch message {
    case .request(let request): "request \(request.id.json.text) \(request.method)"
    case .notification(let notification): "notification \(notification.method)"
    case .response(let response): "response \(response.id?.json.text ?? "-")"
    case .batch(let members): "batch \(members.count)"
    case .invalid(let error, let id): "\(error.code.rawValue) \(id?.json.text ?? "-")"
    }
  }

  @Test(
    "A message is decided by its shape, and its id is kept where it is usable",
    arguments: [
      Case(line: #"{"jsonrpc":"2.0","id":1,"method":"m"}"#, expected: "request 1 m"),
      Case(line: #"{"jsonrpc":"2.0","id":"","method":"m","params":{}}"#, expected: #"request "" m"#),
      Case(line: #"{"jsonrpc":"2.0","id":0,"method":"m","params":[]}"#, expected: "request 0 m"),
      Case(
        line: #"{"jsonrpc":"2.0","id":9007199254740993,"method":"m"}"#, expected: "request 9007199254740993 m"),
      Case(
        line: #"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"m"}"#,
        expected: "request 123456789012345678901234567890 m"),
      Case(line: #"{"jsonrpc":"2.0","id":-1,"method":"m"}"#, expected: "request -1 m"),
      Case(line: #"{"jsonrpc":"2.0","method":"m"}"#, expected: "notification m"),
      Case(line: #"{"jsonrpc":"2.0","method":"m","params":7}"#, expected: "notification m"),
      Case(line: #"{"jsonrpc":"2.0","id":null,"method":"m"}"#, expected: "-32600 -"),
      Case(line: #"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, expected: "-32600 -"),
      Case(line: #"{"jsonrpc":"2.0","id":1.0,"method":"m"}"#, expected: "-32600 -"),
      Case(line: #"{"jsonrpc":"2.0","id":1e3,"method":"m"}"#, expected: "-32600 -"),
      Case(line: #"{"jsonrpc":"2.0","id":true,"method":"m"}"#, expected: "-32600 -"),
      Case(line: #"{"jsonrpc":"2.0","id":{},"method":"m"}"#, expected: "-32600 -"),
      Case(line: #"{"jsonrpc":"2.0","id":[1],"method":"m"}"#, expected: "-32600 -"),
      Case(line: #"{"jsonrpc":"1.0","id":4,"method":"m"}"#, expected: "-32600 4"),
      Case(line: #"{"id":"x","method":"m"}"#, expected: #"-32600 "x""#),
      Case(line: #"{"jsonrpc":"2.0","id":4,"method":5}"#, expected: "-32600 4"),
      Case(line: #"{"jsonrpc":"2.0","id":4}"#, expected: "-32600 4"),
      Case(line: "{}", expected: "-32600 -"),
      Case(line: "42", expected: "-32600 -"),
      Case(line: "\"text\"", expected: "-32600 -"),
      Case(line: "null", expected: "-32600 -"),
      Case(line: "[]", expected: "batch 0"),
      Case(line: "[1,{}]", expected: "batch 2"),
      Case(line: #"{"jsonrpc":"2.0","id":"s-1","result":{}}"#, expected: #"response "s-1""#),
      Case(line: #"{"jsonrpc":"2.0","id":3,"error":{"code":1,"message":"no"}}"#, expected: "response 3"),
      Case(line: #"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"no"}}"#, expected: "response -"),
      Case(line: #"{"jsonrpc":"2.0","error":{}}"#, expected: "response -"),
      Case(line: #"{"jsonrpc":"2.0","result":{}}"#, expected: "-32600 -"),
      Case(line: #"{"jsonrpc":"2.0","id":3,"result":{},"error":{}}"#, expected: "-32600 3"),
      Case(line: "{bad", expected: "-32700 -"),
      Case(line: #"{"a":1,"a":2}"#, expected: "-32700 -"),
      Case(line: "{} {}", expected: "-32700 -"),
      Case(line: "\u{FEFF}{}", expected: "-32700 -"),
    ])
  func classification(_ sample: Case) {
    #expect(Self.kind(JSONRPCMessage.decode(Array(sample.line.utf8))) == sample.expected)
  }

  @Test("Invalid UTF-8 is a parse error")
  func invalidUTF8() {
    #expect(Self.kind(JSONRPCMessage.decode([0x22, 0xFF, 0x22])) == "-32700 -")
    #expect(Self.kind(JSONRPCMessage.decode([0x22, 0xE2, 0x82, 0x22])) == "-32700 -")
  }

  @Test("Nesting beyond the bound is a parse error, not a crash")
  func deepNesting() {
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(Self.kind(JSONRPCMessage.decode(deep)) == "-32700 -")
  }

  @Test("Ids are compared by type and by every byte")
  func identity() {
    #expect(RequestID.string("1") != .integer("1"))
    #expect(RequestID.string("e\u{301}") != .string("\u{E9}"))
    #expect(Set<RequestID>([1, "1", 1, "e\u{301}", "\u{E9}"]).count == 4)
    #expect(RequestID.integer("9007199254740993") != .integer("9007199254740992"))
  }

  @Test("The error object of a response is read as far as it goes")
  func receivedError() {
    let line = Array(#"{"jsonrpc":"2.0","id":"s-1","error":{"code":-1,"message":"no\u0007","data":[1]}}"#.utf8)
    guard case .response(let response) = JSONRPCMessage.decode(line), case .failure(let error) = response.outcome
    else {
      Issue.record("not a response")
      return
    }
    #expect(error == JSONRPCError(.init(rawValue: -1), "no", data: [1]))
  }
}
