import AdminCore
import Glibc
import MCPProtocol
import Synchronization
import TestSupport
import Testing

/// Pipes between a test and the transport under it.
struct WirePair {
  /// What the transport reads and writes.
  let transport: StdioTransport
  /// The other ends.
  let toTransport: Int32
  let fromTransport: Int32

  enum Kind: CaseIterable, Sendable {
    case pipes, sockets
  }

  init(_ kind: Kind = .pipes, lineLimit: Int = LineFraming.defaultLimit, queueLimit: Int = 16 << 20) {
    // A broken pipe is an error of the write, as in the program.
    signal(SIGPIPE, SIG_IGN)
    let (input, output) = (Self.open(kind), Self.open(kind))
    transport = StdioTransport(
      input: WireDescriptor(input.0), output: WireDescriptor(output.1), lineLimit: lineLimit, queueLimit: queueLimit)
    toTransport = input.1
    fromTransport = output.0
  }

  /// The reading end and the writing end.
  private static func open(_ kind: Kind) -> (read: Int32, write: Int32) {
    switch kind {
    case .pipes: PrivatePipe.make()
    case .sockets: PrivatePipe.makeSockets()
    }
  }

  func closeInput() { close(toTransport) }
  func closeOutput() { close(fromTransport) }

  func send(_ bytes: [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(toTransport, $0.baseAddress?.advanced(by: offset), bytes.count - offset)
      }
      guard count > 0 else { return }
      offset += count
    }
  }

  /// Reads until `count` lines have come, or the end; on a thread of its own, because the tests' threads are few.
  func lines(_ count: Int, chunk: Int = 1 << 16) async -> [[UInt8]] {
    await withCheckedContinuation { continuation in
      DetachedThread.start { continuation.resume(returning: readLines(count, chunk: chunk)) }
    }
  }

  private func readLines(_ count: Int, chunk: Int) -> [[UInt8]] {
    var framing = LineFraming()
    var lines: [[UInt8]] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 1)
    defer { buffer.deallocate() }
    while lines.count < count {
      let size = read(fromTransport, buffer.baseAddress, chunk)
      guard size > 0 else { break }
      framing.consume(UnsafeRawBufferPointer(rebasing: buffer[..<size])) { piece in
        if case .line(let line) = piece { lines.append(line) }
      }
    }
    return lines
  }
}

extension StdioTransport {
  /// Collects what arrives.
  final class Events: Sendable {
    private let events = Mutex<[TransportEvent]>([])

    var all: [TransportEvent] { events.withLock { $0 } }
    func take(_ event: TransportEvent) { events.withLock { $0.append(event) } }
  }
}

@Suite("Standard streams as a transport")
struct StdioTransportTests {
  @Test("Messages torn at every byte, also inside characters, arrive whole", arguments: WirePair.Kind.allCases)
  func torn(_ kind: WirePair.Kind) async {
    let wire = WirePair(kind)
    let events = StdioTransport.Events()
    wire.transport.start { events.take($0) }
    let message = Array("{\"text\":\"é€😀\"}\r\n".utf8)
    for split in 0...message.count {
      wire.send(Array(message[..<split]))
      wire.send(Array(message[split...]))
    }
    wire.send(Array("{\"last\":".utf8))
    wire.send(Array("true}".utf8))
    wire.closeInput()
    #expect(await eventually { events.all.last == .end })
    let expected = Array(repeating: TransportEvent.line(Array("{\"text\":\"é€😀\"}".utf8)), count: message.count + 1)
    #expect(events.all == expected + [.line(Array("{\"last\":true}".utf8)), .end])
  }

  @Test("Lines queued by many threads leave whole, and in the order of each thread", arguments: WirePair.Kind.allCases)
  func concurrentWriters(_ kind: WirePair.Kind) async {
    let wire = WirePair(kind)
    let transport = wire.transport
    for writer in 0..<8 {
      DetachedThread.start {
        for number in 0..<100 {
          let size = number % 10 == 0 ? 50_000 : 20
          transport.append(Array("\(writer) \(number) ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: size))
          transport.flush()
        }
      }
    }
    let lines = await wire.lines(800, chunk: 1000)
    var next = [Int](repeating: 0, count: 8)
    for line in lines {
      let words = line.split(separator: UInt8(ascii: " "))
      let writer = Int(String(decoding: words[0], as: UTF8.self)) ?? -1
      #expect(Int(String(decoding: words[1], as: UTF8.self)) == next[writer])
      #expect(words[2].count == (next[writer] % 10 == 0 ? 50_000 : 20))
      next[writer] += 1
    }
    #expect(next == [Int](repeating: 100, count: 8))
  }

  @Test("A closed output is reported once, and nothing hangs", arguments: WirePair.Kind.allCases)
  func brokenOutput(_ kind: WirePair.Kind) async {
    let wire = WirePair(kind)
    let events = StdioTransport.Events()
    wire.transport.start { events.take($0) }
    wire.closeOutput()
    for _ in 0..<10 {
      wire.transport.append([UInt8](repeating: UInt8(ascii: "x"), count: 100_000))
      wire.transport.flush()
    }
    #expect(await eventually { events.all.contains(.broken) })
    await wire.transport.close(within: .seconds(60), timekeeper: SystemTimekeeper())
    wire.closeInput()
    #expect(await eventually { events.all.last == .end })
    #expect(events.all == [.broken, .end])
  }

  @Test("A reader that goes away while it is being written to is noticed")
  func breaksWhileWriting() async {
    let wire = WirePair()
    let events = StdioTransport.Events()
    wire.transport.start { events.take($0) }
    wire.transport.append([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
    wire.transport.flush()
    wire.closeOutput()
    #expect(await eventually { events.all == [.broken] })
    wire.closeInput()
  }

  @Test("While the other side reads nothing, nothing more is read from it; then all goes on")
  func backPressure() async {
    let wire = WirePair(queueLimit: 100_000)
    let transport = wire.transport
    // Each line is answered with a large one.
    transport.start { event in
      guard case .line(let line) = event else { return }
      transport.append(line + [UInt8](repeating: UInt8(ascii: "x"), count: 50_000))
      transport.flush()
    }
    let sent = Mutex(0)
    DetachedThread.start {
      for number in 0..<2000 {
        // Long enough that the pipe itself cannot hold them all.
        wire.send(Array("\(number) ".utf8) + [UInt8](repeating: UInt8(ascii: "-"), count: 1000) + [0x0A])
        sent.withLock { $0 = number + 1 }
      }
    }
    #expect(await eventually { transport.isCongested })
    let lines = await wire.lines(2000)
    #expect(lines.count == 2000)
    #expect(lines.enumerated().allSatisfy { number, line in line.starts(with: Array("\(number) ".utf8)) })
    #expect(sent.withLock { $0 } == 2000)
    wire.closeInput()
  }

  @Test("Closing waits for what is queued, no longer than it is told, and ends the stream")
  func closing() async {
    let wire = WirePair()
    wire.transport.append([UInt8](repeating: UInt8(ascii: "x"), count: 300_000))
    wire.transport.flush()
    let transport = wire.transport
    let closing = Task { await transport.close(within: .seconds(60), timekeeper: SystemTimekeeper()) }
    let lines = await wire.lines(2)
    await closing.value
    #expect(lines.map(\.count) == [300_000])
    wire.transport.append([1])
    wire.transport.flush()

    let stuck = WirePair()
    stuck.transport.append([UInt8](repeating: UInt8(ascii: "x"), count: 300_000))
    stuck.transport.flush()
    let timekeeper = VirtualTimekeeper()
    await stuck.transport.close(within: .seconds(5), timekeeper: timekeeper)
    #expect(timekeeper.pauses == [.seconds(5)])
    stuck.closeOutput()
  }

  @Test("A line over the limit is told apart, and the next one arrives")
  func overlongLine() async {
    let wire = WirePair(lineLimit: 10)
    let events = StdioTransport.Events()
    wire.transport.start { events.take($0) }
    wire.send(Array("12345678901234567890\nok\n".utf8))
    wire.closeInput()
    #expect(await eventually { events.all.last == .end })
    #expect(events.all == [.tooLong, .line(Array("ok".utf8)), .end])
  }

  @Test("Descriptors that somebody made non-blocking are waited for")
  func nonBlocking() async {
    let (input, output) = (PrivatePipe.make(), PrivatePipe.make())
    _ = fcntl(input.read, F_SETFL, O_NONBLOCK)
    _ = fcntl(output.write, F_SETFL, O_NONBLOCK)
    let transport = StdioTransport(input: WireDescriptor(input.read), output: WireDescriptor(output.write))
    let events = StdioTransport.Events()
    transport.start { events.take($0) }
    write(input.write, "hello\n", 6)
    #expect(await eventually { events.all == [.line(Array("hello".utf8))] })
    transport.append([UInt8](repeating: UInt8(ascii: "y"), count: 200_000))
    transport.flush()
    let source = output.read
    let size = await withCheckedContinuation { continuation in
      DetachedThread.start {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { buffer.deallocate() }
        var total = 0
        while total < 200_001, case let count = read(source, buffer.baseAddress, 4096), count > 0 { total += count }
        continuation.resume(returning: total)
      }
    }
    #expect(size == 200_001)
    close(input.write)
    #expect(await eventually { events.all.last == .end })
  }

  @Test("Output to a file is written as it comes")
  func fileOutput() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("out")
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    let transport = StdioTransport(input: WireDescriptor(dup(0)), output: WireDescriptor(descriptor))
    transport.append(Array("line".utf8))
    transport.flush()
    await transport.close(within: .seconds(60), timekeeper: SystemTimekeeper())
    let file = WireDescriptor(open(path, O_RDONLY))
    var buffer = [UInt8](repeating: 0, count: 100)
    let count = buffer.withUnsafeMutableBytes { file.read(into: $0) }
    #expect(Array(buffer[..<count]) == Array("line\n".utf8))
  }

  @Test("Once the wire is claimed, stray prints go to standard error and nothing reads the input")
  func guardedStreams() async {
    await #expect(processExitsWith: .exitCode(42)) {
      var output: [Int32] = [0, 0]
      pipe(&output)
      var errors: [Int32] = [0, 0]
      pipe(&errors)
      dup2(output[1], 1)
      dup2(errors[1], 2)
      let streams = try StandardStreams.claim()
      write(1, "stray", 5)
      _ = "wire".withCString { write(streams.output.number, $0, 4) }
      var buffer = [UInt8](repeating: 0, count: 10)
      let strayCount = read(errors[0], &buffer, 10)
      let wireCount = read(output[0], &buffer, 10)
      let inputCount = read(0, &buffer, 10)
      let isPrivate = fcntl(streams.output.number, F_GETFD) & FD_CLOEXEC != 0 && streams.input.number > 2
      exit(strayCount == 5 && wireCount == 4 && inputCount == 0 && isPrivate ? 42 : 1)
    }
  }

  @Test("A closed standard stream is refused", arguments: [Int32(0), 1])
  func closedStream(_ number: Int32) async {
    await #expect(processExitsWith: .exitCode(42)) { [number] in
      close(number)
      do throws(StandardStreams.Unavailable) {
        _ = try StandardStreams.claim()
        exit(1)
      } catch {
        exit(error.description.contains("closed") ? 42 : 2)
      }
    }
  }

  @Test("A closed standard error is replaced by nothing at all")
  func closedErrors() async {
    await #expect(processExitsWith: .exitCode(42)) {
      close(2)
      let streams = try StandardStreams.claim()
      exit(write(1, "x", 1) == 1 && streams.input.number > 2 ? 42 : 1)
    }
  }
}
