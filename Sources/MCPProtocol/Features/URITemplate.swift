/// A URI template of RFC 6570, level 1: literal text and `{variables}` that stand for one path segment or a part of one.
package struct URITemplate: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case literal(String)
    case variable(String)
  }

  package let text: String
  private let parts: [Part]

  /// - Returns: `nil` for unbalanced braces, operators of higher levels, repeated variables, or two variables with
  ///   nothing between them, which no reader could tell apart.
  package init?(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else { return nil }
      if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
      let name = rest[rest.index(after: open)..<close]
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else { return nil }
      let variable = Part.variable(String(name))
      if case .variable = parts.last { return nil }
      guard !parts.contains(variable) else { return nil }
      parts.append(variable)
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.literal(String(rest))) }
    self.text = text
    self.parts = parts
  }

  package var variables: [String] {
    parts.compactMap { part in
      if case .variable(let name) = part { name } else { nil }
    }
  }

  /// The values of the variables in `uri`, percent-decoded exactly once; `nil` when the address does not fit, or when a
  /// value is one no handler should ever see: empty, `.` or `..`, with a slash or backslash smuggled in by encoding, with
  /// control characters, or not UTF-8.
  package func match(_ uri: String) -> [String: String]? {
    var values: [String: String] = [:]
    var rest = Substring(uri).utf8[...]
    for (index, part) in parts.enumerated() {
      switch part {
      case .literal(let literal):
        guard rest.starts(with: literal.utf8) else { return nil }
        rest = rest.dropFirst(literal.utf8.count)
      case .variable(let name):
        let end = end(of: rest, before: index + 1 < parts.count ? parts[index + 1] : nil)
        guard let end, let value = Self.decode(rest[..<end]) else { return nil }
        values[name] = value
        rest = rest[end...]
      }
    }
    return rest.isEmpty ? values : nil
  }

  /// Whether the path of an address holds a segment that no template takes: `.` or `..`, plain or encoded, a slash or
  /// backslash smuggled in by encoding, control characters, or an escape that is none.
  static func leadsAstray(_ uri: String) -> Bool {
    let path = Substring(uri).utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst()
      .prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    return path.split(separator: UInt8(ascii: "/")).contains { decode($0) == nil }
  }

  /// The address with its variables filled in; `nil` when a value is missing or could not be read back.
  package func expand(_ values: [String: String]) -> String? {
    var uri = ""
    for part in parts {
      switch part {
      case .literal(let literal): uri += literal
      case .variable(let name):
        guard let value = values[name], Self.isAcceptable(value) else { return nil }
        uri += Self.encode(value)
      }
    }
    return uri
  }

  /// Where a value ends: at the next literal if it is found within the segment, otherwise at the end of the segment.
  private func end(of rest: Substring.UTF8View.SubSequence, before next: Part?) -> String.Index? {
    let segment = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    guard case .literal(let literal)? = next, let stop = literal.utf8.first, stop != UInt8(ascii: "/"),
      stop != UInt8(ascii: "?"), stop != UInt8(ascii: "#")
    else { return segment.endIndex }
    return segment.firstIndex(of: stop)
  }

  private static func decode(_ bytes: Substring.UTF8View.SubSequence) -> String? {
    var decoded: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == UInt8(ascii: "%") else {
        decoded.append(bytes[index])
        index = bytes.index(after: index)
        continue
      }
      guard let byte = escapedByte(bytes[index...]) else { return nil }
      decoded.append(byte)
      index = bytes.index(index, offsetBy: 3)
    }
    guard let value = String(validating: decoded, as: UTF8.self), isAcceptable(value) else { return nil }
    return value
  }

  private static func escapedByte(_ bytes: Substring.UTF8View.SubSequence) -> UInt8? {
    let digits = bytes.dropFirst().prefix(2)
    guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private static func isAcceptable(_ value: String) -> Bool {
    !value.isEmpty && value != "." && value != ".."
      && value.unicodeScalars.allSatisfy { scalar in
        scalar != "/" && scalar != "\\" && scalar.properties.generalCategory != .control
      }
  }

  /// Everything but the unreserved characters of RFC 3986 is escaped.
  private static func encode(_ value: String) -> String {
    var encoded = ""
    for byte in value.utf8 {
      if isNameByte(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~") {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        encoded += byte < 16 ? "%0\(hex)" : "%\(hex)"
      }
    }
    return encoded
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
