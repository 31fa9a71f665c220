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

  package init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var description: String { "\(reason.rawValue) at byte \(offset)" }
}
