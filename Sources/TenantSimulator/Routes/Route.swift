/// One operation of Graph: where it is, who may call it, what its query may say, and what it does.
struct Route: Sendable {
  typealias Handler = @Sendable (inout TenantState, GraphCall) throws(GraphFailure) -> GraphAnswer

  let method: String
  let template: PathTemplate
  let workload: Workload
  /// The application permissions of which any one suffices. Where there are none, what is asked for decides, and the
  /// handler checks.
  let permissions: [String]
  /// Of these one is needed as well.
  let furtherPermissions: [String]
  let options: Set<QueryOption>
  let handler: Handler

  init(
    _ method: String, _ template: String, _ workload: Workload = .directory, permissions: [String],
    and furtherPermissions: [String] = [], options: Set<QueryOption> = [], handler: @escaping Handler
  ) {
    self.method = method
    self.template = PathTemplate(template)
    self.workload = workload
    self.permissions = permissions
    self.furtherPermissions = furtherPermissions
    self.options = options
    self.handler = handler
  }

  func checkPermissions(of caller: AccessToken) throws(GraphFailure) {
    for needed in [permissions, furtherPermissions] where !needed.isEmpty {
      guard !caller.roles.isDisjoint(with: needed) else {
        throw workload.accessDenied(needing: needed, having: caller.roles)
      }
    }
  }
}

/// Every operation, found by method and path.
struct RouteTable: Sendable {
  enum Lookup {
    case found(Route, [String: String])
    case wrongMethod
    /// The first part of the path that leads nowhere.
    case unknown(segment: String)
  }

  let routes: [Route]

  init(_ areas: [[Route]]) { routes = areas.flatMap { $0 } }

  func find(_ method: String, _ segments: [PathSegment]) -> Lookup {
    let candidates = routes.compactMap { route in route.template.match(segments).map { (route, $0) } }
      .sorted { $0.0.template.literalCount > $1.0.template.literalCount }
    if let (route, parameters) = candidates.first(where: { $0.0.method == method }) { return .found(route, parameters) }
    guard candidates.isEmpty else { return .wrongMethod }
    return .unknown(segment: unknownSegment(in: segments))
  }

  /// The first part with which no known path begins.
  private func unknownSegment(in segments: [PathSegment]) -> String {
    for length in 1...max(1, segments.count) {
      let prefix = Array(segments.prefix(length))
      let isKnown = routes.contains { $0.template.begins(with: prefix) }
      if !isKnown { return Self.name(of: prefix.last) }
    }
    return Self.name(of: segments.last)
  }

  private static func name(of segment: PathSegment?) -> String {
    switch segment {
    case .plain(let text): text
    case .call(let name, _): name
    case nil: ""
    }
  }
}
