import AdminCore

/// Reads a manifest part by part and notes everything that is wrong with it.
struct ManifestCheck {
  private static let namespace = "http://schemas.microsoft.com/office/appforoffice/"
  private static let instance = "http://www.w3.org/2001/XMLSchema-instance"
  /// Elements whose value is the address of something the add-in loads or links to.
  private static let addressed: Set<String> = [
    "SourceLocation", "IconUrl", "HighResolutionIconUrl", "SupportUrl", "Url", "Image", "LearnMoreUrl",
  ]
  /// Of those, the ones that code comes from.
  private static let loaded: Set<String> = ["SourceLocation", "Url"]
  /// Attributes that hold patterns, which may look like addresses and are none.
  private static let patterns: Set<String> = ["RegExValue", "RegExName", "PropertyName"]

  private let root: XMLElement
  private(set) var problems: [AdminError.Problem] = []

  init(_ root: XMLElement) { self.root = root }

  private mutating func note(_ path: String, _ rule: String, _ message: String) {
    // One of a kind is enough to send somebody looking; a hundred are no use.
    guard problems.count < 20 else { return }
    problems.append(AdminError.Problem(path: "/manifest/\(path)", rule: rule, message: message))
  }

  /// - Throws: for what is no add-in of Outlook at all.
  func requireMailApp() throws(AdminError) {
    guard root.name.local == "OfficeApp", root.name.namespace?.hasPrefix(Self.namespace) == true else {
      throw AdminError(
        .invalidArgument,
        "This is no add-in manifest: its root is \(VisibleText.excerpt(root.name.local, limit: 40)), not OfficeApp.",
        details: ["rule": "manifest"])
    }
    let type = root["type", in: Self.instance] ?? ""
    guard type == "MailApp" else {
      if ["TaskPaneApp", "ContentApp"].contains(type) {
        throw .manualDeployment("An add-in of type \(type) (Word, Excel, PowerPoint)")
      }
      throw AdminError(
        .invalidArgument, "This is no manifest of an Outlook add-in: its xsi:type is not MailApp.",
        details: ["rule": "manifest"])
    }
  }

  func text(_ name: String) -> String? {
    root.child(name).map { Self.trimmed($0.text) }.flatMap { $0.isEmpty ? nil : VisibleText.excerpt($0, limit: 250) }
  }

  mutating func id() -> GUID? {
    let id = text("Id").flatMap { GUID($0) }
    if id == nil { note("Id", "guid", "must be a GUID") }
    return id
  }

  mutating func version() -> AddInVersion? {
    let version = text("Version").flatMap { AddInVersion($0) }
    if version == nil { note("Version", "version", "must be two to four numbers such as 1.2.0.0") }
    return version
  }

  mutating func displayName() -> String {
    let name = Self.trimmed(root.child("DisplayName")?["DefaultValue"] ?? "")
    if name.isEmpty { note("DisplayName", "required", "must have a DefaultValue") }
    return VisibleText.excerpt(name, limit: 250)
  }

  mutating func permission() -> AddInManifest.Permission {
    guard let text = text("Permissions") else { return .restricted }
    guard let permission = AddInManifest.Permission(rawValue: text) else {
      note(
        "Permissions", "enum",
        "must be one of \(AddInManifest.Permission.allCases.map(\.rawValue).joined(separator: ", "))")
      return .restricted
    }
    return permission
  }

  // MARK: Addresses

  /// Checks every address, and tells where code comes from.
  mutating func hosts() -> [String] {
    var hosts: Set<String> = []
    var hasSource = false
    var names: Set<String> = []
    var found: [(String, String, String)] = []
    root.forEach { element in
      let name = element.name.local
      if name == "Host" { names.insert(element["Name"] ?? element["type", in: Self.instance] ?? "") }
      for (value, host) in Self.overrides(of: element) {
        guard let host else {
          found.append((name, "https", "“\(VisibleText.excerpt(value, limit: 100))” is not an https address"))
          continue
        }
        if Self.loaded.contains(name) { hosts.insert(host) }
      }
      for (attribute, value) in Self.values(of: element) {
        if let rule = Self.flaw(in: value, of: attribute, element) {
          found.append((name, rule, "“\(VisibleText.excerpt(value, limit: 100))” is not an https address"))
        } else if Self.loaded.contains(name), attribute == "DefaultValue", let host = Self.host(of: value) {
          hosts.insert(host)
          hasSource = hasSource || name == "SourceLocation"
        }
      }
    }
    for (path, rule, message) in found { note(path, rule, message) }
    if !hasSource { note("SourceLocation", "required", "must name the https address of the add-in's page") }
    if root.child("Hosts") != nil, names.isDisjoint(with: ["Mailbox", "MailHost"]) {
      note("Hosts", "host", "must hold the host Mailbox")
    }
    return hosts.sorted()
  }

  /// The addresses that stand for the element's own in other languages, each with its host, which is `nil` for one that
  /// is not https.
  private static func overrides(of element: XMLElement) -> [(value: String, host: String?)] {
    guard addressed.contains(element.name.local) else { return [] }
    return element.children.filter { $0.name.local == "Override" }.map { child in
      let value = trimmed(child["Value"] ?? "")
      return (value, isSecure(value) ? host(of: value) : nil)
    }
  }

  /// What an element says: its attributes that are values, and its text.
  private static func values(of element: XMLElement) -> [(attribute: String?, value: String)] {
    var values: [(attribute: String?, value: String)] = element.attributes.compactMap { attribute, value in
      // What belongs to XML itself says nothing about the add-in.
      attribute.namespace == instance || patterns.contains(attribute.local) ? nil : (attribute.local, trimmed(value))
    }
    let text = trimmed(element.text)
    if !text.isEmpty { values.append((nil, text)) }
    return values
  }

  /// - Returns: the rule that a value breaks.
  private static func flaw(in value: String, of attribute: String?, _ element: XMLElement) -> String? {
    let name = element.name.local
    let isValue = attribute == "DefaultValue" || attribute == "Value"
    if addressed.contains(name), isValue { return isSecure(value) ? nil : "https" }
    // The audience of the add-in's own sign-in is a name, not a place.
    if name == "Resource" && value.hasPrefix("api://") { return nil }
    guard let scheme = scheme(of: value) else { return nil }
    return scheme == "https" && isSecure(value) ? nil : "https"
  }

  /// `https://` and a host, with nothing in it that could be read in two ways.
  private static func isSecure(_ value: String) -> Bool {
    guard value.lowercased().hasPrefix("https://"), let host = host(of: value) else { return false }
    return !host.isEmpty
  }

  private static func host(of value: String) -> String? {
    guard let range = value.firstRange(of: "://") else { return nil }
    let rest = value[range.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    let isPlain = authority.utf8.allSatisfy { byte in
      (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
        || "-.:[]~_{}".utf8.contains(byte)
    }
    guard isPlain, !authority.isEmpty else { return nil }
    return authority.lowercased()
  }

  /// The scheme of what begins like an address. Ordinary text has a blank before its first colon, or none.
  private static func scheme(of value: String) -> String? {
    let head = value.prefix { $0 != ":" }
    guard head.endIndex < value.endIndex, let first = head.utf8.first, (first | 0x20) >= 0x61, (first | 0x20) <= 0x7A,
      head.utf8.allSatisfy({ byte in
        (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A) || "+-.".utf8.contains(byte)
      })
    else { return nil }
    let rest = value[value.index(after: head.endIndex)...]
    let scheme = head.lowercased()
    let isAddress = rest.hasPrefix("//") || ["javascript", "data", "file", "blob", "vbscript"].contains(scheme)
    return isAddress ? scheme : nil
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
