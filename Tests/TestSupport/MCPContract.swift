import Foundation

/// The official schemas of the protocol, held against what was said in a test.
package enum MCPContract {
  /// The checker of the contract files, where they are at hand.
  package static var checker: String? {
    ProcessInfo.processInfo.environment["M365_CONTRACT_DIR"].map { $0 + "/tools/check-contract" }
  }

  /// Why transcripts are not checked, for a test that is skipped; `nil` when they are.
  package static var reasonToSkip: String? {
    checker == nil ? "M365_CONTRACT_DIR is not set; it names the folder with the contract files" : nil
  }

  /// Runs the checker over transcripts of clients, each by itself.
  ///
  /// - Returns: its complaints; empty when there are none.
  package static func complaints(about transcripts: [String]) throws -> [String] {
    let directory = try TemporaryDirectory()
    var complaints: [String] = []
    for (number, transcript) in transcripts.enumerated() {
      let path = directory.file("transcript-\(number).jsonl")
      try transcript.write(toFile: path, atomically: false, encoding: .utf8)
      complaints += try run("mcp", path)
    }
    return complaints
  }

  /// Runs the checker over what a simulated tenant has recorded.
  package static func complaints(aboutHTTP path: String) throws -> [String] { try run("http", path) }

  private static func run(_ kind: String, _ path: String) throws -> [String] {
    guard let checker else { return [] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [checker, kind, path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? [] : [text]
  }

  private static var python: String {
    let environment = ProcessInfo.processInfo.environment
    return environment["M365_TEST_PYTHON"] ?? FileManager.default.currentDirectoryPath + "/.venv/bin/python"
  }
}
