import Foundation

/// Runs a script of `Tests/Reference` in the Python that `M365_TEST_PYTHON` names, or in the repository's `.venv`.
enum PythonReference {
  private static var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
  }

  private static var interpreter: URL {
    ProcessInfo.processInfo.environment["M365_TEST_PYTHON"].map { URL(fileURLWithPath: $0) }
      ?? root.appendingPathComponent(".venv/bin/python")
  }

  /// Whether the interpreter is there and has the modules; says on standard output why not.
  static func isAvailable(for subject: String, modules: [String]) -> Bool {
    guard FileManager.default.isExecutableFile(atPath: interpreter.path) else {
      print("Skipped: \(subject). There is no Python; set M365_TEST_PYTHON or make a virtual environment in .venv.")
      return false
    }
    let imports = modules.map { "import \($0)" }.joined(separator: "; ")
    guard (try? run(arguments: ["-c", imports.isEmpty ? "pass" : imports], input: Data())) != nil else {
      print("Skipped: \(subject). The Python lacks one of: \(modules.joined(separator: ", ")).")
      return false
    }
    return true
  }

  struct Failure: Error {
    let text: String
  }

  static func run(script: String, arguments: [String] = [], input: Data = Data()) throws -> Data {
    try run(arguments: [root.appendingPathComponent("Tests/Reference/\(script)").path] + arguments, input: input)
  }

  private static func run(arguments: [String], input: Data) throws -> Data {
    let process = Process()
    process.executableURL = interpreter
    process.arguments = arguments
    // Files, not pipes: no side can fill one and wait for the other.
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("m365-reference-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let files = ["in", "out", "err"].map { directory.appendingPathComponent($0) }
    try input.write(to: files[0])
    for file in files.dropFirst() { try Data().write(to: file) }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(text: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
    }
    return try Data(contentsOf: files[1])
  }
}
