import AdminCore
import Dispatch
import Synchronization

/// The one writer of a descriptor. Lines are queued whole and leave in the order in which they were queued.
///
/// Whoever flushes first writes for all, as far as that does not block: so an answer needs no change of threads. What
/// would block goes to a thread made for it, so that a slow reader holds up nobody else.
final class Outbox: Sendable {
  private struct State {
    var queue: OutboxQueue
    /// What the flushing thread could not write at once.
    var rest: [UInt8] = []
    var hasWriterThread = false
    var idle: Latch<Bool>?
  }

  private let descriptor: WireDescriptor
  private let state: Mutex<State>
  private let work = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)
  private let onBreak: @Sendable () -> Void

  /// - Parameter onBreak: called once, from any thread, when the other side no longer takes anything.
  init(_ descriptor: consuming WireDescriptor, limit: Int, onBreak: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    state = Mutex(State(queue: OutboxQueue(limit: limit)))
    self.onBreak = onBreak
  }

  var isCongested: Bool { state.withLock { $0.queue.isCongested } }

  func append(_ line: [UInt8]) { state.withLock { $0.queue.append(line) } }

  func flush() {
    var next = state.withLock { $0.queue.startWriting() }
    while let piece = next {
      switch piece.withUnsafeBytes({ descriptor.writeAtOnce($0) }) {
      case .written(piece.count): next = wrote(piece.count)
      case .written(let count): return handOver(Array(piece[count...]), after: count)
      case .broken: return close(isBroken: true)
      }
    }
  }

  /// Blocks the calling thread while more is queued than the other side should owe us.
  func waitForRoom() {
    if state.withLock({ $0.queue.readerMustWait() }) { room.wait() }
  }

  /// Waits until nothing is queued, no longer than `limit`, and lets go of the descriptor.
  func close(within limit: Duration, _ timekeeper: any Timekeeper) async {
    let idle = state.withLock { state -> Latch<Bool>? in
      guard state.queue.queuedBytes > 0 else { return nil }
      let idle = Latch<Bool>()
      state.idle = idle
      return idle
    }
    _ = await idle?.wait(atMost: limit, timekeeper)
    close(isBroken: false)
    descriptor.sever()
  }

  // MARK: Writing

  private func wrote(_ count: Int) -> [UInt8]? {
    let (next, wakeups, idle) = state.withLock { state in
      let (next, wakeups) = state.queue.wrote(count)
      return (next, wakeups, state.idle)
    }
    wake(wakeups, idle)
    return next
  }

  private func wake(_ wakeups: OutboxQueue.Wakeups, _ idle: Latch<Bool>?) {
    if wakeups.hasRoom { room.signal() }
    if wakeups.isIdle { idle?.set(true) }
  }

  private func close(isBroken: Bool) {
    let (wakeups, idle, wasClosed) = state.withLock { state in
      let wasClosed = state.queue.isClosed
      return (state.queue.close(), state.idle, wasClosed)
    }
    wake(wakeups, idle)
    // Lets the writer thread, where there is one, find the end.
    work.signal()
    if isBroken, !wasClosed { onBreak() }
  }

  // MARK: The writer thread

  private func handOver(_ rest: [UInt8], after written: Int) {
    let hasThread = state.withLock { state in
      state.queue.wroteSome(written)
      state.rest = rest
      defer { state.hasWriterThread = true }
      return state.hasWriterThread
    }
    if !hasThread, !DetachedThread.start(stackSize: 64 << 10, { [self] in writeUntilClosed() }) {
      // No thread to be had: better to hold up this one than to lose an answer.
      state.withLock { $0.hasWriterThread = false }
      return writeRest()
    }
    work.signal()
  }

  private func writeUntilClosed() {
    while true {
      work.wait()
      if state.withLock({ $0.queue.isClosed }) { return }
      writeRest()
    }
  }

  /// Writes what was left over and then everything queued, blocking as long as the other side takes.
  private func writeRest() {
    var next = state.withLock { state -> [UInt8]? in
      defer { state.rest = [] }
      return state.rest.isEmpty ? nil : state.rest
    }
    while let piece = next {
      guard piece.withUnsafeBytes({ descriptor.writeAll($0) }) else { return close(isBroken: true) }
      next = wrote(piece.count)
    }
  }
}
