import AdminCore

/// A source outside Microsoft 365 whose items search finds.
struct ExternalConnection: Sendable {
  let id: String
  var name: String
  var description: String?
  var configuration: JSONObject
  /// From when on its schema is ready; `nil` while it has none.
  var readyAt: Timestamp?

  func json(now: Timestamp) -> JSONObject {
    [
      "id": .string(id), "name": .string(name), "description": .optional(description),
      "state": readyAt.map { $0 <= now } ?? false ? "ready" : "draft", "connectorId": .null,
      "configuration": .object(configuration),
    ]
  }
}

/// The registration of a schema, which goes on after the answer.
struct ExternalOperation: Sendable {
  let id: String
  let connectionID: String
  let endsAt: Timestamp
  let hasFailed: Bool

  func json(now: Timestamp) -> JSONObject {
    let isDone = endsAt <= now
    return [
      "id": .string(id), "status": .string(isDone ? (hasFailed ? "failed" : "completed") : "inprogress"),
      "error": isDone && hasFailed
        ? ["code": "InternalServerError", "message": "The schema could not be registered."] : .null,
    ]
  }
}
