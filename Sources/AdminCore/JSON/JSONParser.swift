/// A strict parser of RFC 8259: UTF-8 only, no byte order mark, no comments, no trailing commas, no repeated keys, no
/// lone surrogates, and a bound on nesting. Linear in the size of the input.
///
/// Repeated keys are refused because two readers of the same document may otherwise see two different values, which is
/// how a check and the thing checked come apart. For the same reason two keys count as one when they are the same
/// characters composed differently (`é` as one scalar or as two), since strings compare that way here.
package struct JSONParser {
  /// Deep enough for any message of the protocols served here, shallow enough for any stack.
  package static let defaultMaximumDepth = 128

  var position = 0
  /// Where strings with escape sequences are put together.
  var scratch: [UInt8] = []
  private var remainingDepth: Int
  private var openKeys = OpenKeys()

  /// The one value that `bytes` holds, with nothing but white space around it.
  package static func parse(
    _ bytes: [UInt8], maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONParseError) -> JSONValue {
    let bytes = bytes.span
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes)
    } catch {
      throw JSONParseError(reason: .invalidUTF8, offset: error.byteOffsets.lowerBound)
    }
    var parser = JSONParser(remainingDepth: maximumDepth)
    parser.skipWhitespace(bytes)
    let value = try parser.value(bytes)
    parser.skipWhitespace(bytes)
    guard parser.position == bytes.count else { throw parser.failure(.trailingBytes) }
    return value
  }

  package static func parse(
    _ text: String, maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONParseError) -> JSONValue {
    try parse(Array(text.utf8), maximumDepth: maximumDepth)
  }

  private init(remainingDepth: Int) { self.remainingDepth = remainingDepth }

  // MARK: Bytes

  func failure(_ reason: JSONParseError.Reason) -> JSONParseError {
    JSONParseError(reason: reason, offset: position)
  }

  /// What is wrong where something else was expected: another character, or none any more.
  private func unexpected(_ bytes: Span<UInt8>) -> JSONParseError {
    failure(position < bytes.count ? .unexpectedByte : .unexpectedEnd)
  }

  private mutating func skipWhitespace(_ bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  // MARK: Values

  private mutating func value(_ bytes: Span<UInt8>) throws(JSONParseError) -> JSONValue {
    guard position < bytes.count else { throw failure(.unexpectedEnd) }
    switch bytes[position] {
    case UInt8(ascii: "\""): return .string(try string(bytes).text)
    case UInt8(ascii: "{"): return .object(try object(bytes))
    case UInt8(ascii: "["): return .array(try array(bytes))
    case UInt8(ascii: "t"): return try keyword("true", .bool(true), bytes)
    case UInt8(ascii: "f"): return try keyword("false", .bool(false), bytes)
    case UInt8(ascii: "n"): return try keyword("null", .null, bytes)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number(bytes))
    default: throw failure(.unexpectedByte)
    }
  }

  private mutating func keyword(
    _ word: StaticString, _ value: JSONValue, _ bytes: Span<UInt8>
  ) throws(JSONParseError) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount {
      guard take(word.utf8Start[index], bytes) else { throw unexpected(bytes) }
    }
    return value
  }

  private mutating func enter() throws(JSONParseError) {
    guard remainingDepth > 0 else { throw failure(.tooDeep) }
    remainingDepth -= 1
    position += 1
  }

  private mutating func array(_ bytes: Span<UInt8>) throws(JSONParseError) -> [JSONValue] {
    try enter()
    defer { remainingDepth += 1 }
    var elements: [JSONValue] = []
    skipWhitespace(bytes)
    if take(UInt8(ascii: "]"), bytes) { return elements }
    while true {
      skipWhitespace(bytes)
      elements.append(try value(bytes))
      skipWhitespace(bytes)
      if take(UInt8(ascii: "]"), bytes) { return elements }
      guard take(UInt8(ascii: ","), bytes) else { throw unexpected(bytes) }
    }
  }

  private mutating func object(_ bytes: Span<UInt8>) throws(JSONParseError) -> JSONObject {
    try enter()
    openKeys.open()
    defer {
      remainingDepth += 1
      openKeys.close()
    }
    var members: [JSONObject.Member] = []
    skipWhitespace(bytes)
    if take(UInt8(ascii: "}"), bytes) { return JSONObject() }
    while true {
      skipWhitespace(bytes)
      let keyStart = position
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw unexpected(bytes) }
      let (key, isASCII) = try string(bytes)
      guard openKeys.add(key, isASCII: isASCII, to: members) else {
        throw JSONParseError(reason: .duplicateKey, offset: keyStart)
      }
      skipWhitespace(bytes)
      guard take(UInt8(ascii: ":"), bytes) else { throw unexpected(bytes) }
      skipWhitespace(bytes)
      members.append(JSONObject.Member(key: key, value: try value(bytes)))
      skipWhitespace(bytes)
      if take(UInt8(ascii: "}"), bytes) { return JSONObject(distinct: members) }
      guard take(UInt8(ascii: ","), bytes) else { throw unexpected(bytes) }
    }
  }

  // MARK: Numbers

  private mutating func number(_ bytes: Span<UInt8>) throws(JSONParseError) -> JSONNumber {
    let start = position
    let isNegative = take(UInt8(ascii: "-"), bytes)
    let digitsStart = position
    var magnitude: Int64 = 0
    if !take(UInt8(ascii: "0"), bytes) { magnitude = try digits(bytes) }
    // Eighteen digits cannot overflow 64 bits.
    var isShortInteger = position - digitsStart <= 18 && !(isNegative && magnitude == 0)
    if take(UInt8(ascii: "."), bytes) {
      isShortInteger = false
      _ = try digits(bytes)
    }
    if take(UInt8(ascii: "e"), bytes) || take(UInt8(ascii: "E"), bytes) {
      isShortInteger = false
      if !take(UInt8(ascii: "+"), bytes) { _ = take(UInt8(ascii: "-"), bytes) }
      _ = try digits(bytes)
    }
    if position < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position] {
      throw failure(.badNumber)
    }
    if isShortInteger { return JSONNumber(isNegative ? -magnitude : magnitude) }
    let text = UTF8Span(unchecked: bytes.extracting(start..<position), isKnownASCII: true)
    return JSONNumber(validated: String(copying: text))
  }

  /// - Returns: the value of the digits, wrapped around when it is too large.
  private mutating func digits(_ bytes: Span<UInt8>) throws(JSONParseError) -> Int64 {
    let start = position
    var value: Int64 = 0
    while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit <= 9 {
      value = value &* 10 &+ Int64(digit)
      position += 1
    }
    guard position > start else { throw failure(.badNumber) }
    return value
  }
}
