/// Reads the sanitizer's output as its own small language and says what in it is not allowed.
///
/// Written without a look at the sanitizer's lists: what a mail may hold is said here once more, from the product's
/// requirements. Stricter than HTML on purpose: tags in lower case, every attribute in double quotes, every element closed in
/// order. What a browser could read in two ways is an error.
package struct OutputChecker {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var open: [String] = []
  private(set) var faults: [String] = []

  package static func faults(in html: String) -> [String] {
    var checker = OutputChecker(html)
    checker.run()
    return checker.faults
  }

  private init(_ html: String) { scalars = Array(html.unicodeScalars) }

  private static let elements: Set<String> = Set(
    """
    a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img
    ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr
    """.split { $0 == " " || $0 == "\n" }.map(String.init))

  private static let empty: Set<String> = ["br", "col", "hr", "img", "wbr"]

  private static let attributes: [String: String] = [
    "align": "word", "alt": "text", "bgcolor": "color", "border": "number", "cellpadding": "number",
    "cellspacing": "number", "colspan": "number", "dir": "word", "height": "size", "href": "link", "lang": "tag",
    "reversed": "none", "role": "word", "rowspan": "number", "scope": "word", "span": "number", "src": "image",
    "start": "number", "style": "style", "title": "text", "type": "word", "valign": "word", "value": "number",
    "width": "size",
  ]

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func fault(_ text: String) {
    if faults.count < 20 { faults.append("\(text) at \(position)") }
  }

  private mutating func run() {
    while let scalar = current {
      if scalar == "<" { tag() } else { text(until: "<", isAttribute: false) }
    }
    for name in open { fault("<\(name)> is not closed") }
  }

  /// Reads decoded text; only these references are known.
  @discardableResult
  private mutating func text(until end: Unicode.Scalar, isAttribute: Bool) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = current, scalar != end {
      position += 1
      switch scalar {
      case "<", ">": fault("a bare \(scalar)")
      case "&":
        var name = ""
        while let next = current, next != ";", name.count < 8 {
          name.unicodeScalars.append(next)
          position += 1
        }
        position += 1
        let known: [String: Unicode.Scalar] = [
          "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "nbsp": "\u{A0}", "shy": "\u{AD}", "zwnj": "\u{200C}",
          "lrm": "\u{200E}", "rlm": "\u{200F}", "#8203": "\u{200B}", "#123": "{",
        ]
        if let decoded = known[name] { text.append(decoded) } else { fault("the reference &\(name);") }
      default:
        let value = scalar.value
        let isControl = (value < 0x20 && value != 0x0A && value != 0x09) || (0x7F...0x9F).contains(value)
        let isTurning = (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
        if isControl || isTurning || value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value)
          || (0xE0000...0xE007F).contains(value) || (0xFFF9...0xFFFB).contains(value)
        {
          fault("the character \(String(value, radix: 16))")
        }
        text.append(scalar)
      }
    }
    return String(text)
  }

  private mutating func name() -> String {
    var name = ""
    while let scalar = current, ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    return name
  }

  private mutating func expect(_ scalar: Unicode.Scalar) {
    if current == scalar { position += 1 } else { fault("no \(scalar)") }
  }

  private mutating func tag() {
    position += 1
    let isEnd = current == "/"
    if isEnd { position += 1 }
    let name = name()
    guard Self.elements.contains(name) else {
      fault("the element <\(name)>")
      position += 1
      return
    }
    if isEnd {
      expect(">")
      if open.popLast() != name { fault("</\(name)> closes another element") }
      return
    }
    var seen: Set<String> = []
    while current == " " {
      position += 1
      let attribute = self.name()
      if !seen.insert(attribute).inserted { fault("\(attribute) twice") }
      expect("=")
      expect("\"")
      let value = text(until: "\"", isAttribute: true)
      expect("\"")
      check(attribute, value, on: name)
    }
    expect(">")
    if name == "img", !seen.contains("alt") || !seen.contains("src") { fault("an image without src or alt") }
    if name == "a" {
      if !seen.contains("href") { fault("a link without an address") }
      if open.contains("a") { fault("a link in a link") }
    }
    if !Self.empty.contains(name) { open.append(name) }
  }

  // MARK: - Values

  private mutating func check(_ attribute: String, _ value: String, on element: String) {
    let isDigits = !value.isEmpty && value.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    let isWord = !value.isEmpty && value.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x31 }
    let isFine: Bool
    switch Self.attributes[attribute] {
    case "number"?: isFine = isDigits && value.count <= 4
    case "size"?:
      isFine = isDigits || (value.hasSuffix("%") && value.dropLast().utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 })
    case "word"?: isFine = isWord
    case "tag"?: isFine = value.utf8.allSatisfy { AsciiSet.alphanumeric.contains($0) || $0 == UInt8(ascii: "-") }
    case "none"?: isFine = value.isEmpty
    case "color"?: isFine = isColor(value)
    case "text"?: isFine = !value.contains("\n")
    case "link"?: isFine = element == "a" && isAddress(value, ["https://", "mailto:", "tel:"])
    case "image"?: isFine = element == "img" && isAddress(value, ["https://", "cid:"])
    case "style"?:
      checkStyle(value)
      isFine = true
    default: isFine = false
    }
    if !isFine { fault("\(element) \(attribute)=\(value)") }
  }

  private func isColor(_ value: String) -> Bool {
    if value.hasPrefix("#") { return value.dropFirst().allSatisfy(\.isHexDigit) && value.count <= 9 }
    return !value.isEmpty && value.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A }
  }

  private func isAddress(_ value: String, _ schemes: [String]) -> Bool {
    guard let scheme = schemes.first(where: value.hasPrefix), value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return false
    }
    guard !value.contains(where: { "\"<>\\`".contains($0) }) else { return false }
    guard scheme == "https://" else { return value.count > scheme.count }
    let host = value.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return !host.isEmpty && host.utf8.allSatisfy { AsciiSet.alphanumeric.contains($0) || "-.:".utf8.contains($0) }
  }

  private static let properties: Set<String> = {
    var names = Set(
      """
      color background-color background font font-family font-size font-style font-variant font-weight line-height
      letter-spacing word-spacing text-indent text-align text-decoration text-decoration-line text-decoration-color
      text-decoration-style text-transform white-space word-break word-wrap overflow-wrap direction hyphens width height
      min-width min-height max-width max-height margin padding border border-color border-style border-width border-radius
      box-sizing display float clear overflow overflow-x overflow-y vertical-align list-style list-style-type
      list-style-position border-collapse border-spacing table-layout caption-side empty-cells mso-line-height-rule
      mso-table-lspace mso-table-rspace mso-padding-alt mso-hide text-size-adjust -webkit-text-size-adjust
      -ms-text-size-adjust -ms-interpolation-mode border-top-left-radius border-top-right-radius border-bottom-left-radius
      border-bottom-right-radius
      """.split { $0 == " " || $0 == "\n" }.map(String.init))
    for side in ["top", "right", "bottom", "left"] {
      names.formUnion(["margin-\(side)", "padding-\(side)", "border-\(side)"])
      names.formUnion(["color", "style", "width"].map { "border-\(side)-\($0)" })
    }
    return names
  }()

  private mutating func checkStyle(_ style: String) {
    for declaration in style.split(separator: ";", omittingEmptySubsequences: false) {
      let parts = declaration.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        fault("the declaration \(declaration)")
        continue
      }
      let name = parts[0].drop { $0 == " " }
      if !Self.properties.contains(String(name)) { fault("the property \(name)") }
      let value = parts[1].dropFirst()
      let allowed = "#%.,-()/ !'_"
      if value.isEmpty || !value.utf8.allSatisfy({ AsciiSet.alphanumeric.contains($0) || allowed.utf8.contains($0) }) {
        fault("the value \(value)")
      }
      // The only functions are colours.
      var rest = value
      while let parenthesis = rest.firstIndex(of: "(") {
        let function = rest[..<parenthesis].split { !$0.isLetter }.last ?? ""
        if !["rgb", "rgba", "hsl", "hsla"].contains(function) { fault("the function \(function)") }
        rest = rest[rest.index(after: parenthesis)...]
      }
      if value.count(where: { $0 == "'" }) % 2 != 0 { fault("an open quote in \(value)") }
    }
  }
}

enum AsciiSet {
  static let alphanumeric: Set<UInt8> = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
}
