package import AdminCore

/// A mail address as the message transport knows it: the `addr-spec` of RFC 5322, section 3.4.1, within the limits of
/// RFC 5321, section 4.5.3.1.
///
/// Comments, folding white space, obsolete forms and address literals are refused: they are no use in an address somebody
/// gives us, and every mail program reads them differently. The local part is ASCII, since Microsoft Graph has no SMTPUTF8.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
  /// Why a text is no address. The descriptions complete a sentence that begins with "The address …:".
  package enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    case noAt
    case severalAts
    case space
    case displayName
    case control
    case localEmpty
    case localTooLong
    case localDot
    case localCharacter(Unicode.Scalar)
    case localNotASCII
    case unbalancedQuote
    case comment
    case literal
    case tooLong
    case domain(DomainName.Problem)

    package var description: String {
      switch self {
      case .empty: "it is empty"
      case .noAt: "it has no @"
      case .severalAts: "it has more than one @"
      case .space: "it holds a space"
      case .displayName: "give the address alone, without a name or angle brackets"
      case .control: "it holds a line break or another control or invisible character"
      case .localEmpty: "nothing stands before the @"
      case .localTooLong: "the part before the @ is longer than 64 characters"
      case .localDot: "the part before the @ begins or ends with a dot or has two in a row"
      case .localCharacter(let scalar): "the part before the @ holds “\(scalar)”, which must be quoted"
      case .localNotASCII: "the part before the @ holds letters beyond ASCII, which Microsoft 365 cannot send to"
      case .unbalancedQuote: "the quotation marks before the @ do not match"
      case .comment: "it holds a comment in parentheses"
      case .literal: "its domain is an IP address in brackets; use a name"
      case .tooLong: "it is longer than 254 characters"
      case .domain(let problem): "the domain \(problem.rawValue)"
      }
    }
  }

  /// Unquoted and unescaped.
  package let localPart: String
  package let domain: DomainName

  package init?(_ text: String) {
    guard let address = try? EmailAddress(checking: text) else { return nil }
    self = address
  }

  package init(checking text: String) throws(Problem) {
    guard !text.isEmpty else { throw .empty }
    // Far more than any valid address needs; what is longer is not even looked at.
    guard text.utf8.count <= 2_048 else { throw .tooLong }
    guard !text.unicodeScalars.contains(where: Self.isInvisible) else { throw .control }
    let (local, domain) = try Self.halves(of: text)
    guard !domain.hasPrefix("[") else { throw .literal }
    guard !domain.contains("(") else { throw .comment }
    guard !domain.contains(">") else { throw .displayName }
    guard !domain.contains(" ") else { throw .space }
    do throws(DomainName.Problem) {
      self.domain = try DomainName(checking: domain)
    } catch {
      throw .domain(error)
    }
    guard self.domain.ascii.contains(".") else { throw .domain(.singleLabel) }
    guard !self.domain.looksLikeIPAddress else { throw .domain(.address) }
    localPart = local
    guard writtenLocalPart.utf8.count <= 64 else { throw .localTooLong }
    guard self.text.utf8.count <= 254 else { throw .tooLong }
  }

  /// An address that must be one, with the error that tells the administrator what is wrong with it.
  package static func parse(_ text: String) throws(AdminError) -> EmailAddress {
    do throws(Problem) {
      return try EmailAddress(checking: text)
    } catch {
      throw AdminError(.invalidAddress, "The address “\(VisibleText.excerpt(text, limit: 80))” is not valid: \(error).")
    }
  }

  /// As it goes into a header: the domain in lower case, the local part quoted only where it must be.
  package var text: String { "\(writtenLocalPart)@\(domain.ascii)" }

  package var description: String { text }

  /// Equal for addresses that reach one mailbox. The standard lets a host tell `A` from `a` before the @; no host does.
  package var normalized: String { "\(localPart.lowercased())@\(domain.ascii)" }

  /// Joiners alone may be part of a domain, in scripts that need them.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value < 0x20 || scalar.value == 0x7F }
    return HTMLText.isForbidden(scalar) || scalar.properties.isVariationSelector
      || (scalar.properties.generalCategory == .format && scalar != "\u{200C}" && scalar != "\u{200D}")
  }

  // MARK: - The local part

  private static func halves(of text: String) throws(Problem) -> (local: String, domain: String) {
    if text.hasPrefix("\"") { return try quotedHalves(of: text) }
    guard let at = text.lastIndex(of: "@") else { throw text.contains(" ") ? .space : .noAt }
    let local = text[..<at]
    let domain = String(text[text.index(after: at)...])
    guard !local.isEmpty else { throw .localEmpty }
    guard !local.contains("<") else { throw .displayName }
    guard !local.contains("@") else { throw local.contains("\"") ? .unbalancedQuote : .severalAts }
    guard local.utf8.allSatisfy({ $0 < 0x80 }) else { throw .localNotASCII }
    guard !local.contains("(") else { throw .comment }
    guard !local.contains(" ") else { throw .space }
    guard !local.contains("\"") else { throw .unbalancedQuote }
    guard local.utf8.count <= 64 else { throw .localTooLong }
    if let wrong = local.unicodeScalars.first(where: { !isAtomText($0) && $0 != "." }) { throw .localCharacter(wrong) }
    guard isDotAtom(String(local)) else { throw .localDot }
    return (String(local), domain)
  }

  /// A quoted string (RFC 5321, section 4.1.2): printable ASCII and blanks, with a backslash before any of them.
  private static func quotedHalves(of text: String) throws(Problem) -> (local: String, domain: String) {
    var local = String.UnicodeScalarView()
    var rest = Substring(text).unicodeScalars.dropFirst()
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"":
        guard rest.popFirst() == "@" else { throw rest.isEmpty ? .noAt : .unbalancedQuote }
        guard !local.isEmpty else { throw .localEmpty }
        return (String(local), String(rest))
      case "\\":
        guard let escaped = rest.popFirst() else { throw .unbalancedQuote }
        guard escaped.isASCII else { throw .localNotASCII }
        local.append(escaped)
      case _ where !scalar.isASCII: throw .localNotASCII
      default: local.append(scalar)
      }
    }
    throw .unbalancedQuote
  }

  /// `atext` of RFC 5322, section 3.2.3.
  private static func isAtomText(_ scalar: Unicode.Scalar) -> Bool {
    guard let byte = UInt8(exactly: scalar.value), byte < 0x80 else { return false }
    return AttributeValue.isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }

  private static func isDotAtom(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.unicodeScalars.allSatisfy(isAtomText)
    }
  }

  private var writtenLocalPart: String {
    guard !Self.isDotAtom(localPart) else { return localPart }
    var quoted = "\""
    for scalar in localPart.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
