import AdminCore

/// An address of an object in a body: `https://graph.microsoft.com/v1.0/users('{id}')`. The host must be that of the
/// cloud in use or the one the request came to.
struct ObjectReference: Sendable {
  private let segments: [PathSegment]
  private let failure: GraphFailure

  /// - Parameter property: what the address stands under, for messages.
  init(_ url: String, _ property: String, _ call: GraphCall) throws(GraphFailure) {
    let heads = ["https://graph.microsoft.com/v1.0/", call.target.origin + "/v1.0/"]
    guard let head = heads.first(where: { url.hasPrefix($0) }) else {
      throw .directory("Invalid URL in '\(property)': the host must be that of this Graph endpoint.")
    }
    segments = try PathSegment.split(url.dropFirst(head.count))
    failure = .directory("Invalid URL format specified in '\(property)' property.")
  }

  /// The key of `{collection}/{key}`, where the collection is one of these. A collection may have several parts:
  /// `appCatalogs/teamsApps`.
  func key(in collections: [String]) throws(GraphFailure) -> String {
    let names = segments.dropLast().compactMap { segment -> String? in
      if case .plain(let name) = segment { name } else { nil }
    }
    guard names.count == segments.count - 1, collections.contains(names.joined(separator: "/")),
      case .plain(let key)? = segments.last
    else { throw failure }
    return key
  }
}

extension GraphCall {
  /// `{"@odata.id": "…"}` and nothing else: the key of the object it names.
  func reference(to collections: [String]) throws(GraphFailure) -> String {
    guard let object = try json().objectValue, object.count == 1, let url = object["@odata.id"]?.stringValue else {
      throw .badRequest("The request body must hold '@odata.id' and nothing else.")
    }
    return try ObjectReference(url, "@odata.id", self).key(in: collections)
  }

  /// The keys that a binding of a body names: one address, or a list of them.
  func bindings(
    _ property: String, of body: JSONObject, to collections: [String]
  ) throws(GraphFailure) -> [String] {
    let value = body[property]
    var keys: [String] = []
    for url in value?.arrayValue?.compactMap(\.stringValue) ?? [value?.stringValue].compactMap({ $0 }) {
      keys.append(try ObjectReference(url, property, self).key(in: collections))
    }
    return keys
  }
}
