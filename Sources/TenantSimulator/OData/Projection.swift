import AdminCore

/// What `$select` and `$expand` leave of an object.
struct Projection: Sendable {
  /// A relationship to include, with the properties wanted of it.
  struct Expansion: Sendable, Hashable {
    let name: String
    let selected: [String]?
  }

  let type: ModelType
  let names: [String]
  let expansions: [Expansion]
  /// Exchange gives the id of an item whether or not it was asked for; the directory does not.
  private let alwaysIncludesID: Bool

  /// - Parameter expandable: the relationships that may be expanded here.
  init(
    _ type: ModelType, _ options: QueryOptions, workload: Workload, expandable: Set<String> = []
  ) throws(GraphFailure) {
    self.type = type
    let selected = options.selected ?? []
    for name in selected {
      guard let property = type[name], property.kind.isSelectable else { throw Self.unknown(name, type) }
      if case .navigation = property.kind {
        throw .badRequest("Parsing OData Select and Expand failed: '\(name)' is a navigation property; use $expand.")
      }
    }
    names = selected.isEmpty ? type.defaultNames : selected
    expansions = try Self.expansions(options[.expand], type, expandable)
    alwaysIncludesID = workload == .outlook
  }

  static func unknown(_ name: String, _ type: ModelType) -> GraphFailure {
    .badRequest(
      "Parsing OData Select and Expand failed: Could not find a property named '\(name)' on type '\(type.name)'.")
  }

  /// `manager`, `manager($select=id,displayName)`, several of them separated by commas.
  private static func expansions(
    _ text: String?, _ type: ModelType, _ expandable: Set<String>
  ) throws(GraphFailure) -> [Expansion] {
    guard var rest = text?[...] else { return [] }
    var found: [Expansion] = []
    while !rest.isEmpty {
      let name = rest.prefix { $0 != "(" && $0 != "," }.trimmingSpaces
      rest = rest.drop { $0 != "(" && $0 != "," }
      guard expandable.contains(name) else { throw unknown(name, type) }
      var selected: [String]?
      if rest.first == "(" {
        guard let end = rest.firstIndex(of: ")") else {
          throw .badRequest("Parsing OData Select and Expand failed: a closing parenthesis is missing.")
        }
        let inner = rest[rest.index(after: rest.startIndex)..<end]
        guard inner.hasPrefix("$select=") else {
          throw .badRequest("Parsing OData Select and Expand failed: only $select is supported inside $expand.")
        }
        selected = inner.dropFirst(8).split(separator: ",").map(\.trimmingSpaces)
        rest = rest[rest.index(after: end)...]
      }
      found.append(Expansion(name: name, selected: selected))
      rest = rest.drop { $0 == "," || $0 == " " }
    }
    return found
  }

  /// The members of `object` that were asked for; annotations and expanded relationships stay.
  func apply(to object: JSONObject) -> JSONObject {
    var wanted = Set(names).union(expansions.map(\.name))
    if alwaysIncludesID { wanted.insert("id") }
    return JSONObject(object.members.filter { wanted.contains($0.key) || $0.key.hasPrefix("@") })
  }
}
