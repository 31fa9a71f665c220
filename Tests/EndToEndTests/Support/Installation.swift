import AdminCore
import Foundation
import TestSupport
import Testing

/// A server that somebody has set up: a directory with env file and store, and a simulated tenant to work on.
final class Installation: Sendable {
  let directory: TemporaryDirectory
  let simulator: SimulatorProcess
  let environment: [String: String]

  init(
    simulator options: [String] = ["--lag", "none"], settings: [String: String] = [:], templates: Bool = true
  ) async throws {
    directory = try TemporaryDirectory()
    simulator = try SimulatorProcess(options, home: directory.path)
    environment = Programs.environment(home: directory.path)
      .merging(simulator.settings) { $1 }
      .merging(["RATE_LIMIT_ENABLED": "false", "OPERATION_LEASE_SECONDS": "2"]) { $1 }
      .merging(settings) { $1 }
    let seeds = ["--templates", Self.repository + "/data/seed/templates"]
    let made = try await command(["init", "--directory", directory.path] + (templates ? seeds : []))
    try #require(made.status == 0, "init: \(made.errors)")
  }

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  var envFile: String { directory.file(".env") }
  var storePath: String { directory.file("store.db") }
  var domain: String { simulator["domain"] }

  /// Runs a command to its end.
  func command(_ arguments: [String], input: String = "", settings: [String: String] = [:]) async throws
    -> CommandResult
  {
    try await CommandResult.run(
      Programs.server, arguments + (arguments.first == "init" ? [] : ["--env-file", envFile]),
      environment: environment.merging(settings) { $1 }, input: input, directory: directory.path)
  }

  /// A serving process whose files cannot grow beyond so many bytes, as on a full disk.
  func serve(limitingFilesTo bytes: Int) throws -> MCPChildProcess {
    try MCPChildProcess(
      executable: "/usr/bin/prlimit",
      arguments: ["--fsize=\(bytes)", Programs.server, "--env-file", envFile],
      // Its coverage does not fit either.
      environment: environment.merging(["LLVM_PROFILE_FILE": "/dev/null"]) { $1 })
  }

  /// Holds the store's write lock, as a program that hangs in a transaction does.
  func lockStore() throws -> StoreLock { try StoreLock(path: storePath, key: try key()) }

  /// A serving process.
  func serve(settings: [String: String] = [:]) throws -> MCPChildProcess {
    try MCPChildProcess(
      executable: Programs.server, arguments: ["--env-file", envFile], environment: environment.merging(settings) { $1 }
    )
  }
}

extension MCPTestClient {
  /// The structured content of a call, and whether it is an error.
  func call(_ tool: String, _ arguments: JSONObject, meta: JSONObject = [:]) async throws -> (
    json: JSONValue, isError: Bool
  ) {
    var params: JSONObject = ["name": .string(tool), "arguments": .object(arguments)]
    if !meta.isEmpty { params["_meta"] = .object(meta) }
    let result = try await result("tools/call", params)
    return (result["structuredContent"] ?? .null, result["isError"]?.boolValue ?? false)
  }
}

/// A transaction of another program, held open until it is released.
final class StoreLock {
  private let process = Process()
  private let input = Pipe()

  struct NotHeld: Error {}

  init(path: String, key: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlcipher")
    process.arguments = [path]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let script = "PRAGMA key = \"x'\(key)'\";\nPRAGMA cipher_page_size = 4096;\nBEGIN IMMEDIATE;\nSELECT 'held';\n"
    try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
    var shown = ""
    while !shown.contains("held") {
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { throw NotHeld() }
      shown += String(decoding: chunk, as: UTF8.self)
    }
  }

  func release() {
    try? input.fileHandleForWriting.write(contentsOf: Data("ROLLBACK;\n.quit\n".utf8))
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
