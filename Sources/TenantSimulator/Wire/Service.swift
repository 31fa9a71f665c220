/// The services of the tenant, told apart by their paths: no two of them have one in common.
enum Service: String, Sendable {
  case login
  case graph
  case exchange
  /// Uploads and the sample manifest, which belong to none of the three.
  case other

  init(path: String) {
    if path.hasPrefix("/v1.0/") {
      self = .graph
    } else if path.hasPrefix("/adminapi/") {
      self = .exchange
    } else if path.hasPrefix("/uploads/") || path.hasPrefix("/samples/") {
      self = .other
    } else if path.hasSuffix("/token") || path.hasSuffix("/keys") || path.contains("/.well-known/") {
      self = .login
    } else {
      self = .graph
    }
  }
}
