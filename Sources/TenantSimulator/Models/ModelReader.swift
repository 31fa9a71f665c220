import AdminCore

/// What is wrong with a body that a client sent.
enum ModelViolation: Error, Sendable {
  case notAnObject(type: String)
  case unknownProperty(String, type: String)
  case readOnly(String, type: String)
  case wrongKind(String, expected: String, found: JSONValue)
  case notAMember(String, value: String)
  case tooLong(String, maximum: Int)
}

/// Checks a body against its model and gives back what it sets, in the model's own spelling of enumerations.
struct ModelReader: Sendable {
  enum Purpose: Sendable {
    case create, update
    /// A part of another object, whose own rules have been checked.
    case part
  }

  static func read(
    _ value: JSONValue, as type: ModelType, for purpose: Purpose
  ) throws(ModelViolation) -> JSONObject {
    guard let object = value.objectValue else { throw .notAnObject(type: type.name) }
    return try read(object, as: type, for: purpose, at: "")
  }

  private static func read(
    _ object: JSONObject, as type: ModelType, for purpose: Purpose, at path: String
  ) throws(ModelViolation) -> JSONObject {
    var result = JSONObject()
    for member in object {
      if member.key.hasPrefix("@odata.") {
        try checkAnnotation(member, type: type)
        continue
      }
      guard let property = type[member.key], !isNavigation(property.kind) else {
        throw .unknownProperty(member.key, type: type.name)
      }
      let isAllowed =
        switch purpose {
        case .create: property.traits.contains(.onCreate)
        case .update: property.traits.contains(.onUpdate)
        case .part: true
        }
      guard isAllowed else { throw .readOnly(member.key, type: type.name) }
      result[member.key] = try check(member.value, property.kind, path.isEmpty ? member.key : "\(path)/\(member.key)")
    }
    return result
  }

  private static func isNavigation(_ kind: ValueKind) -> Bool {
    if case .navigation = kind { true } else { false }
  }

  /// Of annotations only the type is meaningful in what is modelled, and it must be the right one.
  private static func checkAnnotation(_ member: JSONObject.Member, type: ModelType) throws(ModelViolation) {
    switch member.key {
    case "@odata.context", "@odata.etag", "@odata.id": return
    case "@odata.type":
      guard let name = member.value.stringValue, name == "#\(type.name)" || name == type.name else {
        throw .wrongKind("@odata.type", expected: type.name, found: member.value)
      }
    default: throw .unknownProperty(member.key, type: type.name)
    }
  }

  private static func check(
    _ value: JSONValue, _ kind: ValueKind, _ path: String
  ) throws(ModelViolation) -> JSONValue {
    if value.isNull {
      if case .collection = kind { throw .wrongKind(path, expected: kind.edmName, found: value) }
      return value
    }
    switch kind {
    case .string(let maximum):
      guard let text = value.stringValue else { break }
      guard text.utf16.count <= maximum else { throw .tooLong(path, maximum: maximum) }
      return value
    case .boolean: if value.boolValue != nil { return value }
    case .int32: if let number = value.intValue, Int32(exactly: number) != nil { return value }
    case .int64: if value.intValue != nil { return value }
    case .double: if value.doubleValue != nil { return value }
    case .guid: if let text = value.stringValue, let guid = GUID(text) { return .string(guid.text) }
    case .dateTime: if let text = value.stringValue, Timestamp(iso8601: text) != nil { return value }
    case .binary: if let text = value.stringValue, Base64.decode(text) != nil { return value }
    case .enumeration(let names):
      guard let text = value.stringValue else { break }
      guard let name = names.first(where: { $0.lowercased() == text.lowercased() }) else {
        throw .notAMember(path, value: text)
      }
      return .string(name)
    case .complex(let type):
      guard let object = value.objectValue else { break }
      return .object(try read(object, as: type, for: .part, at: path))
    case .collection(let element):
      guard let values = value.arrayValue else { break }
      var result: [JSONValue] = []
      for value in values {
        guard !value.isNull else { throw .wrongKind(path, expected: element.edmName, found: value) }
        result.append(try check(value, element, path))
      }
      return .array(result)
    case .binding: if value.stringValue != nil { return value }
    case .bindings: if let values = value.arrayValue, values.allSatisfy({ $0.stringValue != nil }) { return value }
    case .navigation: break
    }
    throw .wrongKind(path, expected: kind.edmName, found: value)
  }
}
