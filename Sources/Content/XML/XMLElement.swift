/// A name in XML: the namespace it belongs to, and the name itself.
struct XMLName: Hashable, Sendable {
  /// `nil` for a name in no namespace.
  let namespace: String?
  let local: String
}

/// An element of a small XML document that was read in full.
struct XMLElement: Sendable {
  let name: XMLName
  let attributes: [(name: XMLName, value: String)]
  private(set) var children: [XMLElement] = []
  /// The text between its tags, children's left out.
  private(set) var text = ""

  init(_ name: XMLName, attributes: [(name: XMLName, value: String)]) {
    self.name = name
    self.attributes = attributes
  }

  mutating func append(_ child: XMLElement) { children.append(child) }
  mutating func append(text: String) { self.text += text }

  /// An attribute without a namespace.
  subscript(attribute: String) -> String? { self[attribute, in: nil] }

  subscript(attribute: String, in namespace: String?) -> String? {
    attributes.first { $0.name == XMLName(namespace: namespace, local: attribute) }?.value
  }

  /// The first child of that name in the element's own namespace.
  func child(_ local: String) -> XMLElement? {
    children.first { $0.name == XMLName(namespace: name.namespace, local: local) }
  }

  /// Gives the element and everything below it to `body`, parents first.
  func forEach<Failure>(_ body: (XMLElement) throws(Failure) -> Void) throws(Failure) {
    try body(self)
    for child in children { try child.forEach(body) }
  }
}
