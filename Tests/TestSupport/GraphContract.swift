import Foundation

/// The official shapes of Microsoft's services, held against what was exchanged in a test.
package enum GraphContract {
  private static let directory = ProcessInfo.processInfo.environment["M365_CONTRACT_DIR"]

  private static var python: String {
    ProcessInfo.processInfo.environment["M365_TEST_PYTHON"]
      ?? FileManager.default.currentDirectoryPath + "/.venv/bin/python"
  }

  /// Whether the contract files and what reads them are at hand.
  package static var isAvailable: Bool {
    guard let directory else { return false }
    return FileManager.default.fileExists(atPath: directory + "/tools/check-contract")
      && FileManager.default.isExecutableFile(atPath: python)
  }

  package static let reasonToSkip =
    "M365_CONTRACT_DIR must name the folder of the contract files, and M365_TEST_PYTHON a Python with jsonschema"

  /// - Returns: what the checker has against the record; empty when there is nothing.
  package static func complaints(about record: RecordedLines) throws -> String {
    let folder = try TemporaryDirectory()
    let path = folder.file("record.jsonl")
    try record.text.write(toFile: path, atomically: true, encoding: .utf8)
    return try complaints(aboutFile: path)
  }

  /// As above, about a record in a file.
  package static func complaints(aboutFile path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [(directory ?? "") + "/tools/check-contract", "http", path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? "" : text
  }
}
