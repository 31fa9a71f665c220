import AdminCore

/// What a route answers when nothing is wrong.
struct GraphAnswer: Sendable {
  var status: Int
  var body: JSONObject?
  var headers: HeaderFields

  static func json(_ status: Int, _ body: JSONObject, headers: HeaderFields = [:]) -> GraphAnswer {
    GraphAnswer(status: status, body: body, headers: headers)
  }

  static func empty(_ status: Int, headers: HeaderFields = [:]) -> GraphAnswer {
    GraphAnswer(status: status, body: nil, headers: headers)
  }
}
