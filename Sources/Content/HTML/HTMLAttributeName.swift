/// The attributes a mail may use, and where.
enum HTMLAttributeName: String, CaseIterable {
  case align, alt, bgcolor, border, cellpadding, cellspacing, colspan, dir, height, href, lang, reversed, role, rowspan
  case scope, span, src, start, style, title, type, valign, value, width

  static func named(_ name: String) -> HTMLAttributeName? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

  func isAllowed(on tag: HTMLTag) -> Bool {
    switch self {
    case .style, .title, .lang, .dir: return true
    case .href: return tag == .a
    case .src, .alt: return tag == .img
    case .role: return tag == .table || tag == .div || tag == .img || tag.isTablePart
    case .align:
      switch tag {
      case .div, .p, .hr, .img, .table: return true
      default: return tag.isHeading || tag.isTablePart
      }
    case .valign: return tag.isTablePart && tag != .caption
    case .width: return tag == .table || tag.isCell || tag == .col || tag == .colgroup || tag == .img || tag == .hr
    case .height: return tag == .table || tag.isCell || tag == .tr || tag == .img
    case .bgcolor: return tag == .table || tag == .tr || tag.isCell || tag.isRowGroup
    case .border: return tag == .table || tag == .img
    case .cellpadding, .cellspacing: return tag == .table
    case .colspan, .rowspan: return tag.isCell
    case .scope: return tag == .th
    case .span: return tag == .col || tag == .colgroup
    case .start, .reversed: return tag == .ol
    case .type: return tag == .ol || tag == .ul || tag == .li
    case .value: return tag == .li
    }
  }
}

/// Checks attribute values against the grammar of each attribute and writes them in one form.
enum AttributeValue {
  private static let maximumTextLength = 2_000

  /// - Returns: the value to write, or `nil` for one that is refused.
  static func canonical(_ value: String, of name: HTMLAttributeName) -> String? {
    switch name {
    case .title, .alt: return text(value)
    case .href, .src, .style: return nil
    case .lang: return token(value, atMost: 35) { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    case .dir: return keyword(value, ["ltr", "rtl", "auto"])
    case .role: return keyword(value, ["presentation", "none"])
    case .scope: return keyword(value, ["row", "col", "rowgroup", "colgroup"])
    case .align: return keyword(value, ["left", "right", "center", "justify", "top", "middle", "bottom"])
    case .valign: return keyword(value, ["top", "middle", "bottom", "baseline"])
    case .width, .height: return dimension(value)
    case .bgcolor: return color(value)
    case .border, .cellpadding, .cellspacing, .colspan, .rowspan, .span, .start, .value: return number(value)
    case .reversed: return value.isEmpty || value.lowercased() == "reversed" ? "" : nil
    case .type: return listType(value)
    }
  }

  private static func text(_ value: String) -> String? {
    guard value.unicodeScalars.count <= maximumTextLength else { return nil }
    var line = String.UnicodeScalarView()
    for scalar in value.unicodeScalars { line.append(scalar == "\n" || scalar == "\t" ? " " : scalar) }
    return String(line)
  }

  private static func trimmed(_ value: String) -> Substring {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\n" || character == "\t" }
    var rest = value.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
  }

  /// A value with template tags: what stands between them must at least consist of the right characters. The whole is
  /// checked when it has been rendered.
  private static func deferred(_ value: String, _ allows: (UInt8) -> Bool) -> String? {
    for case .literal(let literal) in InlineTag.parts(of: value) where !literal.utf8.allSatisfy(allows) { return nil }
    return value
  }

  private static func token(_ value: String, atMost limit: Int, _ allows: (UInt8) -> Bool) -> String? {
    let value = trimmed(value)
    if InlineTag.isContained(in: String(value)) { return deferred(String(value), allows) }
    guard (1...limit).contains(value.utf8.count), value.utf8.allSatisfy(allows) else { return nil }
    return String(value)
  }

  private static func keyword(_ value: String, _ allowed: [String]) -> String? {
    guard !InlineTag.isContained(in: value) else { return deferred(value) { isAlphanumeric($0) || $0 == 0x20 } }
    let value = trimmed(value).lowercased()
    return allowed.contains(value) ? value : nil
  }

  private static func number(_ value: String) -> String? {
    token(value, atMost: 4) { $0 >= 0x30 && $0 <= 0x39 }
  }

  /// Whole pixels, as mail programs also accept with `px`, or per cent.
  private static func dimension(_ value: String) -> String? {
    var digits = trimmed(value)
    guard !InlineTag.isContained(in: value) else {
      return deferred(String(digits)) { isAlphanumeric($0) || $0 == UInt8(ascii: "%") }
    }
    if digits.hasSuffix("px") { digits.removeLast(2) }
    let isShare = digits.hasSuffix("%")
    if isShare { digits.removeLast() }
    guard let number = number(String(digits)) else { return nil }
    return isShare ? number + "%" : number
  }

  static func color(_ value: String) -> String? {
    let value = String(trimmed(value))
    guard !InlineTag.isContained(in: value) else {
      return deferred(value) { isAlphanumeric($0) || $0 == UInt8(ascii: "#") }
    }
    return StyleColor.hashOrName(value.lowercased())
  }

  private static func listType(_ value: String) -> String? {
    if ["1", "a", "A", "i", "I"].contains(value) { return value }
    return keyword(value, ["disc", "circle", "square"])
  }
}
