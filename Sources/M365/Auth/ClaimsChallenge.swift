import AdminCore

/// The wish of a service for a token with certain claims (continuous access evaluation): the `claims` of an
/// `insufficient_claims` challenge in `WWW-Authenticate` (RFC 9110 section 11.6.1).
package struct ClaimsChallenge: Hashable, Sendable {
  /// A JSON object, passed on to the token endpoint as it is.
  package let claims: String

  package init?(in headers: HTTPHeaders) {
    for value in headers.values("WWW-Authenticate") {
      let parameters = Self.parameters(value.prefix(16_384))
      guard parameters["error"] == "insufficient_claims", let text = parameters["claims"],
        let claims = Self.json(text)
      else { continue }
      self.claims = claims
      return
    }
    return nil
  }

  /// Services send it as base64, of either alphabet and with or without padding, or as it is.
  private static func json(_ text: String) -> String? {
    let unpadded = String(text.prefix { $0 != "=" })
    let bytes = Base64.decode(unpadded, .url) ?? Base64.decode(text) ?? Array(text.utf8)
    guard bytes.count <= 8192, let value = try? JSONParser.parse(bytes, maximumDepth: 16), value.objectValue != nil
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Every `name=value` and `name="value"` of the field, whatever the schemes between them.
  private static func parameters(_ text: Substring) -> [String: String] {
    var found: [String: String] = [:]
    var rest = text
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].split(whereSeparator: { " ,\t".contains($0) }).last.map { $0.lowercased() } ?? ""
      rest = rest[rest.index(after: equals)...]
      let value = rest.first == "\"" ? quoted(&rest) : bare(&rest)
      if !name.isEmpty, found[name] == nil { found[name] = value }
    }
    return found
  }

  private static func bare(_ rest: inout Substring) -> String {
    let value = rest.prefix { !" ,\t".contains($0) }
    rest = rest[value.endIndex...]
    return String(value)
  }

  private static func quoted(_ rest: inout Substring) -> String {
    var value = ""
    rest.removeFirst()
    while let character = rest.popFirst(), character != "\"" {
      if character == "\\", let escaped = rest.popFirst() {
        value.append(escaped)
      } else {
        value.append(character)
      }
    }
    return value
  }
}
