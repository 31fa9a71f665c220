import AdminCore

/// Reads the parts of a resource, any of which may be missing a permission without failing the whole.
struct ResourceParts {
  /// What could not be read, and why.
  private(set) var failures: [String] = []

  mutating func read<Value: Sendable>(
    _ name: String, _ body: () async throws(AdminError) -> Value
  ) async -> Value? {
    do throws(AdminError) {
      return try await body()
    } catch {
      failures.append("\(name): \(error.message)")
      return nil
    }
  }
}
