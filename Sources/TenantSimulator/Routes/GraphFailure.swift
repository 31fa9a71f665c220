import AdminCore

/// An error as Microsoft Graph answers it.
struct GraphFailure: Error, Sendable {
  struct Detail: Sendable {
    let code: String
    let message: String
    let target: String
  }

  var status: Int
  var code: String
  var message: String
  var target: String?
  var details: [Detail]
  /// What Teams, SharePoint and Planner tell beside a general code.
  var innerCode: String?
  var headers: HeaderFields

  init(
    _ status: Int, _ code: String, _ message: String, target: String? = nil, details: [Detail] = [],
    inner innerCode: String? = nil, headers: HeaderFields = [:]
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.target = target
    self.details = details
    self.innerCode = innerCode
    self.headers = headers
  }

  /// - Parameter trace: `date`, `request-id` and `client-request-id`, which every error repeats.
  func json(trace: JSONObject) -> JSONObject {
    var error: JSONObject = ["code": .string(code), "message": .string(message)]
    if let target { error["target"] = .string(target) }
    if !details.isEmpty {
      error["details"] = .array(
        details.map { ["code": .string($0.code), "message": .string($0.message), "target": .string($0.target)] })
    }
    var inner = JSONObject()
    if let innerCode { inner["code"] = .string(innerCode) }
    error["innerError"] = .object(inner.merging(trace))
    return ["error": .object(error)]
  }
}

extension GraphFailure {
  static func badRequest(_ message: String) -> GraphFailure { GraphFailure(400, "BadRequest", message) }

  static func directory(_ message: String) -> GraphFailure { GraphFailure(400, "Request_BadRequest", message) }

  static func unsupportedQuery(_ message: String) -> GraphFailure {
    GraphFailure(400, "Request_UnsupportedQuery", message)
  }

  /// A key that names nothing in the directory.
  static func noSuchResource(_ key: String) -> GraphFailure {
    GraphFailure(
      404, "Request_ResourceNotFound",
      "Resource '\(key)' does not exist or one of its queried reference-property objects are not present.")
  }

  static func noSuchItem() -> GraphFailure {
    GraphFailure(404, "ErrorItemNotFound", "The specified object was not found in the store.")
  }

  static func invalidValue(_ property: String, of resource: String) -> GraphFailure {
    directory("Invalid value specified for property '\(property)' of resource '\(resource)'.")
  }
}
