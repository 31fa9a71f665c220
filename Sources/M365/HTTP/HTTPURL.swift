package import AdminCore

/// An absolute address that a request may go to: https, or http to loopback, or the instance-metadata service. There is
/// no value of this type for any other address, so nothing can be sent to one.
///
/// The text is kept as it was given, because links of a service (`@odata.nextLink`, `uploadUrl`) have to be followed
/// unchanged.
package struct HTTPURL: Hashable, Sendable {
  package static let maximumLength = 32_768

  package let origin: Origin
  /// Path and query, starting with a slash.
  package let target: String

  /// - Parameter text: `scheme://host[:port][/path][?query]` in printable ASCII without a fragment and without a user.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.maximumLength, let separator = text.firstRange(of: "://") else { return nil }
    let rest = text[separator.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    guard let origin = Origin(secure: String(text[..<end])) else { return nil }
    self.init(origin: origin, target: String(rest[end...]))
  }

  /// - Parameter target: path and query; one without a leading slash gets it.
  package init?(origin: Origin, target: String) {
    guard target.utf8.count <= Self.maximumLength, target.utf8.allSatisfy(Self.isAllowed) else { return nil }
    self.origin = origin
    self.target = target.hasPrefix("/") ? target : "/" + target
  }

  package var text: String { origin.description + target }

  /// The path without the query, which may hold keys.
  package var path: String { String(target.prefix { $0 != "?" }) }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"): false
    default: byte > 0x20 && byte < 0x7F
    }
  }
}

extension HTTPURL: CustomStringConvertible {
  package var description: String { origin.description + path }
}
