import Foundation

/// A command that runs in a terminal of its own, with somebody who types. `script` makes the terminal.
final class PretendTerminal {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init(_ installation: Installation, _ arguments: [String]) throws {
    let words = [Programs.server] + arguments + ["--env-file", installation.envFile]
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = [
      "--quiet", "--return", "--command", words.map { "'\($0)'" }.joined(separator: " "), "/dev/null",
    ]
    process.environment = installation.environment.merging(["SHELL": "/bin/sh"]) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// What is on the screen, once `mark` is.
  func read(until mark: String) -> String {
    var text = ""
    while !text.contains(mark) {
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      text += String(decoding: chunk, as: UTF8.self)
    }
    return text
  }

  func type(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

  /// The exit code, once the command has ended.
  func status() -> Int32 {
    while !output.fileHandleForReading.availableData.isEmpty {}
    process.waitUntilExit()
    return process.terminationStatus
  }
}
