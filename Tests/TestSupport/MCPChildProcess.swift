import AdminCore
import Foundation
import Glibc
import MCPProtocol

/// A server as a program of its own, spoken to over its standard streams.
package final class MCPChildProcess: Sendable {
  package let client: MCPTestClient
  package let processID: Int32
  private let exit: Latch<Int32>
  private let errors: Latch<String>

  package init(executable: String, arguments: [String] = [], environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = environment
    let (input, output, error) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = error
    let exit = Latch<Int32>()
    process.terminationHandler = { exit.set($0.terminationStatus) }
    try process.run()
    self.exit = exit
    processID = process.processIdentifier
    errors = Self.collect(error)
    client = MCPTestClient(
      StdioTransport(
        input: WireDescriptor(dup(output.fileHandleForReading.fileDescriptor)),
        output: WireDescriptor(dup(input.fileHandleForWriting.fileDescriptor))))
    // Only the copies are used; an open original would keep the child from seeing the end of its input.
    try input.fileHandleForWriting.close()
    try output.fileHandleForReading.close()
  }

  /// The exit status, or the signal that ended it; `nil` when it does not end.
  package func exitStatus(within limit: Duration = .seconds(60)) async -> Int32? {
    await exit.wait(atMost: limit, SystemTimekeeper())
  }

  /// Everything the program wrote to standard error, once it has ended.
  package func standardError() async -> String { await errors.wait() ?? "" }

  package func signal(_ number: Int32) { kill(processID, number) }

  private static func collect(_ pipe: Pipe) -> Latch<String> {
    let collected = Latch<String>()
    let descriptor = dup(pipe.fileHandleForReading.fileDescriptor)
    DetachedThread.start {
      let input = WireDescriptor(descriptor)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
      defer { buffer.deallocate() }
      var bytes: [UInt8] = []
      while case let count = input.read(into: buffer), count > 0 { bytes.append(contentsOf: buffer[..<count]) }
      collected.set(String(decoding: bytes, as: UTF8.self))
    }
    return collected
  }
}
