import AdminCore
import Foundation

/// The contract files, where they are at hand: data to check with, no part of the project.
enum ExchangeContract {
  private static let directory = ProcessInfo.processInfo.environment["M365_CONTRACT_DIR"]

  private static var python: String {
    ProcessInfo.processInfo.environment["M365_TEST_PYTHON"]
      ?? FileManager.default.currentDirectoryPath + "/.venv/bin/python"
  }

  private static var file: String { (directory ?? "") + "/exchange-contract/cmdlets.json" }

  static var isAvailable: Bool { directory != nil && FileManager.default.fileExists(atPath: file) }

  static var canCheck: Bool {
    isAvailable && FileManager.default.fileExists(atPath: (directory ?? "") + "/tools/check-contract")
      && FileManager.default.isExecutableFile(atPath: python)
  }

  /// By name.
  static func cmdlets() throws -> [String: JSONValue] {
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    let entries = try JSONParser.parse(Array(data))["cmdlets"]?.arrayValue ?? []
    return Dictionary(uniqueKeysWithValues: entries.map { ($0["name"]?.stringValue ?? "", $0) })
  }

  /// Holds recorded traffic against the contract.
  ///
  /// - Returns: what the checker says, and whether it found nothing wrong.
  static func check(record: String) throws -> (text: String, isClean: Bool) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).jsonl").path
    try record.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [(directory ?? "") + "/tools/check-contract", "http", path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (text, process.terminationStatus == 0)
  }
}
