/// Base64 of RFC 4648: the standard alphabet with padding (section 4) and the one for URLs without (section 5).
package enum Base64 {
  package enum Alphabet: Sendable {
    case standard
    case url
  }

  package static func encode(_ bytes: some Collection<UInt8>, _ alphabet: Alphabet = .standard) -> String {
    encode(Array(bytes), digits: alphabet == .standard ? standardDigits : urlDigits, isPadded: alphabet == .standard)
  }

  // Over an array and no longer generic, which makes it ten times as fast for callers in other modules.
  private static func encode(_ bytes: [UInt8], digits: [UInt8], isPadded: Bool) -> String {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    var buffer: UInt32 = 0
    var pending = 0
    for byte in bytes {
      buffer = buffer << 8 | UInt32(byte)
      pending += 8
      while pending >= 6 {
        pending -= 6
        output.append(digits[Int(buffer >> UInt32(pending) & 0x3F)])
      }
    }
    if pending > 0 { output.append(digits[Int(buffer << UInt32(6 - pending) & 0x3F)]) }
    if isPadded {
      while output.count % 4 != 0 { output.append(UInt8(ascii: "=")) }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// - Returns: the bytes, or `nil` when the text is not exactly what `encode` would have made of them: white space,
  ///   missing or surplus padding, digits of the other alphabet and stray bits at the end are all refused.
  package static func decode(_ text: some StringProtocol, _ alphabet: Alphabet = .standard) -> [UInt8]? {
    var digits = Array(text.utf8)
    if alphabet == .standard {
      guard digits.count % 4 == 0 else { return nil }
      for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
    }
    guard digits.count % 4 != 1 else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(digits.count * 3 / 4)
    var buffer: UInt32 = 0
    var pending = 0
    for digit in digits {
      guard let value = value(of: digit, alphabet) else { return nil }
      buffer = buffer << 6 | value
      pending += 6
      if pending >= 8 {
        pending -= 8
        output.append(UInt8(truncatingIfNeeded: buffer >> UInt32(pending)))
      }
    }
    guard buffer & (1 << UInt32(pending) - 1) == 0 else { return nil }
    return output
  }

  private static let standardDigits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlDigits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static func value(of digit: UInt8, _ alphabet: Alphabet) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+") where alphabet == .standard, UInt8(ascii: "-") where alphabet == .url: 62
    case UInt8(ascii: "/") where alphabet == .standard, UInt8(ascii: "_") where alphabet == .url: 63
    default: nil
    }
  }
}
