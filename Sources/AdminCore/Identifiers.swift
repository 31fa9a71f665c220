/// Makes UUIDs of version 7 (RFC 9562 section 5.7): unique without coordination and sorted by the time they were made.
package enum UUIDv7 {
  package static func make(at time: Timestamp, using random: inout some RandomNumberGenerator) -> String {
    let milliseconds = UInt64(clamping: time.milliseconds)
    let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &random)
    let low = 0x8000_0000_0000_0000 | random.next() >> 2
    return format(high, low)
  }

  private static func format(_ high: UInt64, _ low: UInt64) -> String {
    String(unsafeUninitializedCapacity: 36) { text in
      var position = 0
      for (half, value) in [high, low].enumerated() {
        for shift in stride(from: 60, through: 0, by: -4) {
          if (half == 0 && (shift == 28 || shift == 12)) || (half == 1 && (shift == 60 || shift == 44)) {
            text[position] = UInt8(ascii: "-")
            position += 1
          }
          let nibble = UInt8(truncatingIfNeeded: value >> UInt64(shift) & 0xF)
          text[position] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
          position += 1
        }
      }
      return position
    }
  }
}

/// An id that this product made: a UUID in lower case. Anything else is refused when the id is created, so that nothing
/// unexpected reaches a query, a path or a log.
package struct LocalID: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init?(_ text: String) {
    guard let guid = GUID(text) else { return nil }
    self.text = guid.text
  }

  package static func make(at time: Timestamp, using random: inout some RandomNumberGenerator) -> LocalID {
    LocalID(trusted: UUIDv7.make(at: time, using: &random))
  }

  package static func make(at time: Timestamp) -> LocalID {
    var random = SystemRandomNumberGenerator()
    return make(at: time, using: &random)
  }

  private init(trusted text: String) { self.text = text }

  package var description: String { text }
}

extension LocalID: Codable {
  /// Reads the text and checks it like any other.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let id = LocalID(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "must be an id in the form of a GUID")
    }
    self = id
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// An id in the form of a GUID, as Microsoft's directories use: 8-4-4-4-12 hexadecimal digits.
package struct GUID: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.count == 36 else { return nil }
    var position = 0
    var hasCapitals = false
    for byte in text.utf8 {
      switch position {
      case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
      default: guard Self.isHexDigit(byte) else { return nil }
      }
      hasCapitals = hasCapitals || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
      position += 1
    }
    self.text = hasCapitals ? text.lowercased() : text
  }

  package var description: String { text }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}

/// A user's sign-in name, checked against the directory's rules: a local part of at most 64 ASCII letters, digits and
/// `' . - _ ! # ^ ~`, not starting or ending with a dot, and a domain; 113 characters in all. Equal without regard to
/// case, as the directory takes it.
package struct UserPrincipalName: Hashable, Sendable, CustomStringConvertible {
  package let localPart: String
  /// In lower case.
  package let domain: String

  package var text: String { "\(localPart)@\(domain)" }
  package var description: String { text }

  package init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 113, (1...64).contains(parts[0].utf8.count),
      parts[0].utf8.allSatisfy(Self.isAllowed), !parts[0].hasPrefix("."), !parts[0].hasSuffix("."),
      Self.isDomain(parts[1])
    else { return nil }
    localPart = String(parts[0])
    domain = parts[1].lowercased()
  }

  package static func == (left: UserPrincipalName, right: UserPrincipalName) -> Bool { left.folded == right.folded }

  package func hash(into hasher: inout Hasher) { hasher.combine(folded) }

  private var folded: String { text.lowercased() }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "'.-_!#^~".utf8.contains(byte)
    }
  }

  private static func isDomain(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { byte in
            (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
              || byte == UInt8(ascii: "-")
          }
      }
  }
}
