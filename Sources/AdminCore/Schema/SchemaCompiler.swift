/// Turns a schema document into nodes, refusing what it does not understand.
struct SchemaCompiler {
  private let root: JSONValue
  private let limits: JSONSchema.Limits
  private var count = 0
  private var wanted: [String] = []
  private var compiled: [String: SchemaNode] = [:]

  init(_ root: JSONValue, limits: JSONSchema.Limits) {
    self.root = root
    self.limits = limits
  }

  private static let annotations: Set<String> = [
    "$schema", "$id", "$comment", "title", "description", "default", "examples", "format", "readOnly", "writeOnly",
    "deprecated",
  ]
  private static let structural: Set<String> = [
    "properties", "required", "additionalProperties", "items", "anyOf", "allOf", "oneOf", "$ref", "$defs",
  ]
  private static let ranges: Set<String> = [
    "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
  ]

  /// The whole document, and the schemas in it that others refer to.
  mutating func compile() throws(JSONSchema.Malformed) -> (SchemaNode, [String: SchemaNode]) {
    let top = try compile(root, path: "", depth: 0)
    while let reference = wanted.popLast() {
      guard compiled[reference] == nil else { continue }
      guard let json = JSONPointer.value(at: reference.dropFirst(), in: root) else {
        throw JSONSchema.Malformed(path: reference, message: "is referred to, and is not there")
      }
      compiled[reference] = try compile(json, path: String(reference.dropFirst()), depth: 0)
    }
    try refuseCircles(from: [top] + compiled.values)
    return (top, compiled)
  }

  /// A schema that leads back to itself without looking deeper into the value would never come to an end.
  private func refuseCircles(from nodes: [SchemaNode]) throws(JSONSchema.Malformed) {
    var open: Set<ObjectIdentifier> = []
    var done: Set<ObjectIdentifier> = []
    func visit(_ node: SchemaNode) throws(JSONSchema.Malformed) {
      let id = ObjectIdentifier(node)
      guard !done.contains(id) else { return }
      guard open.insert(id).inserted else {
        throw JSONSchema.Malformed(path: node.reference ?? "", message: "refers to itself without end")
      }
      for next in node.inPlace(compiled) { try visit(next) }
      open.remove(id)
      done.insert(id)
    }
    for node in nodes { try visit(node) }
  }

  private mutating func compile(
    _ json: JSONValue, path: String, depth: Int
  ) throws(JSONSchema.Malformed) -> SchemaNode {
    guard depth <= limits.depth else { throw JSONSchema.Malformed(path: path, message: "nested too deeply") }
    count += 1
    guard count <= limits.subschemas else {
      throw JSONSchema.Malformed(path: path, message: "made of more than \(limits.subschemas) schemas")
    }
    if let isAllowed = json.boolValue { return SchemaNode(assertions: isAllowed ? [] : [.never]) }
    guard let object = json.objectValue else {
      throw JSONSchema.Malformed(path: path, message: "a schema is an object, true or false")
    }
    var assertions = try self.ranges(in: object, path: path)
    for member in object where !Self.annotations.contains(member.key) && !Self.structural.contains(member.key) {
      guard !Self.ranges.contains(member.key) else { continue }
      let memberPath = path + JSONPointer.token(member.key)
      if let assertion = try assertion(member, path: memberPath) { assertions.append(assertion) }
    }
    _ = try members(of: object["$defs"], path: path + "/$defs", depth: depth)
    return SchemaNode(
      assertions: assertions,
      reference: try reference(object["$ref"], path: path + "/$ref"),
      properties: try members(of: object["properties"], path: path + "/properties", depth: depth),
      required: try names(object["required"], path: path + "/required"),
      additional: try additional(object["additionalProperties"], path: path, depth: depth),
      items: try optional(object["items"], path: path + "/items", depth: depth),
      anyOf: try list(object["anyOf"], path: path + "/anyOf", depth: depth),
      allOf: try list(object["allOf"], path: path + "/allOf", depth: depth),
      oneOf: try list(object["oneOf"], path: path + "/oneOf", depth: depth))
  }

  /// Only what stands in the document itself is referred to: nothing is ever fetched.
  private mutating func reference(_ value: JSONValue?, path: String) throws(JSONSchema.Malformed) -> String? {
    guard let value else { return nil }
    guard let text = value.stringValue, text == "#" || text.hasPrefix("#/"), !text.contains("%") else {
      throw JSONSchema.Malformed(path: path, message: "must be a place in this document, such as #/$defs/name")
    }
    wanted.append(text)
    return text
  }

  private func assertion(
    _ member: JSONObject.Member, path: String
  ) throws(JSONSchema.Malformed) -> SchemaAssertion? {
    switch member.key {
    case "type":
      let names = if let name = member.value.stringValue { [name] } else { try self.names(member.value, path: path) }
      let known = ["null", "boolean", "integer", "number", "string", "array", "object"]
      guard !names.isEmpty, names.allSatisfy(known.contains) else {
        throw JSONSchema.Malformed(path: path, message: "unknown type")
      }
      return .type(names)
    case "enum":
      guard let values = member.value.arrayValue, !values.isEmpty else {
        throw JSONSchema.Malformed(path: path, message: "must be a list of values")
      }
      return .enum(values)
    case "const": return .const(member.value)
    case "minimum": return .minimum(try number(member.value, path: path), isExclusive: false)
    case "exclusiveMinimum": return .minimum(try number(member.value, path: path), isExclusive: true)
    case "maximum": return .maximum(try number(member.value, path: path), isExclusive: false)
    case "exclusiveMaximum": return .maximum(try number(member.value, path: path), isExclusive: true)
    case "pattern": return .pattern(try pattern(member.value, path: path))
    case "uniqueItems":
      guard let isUnique = member.value.boolValue else {
        throw JSONSchema.Malformed(path: path, message: "must be true or false")
      }
      return isUnique ? .uniqueItems : nil
    default: throw JSONSchema.Malformed(path: path, message: "this keyword is not supported")
    }
  }

  private func ranges(in object: JSONObject, path: String) throws(JSONSchema.Malformed) -> [SchemaAssertion] {
    var assertions: [SchemaAssertion] = []
    if let range = try range(object, "minLength", "maxLength", path: path) { assertions.append(.length(range)) }
    if let range = try range(object, "minItems", "maxItems", path: path) { assertions.append(.itemCount(range)) }
    if let range = try range(object, "minProperties", "maxProperties", path: path) {
      assertions.append(.propertyCount(range))
    }
    return assertions
  }

  private func range(
    _ object: JSONObject, _ low: String, _ high: String, path: String
  ) throws(JSONSchema.Malformed) -> ClosedRange<Int>? {
    guard object[low] != nil || object[high] != nil else { return nil }
    let lower = try bound(object[low], path: path + JSONPointer.token(low)) ?? 0
    let upper = try bound(object[high], path: path + JSONPointer.token(high)) ?? .max
    guard lower <= upper else {
      throw JSONSchema.Malformed(path: path + JSONPointer.token(low), message: "is above its maximum")
    }
    return lower...upper
  }

  private func bound(_ value: JSONValue?, path: String) throws(JSONSchema.Malformed) -> Int? {
    guard let value else { return nil }
    guard let bound = value.intValue, bound >= 0 else {
      throw JSONSchema.Malformed(path: path, message: "must be a whole number of 0 or more")
    }
    return bound
  }

  private func number(_ value: JSONValue, path: String) throws(JSONSchema.Malformed) -> JSONNumber {
    guard case .number(let number) = value, number.double.isFinite else {
      throw JSONSchema.Malformed(path: path, message: "must be a number")
    }
    return number
  }

  private func names(_ value: JSONValue?, path: String) throws(JSONSchema.Malformed) -> [String] {
    guard let value else { return [] }
    let names = value.arrayValue?.compactMap(\.stringValue)
    guard let names, names.count == value.arrayValue?.count else {
      throw JSONSchema.Malformed(path: path, message: "must be a list of names")
    }
    return names
  }

  private func pattern(_ value: JSONValue, path: String) throws(JSONSchema.Malformed) -> TextPattern {
    guard let text = value.stringValue, text.unicodeScalars.count <= limits.patternLength else {
      throw JSONSchema.Malformed(
        path: path, message: "must be a text of at most \(limits.patternLength) characters")
    }
    do throws(TextPattern.Malformed) {
      return try TextPattern(text)
    } catch {
      throw JSONSchema.Malformed(path: path, message: error.message)
    }
  }

  private mutating func members(
    of value: JSONValue?, path: String, depth: Int
  ) throws(JSONSchema.Malformed) -> [(String, SchemaNode)] {
    guard let value else { return [] }
    guard let members = value.objectValue else { throw JSONSchema.Malformed(path: path, message: "must be an object") }
    var nodes: [(String, SchemaNode)] = []
    for member in members {
      nodes.append(
        (member.key, try compile(member.value, path: path + JSONPointer.token(member.key), depth: depth + 1)))
    }
    return nodes
  }

  private mutating func additional(
    _ value: JSONValue?, path: String, depth: Int
  ) throws(JSONSchema.Malformed) -> SchemaNode.Additional {
    switch value {
    case nil, true: .allowed
    case false: .refused
    case let value?: .matching(try compile(value, path: path + "/additionalProperties", depth: depth + 1))
    }
  }

  private mutating func optional(
    _ value: JSONValue?, path: String, depth: Int
  ) throws(JSONSchema.Malformed) -> SchemaNode? {
    guard let value else { return nil }
    return try compile(value, path: path, depth: depth + 1)
  }

  private mutating func list(
    _ value: JSONValue?, path: String, depth: Int
  ) throws(JSONSchema.Malformed) -> [SchemaNode] {
    guard let value else { return [] }
    guard let elements = value.arrayValue, !elements.isEmpty else {
      throw JSONSchema.Malformed(path: path, message: "must be a list of schemas")
    }
    var nodes: [SchemaNode] = []
    for (index, element) in elements.enumerated() {
      nodes.append(try compile(element, path: "\(path)/\(index)", depth: depth + 1))
    }
    return nodes
  }
}
