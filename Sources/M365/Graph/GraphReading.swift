import AdminCore

/// Reading what Graph sends: absent, null and of another kind are all the same, because a service may leave out what it
/// likes. Texts are as the tenant has them; whoever shows them cleans them.
extension JSONObject {
  func text(_ key: String) -> String? { self[key]?.stringValue }

  func flag(_ key: String) -> Bool? { self[key]?.boolValue }

  func number(_ key: String) -> Int? { self[key]?.intValue }

  func time(_ key: String) -> Timestamp? { self[key]?.stringValue.flatMap { Timestamp(iso8601: $0) } }

  func texts(_ key: String) -> [String] { (self[key]?.arrayValue ?? []).compactMap(\.stringValue) }

  func object(_ key: String) -> JSONObject? { self[key]?.objectValue }

  func objects(_ key: String) -> [JSONObject] { (self[key]?.arrayValue ?? []).compactMap(\.objectValue) }
}

extension GraphReply {
  /// The object that the answer is, as `Model` reads it.
  func decode<Model>(_ call: GraphCall, _ read: (JSONObject) -> Model?) throws(AdminError) -> Model {
    guard let object = json.objectValue, let model = read(object) else {
      // What was made is there, but nobody knows under which id.
      guard call.safety == .idempotent else {
        throw AdminError(
          .outcomeUnknown,
          "\(call.operation) succeeded, but the answer lacks what identifies the result. Look before doing it again.")
      }
      throw .malformedReply(call)
    }
    return model
  }
}

extension GraphClient {
  /// Makes a reader of list entries out of one that may find an entry unreadable.
  func reading<Model: Sendable>(
    _ call: GraphCall, _ read: @escaping @Sendable (JSONObject) -> Model?
  ) -> @Sendable (JSONObject) throws(AdminError) -> Model {
    { object throws(AdminError) in
      guard let model = read(object) else { throw .malformedReply(call) }
      return model
    }
  }
}
