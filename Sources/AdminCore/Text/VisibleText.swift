/// Removes from a text everything a reader cannot see.
///
/// What comes from a tenant (names, subjects, error texts) is data: control characters could break a terminal,
/// direction marks could show an address in another order than it has, and invisible characters could carry
/// instructions to a model that no person would notice.
package enum VisibleText {
  /// The text without control characters (line feed and tab stay), format characters, direction marks, tag characters,
  /// fillers, noncharacters and variation selectors, save the one that asks for the emoji form of the character before.
  package static func clean(_ text: String) -> String {
    guard !isPlain(text) else { return text }
    var cleaned: [UInt8] = []
    cleaned.reserveCapacity(text.utf8.count)
    var previousKept: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      guard keeps(scalar, after: previousKept) else { continue }
      cleaned.append(contentsOf: scalar.utf8)
      previousKept = scalar
    }
    return String(decoding: cleaned, as: UTF8.self)
  }

  /// The value with every text in it cleaned, names of members included.
  package static func clean(_ value: JSONValue) -> JSONValue { mapped(value, clean) }

  private static func mapped(_ value: JSONValue, _ text: (String) -> String) -> JSONValue {
    switch value {
    case .null, .bool, .number: value
    case .string(let string): .string(text(string))
    case .array(let elements): .array(elements.map { mapped($0, text) })
    case .object(let object):
      .object(JSONObject(object.members.map { .init(key: text($0.key), value: mapped($0.value, text)) }))
    }
  }

  /// No text in an answer has more Unicode scalars, unless it is what was asked for: a template's body, a prompt. A fact
  /// of a plan has 2,000 and is whole in any script.
  private static let longest = 2500

  /// The text ``clean(_:)``, and cut where somebody has written far more than anybody reads.
  package static func shown(_ text: String) -> String {
    guard text.utf8.count > longest else { return clean(text) }
    // What is cut off is not cleaned first: the text may be megabytes.
    let start = text.unicodeScalars.prefix(longest)
    guard start.endIndex < text.endIndex else { return clean(text) }
    return clean(String(String.UnicodeScalarView(start.dropLast()))) + "…"
  }

  /// The value with every text in it ``shown(_:)``, names of members included.
  package static func shown(_ value: JSONValue) -> JSONValue { mapped(value, shown) }

  /// Printable ASCII, line feeds and tabs only: by far the most frequent case, and decided without decoding.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable(isPlain) ?? text.utf8.allSatisfy(isPlain)
  }

  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = bytes.baseAddress else { return true }
    var index = 0
    while index + 8 <= bytes.count {
      let eight = EightBytes(at: start + index)
      guard eight.notASCII == 0 else { return false }
      if eight.equal(to: 0x7F) | eight.below(0x20) != 0 {
        for offset in index..<index + 8 where !isPlain(start[offset]) { return false }
      }
      index += 8
    }
    while index < bytes.count {
      guard isPlain(start[index]) else { return false }
      index += 1
    }
    return true
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (byte >= 0x20 && byte < 0x7F) || byte == 0x0A || byte == 0x09
  }

  private static func keeps(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Bool {
    switch scalar.value {
    case 0x0A, 0x09: return true
    case 0x20..<0x7F: return true
    case 0xFE0F: return previous.map { $0.properties.isEmoji } ?? false
    case 0xFE00...0xFE0E, 0xE0100...0xE01EF, 0x180B...0x180F: return false
    // Characters that are letters or marks by category and yet show nothing.
    case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x16FE4, 0x1D159: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
  }

  /// The text on one line and no longer than `limit` Unicode scalars, for messages that quote what somebody sent.
  /// Scalars and not characters, because one character may be a letter with any number of marks on it.
  package static func excerpt(_ text: String, limit: Int = 120) -> String {
    // What is cut off is not cleaned first: the text may be megabytes.
    let start = String(text.unicodeScalars.prefix(8 * limit))
    let line = clean(start).split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ")
    guard line.unicodeScalars.count > limit || start.utf8.count < text.utf8.count else { return line }
    return String(line.unicodeScalars.prefix(max(0, limit - 1))) + "…"
  }

  /// The value with every text in it as ``excerpt(_:limit:)`` leaves it. Names of members stay as they are.
  package static func excerpt(_ value: JSONValue, limit: Int) -> JSONValue {
    switch value {
    case .null, .bool, .number: value
    case .string(let text): .string(excerpt(text, limit: limit))
    case .array(let elements): .array(elements.map { excerpt($0, limit: limit) })
    case .object(let object):
      .object(
        JSONObject(object.members.map { JSONObject.Member(key: $0.key, value: excerpt($0.value, limit: limit)) }))
    }
  }
}
