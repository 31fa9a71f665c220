import AdminCore

/// Reads the parts of a resource, any of which may be missing a permission without failing the whole.
struct ResourceParts {
  struct Failure {
    let part: String
    let reason: String
  }

  /// So much of a list is shown.
  static let shown = 40

  /// What could not be read, and why.
  private(set) var failures: [Failure] = []
  /// Lists that are longer than what is shown of them.
  private(set) var truncated: [String] = []

  /// The failures, a line each.
  var unavailable: [String] { failures.map { "\($0.part): \($0.reason)" } }

  mutating func read<Value: Sendable>(
    _ name: String, _ body: () async throws(AdminError) -> Value
  ) async -> Value? {
    do throws(AdminError) {
      return try await body()
    } catch {
      failures.append(Failure(part: name, reason: error.message))
      return nil
    }
  }

  /// As much of the list as is shown.
  mutating func shown<Element>(_ name: String, of list: [Element]?) -> [Element]? {
    guard let list, list.count > Self.shown else { return list }
    truncated.append(name)
    return Array(list.prefix(Self.shown))
  }

  /// A text of the tenant, no longer than names and descriptions are.
  static func excerpt(_ text: String) -> String { VisibleText.excerpt(text, limit: 300) }
}
