import AdminCore

/// What Exchange reads of an add-in-only manifest (XML): who the add-in is, and that it is one for mail.
struct AddInManifest: Sendable {
  let id: String
  let version: [Int]
  let displayName: String
  let providerName: String
  /// `Restricted`, `ReadItem`, `ReadWriteItem` or `ReadWriteMailbox`.
  let permissions: String

  var versionText: String { version.map(String.init).joined(separator: ".") }

  /// - Throws: what is wrong with it, in words.
  init(_ bytes: [UInt8]) throws(ManifestFault) {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw ManifestFault("it is not UTF-8") }
    let root = try XMLElement.parse(text)
    guard root.name == "OfficeApp" else { throw ManifestFault("its root is not OfficeApp") }
    guard root.attributes["xsi:type"] == "MailApp" else { throw ManifestFault("it is not an app of type MailApp") }
    guard let id = root.text("Id").flatMap(GUID.init) else { throw ManifestFault("its Id is not a GUID") }
    let numbers = (root.text("Version") ?? "").split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard (2...4).contains(numbers.count), numbers.allSatisfy({ ($0 ?? -1) >= 0 }) else {
      throw ManifestFault("its Version is not one")
    }
    guard let name = root.child("DisplayName")?.attributes["DefaultValue"], !name.isEmpty else {
      throw ManifestFault("it has no DisplayName")
    }
    self.id = id.text
    version = numbers.compactMap { $0 }
    displayName = name
    providerName = root.text("ProviderName") ?? ""
    permissions = root.text("Permissions") ?? "Restricted"
    try root.checkAddresses()
  }

  func isNewer(than other: [Int]) -> Bool {
    for index in 0..<max(version.count, other.count) {
      let (own, others) = (index < version.count ? version[index] : 0, index < other.count ? other[index] : 0)
      if own != others { return own > others }
    }
    return false
  }
}

struct ManifestFault: Error, Sendable {
  let message: String

  init(_ message: String) { self.message = message }
}

/// An element of a small XML document, without namespaces: names are taken as they are written.
private struct XMLElement {
  let name: String
  var attributes: [String: String] = [:]
  var children: [XMLElement] = []
  var content = ""

  func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  func text(_ name: String) -> String? {
    child(name).map { String($0.content.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
  }

  /// Every place the add-in comes from must be safe from being changed on the way.
  func checkAddresses() throws(ManifestFault) {
    for child in children {
      if let address = child.attributes["DefaultValue"], address.lowercased().hasPrefix("http:") {
        throw ManifestFault("the address \(VisibleText.excerpt(address)) is not https")
      }
      try child.checkAddresses()
    }
  }

  static func parse(_ text: String) throws(ManifestFault) -> XMLElement {
    var reader = XMLReader(text)
    return try reader.document()
  }
}

private struct XMLReader {
  private static let maximumDepth = 64
  private static let malformed = ManifestFault("it is not well-formed XML")

  private var rest: Substring
  private var depth = 0

  init(_ text: String) { rest = text[...] }

  mutating func document() throws(ManifestFault) -> XMLElement {
    if rest.hasPrefix("\u{FEFF}") { rest.removeFirst() }
    try skipBetween()
    let root = try element()
    try skipBetween()
    guard rest.isEmpty else { throw Self.malformed }
    return root
  }

  /// White space, comments, and what is said to programs.
  private mutating func skipBetween() throws(ManifestFault) {
    while true {
      rest = rest.drop(while: \.isWhitespace)
      if rest.hasPrefix("<!--") {
        try skip(past: "-->")
      } else if rest.hasPrefix("<?") {
        try skip(past: "?>")
      } else if rest.hasPrefix("<!") {
        throw ManifestFault("it has a document type definition")
      } else {
        return
      }
    }
  }

  private mutating func skip(past end: String) throws(ManifestFault) {
    guard let range = rest.firstRange(of: end) else { throw Self.malformed }
    rest = rest[range.upperBound...]
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  private mutating func name() throws(ManifestFault) -> String {
    let name = rest.prefix { $0.isLetter || $0.isNumber || ":_-.".contains($0) }
    guard let first = name.first, first.isLetter || first == "_" else { throw Self.malformed }
    rest = rest[name.endIndex...]
    return String(name)
  }

  private mutating func element() throws(ManifestFault) -> XMLElement {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth, take("<") else { throw Self.malformed }
    var element = XMLElement(name: try name())
    while true {
      rest = rest.drop(while: \.isWhitespace)
      if take("/>") { return element }
      if take(">") { break }
      let key = try name()
      guard element.attributes.updateValue(try attributeValue(), forKey: key) == nil else { throw Self.malformed }
    }
    try content(of: &element)
    return element
  }

  private mutating func attributeValue() throws(ManifestFault) -> String {
    rest = rest.drop(while: \.isWhitespace)
    guard take("=") else { throw Self.malformed }
    rest = rest.drop(while: \.isWhitespace)
    guard let quote = rest.popFirst(), quote == "\"" || quote == "'", let end = rest.firstIndex(of: quote) else {
      throw Self.malformed
    }
    let value = try unescaped(rest[..<end])
    rest = rest[rest.index(after: end)...]
    return value
  }

  private mutating func content(of element: inout XMLElement) throws(ManifestFault) {
    while true {
      if rest.hasPrefix("</") {
        rest = rest.dropFirst(2)
        guard try name() == element.name else { throw Self.malformed }
        rest = rest.drop(while: \.isWhitespace)
        guard take(">") else { throw Self.malformed }
        return
      }
      if rest.hasPrefix("<!--") {
        try skip(past: "-->")
      } else if rest.hasPrefix("<") {
        element.children.append(try self.element())
      } else {
        let text = rest.prefix { $0 != "<" }
        guard !text.isEmpty else { throw Self.malformed }
        element.content += try unescaped(text)
        rest = rest[text.endIndex...]
      }
    }
  }

  private func unescaped(_ text: Substring) throws(ManifestFault) -> String {
    guard text.contains("&") else { return String(text) }
    let names = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
    var result = ""
    var rest = text
    while let ampersand = rest.firstIndex(of: "&") {
      result += rest[..<ampersand]
      let after = rest[rest.index(after: ampersand)...]
      guard let end = after.firstIndex(of: ";"), let value = names[String(after[..<end])] else { throw Self.malformed }
      result += value
      rest = after[after.index(after: end)...]
    }
    return result + rest
  }
}
