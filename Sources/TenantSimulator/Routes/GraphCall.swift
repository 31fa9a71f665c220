import AdminCore

/// A request to Graph that has passed the door: the caller is known, the path is matched, the query is split.
struct GraphCall: Sendable {
  let method: String
  let target: RequestTarget
  let headers: HeaderFields
  let body: [UInt8]
  /// What the path's placeholders stand for, decoded.
  let parameters: [String: String]
  let query: QueryOptions
  let caller: AccessToken
  let route: Route

  subscript(parameter: String) -> String { parameters[parameter] ?? "" }

  var isEventual: Bool { headers["ConsistencyLevel"]?.lowercased() == "eventual" }

  /// `Prefer: IdType="ImmutableId"`: ids that survive a move to another folder.
  var prefersImmutableIDs: Bool { prefers("idtype=\"immutableid\"") }

  /// The headers that confirm a preference.
  var preferenceApplied: HeaderFields {
    prefersImmutableIDs ? ["Preference-Applied": "IdType=\"ImmutableId\""] : [:]
  }

  /// `Prefer: include-unknown-enum-members`: names that came into an enumeration after its first version.
  var prefersUnknownMembers: Bool { prefers("include-unknown-enum-members") }

  /// `Prefer: return=representation`: the changed object instead of an empty answer.
  var prefersRepresentation: Bool { prefers("return=representation") }

  private func prefers(_ preference: String) -> Bool {
    (headers["Prefer"] ?? "").lowercased().split { $0 == "," || $0 == ";" }.contains { $0.trimmingSpaces == preference }
  }

  /// The value of `@odata.context`.
  func context(_ text: String, selected: [String]? = nil) -> String {
    let start = "https://graph.microsoft.com/v1.0/$metadata#"
    guard let selected, !selected.isEmpty else { return start + text }
    let names = "(\(selected.joined(separator: ",")))"
    guard text.hasSuffix("/$entity") else { return start + text + names }
    return start + text.dropLast("/$entity".count) + names + "/$entity"
  }

  /// One object, as `$select` wants it.
  func answer(
    _ object: JSONObject, _ type: ModelType, context: String, status: Int = 200, expandable: Set<String> = []
  ) throws(GraphFailure) -> GraphAnswer {
    let projection = try Projection(type, query, workload: route.workload, expandable: expandable)
    let head: JSONObject = ["@odata.context": .string(self.context(context + "/$entity", selected: query.selected))]
    return .json(status, head.merging(projection.apply(to: object)), headers: preferenceApplied)
  }

  // MARK: Body

  var mediaType: String {
    (headers["Content-Type"] ?? "").split(separator: ";").first.map { $0.trimmingSpaces.lowercased() } ?? ""
  }

  /// The JSON of the body.
  func json() throws(GraphFailure) -> JSONValue {
    guard !body.isEmpty else { throw .badRequest("Empty Payload. JSON content expected.") }
    guard mediaType == "application/json" else {
      throw GraphFailure(
        415, "UnsupportedMediaType",
        "The request's Content-Type must be application/json; it is '\(headers["Content-Type"] ?? "absent")'.")
    }
    do {
      return try JSONParser.parse(body)
    } catch {
      throw Workload.unreadable
    }
  }

  /// The body as `type` allows it.
  func object(_ type: ModelType, for purpose: ModelReader.Purpose) throws(GraphFailure) -> JSONObject {
    try read(try json(), as: type, for: purpose)
  }

  func read(
    _ value: JSONValue, as type: ModelType, for purpose: ModelReader.Purpose
  ) throws(GraphFailure) -> JSONObject {
    do {
      return try ModelReader.read(value, as: type, for: purpose)
    } catch {
      throw route.workload.failure(for: error, of: type)
    }
  }

  /// The parameters of an action: every one in `names` may be there, nothing else may. As in the service, the first
  /// letter's case does not matter.
  func actionParameters(_ action: String, _ names: [String], required: [String]) throws(GraphFailure) -> JSONObject {
    guard let object = try json().objectValue else { throw Workload.unreadable }
    var found = JSONObject()
    for member in object {
      guard let name = names.first(where: { $0.lowercased() == member.key.lowercased() }) else {
        throw .badRequest(
          "The parameter '\(member.key)' in the request payload is not a valid parameter for the operation '\(action)'."
        )
      }
      found[name] = member.value
    }
    let missing = required.filter { found[$0] == nil }
    guard missing.isEmpty else {
      throw .badRequest(
        "One or more parameters of the operation '\(action)' are missing from the request payload. "
          + "The missing parameters are: \(missing.joined(separator: ", ")).")
    }
    return found
  }
}
