import AdminCore
import Synchronization

/// What reflection finds out about a type of arguments, once for each type.
struct InputShape: Sendable {
  struct Member: Sendable {
    let name: String
    let param: any DeclaredParam
  }

  let members: [Member]
  let validator: JSONSchema

  private static let known = Mutex<[ObjectIdentifier: InputShape]>([:])

  /// Reflected outside the lock, because a type may hold others; two threads may do it twice and find the same.
  static func of<Input: ToolInput>(_ type: Input.Type) -> InputShape {
    let key = ObjectIdentifier(type)
    if let shape = known.withLock({ $0[key] }) { return shape }
    let shape = InputShape(reflecting: type)
    known.withLock { $0[key] = shape }
    return shape
  }

  private init<Input: ToolInput>(reflecting type: Input.Type) {
    members = Mirror(reflecting: Input()).children.map { child in
      guard let param = child.value as? any DeclaredParam, let label = child.label else {
        preconditionFailure("\(type).\(child.label ?? "?") is not declared with @Param.")
      }
      return Member(name: String(label.dropFirst()), param: param)
    }
    do throws(JSONSchema.Malformed) {
      validator = try JSONSchema(.object(Self.schema(of: members, .validation, isRoot: true)))
    } catch {
      preconditionFailure("The rules of \(type) contradict each other at \(error.path): \(error.message)")
    }
  }

  func schema(_ form: SchemaForm, isRoot: Bool) -> JSONObject { Self.schema(of: members, form, isRoot: isRoot) }

  private static func schema(of members: [Member], _ form: SchemaForm, isRoot: Bool) -> JSONObject {
    var schema: JSONObject = ["type": "object"]
    if !members.isEmpty {
      let properties = members.map { JSONObject.Member(key: $0.name, value: .object($0.param.schema(form))) }
      schema["properties"] = .object(JSONObject(properties))
    }
    let required = members.filter(\.param.isRequired).map(\.name)
    if !required.isEmpty { schema["required"] = .strings(required) }
    // Inner objects are checked too; only the list saves the words.
    if isRoot || form != .list { schema["additionalProperties"] = false }
    return schema
  }

  func problems(in json: JSONValue, at path: String) -> [AdminError.Problem] {
    guard case .object(let object) = json else { return [] }
    return members.flatMap { member -> [AdminError.Problem] in
      guard let value = object[member.name] else { return [] }
      return member.param.problems(in: value, at: path + JSONPointer.token(member.name))
    }
  }

  func read<Input: ToolInput>(
    _ object: JSONObject, as type: Input.Type, at path: String
  ) throws(ArgumentProblem) -> Input {
    do {
      return try Input(from: ObjectDecoder(object: object, shape: self, path: path))
    } catch let problem as ArgumentProblem {
      throw problem
    } catch {
      throw ArgumentProblem(path, "type", "cannot be read")
    }
  }
}
