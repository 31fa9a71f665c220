package import AdminCore

/// Something the sanitizer took out of a mail body, for the person who wrote it.
package struct Removal: Hashable, Sendable {
  /// Why it went. The raw values are part of the tools' results.
  package enum Reason: String, Sendable, CaseIterable {
    case comment = "comments are not kept"
    case conditionalComment = "conditional comments for Outlook are not kept"
    case declaration = "declarations, processing instructions and CDATA are not kept"
    case unfinishedTag = "the tag is never closed with >"
    case elementWithContent = "the element is not allowed and was removed with its content"
    case elementOnly = "the element is not allowed; its content was kept"
    case imageWithoutSource = "an image needs a source that is allowed"
    case linkWithoutAddress = "a link needs an address that is allowed; its content was kept"
    case nestedLink = "a link inside a link is not kept; its content was"
    case eventHandler = "event handlers are not allowed"
    case attribute = "the attribute is not allowed here"
    case attributeValue = "the attribute's value is not one that is allowed"
    case scheme = "only https, mailto and tel may be linked, only https and cid shown"
    case address = "the address is malformed, hides its host or names an IP address"
    case property = "the style property is not allowed"
    case propertyValue = "the style property's value is not one that is allowed"
    case malformedStyle = "the style declaration is malformed"
    case tagInStyle = "a template tag may stand only in the value of a style property"
    case invisibleCharacters = "control, direction and other invisible characters are not kept"
  }

  /// The element it was or stood in; empty for what belongs to none.
  package let element: String
  package let attribute: String?
  /// The property of a `style` attribute.
  package let property: String?
  package let reason: Reason
  /// How many times the same was removed.
  package private(set) var count: Int

  init(_ reason: Reason, element: String = "", attribute: String? = nil, property: String? = nil) {
    self.reason = reason
    self.element = element
    self.attribute = attribute
    self.property = property
    count = 1
  }

  package var json: JSONValue {
    var object = JSONObject()
    if !element.isEmpty { object["element"] = .string(element) }
    if let attribute { object["attribute"] = .string(attribute) }
    if let property { object["property"] = .string(property) }
    object["reason"] = .string(reason.rawValue)
    object["count"] = .int(count)
    return .object(object)
  }

  fileprivate mutating func countAgain() { count += 1 }
}

/// Collects removals: the same one is counted, not repeated, and the list is bounded.
struct RemovalLog {
  static let maximumEntries = 100
  private static let maximumNameLength = 40

  private(set) var removals: [Removal] = []
  private var positions: [Removal: Int] = [:]

  mutating func record(
    _ reason: Removal.Reason, element: String = "", attribute: String? = nil, property: String? = nil
  ) {
    let removal = Removal(
      reason, element: Self.shown(element), attribute: attribute.map(Self.shown), property: property.map(Self.shown))
    if let position = positions[removal] {
      removals[position].countAgain()
    } else if removals.count < Self.maximumEntries {
      positions[removal] = removals.count
      removals.append(removal)
    }
  }

  /// Names come from the document: shown short and without what a reader cannot see.
  private static func shown(_ name: String) -> String { VisibleText.excerpt(name, limit: maximumNameLength) }
}
