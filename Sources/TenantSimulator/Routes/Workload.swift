import AdminCore

/// The service behind a part of Graph. Each has its own words for the same faults.
enum Workload: Sendable {
  case directory
  case outlook
  case teams
  case sharePoint
  case planner
  /// Policies of Entra ID, and the settings the admin centres share with it.
  case policy

  /// The answer where an object is out of bounds for the caller, or the token lacks the application permission.
  var accessDenied: GraphFailure {
    switch self {
    case .directory:
      GraphFailure(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    case .outlook: GraphFailure(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    case .teams: GraphFailure(403, "Forbidden", "Forbidden", inner: "InsufficientPrivileges")
    case .sharePoint: GraphFailure(403, "accessDenied", "Access denied", inner: "accessDenied")
    // Planner sends no code.
    case .planner: GraphFailure(403, "", "You do not have the required permissions to access this item.")
    case .policy:
      GraphFailure(
        403, "AccessDenied",
        "You cannot perform the requested operation, required scopes are missing in the token.")
    }
  }

  /// The answer where the token has none of `permissions`. Teams names them all.
  func accessDenied(needing permissions: [String], having roles: Set<String>) -> GraphFailure {
    guard self == .teams else { return accessDenied }
    var failure = accessDenied
    failure.message =
      "Missing role permissions on the request. API requires one of '\(permissions.joined(separator: ", "))'. "
      + "Roles on the request '\(roles.sorted().joined(separator: ", "))'."
    return failure
  }

  /// The answer to a body that its model does not allow.
  func failure(for violation: ModelViolation, of type: ModelType) -> GraphFailure {
    switch self {
    case .directory: Self.directoryFailure(violation, type)
    case .outlook: Self.outlookFailure(violation)
    case .teams: Self.generalFailure(violation, code: "BadRequest", inner: nil)
    case .sharePoint: Self.generalFailure(violation, code: "invalidRequest", inner: "invalidRequest")
    case .planner: Self.generalFailure(violation, code: "", inner: nil)
    case .policy: Self.generalFailure(violation, code: "BadRequest", inner: nil)
    }
  }

  private static func directoryFailure(_ violation: ModelViolation, _ type: ModelType) -> GraphFailure {
    switch violation {
    case .notAnObject: unreadable
    case .unknownProperty(let name, _): .directory("Invalid property '\(name)'.")
    case .readOnly(let name, _):
      .directory("Property '\(name)' is read-only and cannot be set.")
    case .wrongKind(let name, _, _), .notAMember(let name, _), .tooLong(let name, _):
      .invalidValue(name, of: type.resourceName)
    }
  }

  private static func outlookFailure(_ violation: ModelViolation) -> GraphFailure {
    switch violation {
    case .readOnly(let name, _):
      GraphFailure(400, "ErrorInvalidPropertySet", "The property '\(name)' is read-only.", target: name)
    case .tooLong(let name, let maximum):
      GraphFailure(
        400, "ErrorPropertyValidationFailure", "The property '\(name)' is longer than \(maximum) characters.",
        target: name)
    default: generalFailure(violation, code: "RequestBodyRead", inner: nil)
    }
  }

  private static func generalFailure(_ violation: ModelViolation, code: String, inner: String?) -> GraphFailure {
    let message: String
    switch violation {
    case .notAnObject: return unreadable
    case .unknownProperty(let name, let type):
      message =
        "The property '\(name)' does not exist on type '\(type)'. "
        + "Make sure to only use property names that are defined by the type."
    case .readOnly(let name, _): message = "The property '\(name)' is read-only and cannot be set."
    case .wrongKind(let name, let expected, let found):
      let shown = VisibleText.excerpt(found.text, limit: 60)
      message = "Cannot convert the literal '\(shown)' of property '\(name)' to the expected type '\(expected)'."
    case .notAMember(_, let value): message = "Requested value '\(value)' was not found."
    case .tooLong(let name, let maximum): message = "The property '\(name)' is longer than \(maximum) characters."
    }
    return GraphFailure(400, code, message, inner: inner)
  }

  static let unreadable = GraphFailure.badRequest(
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
  )
}
