package import AdminCore

/// The arguments of a tool, or of one object among them: a struct whose properties are all `@Param`s.
package protocol ToolInput: Decodable, ParamValue {
  init()
}

/// A tool without arguments.
package struct NoInput: ToolInput {
  package init() {}
}

extension ToolInput {
  /// Reads arguments, after everything that is wrong with them has been found: unknown names with the nearest known
  /// one, missing and malformed values, each with its place. Values never appear in the error.
  package static func decode(_ arguments: JSONObject) throws(AdminError) -> Self {
    let shape = InputShape.of(Self.self)
    let json = JSONValue.object(arguments)
    let problems = shape.validator.problems(in: json) + shape.problems(in: json, at: "")
    guard problems.isEmpty else { throw AdminError(problems: problems) }
    do throws(ArgumentProblem) {
      return try shape.read(arguments, as: Self.self, at: "")
    } catch {
      throw AdminError(problems: [error.problem])
    }
  }

  /// The schema of the arguments, the root of which is always an object.
  package static func inputSchema(_ form: SchemaForm = .list) -> JSONValue {
    .object(InputShape.of(Self.self).schema(form, isRoot: true))
  }

  // MARK: As one argument among others

  package static func paramSchema(_ form: SchemaForm) -> JSONObject {
    InputShape.of(Self.self).schema(form, isRoot: false)
  }

  package static func readParam(_ json: JSONValue, at path: String) throws(ArgumentProblem) -> Self {
    guard let object = json.objectValue else { throw .wrongType(path, "object") }
    return try InputShape.of(Self.self).read(object, as: Self.self, at: path)
  }

  package static func paramProblems(in json: JSONValue, at path: String, allowsLines: Bool) -> [AdminError.Problem] {
    InputShape.of(Self.self).problems(in: json, at: path)
  }
}
