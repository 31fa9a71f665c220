import AdminCore

extension TenantSnapshot {
  /// Where this tenant is unlike another one that the same was done to, in words; empty where they are alike.
  ///
  /// Ids of what was made, moments, and the order of lists differ from one tenant to the next, and do not count.
  func unlike(_ other: TenantSnapshot) -> String {
    let found = Set(json.keys + other.json.keys).sorted().flatMap { part in
      Self.unlike(json[part] ?? .null, other.json[part] ?? .null, at: part)
    }
    return found.prefix(6).joined(separator: "; ")
  }

  private static func unlike(_ left: JSONValue, _ right: JSONValue, at path: String) -> [String] {
    if left == right { return [] }
    switch (left, right) {
    case (.object(let one), .object(let two)):
      return Set(one.keys + two.keys).sorted().flatMap { key in
        unlike(one[key] ?? .null, two[key] ?? .null, at: "\(path)/\(key)")
      }
    case (.array(let one), .array(let two)): return unlike(one, two, at: path)
    case (.string(let one), .string(let two)) where settled(one) == settled(two): return []
    default: return ["\(path) is \(left.text.prefix(120)), and not \(right.text.prefix(120))"]
    }
  }

  private static func unlike(_ left: [JSONValue], _ right: [JSONValue], at path: String) -> [String] {
    var (here, there) = (left.map { settled($0).text }, right.map { settled($0).text })
    for element in here {
      guard let twin = there.firstIndex(of: element), let own = here.firstIndex(of: element) else { continue }
      there.remove(at: twin)
      here.remove(at: own)
    }
    // What is there in both, and differs, is told by what differs in it.
    if here.count == 1, there.count == 1, let one = try? JSONParser.parse(here[0]),
      let two = try? JSONParser.parse(there[0]), one.objectValue != nil, two.objectValue != nil
    {
      return unlike(one, two, at: "\(path)/…")
    }
    return here.map { "\(path) has \($0.prefix(200)) besides" } + there.map { "\(path) lacks \($0.prefix(200))" }
  }

  // MARK: What does not count

  private static func settled(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let object):
      let members = object.map { JSONObject.Member(key: $0.key, value: settled($0.value)) }
      return .object(JSONObject(members.sorted { $0.key < $1.key }))
    case .array(let elements): return .array(elements.map(settled).sorted { $0.text < $1.text })
    case .string(let text): return .string(settled(text))
    default: return value
    }
  }

  /// The text without moments, and without what looks like an id: sixteen characters or more with a digit among them.
  private static func settled(_ text: String) -> String {
    guard text.utf8.count >= 16 else { return text }
    var settled = ""
    var word = ""
    func end() {
      settled += word.utf8.count >= 16 && word.utf8.contains { (0x30...0x39).contains($0) } ? "<id>" : word
      word = ""
    }
    let moment = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})?/
    for scalar in text.replacing(moment, with: "<time>").unicodeScalars {
      if scalar.isASCII, scalar.properties.isAlphabetic || "0123456789-_!".unicodeScalars.contains(scalar) {
        word.unicodeScalars.append(scalar)
      } else {
        end()
        settled.unicodeScalars.append(scalar)
      }
    }
    end()
    return settled
  }
}
