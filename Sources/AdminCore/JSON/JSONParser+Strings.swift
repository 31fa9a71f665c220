extension JSONParser {
  /// Reads a string, from its opening quote on. The bytes are known to be UTF-8.
  mutating func string(_ bytes: Span<UInt8>) throws(JSONParseError) -> (text: String, isASCII: Bool) {
    let start = position + 1
    var index = start
    var bits: UInt8 = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 else { break }
      bits |= byte
      index += 1
    }
    position = index
    guard index < bytes.count else { throw failure(.unexpectedEnd) }
    switch bytes[index] {
    case UInt8(ascii: "\""):
      position = index + 1
      return (Self.text(bytes.extracting(start..<index), isASCII: bits < 0x80), bits < 0x80)
    case UInt8(ascii: "\\"): return try escapedString(bytes, from: start)
    default: throw failure(.controlCharacter)
    }
  }

  private static func text(_ bytes: Span<UInt8>, isASCII: Bool) -> String {
    String(copying: UTF8Span(unchecked: bytes, isKnownASCII: isASCII))
  }

  /// Goes on at the first escape sequence of the string whose text begins at `start`, copying what lies between the
  /// sequences in one piece.
  private mutating func escapedString(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(JSONParseError) -> (text: String, isASCII: Bool) {
    scratch.removeAll(keepingCapacity: true)
    var runStart = start
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        keep(bytes, runStart..<position)
        position += 1
        let isASCII = scratch.allSatisfy { $0 < 0x80 }
        return (Self.text(scratch.span, isASCII: isASCII), isASCII)
      case UInt8(ascii: "\\"):
        keep(bytes, runStart..<position)
        try escape(bytes)
        runStart = position
      case 0..<0x20: throw failure(.controlCharacter)
      default: position += 1
      }
    }
    throw failure(.unexpectedEnd)
  }

  private mutating func keep(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    bytes.extracting(range).withUnsafeBufferPointer { scratch.append(contentsOf: $0) }
  }

  private mutating func escape(_ bytes: Span<UInt8>) throws(JSONParseError) {
    guard position + 1 < bytes.count else {
      position = bytes.count
      throw failure(.unexpectedEnd)
    }
    let kind = bytes[position + 1]
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(kind)
    case UInt8(ascii: "b"): scratch.append(0x08)
    case UInt8(ascii: "f"): scratch.append(0x0C)
    case UInt8(ascii: "n"): scratch.append(0x0A)
    case UInt8(ascii: "r"): scratch.append(0x0D)
    case UInt8(ascii: "t"): scratch.append(0x09)
    case UInt8(ascii: "u"):
      scratch.append(contentsOf: UTF8.encode(try unicodeEscape(bytes)) ?? UTF8.encodedReplacementCharacter)
      return
    default: throw failure(.badEscape)
    }
    position += 2
  }

  private mutating func unicodeEscape(_ bytes: Span<UInt8>) throws(JSONParseError) -> Unicode.Scalar {
    let start = position
    let first = try hexEscape(bytes)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw JSONParseError(reason: .loneSurrogate, offset: start) }
    let second = try hexEscape(bytes)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw JSONParseError(reason: .loneSurrogate, offset: start) }
    return scalar
  }

  /// Reads `\uXXXX`.
  private mutating func hexEscape(_ bytes: Span<UInt8>) throws(JSONParseError) -> UInt32 {
    var value: UInt32 = 0
    for index in (position + 2)..<(position + 6) {
      guard index < bytes.count else { throw failure(.badEscape) }
      let byte = bytes[index]
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
