import AdminCore

/// One request inside `POST /$batch`.
struct BatchItem: Sendable {
  static let maximumCount = 20

  let id: String
  let method: String
  let url: String
  let headers: HeaderFields
  let body: [UInt8]
  let dependsOn: [String]

  /// The requests of a batch, checked as a whole: one that is malformed spoils all.
  static func read(_ request: SimulatedRequest) throws(GraphFailure) -> [BatchItem] {
    let type = (request.headers["Content-Type"] ?? "").lowercased()
    guard type.hasPrefix("application/json"), let json = try? JSONParser.parse(request.body),
      let values = json["requests"]?.arrayValue, json.objectValue?.count == 1
    else { throw Workload.unreadable }
    guard (1...maximumCount).contains(values.count) else {
      throw .badRequest(
        values.isEmpty
          ? "A batch must hold at least one request."
          : "Number of batch request steps exceeds the max value of \(maximumCount).")
    }
    var items: [BatchItem] = []
    for value in values {
      let item = try read(value, after: items.map(\.id))
      items.append(item)
    }
    return items
  }

  private static let members: Set<String> = ["id", "method", "url", "headers", "body", "dependsOn"]

  private static func read(_ value: JSONValue, after earlier: [String]) throws(GraphFailure) -> BatchItem {
    guard let object = value.objectValue, let id = object["id"]?.stringValue, !id.isEmpty,
      let method = object["method"]?.stringValue, let url = object["url"]?.stringValue
    else { throw .badRequest("Every request of a batch needs 'id', 'method' and 'url'.") }
    guard !earlier.contains(id) else { throw .badRequest("Request Id \(id) has to be unique in a batch.") }
    guard ["GET", "POST", "PATCH", "PUT", "DELETE"].contains(method) else {
      throw .badRequest("Invalid method '\(VisibleText.excerpt(method))' in batch request \(id).")
    }
    guard !url.contains("://") else { throw .badRequest("The url of batch request \(id) must be relative.") }
    if let unknown = object.keys.first(where: { !members.contains($0) }) {
      throw .badRequest("The property '\(unknown)' of batch request \(id) is unknown.")
    }
    var headers = HeaderFields()
    for member in (object["headers"] ?? [:]).objectValue ?? [:] {
      headers[member.key] = member.value.stringValue ?? ""
    }
    // Reading takes no body; writing takes one, with its type, or the whole batch is refused.
    if ["POST", "PATCH", "PUT"].contains(method), object["body"] == nil || headers["Content-Type"] == nil {
      throw .badRequest("Write request id : \(id) does not contain Content-Type header or body.")
    }
    let dependencies = (object["dependsOn"] ?? []).arrayValue?.map(\.stringValue) ?? [nil]
    for dependency in dependencies where dependency.map({ !earlier.contains($0) }) ?? true {
      throw .badRequest("Invalid dependency for request Id \(id): it must name a request before it.")
    }
    return BatchItem(
      id: id, method: method, url: url, headers: headers, body: body(object["body"], headers),
      dependsOn: dependencies.compactMap { $0 })
  }

  /// JSON stands as it is; anything else is text, as MIME content is. An empty object is how an action without a body
  /// is written.
  private static func body(_ value: JSONValue?, _ headers: HeaderFields) -> [UInt8] {
    guard let value, value.objectValue?.isEmpty != true else { return [] }
    let isJSON = (headers["Content-Type"] ?? "").lowercased().hasPrefix("application/json")
    if !isJSON, let text = value.stringValue { return Array(text.utf8) }
    return value.serialized
  }

  /// The request as if it had come alone, with the credentials of the batch.
  func request(in outer: SimulatedRequest, _ target: RequestTarget) -> SimulatedRequest {
    var headers = self.headers
    headers["Authorization"] = outer.headers["Authorization"]
    if headers["client-request-id"] == nil { headers["client-request-id"] = outer.headers["client-request-id"] }
    let path = url.hasPrefix("/") ? url : "/" + url
    return SimulatedRequest(method, "\(target.origin)/v1.0\(path)", headers: headers, body: body)
  }

  func answer(_ response: SimulatedResponse) -> JSONValue {
    var headers = JSONObject()
    for field in response.headers.fields
    where ["content-type", "retry-after", "location", "preference-applied"].contains(field.name.lowercased()) {
      headers[field.name] = .string(field.value)
    }
    var object: JSONObject = ["id": .string(id), "status": .int(response.status), "headers": .object(headers)]
    if !response.body.isEmpty { object["body"] = (try? JSONParser.parse(response.body)) ?? .null }
    return .object(object)
  }

  static let failedDependency = SimulatedResponse.json(
    424, GraphFailure(424, "FailedDependency", "A request this one depends on failed.").json(trace: [:]))

  static func gatewayFailure(_ status: Int) -> SimulatedResponse {
    .json(status, GraphFailure(status, "UnknownError", "The backend did not answer.").json(trace: [:]))
  }
}
