package import AdminCore
import Glibc

/// The store as health shows it.
package struct DatabaseHealth: Hashable, Sendable {
  package let path: String
  package let sizeBytes: Int
  package let logBytes: Int
  package let freeDiskBytes: Int
  package let schemaVersion: Int
  package let cipherVersion: String
  package let profile: String
  /// Why nothing can be written; `nil` when it can.
  package let writeProblem: String?
  package let warnings: [String]

  package var isWritable: Bool { writeProblem == nil }

  package var json: JSONObject {
    [
      "path": .string(path), "sizeBytes": .int(sizeBytes), "logBytes": .int(logBytes),
      "freeDiskBytes": .int(freeDiskBytes), "schemaVersion": .int(schemaVersion),
      "cipherVersion": .string(cipherVersion), "profile": .string(profile), "writable": .bool(isWritable),
      "writeProblem": .optional(writeProblem), "warnings": .strings(warnings),
    ]
  }
}

extension Database {
  /// Looks at the files, and whether they can be written.
  ///
  /// The write lock is taken and given back, which costs nothing; only after a write has failed is one made to see
  /// whether the trouble is over.
  package func health() async -> DatabaseHealth {
    var problem: String?
    do throws(AdminError) {
      if writeFailure == nil {
        try await rehearse { connection in try Self.touch(in: connection) }
      } else {
        try await write { connection in try Self.touch(in: connection) }
      }
    } catch {
      // Somebody else writes just now: so it can be written.
      problem = error.code == .storeBusy ? nil : error.message
    }
    return DatabaseHealth(
      path: path, sizeBytes: Self.size(of: path), logBytes: Self.size(of: path + "-wal"),
      freeDiskBytes: Self.freeBytes(at: path), schemaVersion: identity.schemaVersion,
      cipherVersion: identity.cipherVersion, profile: identity.profile.rawValue, writeProblem: problem,
      warnings: warnings)
  }

  private static func touch(in connection: borrowing Connection) throws(StoreError) {
    try connection.execute("UPDATE meta SET value = value WHERE key = 'schema_version'")
  }

  private static func size(of path: String) -> Int {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
  }

  private static func freeBytes(at path: String) -> Int {
    var facts = statvfs()
    guard statvfs(ProtectedFile.directory(of: path), &facts) == 0 else { return 0 }
    return Int(facts.f_bavail) * Int(facts.f_frsize)
  }
}
