package import AdminCore

/// How a recipient of marketing mail gets off the list (RFC 2369, RFC 8058).
package struct Unsubscribe: Hashable, Sendable {
  private static let maximumAddressLength = 900

  /// An https address, as it may be linked.
  package let url: String?
  package let address: EmailAddress?

  /// - Throws: `CFG_001` when there is neither, or the URL is none that a mail may link to.
  package init(url: String?, address: EmailAddress?) throws(AdminError) {
    guard url != nil || address != nil else {
      throw AdminError(
        .misconfigured, "Marketing mail needs a way to unsubscribe: set M365_UNSUBSCRIBE_URL or give a reply address.")
    }
    if let url {
      guard url.hasPrefix("https://"), case .accepted(let checked) = LinkAddress.check(url, for: .link),
        checked.utf8.count <= Self.maximumAddressLength,
        !checked.contains(where: { $0 == "<" || $0 == ">" || $0 == "," })
      else {
        throw AdminError(
          .misconfigured,
          "M365_UNSUBSCRIBE_URL must be an https address of at most \(Self.maximumAddressLength) characters.")
      }
      self.url = checked
    } else {
      self.url = nil
    }
    self.address = address
  }

  /// What a template's `unsubscribe_url` becomes.
  package var link: String { url ?? address.map { "mailto:\(Self.escaped($0.text))?subject=unsubscribe" } ?? "" }

  var fields: [HeaderField] {
    var targets: [String] = []
    if let url { targets.append("<\(url)>") }
    if let address { targets.append("<mailto:\(Self.escaped(address.text))?subject=unsubscribe>") }
    let list = HeaderField(
      "List-Unsubscribe", pieces: targets.enumerated().map { $0 < targets.count - 1 ? $1 + "," : $1 })
    // One click promises that a POST to the URL is enough, so without a URL there is no such header.
    guard url != nil else { return [list] }
    return [list, HeaderField("List-Unsubscribe-Post", pieces: ["List-Unsubscribe=One-Click"])]
  }

  private static func escaped(_ address: String) -> String {
    var output = ""
    for byte in address.utf8 {
      if AttributeValue.isAlphanumeric(byte) || "@.-_+".utf8.contains(byte) {
        output.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        output += "%" + Hex.encode([byte]).uppercased()
      }
    }
    return output
  }
}
