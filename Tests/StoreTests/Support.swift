import AdminCore
import Cryptography
import Foundation
import Testing

/// What the files of a store hold, byte for byte; two equal prints mean that nothing was touched. An empty log counts as
/// none: whoever reads a store with the right key makes one.
struct FilePrint: Equatable {
  let files: [String: String]

  /// - Parameter suffixes: which of the files beside the store count.
  init(of store: String, suffixes: [String] = ["", "-wal", ".kdf"]) throws {
    var files: [String: String] = [:]
    for suffix in suffixes {
      guard let data = FileManager.default.contents(atPath: store + suffix), suffix != "-wal" || !data.isEmpty else {
        continue
      }
      files[suffix] = Hex.encode(SHA256.hash(Array(data)))
    }
    self.files = files
  }
}

/// The permission bits of a file.
func mode(of path: String) throws -> Int {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  return try #require(attributes[.posixPermissions] as? Int)
}

func write(_ bytes: [UInt8], to path: String, mode: Int = 0o600) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
}

func bytes(of path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: path))) }

/// The error that `body` throws, when it is one of ours.
func adminError(_ body: () async throws -> Void) async -> AdminError? {
  do {
    try await body()
    return nil
  } catch let error as AdminError {
    return error
  } catch {
    Issue.record("another error: \(error)")
    return nil
  }
}
