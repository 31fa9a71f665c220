/// Why a text is not the JSON that was expected, and where.
package struct JSONParseError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: String, Sendable {
    case invalidUTF8 = "invalid UTF-8"
    case unexpectedEnd = "unexpected end of input"
    case unexpectedByte = "unexpected character"
    case badNumber = "malformed number"
    case badEscape = "malformed escape sequence"
    case loneSurrogate = "escaped surrogate without its partner"
    case controlCharacter = "unescaped control character in a string"
    case duplicateKey = "the same key twice in one object"
    case tooDeep = "nested too deeply"
    case trailingBytes = "text after the value"
  }

  package let reason: Reason
  /// The byte, counted from 0, at which parsing stopped.
  package let offset: Int

  package var description: String { "\(reason.rawValue) at byte \(offset)" }
}

/// A strict parser of RFC 8259: UTF-8 only, no byte order mark, no comments, no trailing commas, no repeated keys, no
/// lone surrogates, and a bound on nesting. Linear in the size of the input.
///
/// Repeated keys are refused because two readers of the same document may otherwise see two different values, which is
/// how a check and the thing checked come apart.
package struct JSONParser {
  /// Deep enough for any message of the protocols served here, shallow enough for any stack.
  package static let defaultMaximumDepth = 128

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int
  private var remainingDepth: Int

  /// The one value that `bytes` holds, with nothing but white space around it.
  package static func parse(
    _ bytes: [UInt8], maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONParseError) -> JSONValue {
    try requireUTF8(bytes)
    var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
    parser.skipWhitespace()
    let value = try parser.value()
    parser.skipWhitespace()
    guard parser.position == parser.end else { throw parser.failure(.trailingBytes) }
    return value
  }

  package static func parse(
    _ text: String, maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONParseError) -> JSONValue {
    try parse(Array(text.utf8), maximumDepth: maximumDepth)
  }

  private init(bytes: [UInt8], maximumDepth: Int) {
    self.bytes = bytes
    position = 0
    end = bytes.count
    remainingDepth = maximumDepth
  }

  private static func requireUTF8(_ bytes: [UInt8]) throws(JSONParseError) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw JSONParseError(reason: .invalidUTF8, offset: error.byteOffsets.lowerBound)
    }
  }

  private func failure(_ reason: JSONParseError.Reason) -> JSONParseError {
    JSONParseError(reason: position >= end && reason == .unexpectedByte ? .unexpectedEnd : reason, offset: position)
  }

  private mutating func skipWhitespace() {
    while position < end {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func value() throws(JSONParseError) -> JSONValue {
    guard position < end else { throw failure(.unexpectedEnd) }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try nested { parser throws(JSONParseError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(JSONParseError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try keyword("true", .bool(true))
    case UInt8(ascii: "f"): return try keyword("false", .bool(false))
    case UInt8(ascii: "n"): return try keyword("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw failure(.unexpectedByte)
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONParseError) -> JSONValue
  ) throws(JSONParseError) -> JSONValue {
    guard remainingDepth > 0 else { throw failure(.tooDeep) }
    remainingDepth -= 1
    defer { remainingDepth += 1 }
    return try body(&self)
  }

  private mutating func keyword(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
    for expected in word.description.utf8 {
      guard position < end, bytes[position] == expected else { throw failure(.unexpectedByte) }
      position += 1
    }
    return value
  }

  private mutating func array() throws(JSONParseError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      skipWhitespace()
      elements.append(try value())
      skipWhitespace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw failure(.unexpectedByte) }
    }
  }

  private mutating func object() throws(JSONParseError) -> JSONValue {
    position += 1
    var members: [JSONObject.Member] = []
    var seen: Set<String> = []
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
    while true {
      skipWhitespace()
      let keyStart = position
      guard position < end, bytes[position] == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
      let key = try string()
      if Self.repeats(key, in: members, seen: &seen) {
        throw JSONParseError(reason: .duplicateKey, offset: keyStart)
      }
      skipWhitespace()
      guard take(UInt8(ascii: ":")) else { throw failure(.unexpectedByte) }
      skipWhitespace()
      members.append(JSONObject.Member(key: key, value: try value()))
      skipWhitespace()
      if take(UInt8(ascii: "}")) { return .object(JSONObject(distinct: members)) }
      guard take(UInt8(ascii: ",")) else { throw failure(.unexpectedByte) }
    }
  }

  /// Small objects are searched, long ones remembered in a set, so that checking stays linear.
  private static func repeats(_ key: String, in members: [JSONObject.Member], seen: inout Set<String>) -> Bool {
    if members.count < 8 { return members.contains { $0.key == key } }
    if members.count == 8 { seen.formUnion(members.lazy.map(\.key)) }
    return !seen.insert(key).inserted
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func number() throws(JSONParseError) -> JSONNumber {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    if position < end, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position] { throw failure(.badNumber) }
    return JSONNumber(validated: String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digits() throws(JSONParseError) {
    let start = position
    while position < end, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position] { position += 1 }
    guard position > start else { throw failure(.badNumber) }
  }

  private mutating func string() throws(JSONParseError) -> String {
    position += 1
    let start = position
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        position += 1
        return text
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw failure(.controlCharacter)
      default: position += 1
      }
    }
    throw failure(.unexpectedEnd)
  }

  private mutating func escapedString(from start: Int) throws(JSONParseError) -> String {
    var decoded = Array(bytes[start..<position])
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: decoded, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &decoded)
      case 0..<0x20: throw failure(.controlCharacter)
      default:
        decoded.append(byte)
        position += 1
      }
    }
    throw failure(.unexpectedEnd)
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(JSONParseError) {
    guard position + 1 < end else {
      position = end
      throw failure(.unexpectedEnd)
    }
    let kind = bytes[position + 1]
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(kind)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      decoded.append(contentsOf: UTF8.encode(try unicodeEscape()) ?? UTF8.encodedReplacementCharacter)
      return
    default: throw failure(.badEscape)
    }
    position += 2
  }

  private mutating func unicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
    let start = position
    let first = try hexEscape()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw JSONParseError(reason: .loneSurrogate, offset: start) }
    let second = try hexEscape()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw JSONParseError(reason: .loneSurrogate, offset: start) }
    return scalar
  }

  private mutating func hexEscape() throws(JSONParseError) -> UInt32 {
    guard position + 6 <= end else { throw failure(.badEscape) }
    var value: UInt32 = 0
    for byte in bytes[(position + 2)..<(position + 6)] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 + UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 + UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 + UInt32(byte - UInt8(ascii: "A") + 10)
      default: throw failure(.badEscape)
      }
    }
    position += 6
    return value
  }
}
