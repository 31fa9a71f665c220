package import AdminCore
import Foundation

/// The official shapes of the protocol and of Microsoft's services, held against what was said in a test.
///
/// The contract files are data to check with and no part of the project: `M365_CONTRACT_DIR` names their folder, and
/// `M365_TEST_PYTHON` a Python that has `jsonschema`.
package enum OfficialShapes {
  /// What the checker reads.
  package enum Evidence {
    /// The lines of one client.
    case conversation(String)
    /// Requests and answers, as a recorder keeps them.
    case traffic(String)
    /// As above, in a file.
    case trafficFile(String)
  }

  private static let directory = ProcessInfo.processInfo.environment["M365_CONTRACT_DIR"]
  private static let python =
    ProcessInfo.processInfo.environment["M365_TEST_PYTHON"]
    ?? FileManager.default.currentDirectoryPath + "/.venv/bin/python"

  /// Whether the contract files and what reads them are at hand.
  package static var isAvailable: Bool {
    guard let directory else { return false }
    return FileManager.default.fileExists(atPath: directory + "/tools/check-contract")
      && FileManager.default.isExecutableFile(atPath: python)
  }

  package static let reasonToSkip =
    "M365_CONTRACT_DIR must name the folder of the contract files, and M365_TEST_PYTHON a Python with jsonschema"

  /// The cmdlets of Exchange Online, by name.
  package static func cmdlets() throws -> [String: JSONValue] {
    let file = URL(fileURLWithPath: (directory ?? "") + "/exchange-contract/cmdlets.json")
    let entries = try JSONParser.parse(Array(Data(contentsOf: file)))["cmdlets"]?.arrayValue ?? []
    return Dictionary(uniqueKeysWithValues: entries.map { ($0["name"]?.stringValue ?? "", $0) })
  }

  /// What the checker has against the evidence, a line each; empty when there is nothing.
  package static func complaints(about evidence: Evidence...) throws -> [String] {
    let folder = try TemporaryDirectory()
    let path = folder.file("evidence.jsonl")
    var complaints: [String] = []
    for piece in evidence {
      switch piece {
      case .conversation(let text):
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        complaints += try check("mcp", path)
      case .traffic(let text):
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        complaints += try check("http", path)
      case .trafficFile(let file): complaints += try check("http", file)
      }
    }
    return complaints
  }

  private static func check(_ kind: String, _ path: String) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [(directory ?? "") + "/tools/check-contract", kind, path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? [] : text.split(separator: "\n").map(String.init)
  }
}
