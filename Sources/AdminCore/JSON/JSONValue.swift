/// A JSON value as RFC 8259 defines it. Objects keep the order of their members and numbers keep their form, so that a
/// document read and written again is the same document.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  package var isNull: Bool { self == .null }

  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The integer, when the number is one exactly: `3` and `3.0` are, `3.5` and `2^63` are not.
  package var intValue: Int? {
    if case .number(let number) = self { number.integer.flatMap(Int.init(exactly:)) } else { nil }
  }

  package var doubleValue: Double? {
    if case .number(let number) = self { number.double } else { nil }
  }

  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The member of an object; `nil` when this is no object or has no such member.
  package subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// The element of an array; `nil` when this is no array or is shorter.
  package subscript(index: Int) -> JSONValue? {
    guard let array = arrayValue, array.indices.contains(index) else { return nil }
    return array[index]
  }

  /// The name JSON Schema gives to the kind of this value.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number(let number): number.integer == nil ? "number" : "integer"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  package init(floatLiteral value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(key: $0, value: $1) }))
  }
}

extension JSONValue {
  package static func int(_ value: some BinaryInteger) -> JSONValue {
    .number(Int64(exactly: value).map(JSONNumber.init) ?? JSONNumber(validated: String(value)))
  }

  /// A string, or JSON null where there is none.
  package static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

  package static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map(JSONValue.string)) }
}

/// The members of a JSON object, in the order in which they were read or added.
package struct JSONObject: Sendable {
  package struct Member: Hashable, Sendable {
    package var key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Above this size a table of positions is kept, so that a lookup never walks a long object.
  private static let indexThreshold = 32

  package private(set) var members: [Member]
  private var positions: [String: Int] = [:]

  package init() { members = [] }

  /// Of members with the same key the last one counts, at the place of the first.
  package init(_ members: some Sequence<Member>) {
    self.members = []
    for member in members { self[member.key] = member.value }
  }

  /// Members that are known to have distinct keys.
  init(distinct members: [Member]) {
    self.members = members
    reindex()
  }

  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }
  package var keys: [String] { members.map(\.key) }

  package subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): members[position].value = value
      case (let position?, nil):
        members.remove(at: position)
        reindex()
      case (nil, let value?): append(key, value)
      case (nil, nil): break
      }
    }
  }

  /// The object with the members of `other` set over its own.
  package func merging(_ other: JSONObject) -> JSONObject {
    var merged = self
    for member in other.members { merged[member.key] = member.value }
    return merged
  }

  private func position(of key: String) -> Int? {
    members.count > Self.indexThreshold ? positions[key] : members.firstIndex { $0.key == key }
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    members.append(Member(key: key, value: value))
    if members.count == Self.indexThreshold + 1 {
      reindex()
    } else if members.count > Self.indexThreshold {
      positions[key] = members.count - 1
    }
  }

  private mutating func reindex() {
    positions.removeAll()
    guard members.count > Self.indexThreshold else { return }
    positions.reserveCapacity(members.count)
    for (position, member) in members.enumerated() { positions[member.key] = position }
  }
}

extension JSONObject: Hashable {
  /// Equal when both have the same keys with equal values, in whatever order.
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }

  package func hash(into hasher: inout Hasher) {
    var unordered = 0
    for member in members { unordered ^= member.hashValue }
    hasher.combine(unordered)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral, Sequence {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { Member(key: $0, value: $1) })
  }

  package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}
