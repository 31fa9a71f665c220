package import AdminCore
import Synchronization

/// Lines over two descriptors, as a client starts a server: one thread reads and blocks, one writer writes.
package final class StdioTransport: Transport {
  /// Answers the other side has not read yet, above which nothing more is read from it: the memory that a client which
  /// sends and never reads can take.
  package static let defaultQueueLimit = 16 << 20

  private static let readSize = 64 << 10

  private let input: WireDescriptor
  private let outbox: Outbox
  private let lineLimit: Int
  private let receiver: Receiver

  /// Where events go, once there is somebody to take them.
  private final class Receiver: Sendable {
    private let take = Mutex<(@Sendable (TransportEvent) -> Void)?>(nil)

    func set(_ take: @escaping @Sendable (TransportEvent) -> Void) { self.take.withLock { $0 = take } }

    func clear() { take.withLock { $0 = nil } }

    func receive(_ event: TransportEvent) { take.withLock { $0 }?(event) }
  }

  package init(
    input: consuming WireDescriptor, output: consuming WireDescriptor,
    lineLimit: Int = LineFraming.defaultLimit, queueLimit: Int = defaultQueueLimit
  ) {
    let receiver = Receiver()
    self.input = input
    self.lineLimit = lineLimit
    self.receiver = receiver
    outbox = Outbox(output, limit: queueLimit) { receiver.receive(.broken) }
  }

  package convenience init(_ streams: consuming StandardStreams) {
    self.init(input: streams.input, output: streams.output)
  }

  package func start(_ receive: @escaping @Sendable (TransportEvent) -> Void) {
    receiver.set(receive)
    guard DetachedThread.start({ [self] in read(receive) }) else { return receive(.end) }
  }

  package func append(_ line: [UInt8]) { outbox.append(line) }
  package func flush() { outbox.flush() }
  package var isCongested: Bool { outbox.isCongested }

  package func close(within limit: Duration, timekeeper: any Timekeeper) async {
    await outbox.close(within: limit, timekeeper)
    receiver.clear()
  }

  private func read(_ receive: @escaping @Sendable (TransportEvent) -> Void) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readSize, alignment: 1)
    defer { buffer.deallocate() }
    var framing = LineFraming(limit: lineLimit)
    let emit = { (piece: LineFraming.Piece) in
      switch piece {
      case .line(let line): receive(.line(line))
      case .tooLong: receive(.tooLong)
      }
    }
    while true {
      outbox.waitForRoom()
      let count = input.read(into: buffer)
      guard count > 0 else { break }
      framing.consume(UnsafeRawBufferPointer(rebasing: buffer[..<count]), emit)
    }
    framing.finish(emit)
    receive(.end)
  }
}
