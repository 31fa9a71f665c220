import Foundation
import TestSupport

/// The `openssl` command, as a second opinion on what the library made.
struct OpenSSLCommand {
  /// For `.enabled(if:_:)`.
  static let isAvailable = path != nil
  static let reason = "the openssl command is not installed"

  private static let path = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private let directory: TemporaryDirectory

  /// - Parameter files: what the command finds where it works.
  init(files: [String: [UInt8]] = [:]) throws {
    directory = try TemporaryDirectory()
    for (name, bytes) in files { try Data(bytes).write(to: url(name)) }
  }

  private func url(_ name: String) -> URL { URL(fileURLWithPath: directory.file(name)) }

  func file(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(name))) }

  /// - Returns: what it printed, and whether it was content.
  @discardableResult
  func run(_ arguments: [String]) throws -> (succeeded: Bool, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.path ?? "/usr/bin/false")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus == 0, String(decoding: output, as: UTF8.self))
  }
}
