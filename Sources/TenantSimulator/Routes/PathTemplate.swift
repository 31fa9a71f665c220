import AdminCore

/// One part of a request's path.
enum PathSegment: Hashable, Sendable {
  case plain(String)
  /// `servicePrincipals(appId='…')`: a name with named arguments.
  case call(name: String, arguments: [Argument])

  struct Argument: Hashable, Sendable {
    let name: String
    let value: String
  }

  /// Splits a raw path at its slashes first and decodes each part then, so that an escaped slash stays inside its part.
  /// A key may stand as a part of its own or in the form `users('key')`.
  static func split(_ path: some StringProtocol) throws(GraphFailure) -> [PathSegment] {
    var segments: [PathSegment] = []
    for part in path.split(separator: "/") {
      guard let text = PercentEncoding.decode(part) else {
        throw .badRequest("The path holds a malformed escape sequence.")
      }
      segments += try parse(text)
    }
    return segments
  }

  private static func parse(_ text: String) throws(GraphFailure) -> [PathSegment] {
    guard text.hasSuffix(")"), let open = text.firstIndex(of: "("), !text.hasPrefix("(") else {
      return [.plain(text)]
    }
    let name = String(text[..<open])
    let inner = text[text.index(after: open)...].dropLast()
    if inner.isEmpty { return [.plain(name)] }
    if let key = unquoted(inner) { return [.plain(name), .plain(key)] }
    var arguments: [Argument] = []
    for pair in inner.split(separator: ",") {
      let halves = pair.split(separator: "=", maxSplits: 1)
      guard halves.count == 2, let value = unquoted(halves[1]) else { return [.plain(text)] }
      arguments.append(Argument(name: String(halves[0]), value: value))
    }
    return [.call(name: name, arguments: arguments)]
  }

  private static func unquoted(_ text: Substring) -> String? {
    guard text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") else { return nil }
    return String(text.dropFirst().dropLast()).replacing("''", with: "'")
  }
}

/// The path of a route: `/users/{user}/messages/{message}` or `/servicePrincipals(appId='{appId}')`.
struct PathTemplate: Sendable, CustomStringConvertible {
  private enum Part: Sendable {
    case literal(String)
    case placeholder(String)
    case call(name: String, parameters: [String])
  }

  let description: String
  private let parts: [Part]

  init(_ text: String) {
    description = text
    parts = text.split(separator: "/").map { part in
      if part.hasPrefix("{") { return .placeholder(String(part.dropFirst().dropLast())) }
      guard part.hasSuffix(")"), let open = part.firstIndex(of: "(") else { return .literal(String(part)) }
      let inner = part[part.index(after: open)...].dropLast()
      let names = inner.split(separator: ",").map { String($0.prefix { $0 != "=" }) }
      return .call(name: String(part[..<open]), parameters: names)
    }
  }

  /// How many parts are fixed; of two templates that fit, the one with more is meant.
  var literalCount: Int {
    parts.count { if case .placeholder = $0 { false } else { true } }
  }

  /// - Returns: what the placeholders stand for, or `nil` where the path does not fit.
  func match(_ segments: [PathSegment]) -> [String: String]? {
    guard segments.count == parts.count else { return nil }
    var parameters: [String: String] = [:]
    for (part, segment) in zip(parts, segments) {
      switch (part, segment) {
      case (.literal(let text), .plain(let given)): guard text == given else { return nil }
      case (.placeholder(let name), .plain(let given)): parameters[name] = given
      case (.call(let name, let wanted), .call(let given, let arguments)):
        guard name == given, wanted == arguments.map(\.name) else { return nil }
        for argument in arguments { parameters[argument.name] = argument.value }
      default: return nil
      }
    }
    return parameters
  }

  /// Whether a path that fits may begin with `segments`.
  func begins(with segments: [PathSegment]) -> Bool {
    guard segments.count <= parts.count else { return false }
    return zip(parts, segments).allSatisfy { part, segment in
      switch (part, segment) {
      case (.literal(let text), .plain(let given)): text == given
      case (.placeholder, .plain): true
      case (.call(let name, _), .call(let given, _)): name == given
      default: false
      }
    }
  }
}
