/// What is wrong with a seed, a fault plan or another description somebody wrote, and where.
package struct SeedError: Error, Sendable, Hashable, CustomStringConvertible {
  /// `users[3].licenses`.
  package let path: String
  package let message: String

  package init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { path.isEmpty ? message : "\(path) \(message)" }
}
