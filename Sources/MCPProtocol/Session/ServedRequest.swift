import AdminCore

/// A request that is going to be served: its era is known and its params are an object.
struct ServedRequest: Sendable {
  let id: RequestID
  let method: Method
  let scope: RequestScope
  let params: JSONObject
  /// Bytes of the line it came in.
  let size: Int
  /// What the caller proves its identity with; it stands nowhere else in the request.
  let credential: Secret<JSONValue>?

  var revision: Revision { scope.revision }

  func string(_ name: String) throws(JSONRPCError) -> String {
    guard case .string(let value)? = params[name] else {
      throw .invalidParams("\(method.rawValue) needs the string \(name).")
    }
    return value
  }

  /// The address a resource method is about.
  func uri(_ limits: SessionLimits) throws(JSONRPCError) -> String {
    let uri = try string("uri")
    let scheme = uri.prefix { $0 != ":" }
    guard !scheme.isEmpty, scheme.utf8.count < uri.utf8.count, uri.utf8.count <= limits.uriLength,
      uri.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
    else {
      throw .invalidParams("uri must be an address with a scheme, of at most \(limits.uriLength) bytes.")
    }
    guard !URITemplate.leadsAstray(uri) else {
      throw .invalidParams("uri must not lead out of what it names.", data: ["uri": .string(uri)])
    }
    return uri
  }
}
