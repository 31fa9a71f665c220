import AdminCore

/// The service behind a part of Graph. Each has its own words for the same faults.
enum Workload: Sendable {
  case directory
  case outlook

  /// The answer where the token lacks the application permission.
  var accessDenied: GraphFailure {
    switch self {
    case .directory:
      GraphFailure(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    case .outlook: GraphFailure(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    }
  }

  /// The answer to a body that its model does not allow.
  func failure(for violation: ModelViolation, of type: ModelType) -> GraphFailure {
    switch self {
    case .directory: Self.directoryFailure(violation, type)
    case .outlook: Self.outlookFailure(violation)
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
    case .notAnObject: return unreadable
    case .unknownProperty(let name, let type):
      return GraphFailure(
        400, "RequestBodyRead",
        "The property '\(name)' does not exist on type '\(type)'. "
          + "Make sure to only use property names that are defined by the type.")
    case .readOnly(let name, _):
      return GraphFailure(400, "ErrorInvalidPropertySet", "The property '\(name)' is read-only.", target: name)
    case .wrongKind(let name, let expected, let found):
      let shown = VisibleText.excerpt(found.text, limit: 60)
      return GraphFailure(
        400, "RequestBodyRead",
        "Cannot convert the literal '\(shown)' of property '\(name)' to the expected type '\(expected)'.")
    case .notAMember(_, let value):
      return GraphFailure(400, "RequestBodyRead", "Requested value '\(value)' was not found.")
    case .tooLong(let name, let maximum):
      return GraphFailure(
        400, "ErrorPropertyValidationFailure", "The property '\(name)' is longer than \(maximum) characters.",
        target: name)
    }
  }

  static let unreadable = GraphFailure.badRequest(
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
  )
}
