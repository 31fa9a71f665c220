package import AdminCore

/// The id of a request: a string or an integer, kept exactly as the peer wrote it. `"1"` and `1` are two ids, and so are
/// 2^53 and 2^53 + 1. Progress tokens have the same form.
package enum RequestID: Sendable {
  case string(String)
  /// The digits themselves, so that integers of any size come back unchanged.
  case integer(String)

  /// - Returns: `nil` for what is no id: null, booleans, arrays, objects, and numbers with a fraction or an exponent.
  package init?(_ json: JSONValue) {
    switch json {
    case .string(let text): self = .string(text)
    case .number(let number):
      let digits = number.text
      guard digits.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || ($0 >= 0x30 && $0 <= 0x39) }) else { return nil }
      self = .integer(digits)
    default: return nil
    }
  }

  package init(_ value: Int) { self = .integer(String(value)) }

  /// The text without its type, for the tolerant match of cancellations.
  var text: String {
    switch self {
    case .string(let text), .integer(let text): text
    }
  }

  package var json: JSONValue {
    switch self {
    case .string(let text): .string(text)
    // Only the parser makes numbers of arbitrary text, and what it made was a number.
    case .integer(let digits): (try? JSONParser.parse(digits)) ?? .null
    }
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .string(let text): writer.string(text)
    case .integer(let digits): writer.fragment(digits.utf8)
    }
  }
}

extension RequestID: Hashable {
  /// Byte by byte: two spellings of one character, which Swift's strings take as equal, are two ids.
  package static func == (left: RequestID, right: RequestID) -> Bool {
    switch (left, right) {
    case (.string(let left), .string(let right)), (.integer(let left), .integer(let right)):
      left.utf8.elementsEqual(right.utf8)
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

extension RequestID: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self.init(value) }
}
