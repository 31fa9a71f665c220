/// The sanitizer's own tree: nothing can be in it that the allow-list does not name.
enum HTMLNode: Equatable {
  case element(HTMLElement)
  case text(String)
  /// A tag of the template language, by its number.
  case tag(Int)

  /// Text that holds nothing but white space.
  var isBlank: Bool {
    if case .text(let text) = self { text.utf8.allSatisfy { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) } } else { false }
  }
}

struct HTMLElement: Equatable {
  var tag: HTMLTag
  var attributes: [HTMLAttribute] = []
  var children: [HTMLNode] = []
  /// The parser made it because HTML asks for it there.
  var isImplied = false
  /// Its end tag was missing.
  var endsImplicitly = false

  subscript(name: HTMLAttributeName) -> String? { attributes.first { $0.name == name }?.value }

  /// Whether mail programs show nothing of it: a preheader, say, written for the list of messages and not for its reader.
  var isHidden: Bool {
    guard let style = self[.style] else { return false }
    return style.split(separator: ";").contains { declaration in
      let parts = declaration.split(separator: ":", maxSplits: 1).map { $0.filter { $0 != " " } }
      guard parts.count == 2 else { return false }
      switch parts[0] {
      case "display": return parts[1].hasPrefix("none")
      case "mso-hide": return true
      case "font-size", "max-height": return parts[1].first == "0" && !parts[1].hasPrefix("0.")
      default: return false
      }
    }
  }

  /// As written: how the parser came to it does not count.
  static func == (left: HTMLElement, right: HTMLElement) -> Bool {
    left.tag == right.tag && left.attributes == right.attributes && left.children == right.children
  }
}

struct HTMLAttribute: Equatable {
  let name: HTMLAttributeName
  /// Checked, and with template tags as `InlineTag` marks.
  let value: String
}

/// How a template tag stands in an attribute's value while the value is being checked: its number between two characters
/// that text cannot hold, because `HTMLText` removes them.
enum InlineTag {
  static let start: Unicode.Scalar = "\u{FFF9}"
  static let end: Unicode.Scalar = "\u{FFFB}"

  static func mark(_ index: Int) -> String { "\(start)\(index)\(end)" }

  /// Most values hold no tag, and are told from their bytes: U+FFF9 begins with 0xEF.
  static func isContained(in text: String) -> Bool {
    text.utf8.contains(0xEF) && text.unicodeScalars.contains(start)
  }

  /// A value as its literal stretches and its tags.
  enum Part: Equatable {
    case literal(String)
    case tag(Int)
  }

  static func parts(of value: String) -> [Part] {
    guard isContained(in: value) else { return value.isEmpty ? [] : [.literal(value)] }
    var parts: [Part] = []
    var literal = String.UnicodeScalarView()
    var digits: String.UnicodeScalarView?
    for scalar in value.unicodeScalars {
      if scalar == start {
        if !literal.isEmpty { parts.append(.literal(String(literal))) }
        literal = String.UnicodeScalarView()
        digits = String.UnicodeScalarView()
      } else if scalar == end, let number = digits {
        if let index = Int(String(number)) { parts.append(.tag(index)) }
        digits = nil
      } else if digits != nil {
        digits?.append(scalar)
      } else {
        literal.append(scalar)
      }
    }
    if !literal.isEmpty { parts.append(.literal(String(literal))) }
    return parts
  }
}
