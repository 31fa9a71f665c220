import Foundation
package import Testing

/// Files of the repository that are made from the code and kept beside it, so that a review sees what changes.
package enum Recorded {
  /// Compares `text` with the file. With `RECORD=1` in the environment the file is written instead; a run that checks
  /// never writes.
  package static func compare(
    _ text: String, with path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = Repository.root.appendingPathComponent(path)
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      return try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let isSame = (try? String(contentsOf: file, encoding: .utf8)) == text
    #expect(isSame, "\(path) is not what the code says; run scripts/record", sourceLocation: sourceLocation)
  }
}
