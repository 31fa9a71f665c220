import AdminCore

/// Protects what the server gives a client to keep: nobody but this process can make such a text, and it is good only in
/// the place it was made for. The host brings the cryptography (authenticated encryption, or an HMAC).
package struct StateSealer: Sendable {
  /// Text that is safe inside JSON, from a payload and the context it is bound to without being part of it.
  package let seal: @Sendable (_ payload: [UInt8], _ context: [UInt8]) -> String
  /// The payload again; `nil` for anything that `seal` did not make in the same context.
  package let open: @Sendable (_ text: String, _ context: [UInt8]) -> [UInt8]?

  package init(
    seal: @escaping @Sendable (_ payload: [UInt8], _ context: [UInt8]) -> String,
    open: @escaping @Sendable (_ text: String, _ context: [UInt8]) -> [UInt8]?
  ) {
    self.seal = seal
    self.open = open
  }
}

/// The place in a list where the next page starts, opaque to the client. Bound to its list: the cursor of one list is
/// refused by another.
struct PageCursor {
  let sealer: StateSealer
  let list: String

  func encode(_ position: String) -> String { sealer.seal(Array(position.utf8), context) }

  /// - Returns: `nil` for no cursor at all, which means the first page.
  func decode(_ cursor: JSONValue?) throws(JSONRPCError) -> String? {
    guard let cursor else { return nil }
    guard case .string(let text) = cursor, let position = sealer.open(text, context) else {
      throw .invalidParams("This cursor is not one of this list; start again without it.")
    }
    return String(decoding: position, as: UTF8.self)
  }

  private var context: [UInt8] { Array("cursor\n\(list)".utf8) }
}

/// The state of a request that has to be asked again: bound to the method and to every parameter that matters, and good
/// for a limited time.
struct RequestState {
  let sealer: StateSealer
  let lifetime: Duration
  private let context: [UInt8]

  /// Members that may differ between the rounds of one request.
  private static let roundMembers = ["_meta", "inputResponses", "requestState"]

  init(sealer: StateSealer, lifetime: Duration, method: Method, params: JSONObject) {
    self.sealer = sealer
    self.lifetime = lifetime
    let salient = JSONObject(params.filter { !Self.roundMembers.contains($0.key) })
    context = Array("state\n\(method.rawValue)\n".utf8) + Self.ordered(.object(salient)).serialized
  }

  /// Members in the order of their names. Numbers keep every digit, unlike in RFC 8785, where two integers beyond 2^53
  /// may become one.
  private static func ordered(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let object):
      let members = object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return .object(JSONObject(members.map { .init(key: $0.key, value: ordered($0.value)) }))
    case .array(let elements): return .array(elements.map(ordered))
    default: return value
    }
  }

  func encode(_ state: [UInt8], at now: Timestamp) -> String {
    let expiry = UInt64(bitPattern: (now + lifetime).milliseconds).bigEndian
    return sealer.seal(withUnsafeBytes(of: expiry) { Array($0) } + state, context)
  }

  func decode(_ text: String, at now: Timestamp) -> [UInt8]? {
    guard let payload = sealer.open(text, context), payload.count >= 8 else { return nil }
    let expiry = payload.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard now.milliseconds < Int64(bitPattern: expiry) else { return nil }
    return Array(payload.dropFirst(8))
  }
}
