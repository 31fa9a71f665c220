import AdminCore

/// An `$orderby`, read.
struct Ordering: Sendable {
  struct Key: Sendable {
    let name: String
    let isDescending: Bool
  }

  let keys: [Key]

  init(_ text: String, type: ModelType) throws(GraphFailure) {
    var keys: [Key] = []
    for part in text.split(separator: ",") {
      let words = part.split(separator: " ").map(String.init)
      guard let name = words.first, let property = type[name] else {
        throw .badRequest("Invalid $orderby clause: no property is named '\(part.trimmingSpaces)'.")
      }
      guard property.traits.contains(.sortable) else {
        throw .unsupportedQuery("Sorting not supported for property '\(name)' of resource '\(type.resourceName)'.")
      }
      switch words.dropFirst().map({ $0.lowercased() }) {
      case [], ["asc"]: keys.append(Key(name: name, isDescending: false))
      case ["desc"]: keys.append(Key(name: name, isDescending: true))
      default: throw .badRequest("Invalid $orderby clause: '\(part.trimmingSpaces)'.")
      }
    }
    guard !keys.isEmpty else { throw .badRequest("Invalid $orderby clause: it is empty.") }
    self.keys = keys
  }

  func precedes(_ left: JSONObject, _ right: JSONObject) -> Bool {
    for key in keys {
      let (first, second) = (Self.text(left[key.name]), Self.text(right[key.name]))
      if first != second { return key.isDescending ? first > second : first < second }
    }
    return false
  }

  private static func text(_ value: JSONValue?) -> String { value?.stringValue?.lowercased() ?? "" }
}
