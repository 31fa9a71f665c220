package import AdminCore

/// Literals of OData (URL conventions, section 5.1.1.14.1).
enum ODataLiteral {
  /// A quote within a string is written twice.
  static func escaped(_ text: String) -> String {
    text.contains("'") ? text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") : text
  }
}

/// A `$filter`, written with its values in place: `"mailNickname eq \(name) and createdDateTime ge \(time)"`. The literal
/// parts are code; values become literals of OData and cannot end them.
package struct GraphFilter: Sendable, Hashable, ExpressibleByStringInterpolation {
  package let text: String

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ value: String) { text += "'" + ODataLiteral.escaped(value) + "'" }
    package mutating func appendInterpolation(_ value: GUID) { appendInterpolation(value.text) }
    package mutating func appendInterpolation(_ value: Timestamp) { text += value.iso8601Seconds }
    package mutating func appendInterpolation(_ value: Bool) { text += value ? "true" : "false" }
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }
    package mutating func appendInterpolation(_ other: GraphFilter) { text += other.text }
  }

  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  package init(stringLiteral value: String) { text = value }
}

/// A `$search` over properties of directory objects: `"displayName:ann" OR "mail:ann"`.
package struct GraphSearch: Sendable, Hashable {
  package let text: String

  package init(_ words: String, in properties: [String]) {
    // Quotes end a phrase and a backslash escapes; both can only be searched for escaped.
    let escaped = words.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    text = properties.map { "\"\($0):\(escaped)\"" }.joined(separator: " OR ")
  }
}

/// The query options of a call.
package struct GraphQuery: Sendable, Hashable {
  package var select: [String] = []
  package var filter: GraphFilter?
  package var search: GraphSearch?
  package var expand: String?
  package var orderBy: String?
  package var top: Int?
  /// Advanced queries on directory objects need both the count and the header for eventual consistency.
  package var isAdvanced = false

  package init(select: [String] = []) { self.select = select }

  /// With its leading question mark; empty when there are no options.
  package var text: String {
    var options: [String] = []
    func add(_ name: String, _ value: String?) {
      if let value { options.append("$\(name)=\(PercentEncoding.queryValue(value))") }
    }
    add("select", select.isEmpty ? nil : select.joined(separator: ","))
    add("filter", filter?.text)
    add("search", search?.text)
    add("expand", expand)
    add("orderby", orderBy)
    add("top", top.map(String.init))
    add("count", isAdvanced ? "true" : nil)
    return options.isEmpty ? "" : "?" + options.joined(separator: "&")
  }
}
