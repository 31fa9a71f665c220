import Foundation

/// The programs that were built with these tests, and how children are started.
enum Programs {
  /// The directory that holds the test runner also holds the programs.
  private static let directory: String = {
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let folder = (runner as NSString).deletingLastPathComponent
    // Some runners load the tests as a bundle given on their command line.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }.map {
      ($0 as NSString).deletingLastPathComponent
    }
    let candidates = [bundle, folder].compactMap { $0 }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0 + "/m365-admin-mcp") } ?? folder
  }()

  static let server = directory + "/m365-admin-mcp"
  static let simulator = directory + "/tenant-simulator"

  /// What every child needs: a home of its own, and where to leave its coverage.
  static func environment(home: String) -> [String: String] {
    var environment = ["HOME": home, "PATH": "/usr/bin:/bin", "TMPDIR": home]
    if let profiles = ProcessInfo.processInfo.environment["M365_PROFILE_DIRECTORY"] {
      environment["LLVM_PROFILE_FILE"] = profiles + "/child-%p.profraw"
    }
    return environment
  }
}

/// What a command said and how it ended.
struct CommandResult {
  let status: Int32
  let output: String
  let errors: String

  /// Runs a program to its end.
  ///
  /// - Parameter input: goes to its standard input, which then ends.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String], input: String = "",
    directory: String? = nil
  ) async throws -> CommandResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = environment
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    async let output = Self.readAll(stdout.fileHandleForReading)
    async let errors = Self.readAll(stderr.fileHandleForReading)
    let (said, complained) = (await output, await errors)
    process.waitUntilExit()
    return CommandResult(status: process.terminationStatus, output: said, errors: complained)
  }

  private static func readAll(_ handle: FileHandle) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let data = (try? handle.readToEnd()) ?? Data()
        continuation.resume(returning: String(decoding: data, as: UTF8.self))
      }
    }
  }
}
