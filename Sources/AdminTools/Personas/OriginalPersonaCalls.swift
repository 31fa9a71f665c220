import Access
import AdminCore
import MCPProtocol

/// The calls of the original interface (`PersonaBehaviourConfig.GetDynamicConfiguration` and its like), under their names
/// and with their field names. They are accepted and never listed; behind each is a tool of ours with all its guards.
///
/// Fields may be spelled as the interface spells them or as ours are, each in one way only. Answers are spelled as the
/// interface spells them, failures included.
enum OriginalPersonaCalls {
  static func definitions(_ services: AdminServices) -> [ToolDefinition] {
    [
      definition("GetDynamicConfiguration", GetPersonaConfig.self, services, get),
      definition("UpdateDynamicConfiguration", UpdatePersonaConfig.self, services, update),
      definition("ListDynamicConfigurationKeys", ListPersonaConfigKeys.self, services, keys),
    ]
  }

  /// Makes the answer from that of our tool, or from its error.
  fileprivate typealias Answer = @Sendable (_ arguments: JSONObject, _ result: Result<JSONValue, Failure>) -> JSONObject

  fileprivate struct Failure: Error {
    let text: String
  }

  private static func definition(
    _ name: String, _ tool: any AdminTool.Type, _ services: AdminServices, _ answer: @escaping Answer
  ) -> ToolDefinition {
    let own = tool.definition(services)
    let full = "PersonaBehaviourConfig.\(name)"
    return ToolDefinition(
      name: full, aliases: ["\(full)McpTool"], isListed: false,
      presentation: Presentation(title: name, description: "The original name of \(tool.name)."),
      annotations: own.annotations, hasOutputSchema: false, schemas: { ToolSchemas(input: own.schemas($0).input) },
      call: { request, context in
        let arguments: JSONObject
        do throws(AdminError) {
          arguments = try ourSpelling(request.arguments)
        } catch {
          return .result(result(answer(request.arguments, .failure(Failure(error))), isError: true))
        }
        let outcome = await own.call(ToolCallRequest(name: own.name, arguments: arguments), context)
        guard case .result(let answered) = outcome else { return outcome }
        let json = answered.structured.flatMap { try? JSONParser.parse($0.bytes) } ?? .null
        if answered.isError { return .result(result(answer(arguments, .failure(Failure(json))), isError: true)) }
        return .result(result(answer(arguments, .success(json)), isError: false))
      })
  }

  private static func result(_ json: JSONObject, isError: Bool) -> ToolResult {
    ToolResult(structured: JSONFragment(.object(json)), isError: isError)
  }

  /// `TenantId` and `tenantId` are the same field; giving both is a contradiction.
  private static func ourSpelling(_ arguments: JSONObject) throws(AdminError) -> JSONObject {
    var result = JSONObject()
    for member in arguments {
      let name = member.key.prefix(1).lowercased() + member.key.dropFirst()
      guard result[name] == nil else {
        throw AdminError(problems: [
          AdminError.Problem(
            path: JSONPointer.token(VisibleText.excerpt(member.key, limit: 64)), rule: "unique",
            message: "is given in two spellings")
        ])
      }
      result[name] = member.value
    }
    return result
  }

  // MARK: Answers

  private static let get: Answer = { arguments, result in
    var answer: JSONObject = [
      "TenantId": arguments["tenantId"] ?? arguments["TenantId"] ?? .null,
      "PersonaId": arguments["personaId"] ?? arguments["PersonaId"] ?? .null, "Configurations": [:],
      "ErrorMessage": .null,
    ]
    switch result {
    case .success(let json): answer["Configurations"] = json["configurations"] ?? [:]
    case .failure(let failure): answer["ErrorMessage"] = .string(failure.text)
    }
    return answer
  }

  private static let update: Answer = { _, result in
    switch result {
    case .success(let json):
      ["Success": true, "UpdatedKeys": .array(changedKeys(json)), "ErrorMessage": .null]
    case .failure(let failure): ["Success": false, "UpdatedKeys": .null, "ErrorMessage": .string(failure.text)]
    }
  }

  private static func changedKeys(_ json: JSONValue) -> [JSONValue] {
    (json["updatedKeys"]?.arrayValue ?? []) + (json["removedKeys"]?.arrayValue ?? [])
  }

  private static let keys: Answer = { arguments, result in
    var answer: JSONObject = [
      "TenantId": arguments["tenantId"] ?? .null, "PersonaId": arguments["personaId"] ?? .null,
      "ConfigurationKeys": [], "ErrorMessage": .null,
    ]
    switch result {
    case .success(let json):
      answer["ConfigurationKeys"] = .array((json["items"]?.arrayValue ?? []).compactMap { $0["name"] })
    case .failure(let failure): answer["ErrorMessage"] = .string(failure.text)
    }
    return answer
  }
}

extension OriginalPersonaCalls.Failure {
  fileprivate init(_ error: AdminError) { self.init(Optional(.object(error.json))) }

  /// `CODE: text`.
  fileprivate init(_ json: JSONValue?) {
    text = "\(json?["code"]?.stringValue ?? "INT_001"): \(json?["message"]?.stringValue ?? "no message")"
  }
}
