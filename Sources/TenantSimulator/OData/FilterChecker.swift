import AdminCore

/// Holds a `$filter` against the model: every name exists, every operator is one the property supports, and what counts
/// as an advanced query is refused without the header that asks for one.
struct FilterChecker {
  let type: ModelType
  /// Whether the request is an advanced one: `ConsistencyLevel: eventual` and `$count=true`.
  let isAdvanced: Bool

  static let advice =
    "Try adding $count=true query parameter and ConsistencyLevel:eventual header. "
    + "Refer to https://aka.ms/graph-docs/advanced-queries for more information"

  func check(_ expression: FilterExpression) throws(GraphFailure) { try check(expression, variables: [:]) }

  private func check(
    _ expression: FilterExpression, variables: [String: (kind: ValueKind, support: FilterSupport)]
  ) throws(GraphFailure) {
    switch expression {
    case .and(let left, let right), .or(let left, let right):
      try check(left, variables: variables)
      try check(right, variables: variables)
    case .not(let inner):
      try requireAdvanced("not", support(of: inner, variables))
      try check(inner, variables: variables)
    case .compare(let path, let comparison, let literal):
      let (kind, support) = try resolve(path, variables)
      if comparison == .notEqual { try requireAdvanced("ne", support) }
      try requireSupport(path, support)
      try checkLiteral(literal, kind, path, isOrder: comparison != .equal && comparison != .notEqual)
    case .among(let path, let literals):
      let (kind, support) = try resolve(path, variables)
      try requireSupport(path, support)
      for literal in literals { try checkLiteral(literal, kind, path, isOrder: false) }
    case .text(let function, let path, _):
      let (kind, support) = try resolve(path, variables)
      try checkFunction(function, kind, support, path)
    case .any(let path, let variable, let inner):
      let (kind, support) = try resolve(path, variables)
      guard case .collection(let element) = kind else {
        throw .badRequest("Invalid filter clause: Any/All may only be used following a collection.")
      }
      try requireSupport(path, support)
      guard let inner else { return }
      try check(inner, variables: variables.merging([variable: (element, support)]) { $1 })
    case .count(let path, _, _):
      let (kind, support) = try resolve(path, variables)
      guard case .collection = kind else {
        throw .badRequest("Invalid filter clause: '$count' may only follow a collection.")
      }
      try requireAdvanced("$count", support)
    }
  }

  private func resolve(
    _ path: FilterExpression.Path, _ variables: [String: (kind: ValueKind, support: FilterSupport)]
  ) throws(GraphFailure) -> (ValueKind, FilterSupport) {
    var kind: ValueKind
    var support: FilterSupport
    var segments = path.segments[...]
    if let variable = path.variable, let bound = variables[variable] {
      (kind, support) = bound
    } else {
      guard let name = segments.popFirst(), let property = type[name] else { throw unknown(path, type.name) }
      (kind, support) = (property.kind, property.filter)
    }
    for segment in segments {
      guard case .complex(let inner) = kind, let property = inner[segment] else {
        throw unknown(path, kind.edmName)
      }
      kind = property.kind
      if property.filter != .none { support = property.filter }
    }
    return (kind, support)
  }

  private func unknown(_ path: FilterExpression.Path, _ type: String) -> GraphFailure {
    .badRequest("Invalid filter clause: Could not find a property named '\(path.text)' on type '\(type)'.")
  }

  private func requireSupport(_ path: FilterExpression.Path, _ support: FilterSupport) throws(GraphFailure) {
    switch support {
    case .none:
      throw .unsupportedQuery(
        "Unsupported or invalid query filter clause specified for property '\(path.text)' of resource '\(type.resourceName)'."
      )
    case .advanced: try requireAdvanced(path.text, support)
    case .standard, .full: return
    }
  }

  private func requireAdvanced(_ operation: String, _ support: FilterSupport) throws(GraphFailure) {
    guard support != .full, !isAdvanced else { return }
    throw .unsupportedQuery(
      "Operator '\(operation)' is not supported because the required parameters might be missing. \(Self.advice)")
  }

  /// What the properties inside a negated expression support; the weakest counts.
  private func support(
    of expression: FilterExpression, _ variables: [String: (kind: ValueKind, support: FilterSupport)]
  ) throws(GraphFailure) -> FilterSupport {
    switch expression {
    case .and(let left, _), .or(let left, _): try support(of: left, variables)
    case .not(let inner): try support(of: inner, variables)
    case .compare(let path, _, _), .among(let path, _), .text(_, let path, _), .any(let path, _, _),
      .count(let path, _, _):
      try resolve(path, variables).1
    }
  }

  private func checkFunction(
    _ function: FilterExpression.TextFunction, _ kind: ValueKind, _ support: FilterSupport,
    _ path: FilterExpression.Path
  ) throws(GraphFailure) {
    guard case .string = kind else {
      throw .badRequest(
        "Invalid filter clause: No function signature for '\(function.rawValue)' fits property '\(path.text)'.")
    }
    try requireSupport(path, support)
    switch function {
    case .startsWith: return
    case .endsWith: try requireAdvanced("endsWith", support)
    // The directory has no contains at all; Exchange has.
    case .contains: if support != .full { throw .unsupportedQuery("Unsupported Query.") }
    }
  }

  private func checkLiteral(
    _ literal: FilterExpression.Literal, _ kind: ValueKind, _ path: FilterExpression.Path, isOrder: Bool
  ) throws(GraphFailure) {
    let fits =
      switch (kind, literal) {
      case (_, .null): !isOrder
      case (.boolean, .bool): !isOrder
      case (.int32, .number), (.int64, .number), (.double, .number): true
      case (.string, .string), (.enumeration, .string): true
      case (.guid, .bare(let text)), (.guid, .string(let text)): GUID(text) != nil && !isOrder
      case (.dateTime, .bare(let text)): Timestamp(iso8601: text) != nil
      default: false
      }
    guard fits else {
      throw .badRequest(
        "Invalid filter clause: A value of an incompatible type was given for '\(path.text)' "
          + "of type '\(kind.edmName)'.")
    }
  }
}
