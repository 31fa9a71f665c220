package import AdminCore

/// What one line of the wire says, decided once by its shape.
package enum JSONRPCMessage: Hashable, Sendable {
  case request(JSONRPCRequest)
  case notification(JSONRPCNotification)
  case response(JSONRPCResponse)
  /// The members are not looked at yet: whether a batch is legal depends on the session.
  case batch([JSONValue])
  /// Nothing of the above. The id is kept where there is a usable one, so that the answer finds its way.
  case invalid(JSONRPCError, id: RequestID?)

  package static func decode(_ line: [UInt8]) -> JSONRPCMessage {
    do throws(JSONParseError) {
      return JSONRPCMessage(try JSONParser.parse(line))
    } catch {
      return .invalid(JSONRPCError(.parseError, "Parse error: \(error)"), id: nil)
    }
  }

  package init(_ value: JSONValue) {
    switch value {
    case .array(let members): self = .batch(members)
    case .object(let object): self = Self.classify(object)
    default: self = .invalid(.invalidRequest("A message is a JSON object."), id: nil)
    }
  }

  private static func classify(_ object: JSONObject) -> JSONRPCMessage {
    let id = object["id"].flatMap(RequestID.init)
    guard let method = object["method"] else { return classifyAnswer(object, id) }
    guard object["jsonrpc"] == "2.0" else {
      return .invalid(.invalidRequest(#"The member "jsonrpc" must be "2.0"."#), id: id)
    }
    guard case .string(let name) = method else {
      return .invalid(.invalidRequest(#"The member "method" must be a string."#), id: id)
    }
    let params = JSONRPCParams(object["params"])
    guard object["id"] != nil else { return .notification(JSONRPCNotification(method: name, params: params)) }
    guard let id else {
      return .invalid(.invalidRequest("The id of a request is a string or an integer."), id: nil)
    }
    return .request(JSONRPCRequest(id: id, method: name, params: params))
  }

  /// An object without a method. An answer is never answered, so whatever can be one is taken as one.
  private static func classifyAnswer(_ object: JSONObject, _ id: RequestID?) -> JSONRPCMessage {
    switch (object["result"], object["error"]) {
    case (let result?, nil) where object["id"] != nil:
      .response(JSONRPCResponse(id: id, outcome: .success(result)))
    // Peers that could not read a message of ours answer without an id.
    case (nil, let error?): .response(JSONRPCResponse(id: id, outcome: .failure(JSONRPCError(received: error))))
    default: .invalid(.invalidRequest("Neither a request, nor a notification, nor a response."), id: id)
    }
  }
}

/// The `params` of a message: an object, absent, or something that no method can use.
package enum JSONRPCParams: Hashable, Sendable {
  case absent
  case object(JSONObject)
  case malformed

  init(_ value: JSONValue?) {
    switch value {
    case nil: self = .absent
    case .object(let object): self = .object(object)
    default: self = .malformed
    }
  }

  /// The members; none when there are no params. `nil` when they are malformed.
  var members: JSONObject? {
    switch self {
    case .absent: JSONObject()
    case .object(let object): object
    case .malformed: nil
    }
  }

  /// The member `_meta`, where it is an object.
  var meta: JSONObject? {
    if case .object(let object) = self { object["_meta"]?.objectValue } else { nil }
  }

  /// Takes a member of `_meta` out, so that it is in nothing that is looked at, logged or hashed from here on.
  mutating func takeOutOfMeta(_ key: String) -> JSONValue? {
    guard case .object(var object) = self, var meta = object["_meta"]?.objectValue, let value = meta[key] else {
      return nil
    }
    meta[key] = nil
    object["_meta"] = .object(meta)
    self = .object(object)
    return value
  }
}

package struct JSONRPCRequest: Hashable, Sendable {
  package let id: RequestID
  package let method: String
  package internal(set) var params: JSONRPCParams
}

package struct JSONRPCNotification: Hashable, Sendable {
  package let method: String
  package let params: JSONRPCParams
}

package struct JSONRPCResponse: Hashable, Sendable {
  /// `nil` when the peer could not tell which request it failed to read.
  package let id: RequestID?
  package let outcome: Result<JSONValue, JSONRPCError>
}

extension JSONRPCError {
  /// An error object that a peer sent, with whatever of it is usable.
  init(received value: JSONValue) {
    let code = value["code"]?.intValue ?? Code.internalError.rawValue
    self.init(
      Code(rawValue: code), VisibleText.excerpt(value["message"]?.stringValue ?? "no message"), data: value["data"])
  }
}
