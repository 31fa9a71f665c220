import AdminCore
import Glibc
import Synchronization

/// SIGTERM and SIGINT, taken by a thread of their own instead of interrupting whatever runs.
///
/// The handler writes a byte to a pipe that the thread reads, which is all that may be done in a handler
/// (signal-safety(7)). Blocking the signals and waiting for them with `sigwait` would not do: the main thread of a
/// program with an asynchronous `main` stands in `sigsuspend` with every signal let through.
enum TerminationSignals {
  /// The writing end of the pipe.
  private static let wire = Atomic<Int32>(-1)

  private static let handler: @convention(c) (Int32) -> Void = { signal in
    let before = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(wire.load(ordering: .relaxed), &byte, 1)
    errno = before
  }

  /// Calls `shutdown` when the process is told to end. Told a second time, it ends at once: running calls are not waited
  /// for, and SQLite rolls an open transaction back at the next start.
  static func observe(_ shutdown: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let reading = ends[0]
    wire.store(ends[1], ordering: .relaxed)
    signal(SIGTERM, handler)
    signal(SIGINT, handler)
    DetachedThread.start {
      _ = next(reading)
      shutdown()
      _exit(128 + next(reading))
    }
  }

  /// Waits for the next signal.
  private static func next(_ reading: Int32) -> Int32 {
    var byte: UInt8 = 0
    while read(reading, &byte, 1) != 1 {}
    return Int32(byte)
  }
}
