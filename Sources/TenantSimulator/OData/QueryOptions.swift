/// A system query option of OData that something modelled knows.
enum QueryOption: String, Sendable, CaseIterable {
  case select = "$select"
  case filter = "$filter"
  case search = "$search"
  case orderBy = "$orderby"
  case top = "$top"
  case skip = "$skip"
  case skipToken = "$skiptoken"
  case count = "$count"
  case expand = "$expand"
}

/// The query of a request, split into its options.
///
/// - Note: an option that the addressed resource does not know is refused, even one without a dollar sign, which the
///   real service would ignore: a misspelt option that is ignored hides a fault of the client.
struct QueryOptions: Sendable {
  private(set) var values: [QueryOption: String] = [:]

  init(_ query: String?, allowed: Set<QueryOption>) throws(GraphFailure) {
    guard let query, !query.isEmpty else { return }
    guard let pairs = PercentEncoding.pairs(query) else {
      throw .badRequest("The query string holds a malformed escape sequence.")
    }
    for (name, value) in pairs {
      guard let option = QueryOption(rawValue: name.lowercased()), allowed.contains(option) else {
        throw .badRequest("The query option '\(name)' is not supported here.")
      }
      guard values.updateValue(value, forKey: option) == nil else {
        throw .badRequest("Query option '\(name)' was specified more than once, but it must be specified at most once.")
      }
    }
  }

  subscript(option: QueryOption) -> String? { values[option] }

  /// The names of `$select`.
  var selected: [String]? {
    values[.select].map { $0.split(separator: ",").map { name in name.trimmingSpaces } }
  }

  func number(_ option: QueryOption) throws(GraphFailure) -> Int? {
    guard let text = values[option] else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw .badRequest(
        "Invalid value '\(text)' for \(option.rawValue) query option found. A non-negative integer is required.")
    }
    return number
  }

  func counts() throws(GraphFailure) -> Bool {
    switch values[.count]?.lowercased() {
    case nil, "false": return false
    case "true": return true
    case let text?:
      throw .badRequest("Invalid value '\(text)' for $count query option found. Valid values are 'true' and 'false'.")
    }
  }
}

extension StringProtocol {
  /// The text without the spaces around it.
  var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
