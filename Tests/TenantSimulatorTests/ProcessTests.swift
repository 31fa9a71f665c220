import AdminCore
import Foundation
import TenantSimulator
import TestSupport
import Testing

@Suite("The process", .serialized)
struct ProcessTests {
  /// The executable that is built beside the tests.
  private static var executable: URL {
    Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
      .map { $0.appendingPathComponent("tenant-simulator") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? URL(fileURLWithPath: ".build/debug/tenant-simulator")
  }

  private static func start(_ arguments: [String]) throws -> (Process, input: Pipe, output: Pipe) {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = executable
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return (process, input, output)
  }

  private static func line(of output: Pipe) -> JSONValue {
    var bytes: [UInt8] = []
    while let next = try? output.fileHandleForReading.read(upToCount: 1)?.first, next != 0x0A { bytes.append(next) }
    return (try? JSONParser.parse(bytes)) ?? .null
  }

  private static func onThread<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer
  {
    try await withCheckedThrowingContinuation { continuation in
      DetachedThread.start { continuation.resume(with: Result { try body() }) }
    }
  }

  @Test("One line comes when it is ready and nothing after it; a signal ends it cleanly", arguments: [SIGTERM, SIGINT])
  func signals(_ signal: Int32) async throws {
    let (status, rest, certificate) = try await Self.onThread {
      let (process, input, output) = try Self.start(["--lag", "none"])
      let ready = Self.line(of: output)
      kill(process.processIdentifier, signal)
      let rest = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      try input.fileHandleForWriting.close()
      return (process.terminationStatus, rest.count, ready["certificatePath"]?.stringValue ?? "")
    }
    #expect(status == 0)
    #expect(rest == 0)
    #expect(!certificate.isEmpty && !FileManager.default.fileExists(atPath: certificate))
  }

  @Test("With --until-eof the end of its input ends it")
  func endOfInput() async throws {
    let status = try await Self.onThread {
      let (process, input, output) = try Self.start(["--until-eof"])
      _ = Self.line(of: output)
      try input.fileHandleForWriting.write(contentsOf: Data("anything\n".utf8))
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      return process.terminationStatus
    }
    #expect(status == 0)
  }

  @Test(
    "Help and the seed are printed; wrong usage is told apart",
    arguments: [(["--help"], 0, "usage:"), (["--print-seed"], 0, "Harbour & Finch"), (["--nonsense"], 64, "")])
  func others(_ arguments: [String], _ code: Int32, _ text: String) async throws {
    let (status, output) = try await Self.onThread {
      let (process, input, output) = try Self.start(arguments)
      try input.fileHandleForWriting.close()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
    #expect(status == code)
    #expect(text.isEmpty ? output.isEmpty : output.contains(text))
  }
}
