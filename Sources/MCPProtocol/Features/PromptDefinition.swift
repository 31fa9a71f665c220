import AdminCore

/// What a prompt asks its user for.
package struct PromptArgument: Sendable {
  package let name: String
  package let title: String?
  package let description: String?
  package let isRequired: Bool
  package let completion: Completion?

  package init(
    _ name: String, title: String? = nil, description: String? = nil, isRequired: Bool = false,
    completion: Completion? = nil
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.isRequired = isRequired
    self.completion = completion
  }

  fileprivate func json(for revision: Revision) -> JSONValue {
    var json: JSONObject = ["name": .string(name)]
    if revision.hasTitles { json["title"] = title.map(JSONValue.string) }
    json["description"] = description.map(JSONValue.string)
    if isRequired { json["required"] = true }
    return .object(json)
  }
}

package struct PromptMessage: Hashable, Sendable {
  package enum Role: String, Sendable {
    case user, assistant
  }

  package let role: Role
  package let content: ContentBlock

  package init(_ role: Role, _ content: ContentBlock) {
    self.role = role
    self.content = content
  }

  func write(to writer: inout JSONWriter, for revision: Revision) {
    writer.object { message in
      message.member("role", .string(role.rawValue))
      message.key("content")
      content.write(to: &message, for: revision)
    }
  }
}

/// How getting a prompt ended.
package enum PromptOutcome: Sendable {
  case messages([PromptMessage], description: String? = nil)
  case inputRequired(InputRequired)
  case protocolError(JSONRPCError)
}

/// A text that a person can start work with, filled in with arguments.
package struct PromptDefinition: Sendable {
  package typealias Get = @Sendable ([String: String], RequestContext) async throws -> PromptOutcome

  package let name: String
  package let presentation: Presentation
  /// In the order in which a client asks for them.
  package let arguments: [PromptArgument]
  package let get: Get

  package init(
    _ name: String, presentation: Presentation = Presentation(), arguments: [PromptArgument] = [],
    get: @escaping Get
  ) {
    self.name = name
    self.presentation = presentation
    self.arguments = arguments
    self.get = get
  }

  func json(for revision: Revision) -> JSONObject {
    var json: JSONObject = ["name": .string(name)]
    presentation.add(to: &json, for: revision)
    if !arguments.isEmpty { json["arguments"] = .array(arguments.map { $0.json(for: revision) }) }
    presentation.addMeta(to: &json, for: revision)
    return json
  }

  /// The arguments a request gave, checked against those declared.
  func checked(_ given: JSONValue?) throws(JSONRPCError) -> [String: String] {
    let given = given ?? [:]
    guard case .object(let members) = given else {
      throw .invalidParams("The arguments of a prompt are an object of strings.")
    }
    var values: [String: String] = [:]
    for member in members {
      guard arguments.contains(where: { $0.name == member.key }) else {
        let hint = Suggestion.nearest(to: member.key, among: arguments.map(\.name)).map { "; did you mean \($0)?" }
        throw .invalidParams("Unknown argument: \(VisibleText.excerpt(member.key, limit: 60))\(hint ?? "")")
      }
      guard case .string(let value) = member.value else {
        throw .invalidParams("The argument \(member.key) must be a string.")
      }
      values[member.key] = value
    }
    let missing = arguments.filter { $0.isRequired && values[$0.name] == nil }.map(\.name)
    guard missing.isEmpty else {
      throw .invalidParams("Missing required argument: \(missing.joined(separator: ", "))")
    }
    return values
  }
}
