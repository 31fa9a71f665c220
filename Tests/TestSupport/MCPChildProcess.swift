import AdminCore
import Glibc
import MCPProtocol

/// A server as a program of its own, spoken to over its standard streams.
package final class MCPChildProcess: Sendable {
  package struct NotStarted: Error {
    let status: Int32
  }

  /// How a program ended.
  package enum Exit: Hashable, Sendable {
    case status(Int32)
    case signal(Int32)
  }

  package let client: MCPTestClient
  package let processID: Int32
  /// The number of the descriptor that leads to the program's standard input.
  private let inputNumber: Int32
  private let exit = Latch<Exit>()
  private let errors = Latch<String>()

  /// - Parameter environment: all of it; nothing is inherited.
  package init(executable: String, arguments: [String] = [], environment: [String: String] = [:]) throws(NotStarted) {
    let (input, output, error) = (PrivatePipe.make(), PrivatePipe.make(), PrivatePipe.make())
    let (status, processID) = PrivatePipe.exclusively {
      var processID: Int32 = 0
      let status = Self.spawn(
        &processID, [executable] + arguments, environment, [input.read, output.write, error.write])
      return (status, processID)
    }
    for end in [input.read, output.write, error.write] { close(end) }
    self.processID = processID
    inputNumber = input.write
    client = MCPTestClient(
      StdioTransport(input: WireDescriptor(output.read), output: WireDescriptor(input.write)))
    Self.collect(error.read, into: errors)
    guard status == 0 else { throw NotStarted(status: status) }
    Self.await(processID, exit)
  }

  /// How the program ended; `nil` when it does not.
  package func end(within limit: Duration = .seconds(60)) async -> Exit? {
    await exit.wait(atMost: limit, SystemTimekeeper())
  }

  /// Everything the program wrote to standard error, once it and its children have ended.
  package func standardError() async -> String { await errors.wait() ?? "" }

  package func signal(_ number: Int32) { kill(processID, number) }

  /// Writes bytes as they are, torn wherever they are torn. To be used while nothing else is being sent.
  package func sendRaw(_ bytes: [UInt8]) {
    let descriptor = open("/proc/self/fd/\(inputNumber)", O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset)
      }
      guard count > 0 else { return }
      offset += count
    }
  }

  /// Starts the program with `streams` as its descriptors 0, 1 and 2, and with the signals every program expects,
  /// whatever the tests do with theirs.
  private static func spawn(
    _ processID: inout Int32, _ arguments: [String], _ environment: [String: String], _ streams: [Int32]
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let argumentPointers = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argumentPointers + variables { free(pointer) } }
    return posix_spawn(&processID, arguments[0], &actions, &attributes, argumentPointers, variables)
  }

  private static func await(_ processID: Int32, _ exit: Latch<Exit>) {
    DetachedThread.start {
      var status: Int32 = 0
      while waitpid(processID, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      exit.set(signal == 0 ? .status(status >> 8 & 0xFF) : .signal(signal))
    }
  }

  private static func collect(_ descriptor: Int32, into collected: Latch<String>) {
    DetachedThread.start {
      let input = WireDescriptor(descriptor)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
      defer { buffer.deallocate() }
      var bytes: [UInt8] = []
      while case let count = input.read(into: buffer), count > 0 { bytes.append(contentsOf: buffer[..<count]) }
      collected.set(String(decoding: bytes, as: UTF8.self))
    }
  }
}
