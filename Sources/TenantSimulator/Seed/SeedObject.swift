import AdminCore

/// An object of a seed with the place where it stands, so that every complaint names it.
struct SeedObject {
  let path: String
  private let object: JSONObject

  /// - Parameter names: the members it may have; another one is a mistake.
  init(_ value: JSONValue, at path: String, allowing names: Set<String>) throws(SeedError) {
    guard let object = value.objectValue else { throw SeedError(path, "must be an object") }
    if let unknown = object.keys.first(where: { !names.contains($0) }) {
      let near = Suggestion.nearest(to: unknown, among: names).map { "; did you mean '\($0)'?" } ?? ""
      throw SeedError(Self.join(path, unknown), "is unknown\(near)")
    }
    self.object = object
    self.path = path
  }

  private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  func place(_ name: String) -> String { Self.join(path, name) }

  subscript(name: String) -> JSONValue? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  func text(_ name: String) throws(SeedError) -> String? {
    guard let value = self[name] else { return nil }
    guard let text = value.stringValue, !text.isEmpty else { throw SeedError(place(name), "must be a text") }
    return text
  }

  func requiredText(_ name: String) throws(SeedError) -> String {
    guard let text = try text(name) else { throw SeedError(place(name), "is missing") }
    return text
  }

  func flag(_ name: String, default standard: Bool) throws(SeedError) -> Bool {
    guard let value = self[name] else { return standard }
    guard let flag = value.boolValue else { throw SeedError(place(name), "must be true or false") }
    return flag
  }

  func number(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(SeedError) -> Int {
    guard let value = self[name] else { return standard }
    guard let number = value.intValue, range.contains(number) else {
      throw SeedError(place(name), "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func texts(_ name: String) throws(SeedError) -> [String] {
    var texts: [String] = []
    for (index, value) in try list(name).enumerated() {
      guard let text = value.stringValue else { throw SeedError("\(place(name))[\(index)]", "must be a text") }
      texts.append(text)
    }
    return texts
  }

  func list(_ name: String) throws(SeedError) -> [JSONValue] {
    guard let value = self[name] else { return [] }
    guard let list = value.arrayValue else { throw SeedError(place(name), "must be a list") }
    return list
  }

  func objects(_ name: String, allowing names: Set<String>) throws(SeedError) -> [SeedObject] {
    var objects: [SeedObject] = []
    for (index, value) in try list(name).enumerated() {
      objects.append(try SeedObject(value, at: "\(place(name))[\(index)]", allowing: names))
    }
    return objects
  }

  func moment(_ name: String) throws(SeedError) -> Timestamp? {
    guard let text = try text(name) else { return nil }
    guard let moment = Timestamp(iso8601: text) else { throw SeedError(place(name), "must be a moment in ISO 8601") }
    return moment
  }
}
