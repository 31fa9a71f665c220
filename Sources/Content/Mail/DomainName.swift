import CIDN2

/// A host name of the Internet in the form that goes over the wire: ASCII, lower case, international labels as A-labels
/// (RFC 5890).
package struct DomainName: Hashable, Sendable, CustomStringConvertible {
  /// Why a text is no domain name. The raw values complete a sentence that begins with "the domain".
  package enum Problem: String, Error, Sendable {
    case empty = "is missing"
    case tooLong = "is longer than 253 characters"
    case emptyLabel = "has an empty part: two dots in a row, or one at an end"
    case labelTooLong = "has a part longer than 63 characters"
    case hyphen = "has a part that begins or ends with a hyphen"
    case character = "holds a character that domain names cannot have"
    case international = "has an international part that IDNA 2008 does not allow"
    case address = "is an IP address; use a name"
    case singleLabel = "has no dot, so it is no name on the Internet"
  }

  package let ascii: String

  package var description: String { ascii }

  package init?(_ text: String) {
    guard let name = try? DomainName(checking: text) else { return nil }
    self = name
  }

  package init(checking text: String) throws(Problem) {
    guard !text.isEmpty else { throw .empty }
    // Long enough for any name whose A-labels fit, and a bound on what the library is given.
    guard text.utf8.count <= 1_024 else { throw .tooLong }
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    if isASCII { try Self.checkASCII(text) }
    let lowered = text.lowercased()
    if isASCII, !lowered.contains("xn--") {
      ascii = lowered
    } else {
      ascii = try Self.looked(up: lowered)
      try Self.checkASCII(ascii)
    }
  }

  /// Letters, digits and hyphens (RFC 5321, section 2.3.5; RFC 1123, section 2.1).
  private static func checkASCII(_ text: String) throws(Problem) {
    guard text.utf8.count <= 253 else { throw .tooLong }
    for label in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard let first = label.first, let last = label.last else { throw .emptyLabel }
      guard label.count <= 63 else { throw .labelTooLong }
      guard label.allSatisfy({ AttributeValue.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }) else {
        throw .character
      }
      guard first != UInt8(ascii: "-"), last != UInt8(ascii: "-") else { throw .hyphen }
    }
  }

  /// IDNA 2008 lookup (RFC 5891, section 5) after the non-transitional mapping of UTS 46; A-labels that are there already
  /// must be the ones their Unicode form gives.
  ///
  /// The library is not asked for STD3 rules: version 2.3.3 then drops a character they forbid instead of refusing it, and
  /// makes another domain of the name. Without, the character stands in the result, where `checkASCII` finds it.
  private static func looked(up text: String) throws(Problem) -> String {
    guard !text.utf8.contains(0) else { throw .character }
    let flags = IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue
    var output: UnsafeMutablePointer<CChar>?
    let status = idn2_to_ascii_8z(text, &output, Int32(flags))
    guard status == Int32(IDN2_OK.rawValue), let output else {
      switch status {
      case Int32(IDN2_TOO_BIG_DOMAIN.rawValue): throw .tooLong
      case Int32(IDN2_TOO_BIG_LABEL.rawValue), Int32(IDN2_PUNYCODE_BIG_OUTPUT.rawValue): throw .labelTooLong
      default: throw .international
      }
    }
    defer { idn2_free(output) }
    return String(cString: output)
  }

  /// Whether programs would read the name as an IPv4 address: its last part is a number (URL standard, "ends in a number").
  package var looksLikeIPAddress: Bool {
    guard let last = ascii.split(separator: ".").last else { return false }
    return last.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
      || (last.hasPrefix("0x")
        && last.dropFirst(2).utf8.allSatisfy {
          ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66)
        })
  }
}
